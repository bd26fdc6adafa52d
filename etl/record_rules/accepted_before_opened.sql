-- [rule]
-- position = 2
-- severity = "wrong"
-- title = { zh = "验收日期早于开通日期", en = "Accepted before it was opened" }
-- mend = { zh = "核对两个日期", en = "Check both dates" }
SELECT project_id, place_no, accepted_date || ' < ' || opened_date AS seen, source_id
FROM project_village
WHERE accepted_date < opened_date
ORDER BY project_id, place_no
