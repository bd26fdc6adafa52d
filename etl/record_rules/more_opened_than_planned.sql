-- [rule]
-- position = 14
-- severity = "remarkable"
-- title = { zh = "开通村数超过计划村数（完成率超过 100%）", en = "More villages were opened than planned: completion is above 100 percent" }
-- mend = { zh = "核对是否有核增村，并登记核增台账", en = "See whether villages were added, and enter them" }
WITH opened AS (
    SELECT project_id, count(opened_date) AS villages FROM project_village GROUP BY project_id
)

SELECT
    p.project_id,
    NULL::INTEGER AS place_no,
    coalesce(o.villages, p.opened_villages) || ' > ' || p.planned_villages AS seen,
    p.source_id
FROM project AS p
LEFT JOIN opened AS o ON o.project_id = p.project_id
WHERE coalesce(o.villages, p.opened_villages) > p.planned_villages
ORDER BY p.project_id
