-- [indicator]
-- code = "I16"
-- position = 15
-- unit = "percent"
-- title = { zh = "完成率", en = "Completion" }
-- definition = { zh = "开通村数占计划村数的比例。开通村数取项目村清单，没有清单的取累计进度，再没有的取项目公布数；计划村数为合同村数加减台账核增核减，没有合同村数的取清单村数。", en = "Villages opened as a share of those planned. Opened: by the list of villages, else by milestones, else the project’s own count. Planned: as contracted, with what the ledger added or removed, else as listed." }
-- formula = { zh = "开通村数 ÷ 计划村数", en = "villages opened / villages planned" }
-- pitfall = { zh = "可以超过 100%（永州第一批计划 593、开通 598），不截断。没有清单的项目不拆分到所覆盖的下级地区。", en = "May exceed 100 percent (Yongzhou batch 1: 593 planned, 598 opened) and is never cut. Without a list a project is not split over the places that it covers." }
-- left_out = { zh = "另有 {n} 个项目缺计划村数或开通村数，或没有清单而超出当地，未计入", en = "projects left out, for want of a plan or of a count of opened villages, or reaching beyond the place without a list: {n}" }
-- palette = "rate"
-- parameters = ["level_column"]
WITH placed AS ( -- the villages of the lists by the place they lie in; what was given up before it opened is not counted
    SELECT
        pv.project_id,
        v.place_id,
        count(*) AS villages,
        count(pv.opened_date) AS done,
        max(pv.evidence) AS evidence,
        min(pv.source_id) AS source_id
    FROM project_village AS pv
    INNER JOIN project_scope AS chosen ON chosen.project_id = pv.project_id
    INNER JOIN (SELECT place_no, COLUMNS($level_column) AS place_id FROM village) AS v ON v.place_no = pv.place_no
    LEFT JOIN programme_state AS s ON s.state = pv.state
    WHERE pv.opened_date IS NOT NULL OR NOT coalesce(s.is_side, false)
    GROUP BY pv.project_id, v.place_id
),

own AS ( -- places that hold the whole project
    SELECT p.project_id, asked.place_id
    FROM project AS p
    INNER JOIN project_scope AS chosen ON chosen.project_id = p.project_id
    INNER JOIN place_within AS up ON up.place_id = p.place_id
    INNER JOIN asked ON asked.place_id = up.ancestor_id
    WHERE p.scope = 'project'
),

inside AS ( -- places that hold a part of its list
    SELECT
        l.project_id,
        asked.place_id,
        sum(l.villages) AS villages,
        sum(l.done) AS done,
        max(l.evidence) AS evidence,
        min(l.source_id) AS source_id
    FROM placed AS l
    INNER JOIN place_within AS up ON up.place_id = l.place_id
    INNER JOIN asked ON asked.place_id = up.ancestor_id
    GROUP BY l.project_id, asked.place_id
),

total AS (
    SELECT
        project_id,
        sum(villages) AS villages,
        sum(done) AS done,
        max(evidence) AS evidence,
        min(source_id) AS source_id
    FROM placed
    GROUP BY project_id
),

counted AS ( -- by milestones: the latest count of villages in the state that an opening day shows
    SELECT
        m.project_id,
        arg_max(m.villages, m.reached_date) AS done,
        max(m.evidence) AS evidence,
        min(m.source_id) AS source_id
    FROM milestone AS m
    INNER JOIN programme_state AS s ON s.state = m.state
    WHERE s.reached_by = 'opened_date'
    GROUP BY m.project_id
),

changed AS (
    SELECT project_id, sum(change_villages) AS villages, max(evidence) AS evidence, min(source_id) AS source_id
    FROM reconciliation
    GROUP BY project_id
),

whole AS (
    SELECT
        p.project_id,
        coalesce(p.planned_villages + coalesce(changed.villages, 0), total.villages) AS villages,
        coalesce(total.done, counted.done, p.opened_villages) AS done,
        total.project_id IS NOT NULL AS is_listed,
        greatest(p.evidence, changed.evidence, coalesce(total.evidence, counted.evidence)) AS evidence,
        [p.source_id, changed.source_id, coalesce(total.source_id, counted.source_id)] AS sources
    FROM project AS p
    LEFT JOIN total ON total.project_id = p.project_id
    LEFT JOIN counted ON counted.project_id = p.project_id
    LEFT JOIN changed ON changed.project_id = p.project_id
    WHERE p.scope = 'project'
),

part AS (
    SELECT own.place_id, w.villages, w.done, w.evidence, w.sources
    FROM own INNER JOIN whole AS w ON w.project_id = own.project_id
    UNION ALL
    SELECT i.place_id, i.villages, i.done, i.evidence, [i.source_id]
    FROM inside AS i ANTI JOIN own ON own.project_id = i.project_id AND own.place_id = i.place_id
    UNION ALL -- without a list: how many lie in the places that it covers is not known
    SELECT covered.place_id, NULL, NULL, NULL, NULL
    FROM (
        SELECT DISTINCT pp.project_id, asked.place_id
        FROM project_place AS pp
        INNER JOIN project_scope AS chosen ON chosen.project_id = pp.project_id
        INNER JOIN place_within AS up ON up.place_id = pp.place_id
        INNER JOIN asked ON asked.place_id = up.ancestor_id
    ) AS covered
    INNER JOIN whole AS w ON w.project_id = covered.project_id AND NOT w.is_listed
    ANTI JOIN own ON own.project_id = covered.project_id AND own.place_id = covered.place_id
),

judged AS (SELECT *, coalesce(villages, 0) > 0 AND done IS NOT NULL AS is_known FROM part)

SELECT
    place_id,
    100.0 * sum(done) FILTER (is_known) / sum(villages) FILTER (is_known) AS value,
    sum(done) FILTER (is_known) AS numerator,
    sum(villages) FILTER (is_known) AS denominator,
    count(*) FILTER (NOT is_known) AS left_out,
    max(evidence) FILTER (is_known) AS evidence,
    array_to_string(list_sort(list_distinct(flatten(list(sources) FILTER (is_known)))), ';') AS source_id
FROM judged
GROUP BY place_id
