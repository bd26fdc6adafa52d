-- [indicator]
-- code = "I12"
-- position = 8
-- unit = "yuan"
-- title = { zh = "户均投资", en = "Investment per household" }
-- definition = { zh = "公布的建设投资除以项目村的户数；项目村户数不全时不计算。", en = "Announced construction cost divided by the households of the project's villages; not computed where one of them is unknown." }
-- formula = { zh = "K ÷ 项目村户数", en = "K / households of the project's villages" }
-- pitfall = { zh = "默认名录没有村级户数和人口。金额只计在公布的地区和项目覆盖的地区，不向上级汇总：一个项目不能代表全⟨region⟩，上级地区自己有公布总额的，以公布总额计。", en = "The default register holds neither households nor population of villages. Amounts count where they were announced and at places that the project covers, never at those above: one project does not stand for a ⟨region⟩, and a ⟨region⟩ or nation shows the total announced for itself." }
-- left_out = { zh = "另有 {n} 个项目币种不同，未计入", en = "projects in another currency, left out: {n}" }
-- palette = "money"
-- parameters = []
WITH covered AS (
    SELECT project_id, place_id FROM project
    UNION
    SELECT project_id, place_id FROM project_place
),

served AS (
    SELECT
        pv.pilot_id,
        sum(v.households) AS served,
        max(pv.evidence) AS evidence
    FROM pilot_village AS pv
    INNER JOIN village AS v ON v.place_no = pv.place_no
    GROUP BY pv.pilot_id
    HAVING count(*) = count(v.households)
),

spent AS ( -- per pilot, so that a pilot's villages count once where it has several projects
    SELECT
        covered.place_id,
        p.pilot_id,
        sum(p.capex_yuan) FILTER (s.is_own_currency) AS capex_yuan,
        count(*) FILTER (NOT s.is_own_currency) AS left_out,
        max(p.evidence) FILTER (s.is_own_currency) AS evidence,
        min(p.source_id) FILTER (s.is_own_currency) AS source_id
    FROM project AS p
    INNER JOIN project_subsidy AS s ON s.project_id = p.project_id
    INNER JOIN covered ON covered.project_id = p.project_id
    INNER JOIN project_scope AS chosen ON chosen.project_id = p.project_id
    WHERE p.capex_yuan IS NOT NULL
    GROUP BY covered.place_id, p.pilot_id
)

SELECT
    asked.place_id,
    sum(spent.capex_yuan) / nullif(sum(served.served) FILTER (spent.capex_yuan IS NOT NULL), 0) AS value,
    sum(spent.capex_yuan) AS numerator,
    sum(served.served) FILTER (spent.capex_yuan IS NOT NULL) AS denominator,
    sum(spent.left_out) AS left_out,
    max(greatest(spent.evidence, served.evidence)) FILTER (spent.capex_yuan IS NOT NULL) AS evidence,
    min(spent.source_id) AS source_id
FROM spent
INNER JOIN asked ON asked.place_id = spent.place_id
INNER JOIN served ON served.pilot_id = spent.pilot_id
GROUP BY asked.place_id
