-- [rule]
-- position = 12
-- severity = "remarkable"
-- title = { zh = "同一试点的项目使用不同年份的价格，合计未作价格调整", en = "Projects of one pilot are in prices of several years; sums are not adjusted" }
-- mend = { zh = "折算到同一价格年份，或分别统计", en = "Convert to one price year, or count them apart" }
SELECT
    min(project_id) AS project_id,
    NULL::INTEGER AS place_no,
    string_agg(DISTINCT price_year::TEXT, ', ' ORDER BY price_year::TEXT) AS seen,
    min(source_id) AS source_id
FROM project
WHERE pilot_id IS NOT NULL
GROUP BY pilot_id
HAVING count(DISTINCT price_year) > 1
ORDER BY 1
