-- [indicator]
-- code = "I06"
-- position = 1
-- unit = "village"
-- title = { zh = "未通村数", en = "Unconnected villages" }
-- definition = { zh = "在所选标准和日期，状态为“未通”的⟨village⟩数。状态未知的村不计入，另列。", en = "⟨Settlements⟩ whose state is unconnected under the chosen standard and date. Villages of unknown state are not counted; they stand beside." }
-- formula = { zh = "未通村数", en = "count of unconnected villages" }
-- pitfall = { zh = "未知不等于未通；不同标准之间不可比较。", en = "Unknown is not unconnected; standards are not comparable with one another." }
-- palette = "gap"
-- parameters = ["standard", "as_of"]
SELECT
    c.place_id,
    c.as_of,
    CASE WHEN c.connected + c.unconnected > 0 THEN c.unconnected END AS value,
    c.unconnected AS numerator,
    c.connected + c.unconnected AS denominator,
    c.unknown,
    c.simulated,
    c.evidence,
    c.source_id
FROM status_count AS c
INNER JOIN asked ON asked.place_id = c.place_id
WHERE c.standard = $standard AND (c.as_of = $as_of OR $as_of IS NULL)
