-- [rule]
-- position = 19
-- severity = "wrong"
-- title = { zh = "核减村数超过计划村数", en = "More villages were taken out than there were" }
-- mend = { zh = "核对核减台账", en = "Check the ledger" }
SELECT
    p.project_id,
    NULL::INTEGER AS place_no,
    p.planned_villages || ' ' || sum(r.change_villages)::BIGINT AS seen,
    min(r.source_id) AS source_id
FROM reconciliation AS r
INNER JOIN project AS p ON p.project_id = r.project_id
GROUP BY p.project_id, p.planned_villages
HAVING p.planned_villages + sum(r.change_villages) < 0
ORDER BY p.project_id
