-- [indicator]
-- code = "I21"
-- position = 20
-- unit = "percent"
-- title = { zh = "检查覆盖率", en = "Inspection coverage" }
-- definition = { zh = "检查过的项目村占项目村的比例，一村检查多次只计一次；当地没有任何检查记录时不计算。有清单的项目按清单计；没有清单的，分母为合同村数加减台账核增核减。", en = "Villages inspected as a share of the villages of projects; one inspected twice counts once; where no inspection of the place is on record nothing is computed. By the list of villages; without one the denominator is what was contracted, with what the ledger added or removed." }
-- formula = { zh = "检查过的项目村 ÷ 项目村", en = "villages inspected / villages of projects" }
-- pitfall = { zh = "没有清单的项目只计入其所在地及上级；清单以外的检查不计入，列在数据页“记录核查”。", en = "Without a list a project counts at its own place and above only; inspections outside the list are not counted and stand among the findings of the page Data." }
-- left_out = { zh = "另有 {n} 个项目缺村数，未计入", en = "projects left out, for want of their villages: {n}" }
-- palette = "rate"
-- parameters = ["level_column"]
WITH looked_at AS (
    SELECT i.project_id, v.place_no, max(i.evidence) AS evidence
    FROM inspection AS i
    INNER JOIN village AS v ON v.place_id = i.place_id
    GROUP BY i.project_id, v.place_no
),

listed AS ( -- what was given up before it opened is not counted; an inspection may leave its project unsaid
    SELECT
        pv.project_id,
        pv.place_no,
        pv.source_id,
        coalesce(named.place_no, unsaid.place_no) IS NOT NULL AS is_inspected,
        greatest(pv.evidence, named.evidence, unsaid.evidence) AS evidence
    FROM project_village AS pv
    INNER JOIN project_scope AS chosen ON chosen.project_id = pv.project_id
    LEFT JOIN looked_at AS named ON named.project_id = pv.project_id AND named.place_no = pv.place_no
    LEFT JOIN (SELECT * FROM looked_at WHERE project_id IS NULL) AS unsaid ON unsaid.place_no = pv.place_no
    LEFT JOIN programme_state AS s ON s.state = pv.state
    WHERE pv.opened_date IS NOT NULL OR NOT coalesce(s.is_side, false)
),

seen AS ( -- per project that the inspection names
    SELECT project_id, count(*) AS villages, max(evidence) AS evidence FROM looked_at GROUP BY project_id
),

changed AS (SELECT project_id, sum(change_villages) AS villages FROM reconciliation GROUP BY project_id),

part AS (
    SELECT
        v.place_id,
        count(*) AS villages,
        count(*) FILTER (l.is_inspected) AS inspected,
        max(l.evidence) AS evidence,
        l.source_id,
        l.project_id
    FROM listed AS l
    INNER JOIN (SELECT place_no, COLUMNS($level_column) AS place_id FROM village) AS v ON v.place_no = l.place_no
    GROUP BY v.place_id, l.project_id, l.source_id
    UNION ALL -- without a list
    SELECT
        p.place_id,
        p.planned_villages + coalesce(changed.villages, 0) AS villages,
        coalesce(seen.villages, 0) AS inspected,
        greatest(p.evidence, seen.evidence) AS evidence,
        p.source_id,
        p.project_id
    FROM project AS p
    INNER JOIN project_scope AS chosen ON chosen.project_id = p.project_id
    ANTI JOIN project_village AS pv ON pv.project_id = p.project_id
    LEFT JOIN changed ON changed.project_id = p.project_id
    LEFT JOIN seen ON seen.project_id = p.project_id
    WHERE p.scope = 'project'
),

judged AS (SELECT *, coalesce(villages, 0) > 0 AS is_known FROM part)

SELECT
    asked.place_id,
    100.0 * nullif(sum(j.inspected) FILTER (j.is_known), 0) / sum(j.villages) FILTER (j.is_known) AS value,
    nullif(sum(j.inspected) FILTER (j.is_known), 0) AS numerator,
    sum(j.villages) FILTER (j.is_known) AS denominator,
    count(DISTINCT j.project_id) FILTER (NOT j.is_known) AS left_out,
    max(j.evidence) FILTER (j.is_known) AS evidence,
    string_agg(DISTINCT j.source_id, ';' ORDER BY j.source_id) FILTER (j.is_known) AS source_id
FROM judged AS j
INNER JOIN place_within AS up ON up.place_id = j.place_id
INNER JOIN asked ON asked.place_id = up.ancestor_id
GROUP BY asked.place_id
