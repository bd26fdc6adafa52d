-- [rule]
-- position = 11
-- severity = "wrong"
-- title = { zh = "币种与本库不同，未计入合计", en = "The amounts are in another currency and are left out of all sums" }
-- mend = { zh = "折算为本币后重新导入", en = "Convert the amounts and import them again" }
SELECT project_id, NULL::INTEGER AS place_no, currency AS seen, source_id
FROM project
WHERE currency <> $currency
ORDER BY project_id
