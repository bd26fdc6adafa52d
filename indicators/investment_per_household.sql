-- [indicator]
-- code = "I12"
-- position = 8
-- unit = "yuan"
-- title = { zh = "户均投资", en = "Investment per household" }
-- definition = { zh = "公布的建设投资除以项目村的户数；项目村户数不全时不计算。", en = "Announced construction cost divided by the households of the project's villages; not computed where one of them is unknown." }
-- formula = { zh = "K ÷ 项目村户数", en = "K / households of the project's villages" }
-- pitfall = { zh = "默认名录没有村级户数和人口。", en = "The default register holds neither households nor population of villages." }
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
        sum(p.capex_yuan) AS capex_yuan,
        max(p.evidence) AS evidence,
        min(p.source_id) AS source_id
    FROM project AS p
    INNER JOIN covered ON covered.project_id = p.project_id
    WHERE p.capex_yuan IS NOT NULL
    GROUP BY covered.place_id, p.pilot_id
)

SELECT
    asked.place_id,
    sum(spent.capex_yuan) / nullif(sum(served.served), 0) AS value,
    sum(spent.capex_yuan) AS numerator,
    sum(served.served) AS denominator,
    max(greatest(spent.evidence, served.evidence)) AS evidence,
    min(spent.source_id) AS source_id
FROM spent
INNER JOIN asked ON asked.place_id = spent.place_id
INNER JOIN served ON served.pilot_id = spent.pilot_id
GROUP BY asked.place_id
