-- [indicator]
-- code = "I01–I04"
-- position = 3
-- unit = "percent"
-- title = { zh = "⟨village⟩通达率", en = "Villages' connection rate" }
-- definition = { zh = "已通村占状态已知村的比例，按所选标准。", en = "Connected villages as a share of the villages whose state is known, under the chosen standard." }
-- formula = { zh = "已通 ÷（已通 + 未通）", en = "connected / (connected + unconnected)" }
-- pitfall = { zh = "口径随标准而变：电话、宽带、光纤、4G、5G 各成一列，不连成一条线。", en = "Each standard is a series of its own: telephone, broadband, fibre, 4G and 5G are never joined into one line." }
-- palette = "rate"
-- parameters = ["standard", "as_of"]
SELECT
    c.place_id,
    c.as_of,
    100.0 * c.connected / nullif(c.connected + c.unconnected, 0) AS value,
    c.connected AS numerator,
    c.connected + c.unconnected AS denominator,
    c.unknown,
    c.simulated,
    c.evidence,
    c.source_id
FROM status_count AS c
INNER JOIN asked ON asked.place_id = c.place_id
WHERE c.standard = $standard AND (c.as_of = $as_of OR $as_of IS NULL)
