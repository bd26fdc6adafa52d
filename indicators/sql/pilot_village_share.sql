-- [indicator]
-- code = "P04"
-- position = 22
-- unit = "percent"
-- title = { zh = "试点范围内⟨village⟩占比", en = "Share of villages inside pilot places" }
-- definition = { zh = "位于试点地区范围内的⟨village⟩占全部⟨village⟩的百分比（现行名录），不重复计。", en = "⟨Settlements⟩ of today's register that lie inside a pilot place, in percent of all, none counted twice." }
-- formula = { zh = "试点范围内⟨village⟩数 ÷ ⟨village⟩数", en = "villages inside pilot places / villages" }
-- pitfall = { zh = "范围内的村不都是项目村；没有⟨village⟩的地区不计算。", en = "Not every village inside is part of the project; not computed where there are no villages." }
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
