-- [rule]
-- position = 10
-- severity = "doubtful"
-- title = { zh = "签约前已有拨付", en = "Paid before the contract was signed" }
-- mend = { zh = "核对拨付日期和签约日期", en = "Check the day of payment and of the contract" }
SELECT pay.project_id, NULL::INTEGER AS place_no, pay.paid_date || ' < ' || p.contract_date AS seen, pay.source_id
FROM payment AS pay
INNER JOIN project AS p ON p.project_id = pay.project_id
WHERE pay.paid_date < p.contract_date
ORDER BY pay.project_id, pay.paid_date
