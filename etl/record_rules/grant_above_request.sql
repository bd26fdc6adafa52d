-- [rule]
-- position = 9
-- severity = "doubtful"
-- title = { zh = "核定或下达的补助超过申请或核定的数额", en = "More was approved than asked for, or granted than approved" }
-- mend = { zh = "核对三个金额", en = "Check the three amounts" }
SELECT
    project_id,
    NULL::INTEGER AS place_no,
    concat_ws(' → ', coalesce(requested_yuan::TEXT, '–'), coalesce(approved_yuan::TEXT, '–'), coalesce(granted_yuan::TEXT, '–')) AS seen,
    source_id
FROM project
WHERE approved_yuan > requested_yuan OR granted_yuan > coalesce(approved_yuan, requested_yuan)
ORDER BY project_id
