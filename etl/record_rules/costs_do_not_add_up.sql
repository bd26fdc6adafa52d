-- [rule]
-- position = 7
-- severity = "doubtful"
-- title = { zh = "各村投资之和与项目投资相差 1% 以上", en = "The villages' costs differ from the project's by more than one percent" }
-- mend = { zh = "核对各村投资和项目投资", en = "Check the costs of the villages and of the project" }
SELECT
    p.project_id,
    NULL::INTEGER AS place_no,
    rtrim(rtrim(sum(pv.capex_yuan)::DECIMAL(38, 6)::TEXT, '0'), '.') || ' ≠ ' || rtrim(rtrim(p.capex_yuan::DECIMAL(38, 6)::TEXT, '0'), '.') AS seen,
    min(pv.source_id) AS source_id
FROM project AS p
INNER JOIN project_village AS pv ON pv.project_id = p.project_id
WHERE p.capex_yuan IS NOT NULL
GROUP BY p.project_id, p.capex_yuan
HAVING count(*) = count(pv.capex_yuan) AND abs(sum(pv.capex_yuan) - p.capex_yuan) > 0.01 * p.capex_yuan
ORDER BY p.project_id
