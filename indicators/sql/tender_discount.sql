-- [indicator]
-- code = "I24"
-- position = 21
-- unit = "percent"
-- title = { zh = "中标折扣", en = "Discount of tenders" }
-- definition = { zh = "中标补助比招标最高限价低多少。只计有效投标企业两家以上的招标；中标补助取下达数，未下达的取核定数。", en = "How far the subsidy won lies below the reserve of the tender. Only tenders with two bidders or more; the subsidy won is that granted, else approved." }
-- formula = { zh = "1 − Σ 中标补助 ÷ Σ 最高限价", en = "1 − Σ subsidy won / Σ reserve" }
-- pitfall = { zh = "只有一家投标的不算竞争；负数表示中标补助高于最高限价，须核对。", en = "A single bidder is no competition; below zero more was won than the reserve, which has to be checked." }
-- left_out = { zh = "另有 {n} 个招标缺投标企业数、不足两家、缺中标补助、币种不同或超出当地，未计入", en = "tenders left out, with fewer than two known bidders, without a subsidy, in another currency, or of a project reaching beyond the place: {n}" }
-- palette = "money"
-- parameters = []
WITH tender AS (
    SELECT
        held.place_id,
        p.reserve_yuan,
        s.subsidy_yuan AS won_yuan,
        held.is_whole AND s.is_own_currency AND coalesce(p.bidders, 0) >= 2 AND won_yuan IS NOT NULL AS is_known,
        p.evidence,
        p.source_id
    FROM project AS p
    INNER JOIN project_held AS held ON held.project_id = p.project_id
    INNER JOIN asked ON asked.place_id = held.place_id
    INNER JOIN project_scope AS chosen ON chosen.project_id = p.project_id
    INNER JOIN project_subsidy AS s ON s.project_id = p.project_id
    WHERE p.scope = 'project' AND p.reserve_yuan IS NOT NULL
)

SELECT
    t.place_id,
    100.0 * (1 - sum(t.won_yuan) FILTER (t.is_known) / sum(t.reserve_yuan) FILTER (t.is_known)) AS value,
    sum(t.reserve_yuan - t.won_yuan) FILTER (t.is_known) AS numerator,
    sum(t.reserve_yuan) FILTER (t.is_known) AS denominator,
    count(*) FILTER (NOT t.is_known) AS left_out,
    max(t.evidence) FILTER (t.is_known) AS evidence,
    string_agg(DISTINCT t.source_id, ';' ORDER BY t.source_id) FILTER (t.is_known) AS source_id
FROM tender AS t
GROUP BY t.place_id
