-- [rule]
-- position = 8
-- severity = "wrong"
-- title = { zh = "拨付金额超过下达补助", en = "More was paid than was granted" }
-- mend = { zh = "核对拨付记录和下达金额", en = "Check the payments and the grant" }
SELECT
    p.project_id,
    NULL::INTEGER AS place_no,
    rtrim(rtrim(sum(pay.amount)::DECIMAL(38, 6)::TEXT, '0'), '.') || ' > ' || rtrim(rtrim(p.granted_yuan::DECIMAL(38, 6)::TEXT, '0'), '.') AS seen,
    min(pay.source_id) AS source_id
FROM project AS p
INNER JOIN payment AS pay ON pay.project_id = p.project_id
GROUP BY p.project_id, p.granted_yuan
HAVING sum(pay.amount) > p.granted_yuan
ORDER BY p.project_id
