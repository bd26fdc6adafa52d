-- [rule]
-- position = 3
-- severity = "doubtful"
-- title = { zh = "已验收，但没有开通日期", en = "Accepted, but no day of opening is given" }
-- mend = { zh = "补充开通日期", en = "Add the day of opening" }
SELECT project_id, place_no, accepted_date::TEXT AS seen, source_id
FROM project_village
WHERE accepted_date IS NOT NULL AND opened_date IS NULL
ORDER BY project_id, place_no
