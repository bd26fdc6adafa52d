-- [indicator]
-- code = "I25"
-- position = 23
-- unit = "yuan"
-- title = { zh = "在册项目村均投资", en = "Investment per village of the projects on record" }
-- definition = { zh = "登记在册的单个项目公布的建设投资之和，除以随投资公布的计划村数之和（台账核增核减前；没有公布村数的取清单村数）。整个项目在当地的计全部；超出当地的，只计清单中位于当地且逐村列明投资的村。", en = "Announced construction cost of the single projects on record, divided by the villages announced with it (before what a ledger added or removed; else those listed). A project that lies wholly in the place counts with all it has; of one that reaches beyond, only villages of its list that lie here and all have a cost of their own." }
-- formula = { zh = "Σ K ÷ Σ V", en = "Σ K / Σ V" }
-- pitfall = { zh = "只是登记在册、公布了投资的项目的平均值，不代表当地全部试点；当地公布的总体数见“村均投资”（I11）。公布额不是决算。", en = "The average of the projects on record that announced a cost, not of all pilots of the place; what was announced for the place as a whole is “Investment per village” (I11). Announced is not outturn." }
-- left_out = { zh = "另有 {n} 个项目缺投资或村数、币种不同或超出当地，未计入", en = "projects left out, for want of the cost or of villages, in another currency or reaching beyond the place: {n}" }
-- palette = "money"
-- parameters = []
WITH amount AS (
    SELECT
        held.place_id,
        s.is_own_currency,
        CASE WHEN held.is_whole THEN coalesce(p.capex_yuan, held.capex_yuan) ELSE held.capex_yuan END AS capex_yuan,
        CASE WHEN held.is_whole THEN coalesce(p.planned_villages, held.villages) ELSE held.villages END AS villages,
        CASE WHEN held.is_whole AND p.capex_yuan IS NOT NULL THEN p.capex_qualifier END AS qualifier,
                CASE WHEN held.is_whole AND p.capex_yuan IS NOT NULL THEN p.evidence ELSE greatest(p.evidence, held.evidence) END AS evidence,
        p.source_id
    FROM project_held AS held
    INNER JOIN asked ON asked.place_id = held.place_id
    INNER JOIN project_scope AS chosen ON chosen.project_id = held.project_id
    INNER JOIN project AS p ON p.project_id = held.project_id
    INNER JOIN project_subsidy AS s ON s.project_id = p.project_id
    WHERE p.scope = 'project'
),

judged AS (
    SELECT *, is_own_currency AND capex_yuan IS NOT NULL AND coalesce(villages, 0) > 0 AS is_known FROM amount
)

SELECT
    place_id,
    sum(capex_yuan) FILTER (is_known) / sum(villages) FILTER (is_known) AS value,
    CASE count(DISTINCT qualifier) FILTER (is_known)
        WHEN 0 THEN NULL WHEN 1 THEN min(qualifier) FILTER (is_known) ELSE '~'
    END AS qualifier,
    sum(capex_yuan) FILTER (is_known) AS numerator,
    sum(villages) FILTER (is_known) AS denominator,
    count(*) FILTER (NOT is_known) AS left_out,
    max(evidence) FILTER (is_known) AS evidence,
    string_agg(DISTINCT source_id, ';' ORDER BY source_id) FILTER (is_known) AS source_id
FROM judged
GROUP BY place_id
