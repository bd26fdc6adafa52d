-- [indicator]
-- code = "I06u"
-- position = 4
-- unit = "village"
-- title = { zh = "状态未知的村数", en = "Villages of unknown state" }
-- definition = { zh = "所选标准和日期没有数据的行政村数。", en = "Administrative villages without data under the chosen standard and date." }
-- formula = { zh = "未知村数", en = "count of villages without data" }
-- pitfall = { zh = "未知不等于未通。", en = "Unknown is not unconnected." }
-- palette = "money"
-- parameters = ["standard", "as_of"]
SELECT
    c.place_id,
    c.as_of,
    CASE WHEN c.connected + c.unconnected + c.unknown > 0 THEN c.unknown END AS value,
    c.unknown AS numerator,
    c.connected + c.unconnected + c.unknown AS denominator,
    c.unknown,
    c.evidence,
    c.source_id
FROM status_count AS c
INNER JOIN asked ON asked.place_id = c.place_id
WHERE c.standard = $standard AND (c.as_of = $as_of OR $as_of IS NULL)
