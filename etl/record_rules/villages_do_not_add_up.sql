-- [rule]
-- position = 6
-- severity = "doubtful"
-- title = { zh = "清单村数与计划村数（含核增核减）不符", en = "The list of villages does not add up to the number planned, additions and removals included" }
-- mend = { zh = "补齐清单，或登记核增核减", en = "Complete the list, or enter what was added and removed" }
WITH listed AS (
    SELECT project_id, count(*) AS villages, min(source_id) AS source_id FROM project_village GROUP BY project_id
),

changed AS (
    SELECT project_id, sum(change_villages) AS change_villages FROM reconciliation GROUP BY project_id
)

SELECT
    p.project_id,
    NULL::INTEGER AS place_no,
    l.villages || ' ≠ ' || (p.planned_villages + coalesce(c.change_villages, 0)) AS seen,
    l.source_id
FROM project AS p
INNER JOIN listed AS l ON l.project_id = p.project_id
LEFT JOIN changed AS c ON c.project_id = p.project_id
WHERE l.villages <> p.planned_villages + coalesce(c.change_villages, 0)
ORDER BY p.project_id
