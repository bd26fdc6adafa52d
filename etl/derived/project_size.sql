-- [derived]
-- reads = ["project", "reconciliation", "project_village"]
WITH changed AS (
    SELECT project_id, sum(change_villages) AS villages, max(evidence) AS evidence FROM reconciliation GROUP BY project_id
),

listed AS (
    SELECT project_id, count(*) AS villages, max(evidence) AS evidence FROM project_village GROUP BY project_id
)

SELECT
    p.project_id,
    coalesce(p.planned_villages + coalesce(changed.villages, 0), listed.villages) AS villages,
    greatest(changed.evidence, CASE WHEN p.planned_villages IS NULL THEN listed.evidence END) AS evidence
FROM project AS p
LEFT JOIN changed ON changed.project_id = p.project_id
LEFT JOIN listed ON listed.project_id = p.project_id
ORDER BY p.project_id
