-- [rule]
-- position = 4
-- severity = "doubtful"
-- title = { zh = "开通日期早于签约日期，可能签约前已通", en = "Opened before the contract was signed: perhaps it was connected already" }
-- mend = { zh = "核对日期；签约前已通的应予核减", en = "Check the dates; a village connected before the contract has to be taken out" }
SELECT pv.project_id, pv.place_no, pv.opened_date || ' < ' || p.contract_date AS seen, pv.source_id
FROM project_village AS pv
INNER JOIN project AS p ON p.project_id = pv.project_id
WHERE pv.opened_date < p.contract_date
ORDER BY pv.project_id, pv.place_no
