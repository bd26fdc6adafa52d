-- [indicator]
-- code = "P04"
-- position = 22
-- unit = "percent"
-- title = { zh = "试点范围内行政村占比", en = "Share of villages inside pilot places" }
-- definition = { zh = "位于试点地区范围内的行政村占全部行政村的百分比（现行名录），不重复计。", en = "Administrative villages of today's register that lie inside a pilot place, in percent of all, none counted twice." }
-- formula = { zh = "试点范围内行政村数 ÷ 行政村数", en = "villages inside pilot places / villages" }
-- pitfall = { zh = "范围内的村不都是项目村；没有行政村的地区不计算。", en = "Not every village inside is part of the project; not computed where there are no villages." }
-- palette = "rate"
-- counted = true
-- parameters = []
SELECT
    pc.place_id,
    100.0 * pc.villages_in_pilots / nullif(pc.villages, 0) AS value,
    pc.villages_in_pilots AS numerator,
    pc.villages AS denominator,
    'declared'::evidence AS evidence,
    (SELECT min(source_id) FROM pilot) AS source_id
FROM pilot_count AS pc
INNER JOIN asked ON asked.place_id = pc.place_id
WHERE pc.batch IS NULL
