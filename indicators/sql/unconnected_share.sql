-- [indicator]
-- code = "I06r"
-- position = 2
-- unit = "percent"
-- title = { zh = "未通村占比", en = "Share of villages unconnected" }
-- definition = { zh = "未通村占状态已知村的比例。", en = "Unconnected villages as a share of the villages whose state is known." }
-- formula = { zh = "未通 ÷（已通 + 未通）", en = "unconnected / (connected + unconnected)" }
-- pitfall = { zh = "分母不含未知村和不在普遍服务范围的居委会。", en = "The denominator leaves out villages of unknown state and communities outside the programme." }
-- palette = "gap"
-- parameters = ["standard", "as_of"]
SELECT
    c.place_id,
    c.as_of,
    100.0 * c.unconnected / nullif(c.connected + c.unconnected, 0) AS value,
    c.unconnected AS numerator,
    c.connected + c.unconnected AS denominator,
    c.unknown,
    c.simulated,
    c.evidence,
    c.source_id
FROM status_count AS c
INNER JOIN asked ON asked.place_id = c.place_id
WHERE c.standard = $standard AND (c.as_of = $as_of OR $as_of IS NULL)
