-- [rule]
-- position = 13
-- severity = "remarkable"
-- title = { zh = "同一企业有多种写法，已合并统计", en = "One operator is spelt in several ways; they are counted as one" }
-- mend = { zh = "统一写法，或在配置的 operator 中登记", en = "Use one spelling, or declare the others in the profile" }
SELECT
    min(project_id) AS project_id,
    NULL::INTEGER AS place_no,
    string_agg(DISTINCT operator, ' / ' ORDER BY operator) AS seen,
    min(source_id) AS source_id
FROM project
WHERE operator_id IS NOT NULL
GROUP BY operator_id
HAVING count(DISTINCT operator) > 1
ORDER BY operator_id
