-- [indicator]
-- code = "P03"
-- position = 12
-- unit = "village"
-- title = { zh = "试点项目村数", en = "Villages of pilot projects" }
-- definition = { zh = "试点项目建设的⟨village⟩数。个别项目的总数已公布，具体是哪些村由模拟得出。", en = "Villages that the pilots' projects connect. Where a total is published, which villages they are is still simulated." }
-- formula = { zh = "项目村计数", en = "count of project villages" }
-- pitfall = { zh = "公布名单前不可作为事实引用。", en = "Not to be quoted as fact before a list is published." }
-- palette = "rate"
-- parameters = []
SELECT
    pc.place_id,
    pc.project_villages AS value,
    pc.project_villages AS numerator,
    pc.villages_in_pilots AS denominator,
    pc.project_evidence AS evidence,
    (SELECT min(source_id) FROM pilot_village) AS source_id
FROM pilot_count AS pc
INNER JOIN asked ON asked.place_id = pc.place_id
WHERE pc.batch IS NULL
