-- [indicator]
-- code = "P01"
-- position = 10
-- unit = "place"
-- title = { zh = "试点地区数", en = "Pilot places" }
-- definition = { zh = "公布名单中位于该地区（含自身）的试点地区数。", en = "Pilot places of the published list that lie in this place, itself included." }
-- formula = { zh = "名单条目数", en = "count of list entries" }
-- pitfall = { zh = "名单有重叠：条目数照名单计，村数不重复计。", en = "The list overlaps: entries count as listed, villages count once." }
-- palette = "rate"
-- counted = true
-- parameters = []
SELECT
    pc.place_id,
    pc.pilots AS value,
    pc.pilots AS numerator,
    'declared'::evidence AS evidence,
    (SELECT min(source_id) FROM pilot) AS source_id
FROM pilot_count AS pc
INNER JOIN asked ON asked.place_id = pc.place_id
WHERE pc.batch IS NULL
