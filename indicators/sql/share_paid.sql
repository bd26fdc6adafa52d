-- [indicator]
-- code = "I20"
-- position = 19
-- unit = "percent"
-- title = { zh = "资金拨付率", en = "Share of the grant paid" }
-- definition = { zh = "已拨付补助占下达补助的比例。下达后没有拨付记录的项目按未拨付计；当地没有任何拨付记录时不计算。", en = "Subsidy paid as a share of the subsidy granted. A project granted and without a payment on record counts as not paid; where no payment of the place is on record nothing is computed." }
-- formula = { zh = "Σ 拨付 ÷ Σ 下达", en = "Σ paid / Σ granted" }
-- pitfall = { zh = "拨付记录不全时偏低；超过 100% 表示拨付多于下达，须核对。", en = "Too low where payments are not all on record; above 100 percent more was paid than granted, which has to be checked." }
-- left_out = { zh = "另有 {n} 个项目缺下达金额、币种不同或超出当地，未计入", en = "projects left out, for want of a grant, in another currency or reaching beyond the place: {n}" }
-- palette = "money"
-- parameters = []
WITH paid AS (SELECT project_id, sum(amount) AS paid_yuan, max(evidence) AS evidence FROM payment GROUP BY project_id),

amount AS (
    SELECT
        held.place_id,
        p.granted_yuan,
        paid.paid_yuan,
        held.is_whole AND s.is_own_currency AND coalesce(p.granted_yuan, 0) > 0 AS is_known,
        greatest(p.evidence, paid.evidence) AS evidence,
        p.source_id
    FROM project AS p
    INNER JOIN project_held AS held ON held.project_id = p.project_id
    INNER JOIN asked ON asked.place_id = held.place_id
    INNER JOIN project_scope AS chosen ON chosen.project_id = p.project_id
    INNER JOIN project_subsidy AS s ON s.project_id = p.project_id
    LEFT JOIN paid ON paid.project_id = p.project_id
    WHERE p.scope = 'project'
)

SELECT
    a.place_id,
    100.0 * sum(a.paid_yuan) FILTER (a.is_known) / sum(a.granted_yuan) FILTER (a.is_known) AS value,
    sum(a.paid_yuan) FILTER (a.is_known) AS numerator,
    sum(a.granted_yuan) FILTER (a.is_known) AS denominator,
    count(*) FILTER (NOT a.is_known) AS left_out,
    max(a.evidence) FILTER (a.is_known) AS evidence,
    string_agg(DISTINCT a.source_id, ';' ORDER BY a.source_id) FILTER (a.is_known) AS source_id
FROM amount AS a
GROUP BY a.place_id
