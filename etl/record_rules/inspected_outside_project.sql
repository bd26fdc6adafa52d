-- [rule]
-- position = 18
-- severity = "doubtful"
-- title = { zh = "检查的村不在该项目的村清单中", en = "An inspected village is not on the project's list" }
-- mend = { zh = "核对检查记录的项目编号", en = "Check the project of the inspection" }
SELECT i.project_id, v.place_no, i.inspected_date::TEXT AS seen, i.source_id
FROM inspection AS i
INNER JOIN village AS v ON v.place_id = i.place_id
WHERE
    i.project_id IN (SELECT project_id FROM project_village)
    AND NOT EXISTS (
        SELECT 1 FROM project_village AS pv WHERE pv.project_id = i.project_id AND pv.place_no = v.place_no
    )
ORDER BY i.project_id, v.place_no
