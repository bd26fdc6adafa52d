-- [indicator]
-- code = "I11"
-- position = 7
-- unit = "yuan"
-- title = { zh = "村均投资", en = "Investment per village" }
-- definition = { zh = "公布的建设投资除以随投资公布的计划村数（台账核增核减前）；没有公布投资的试点地区只给出按全国公布总额推算的区间。", en = "Announced construction cost divided by the villages announced with it (before what a ledger added or removed); pilot areas without a published cost show only a range derived from national totals." }
-- formula = { zh = "K ÷ V", en = "K / V" }
-- pitfall = { zh = "公布额不是决算；推算区间不参与排名。⟨county⟩的数为所在项目的平均值。金额只计在公布的地区和项目覆盖的地区，不向上级汇总：一个项目不能代表全⟨region⟩，上级地区自己有公布总额的，以公布总额计。村均补助（I14）、完成率（I16）、检查覆盖率（I21）的村数含台账核增核减，与此不同。", en = "Announced is not outturn; the derived range is not ranked. A ⟨county⟩ shows the average of its project. Amounts count where they were announced and at places that the project covers, never at those above: one project does not stand for a ⟨region⟩, and a ⟨region⟩ or nation shows the total announced for itself. Subsidy per village (I14), completion (I16) and inspection coverage (I21) count villages with the ledger, which this does not." }
-- left_out = { zh = "另有 {n} 个项目币种不同，未计入", en = "projects in another currency, left out: {n}" }
-- palette = "money"
-- parameters = []
WITH covered AS (
    SELECT project_id, place_id FROM project
    UNION
    SELECT project_id, place_id FROM project_place
),

declared AS (
    SELECT
        covered.place_id,
        sum(p.capex_yuan) FILTER (s.is_own_currency) / sum(p.planned_villages) FILTER (s.is_own_currency) AS value,
        sum(p.capex_yuan) FILTER (s.is_own_currency) AS numerator,
        sum(p.planned_villages) FILTER (s.is_own_currency) AS denominator,
        CASE count(DISTINCT p.capex_qualifier) FILTER (s.is_own_currency)
            WHEN 0 THEN NULL WHEN 1 THEN min(p.capex_qualifier) FILTER (s.is_own_currency) ELSE '~'
        END AS qualifier,
        count(*) FILTER (NOT s.is_own_currency) AS left_out,
        max(p.evidence) FILTER (s.is_own_currency) AS evidence,
        min(p.source_id) FILTER (s.is_own_currency) AS source_id
    FROM project AS p
    INNER JOIN project_subsidy AS s ON s.project_id = p.project_id
    INNER JOIN covered ON covered.project_id = p.project_id
    INNER JOIN project_scope AS chosen ON chosen.project_id = p.project_id
    WHERE p.capex_yuan IS NOT NULL AND p.planned_villages > 0
    GROUP BY covered.place_id
),

technologies AS ( -- of the pilots inside a place or around it
    SELECT w.ancestor_id AS place_id, p.technology
    FROM pilot AS p INNER JOIN place_within AS w ON w.place_id = p.place_id
    UNION
    SELECT w.place_id, p.technology
    FROM pilot AS p INNER JOIN place_within AS w ON w.ancestor_id = p.place_id
),

modelled AS (
    SELECT
        pc.place_id,
        avg(cost.central_yuan) AS value,
        min(cost.low_yuan) AS low,
        max(cost.high_yuan) AS high,
        max(cost.evidence) AS evidence,
        min(cost.source_id) AS source_id
    FROM pilot_count AS pc
    INNER JOIN technologies AS t ON t.place_id = pc.place_id
    INNER JOIN cost_parameter AS cost ON cost.technology = t.technology
    WHERE pc.batch IS NULL AND pc.villages_in_pilots > 0
    AND EXISTS (SELECT 1 FROM project_scope WHERE project_id IS NULL) -- the range is that of all projects
    GROUP BY pc.place_id
)

SELECT
    asked.place_id,
    coalesce(declared.value, modelled.value) AS value,
    declared.qualifier,
    CASE WHEN declared.value IS NULL THEN modelled.low END AS low,
    CASE WHEN declared.value IS NULL THEN modelled.high END AS high,
    declared.numerator,
    declared.denominator,
    declared.left_out,
    coalesce(declared.evidence, modelled.evidence) AS evidence,
    coalesce(declared.source_id, modelled.source_id) AS source_id
FROM asked
LEFT JOIN declared ON declared.place_id = asked.place_id
LEFT JOIN modelled ON modelled.place_id = asked.place_id
WHERE declared.value IS NOT NULL OR modelled.value IS NOT NULL
