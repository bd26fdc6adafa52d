-- [rule]
-- position = 1
-- severity = "doubtful"
-- title = { zh = "每村投资与公布区间相差十倍以上，疑似单位有误（元、万元、亿元）", en = "A village costs more than ten times, or less than a tenth of, the published range: most likely a slip of the unit" }
-- mend = { zh = "核对金额单位，更正后重新导入", en = "Check the unit of the amount and import it again" }
WITH spent AS (
    SELECT project_id, NULL::INTEGER AS place_no, technology, capex_yuan / planned_villages AS per_village_yuan, source_id
    FROM project
    WHERE planned_villages > 0 AND (currency IS NULL OR currency = $currency)
    UNION ALL
    SELECT pv.project_id, pv.place_no, coalesce(pv.technology, p.technology), pv.capex_yuan, pv.source_id
    FROM project_village AS pv
    INNER JOIN project AS p ON p.project_id = pv.project_id
    WHERE p.currency IS NULL OR p.currency = $currency
),

usual AS ( -- where no range is published, what the technology's own villages cost
    SELECT technology, median(per_village_yuan) AS low_yuan, median(per_village_yuan) AS high_yuan
    FROM spent
    WHERE technology NOT IN (SELECT technology FROM cost_parameter)
    GROUP BY technology
    HAVING count(per_village_yuan) >= 5
    UNION ALL
    SELECT technology, low_yuan, high_yuan FROM cost_parameter
)

SELECT
    s.project_id,
    s.place_no,
    round(s.per_village_yuan) || ' ∉ ' || round(u.low_yuan / 10) || '–' || round(u.high_yuan * 10) AS seen,
    s.source_id
FROM spent AS s
INNER JOIN usual AS u ON u.technology = s.technology
WHERE s.per_village_yuan > 10 * u.high_yuan OR s.per_village_yuan < u.low_yuan / 10
ORDER BY s.project_id, s.place_no
