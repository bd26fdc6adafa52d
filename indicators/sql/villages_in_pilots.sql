-- [indicator]
-- code = "P02"
-- position = 11
-- unit = "village"
-- title = { zh = "试点范围内⟨village⟩数", en = "Villages inside pilot places" }
-- definition = { zh = "位于试点地区范围内的⟨village⟩数（现行名录），不重复计。", en = "⟨Settlements⟩ of today's register that lie inside a pilot place, none counted twice." }
-- formula = { zh = "试点范围内⟨village⟩计数", en = "count of villages inside pilot places" }
-- pitfall = { zh = "范围内的村不都是项目村；名录为 2023 年，名单为 2016 年。", en = "Not every village inside is part of the project; the register is of 2023, the list of 2016." }
-- palette = "rate"
-- counted = true
-- parameters = []
SELECT
    pc.place_id,
    pc.villages_in_pilots AS value,
    pc.villages_in_pilots AS numerator,
    pc.villages AS denominator,
    'declared'::evidence AS evidence,
    (SELECT min(source_id) FROM pilot) AS source_id
FROM pilot_count AS pc
INNER JOIN asked ON asked.place_id = pc.place_id
WHERE pc.batch IS NULL
