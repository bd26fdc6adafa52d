-- [indicator]
-- code = "I17"
-- position = 16
-- unit = "percent"
-- title = { zh = "按期率", en = "On-time rate" }
-- definition = { zh = "到期的项目村中按期开通的比例。计划日期取村的计划开通日期，没有的取项目计划完成日期；到参考日仍未开通的计为逾期。参考日为全部记录中最晚的日期。", en = "Villages opened by their planned day, as a share of those whose day has come; those not open by the reference day count as late. The planned day is the village’s, else the day on which its project is due. The reference day is the latest on record." }
-- formula = { zh = "按期开通的村 ÷ 已到计划日期的村", en = "villages opened in time / villages whose planned day has come" }
-- pitfall = { zh = "没有清单的项目按建成日期整体计；计划日期未到的村不计入。", en = "A project without a list counts as a whole by the day on which it was completed; villages whose day is still to come are not counted." }
-- left_out = { zh = "另有 {n} 个村缺计划日期，未计入", en = "villages left out, for want of a planned day: {n}" }
-- palette = "rate"
-- parameters = ["level_column"]
WITH record AS ( -- the reference day: the latest on which anything is on record
    SELECT
        greatest(
            (SELECT max(greatest(opened_date, accepted_date)) FROM project_village),
            (SELECT max(greatest(contract_date, completed_date, accepted_date)) FROM project),
            (SELECT max(reached_date) FROM milestone),
            (SELECT max(moved_date) FROM project_move),
            (SELECT max(inspected_date) FROM inspection),
            (SELECT max(paid_date) FROM payment)
        ) AS as_of
),

changed AS (SELECT project_id, sum(change_villages) AS villages FROM reconciliation GROUP BY project_id),

opening AS ( -- villages by the day planned and the day opened; what was given up before it opened is not counted
    SELECT
        v.place_id,
        coalesce(pv.planned_date, p.due_date) AS planned_date,
        pv.opened_date,
        count(*) AS villages,
        max(greatest(pv.evidence, p.evidence)) AS evidence,
        pv.source_id
    FROM project_village AS pv
    INNER JOIN project AS p ON p.project_id = pv.project_id
    INNER JOIN (SELECT place_no, COLUMNS($level_column) AS place_id FROM village) AS v ON v.place_no = pv.place_no
    LEFT JOIN programme_state AS s ON s.state = pv.state
    WHERE pv.opened_date IS NOT NULL OR NOT coalesce(s.is_side, false)
    GROUP BY v.place_id, coalesce(pv.planned_date, p.due_date), pv.opened_date, pv.source_id
    UNION ALL -- without a list: all its villages on the day on which the project was completed
    SELECT
        p.place_id,
        p.due_date,
        p.completed_date,
        p.planned_villages + coalesce(changed.villages, 0),
        p.evidence,
        p.source_id
    FROM project AS p
    ANTI JOIN project_village AS pv ON pv.project_id = p.project_id
    LEFT JOIN changed ON changed.project_id = p.project_id
    WHERE p.scope = 'project' AND p.planned_villages + coalesce(changed.villages, 0) > 0
),

judged AS (
    SELECT
        asked.place_id,
        record.as_of,
        coalesce(o.opened_date <= record.as_of, false) AS is_open,
        date_diff('day', o.planned_date, CASE WHEN is_open THEN o.opened_date ELSE record.as_of END) AS delay_days,
        o.planned_date <= record.as_of AS is_due,
        o.villages,
        o.evidence,
        o.source_id
    FROM opening AS o
    CROSS JOIN record
    INNER JOIN place_within AS up ON up.place_id = o.place_id
    INNER JOIN asked ON asked.place_id = up.ancestor_id
)

SELECT
    place_id,
    min(as_of) AS as_of,
    100.0 * coalesce(sum(villages) FILTER (is_due AND is_open AND delay_days <= 0), 0) / sum(villages) FILTER (is_due) AS value,
    coalesce(sum(villages) FILTER (is_due AND is_open AND delay_days <= 0), 0) AS numerator,
    sum(villages) FILTER (is_due) AS denominator,
    coalesce(sum(villages) FILTER (is_due IS NULL), 0) AS left_out,
    max(evidence) FILTER (is_due) AS evidence,
    string_agg(DISTINCT source_id, ';' ORDER BY source_id) FILTER (is_due) AS source_id
FROM judged
GROUP BY place_id
