-- [indicator]
-- code = "I14"
-- position = 13
-- unit = "yuan"
-- title = { zh = "村均补助", en = "Subsidy per village" }
-- definition = { zh = "下达的补助（未下达的取核定数）除以项目村数；村数为合同村数加减台账核增核减，没有合同村数的取清单村数。", en = "Subsidy granted (where none is granted yet: approved) divided by the villages of the projects: those contracted, with what the ledger added or removed, else those listed." }
-- formula = { zh = "S ÷ V", en = "S / V" }
-- pitfall = { zh = "项目所在地以下的地区显示所在项目的平均值，金额不拆分；批次合计不计入。", en = "A place below a project’s own shows the average of its projects, whose amounts are not split; totals of whole batches are not counted." }
-- left_out = { zh = "另有 {n} 个项目缺补助金额、缺村数或币种不同，未计入", en = "projects left out, for want of an amount or of villages or in another currency: {n}" }
-- palette = "money"
-- parameters = ["level_column"]
WITH seat AS ( -- where a project stands: at its own place, at those that it covers, at those of its villages
    SELECT project_id, place_id FROM project
    UNION
    SELECT project_id, place_id FROM project_place
    UNION
    SELECT pv.project_id, v.place_id
    FROM project_village AS pv
    INNER JOIN (SELECT place_no, COLUMNS($level_column) AS place_id FROM village) AS v ON v.place_no = pv.place_no
),

counted AS ( -- once at each of these and at every place above
    SELECT DISTINCT asked.place_id, seat.project_id
    FROM seat
    INNER JOIN place_within AS up ON up.place_id = seat.place_id
    INNER JOIN asked ON asked.place_id = up.ancestor_id
),

ours AS (SELECT value ->> '$.code' AS code FROM meta_profile WHERE key = 'currency'),

changed AS (
    SELECT project_id, sum(change_villages) AS villages, max(evidence) AS evidence FROM reconciliation GROUP BY project_id
),

listed AS (
    SELECT project_id, count(*) AS villages, max(evidence) AS evidence FROM project_village GROUP BY project_id
),

amount AS (
    SELECT
        p.project_id,
        coalesce(p.granted_yuan, p.approved_yuan) AS subsidy_yuan,
        coalesce(p.planned_villages + coalesce(changed.villages, 0), listed.villages) AS planned,
        coalesce(p.currency = (SELECT code FROM ours), p.currency IS NULL)
        AND subsidy_yuan IS NOT NULL AND coalesce(planned, 0) > 0 AS is_known,
        greatest(p.evidence, changed.evidence, CASE WHEN p.planned_villages IS NULL THEN listed.evidence END) AS evidence,
        p.source_id
    FROM project AS p
    LEFT JOIN changed ON changed.project_id = p.project_id
    LEFT JOIN listed ON listed.project_id = p.project_id
    WHERE p.scope = 'project'
)

SELECT
    counted.place_id,
    sum(a.subsidy_yuan) FILTER (a.is_known) / sum(a.planned) FILTER (a.is_known) AS value,
    sum(a.subsidy_yuan) FILTER (a.is_known) AS numerator,
    sum(a.planned) FILTER (a.is_known) AS denominator,
    count(*) FILTER (NOT a.is_known) AS left_out,
    max(a.evidence) FILTER (a.is_known) AS evidence,
    string_agg(DISTINCT a.source_id, ';' ORDER BY a.source_id) FILTER (a.is_known) AS source_id
FROM counted
INNER JOIN amount AS a ON a.project_id = counted.project_id
GROUP BY counted.place_id
