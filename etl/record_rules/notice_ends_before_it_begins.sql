-- [rule]
-- position = 17
-- severity = "wrong"
-- title = { zh = "公示结束日期早于开始日期", en = "A notice ends before it begins" }
-- mend = { zh = "核对公示日期", en = "Check the days of the notice" }
SELECT project_id, NULL::INTEGER AS place_no, notice_id || ': ' || notice_to || ' < ' || notice_from AS seen, source_id
FROM notice
WHERE notice_to < notice_from
ORDER BY notice_id
