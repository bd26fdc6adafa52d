-- [indicator]
-- code = "I14"
-- position = 13
-- unit = "yuan"
-- title = { zh = "村均补助", en = "Subsidy per village" }
-- definition = { zh = "下达的补助（未下达的取核定数）除以项目村数；村数为合同村数加减台账核增核减，没有合同村数的取清单村数。", en = "Subsidy granted (where none is granted yet: approved) divided by the villages of the projects: those contracted, with what the ledger added or removed, else those listed." }
-- formula = { zh = "S ÷ V", en = "S / V" }
-- pitfall = { zh = "整个项目在当地的才计入：金额不拆分到所在地以下；批次合计不计入。", en = "A project counts where it lies wholly: its amount is not split over places below; totals of whole batches are not counted." }
-- left_out = { zh = "另有 {n} 个项目缺补助金额、缺村数、币种不同或超出当地，未计入", en = "projects left out, for want of an amount or of villages, in another currency or reaching beyond the place: {n}" }
-- palette = "money"
-- parameters = []
WITH amount AS (
    SELECT
        held.place_id,
        s.subsidy_yuan,
        size.villages,
        held.is_whole AND s.is_own_currency AND s.subsidy_yuan IS NOT NULL AND coalesce(size.villages, 0) > 0 AS is_known,
        greatest(p.evidence, size.evidence) AS evidence,
        p.source_id
    FROM project AS p
    INNER JOIN project_held AS held ON held.project_id = p.project_id
    INNER JOIN asked ON asked.place_id = held.place_id
    INNER JOIN project_scope AS chosen ON chosen.project_id = p.project_id
    INNER JOIN project_subsidy AS s ON s.project_id = p.project_id
    INNER JOIN project_size AS size ON size.project_id = p.project_id
    WHERE p.scope = 'project'
)

SELECT
    a.place_id,
    sum(a.subsidy_yuan) FILTER (a.is_known) / sum(a.villages) FILTER (a.is_known) AS value,
    sum(a.subsidy_yuan) FILTER (a.is_known) AS numerator,
    sum(a.villages) FILTER (a.is_known) AS denominator,
    count(*) FILTER (NOT a.is_known) AS left_out,
    max(a.evidence) FILTER (a.is_known) AS evidence,
    string_agg(DISTINCT a.source_id, ';' ORDER BY a.source_id) FILTER (a.is_known) AS source_id
FROM amount AS a
GROUP BY a.place_id
