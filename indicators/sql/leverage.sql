-- [indicator]
-- code = "I15"
-- position = 14
-- unit = "ratio"
-- title = { zh = "杠杆率", en = "Leverage" }
-- definition = { zh = "每 1 ⟨currency⟩补助带动的企业自有建设投资。K 为建设投资，S 为下达的补助（未下达的取核定数），r 为配置中补助规则的补助比例。", en = "The firms’ own share of construction per unit of subsidy. K is construction cost, S the subsidy granted (else approved), r the rate of the profile’s subsidy rules." }
-- formula = { zh = "(K − r·K) ÷ S", en = "(K − r·K) / S" }
-- pitfall = { zh = "K 为公布额；r 取各条规则一致的补助比例，规则不一致或没有规则时不计算；批次合计不计入。", en = "K is as announced; r is the rate on which all rules agree: where they differ, or there is none, nothing is computed. Totals of whole batches are not counted." }
-- left_out = { zh = "另有 {n} 个项目缺投资或补助金额、币种不同或超出当地，未计入", en = "projects left out, for want of the cost or the subsidy, in another currency or reaching beyond the place: {n}" }
-- palette = "money"
-- parameters = []
WITH rule AS ( -- one rate, where all rules that name one agree
    SELECT max(rate) AS rate
    FROM (
        SELECT unnest(CAST(value -> '$[*].rate' AS DOUBLE[])) AS rate FROM meta_profile WHERE key = 'subsidy_rule'
    )
    HAVING min(rate) = max(rate)
),

amount AS (
    SELECT
        held.place_id,
        p.capex_yuan * (1 - (SELECT rate FROM rule)) AS own_yuan,
        s.subsidy_yuan,
        held.is_whole AND s.is_own_currency AND p.capex_yuan IS NOT NULL AND coalesce(s.subsidy_yuan, 0) > 0 AS is_known,
        p.evidence,
        p.source_id
    FROM project AS p
    INNER JOIN project_held AS held ON held.project_id = p.project_id
    INNER JOIN asked ON asked.place_id = held.place_id
    INNER JOIN project_scope AS chosen ON chosen.project_id = p.project_id
    INNER JOIN project_subsidy AS s ON s.project_id = p.project_id
    WHERE p.scope = 'project'
)

SELECT
    a.place_id,
    sum(a.own_yuan) FILTER (a.is_known) / sum(a.subsidy_yuan) FILTER (a.is_known) AS value,
    sum(a.own_yuan) FILTER (a.is_known) AS numerator,
    sum(a.subsidy_yuan) FILTER (a.is_known) AS denominator,
    count(*) FILTER (NOT a.is_known) AS left_out,
    max(a.evidence) FILTER (a.is_known) AS evidence,
    string_agg(DISTINCT a.source_id, ';' ORDER BY a.source_id) FILTER (a.is_known) AS source_id
FROM amount AS a
GROUP BY a.place_id
