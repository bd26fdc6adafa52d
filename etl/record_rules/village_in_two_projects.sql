-- [rule]
-- position = 5
-- severity = "wrong"
-- title = { zh = "同一村列入同一批次、同一技术的两个以上项目", en = "A village stands in two projects of the same batch and technology" }
-- mend = { zh = "保留一个项目，其余核减", en = "Keep one project and take it out of the others" }
WITH listed AS (
    SELECT pv.place_no, pv.project_id, pv.source_id, coalesce(pv.technology, p.technology) AS technology, pilot.batch
    FROM project_village AS pv
    INNER JOIN project AS p ON p.project_id = pv.project_id
    LEFT JOIN pilot ON pilot.pilot_id = p.pilot_id
)

SELECT
    min(project_id) AS project_id,
    place_no,
    string_agg(DISTINCT project_id, ', ' ORDER BY project_id) AS seen,
    min(source_id) AS source_id
FROM listed
GROUP BY place_no, technology, batch
HAVING count(DISTINCT project_id) > 1
ORDER BY place_no
