-- [indicator]
-- code = "I18"
-- position = 17
-- unit = "day"
-- title = { zh = "延期天数（中位数）", en = "Median delay" }
-- definition = { zh = "到期的项目村延期天数的中位数；提前或按期为 0，未开通的计到参考日，按删失数据估计（Kaplan–Meier）。未开通的过多、中位数无从得知时，给出“不低于”的天数。参考日为全部记录中最晚的日期。", en = "Median days of delay of the villages whose planned day has come; early or in time is 0, and those not open yet count up to the reference day as censored (Kaplan and Meier). Where too many are unfinished to tell, it is at least the longest delay seen. The reference day is the latest on record." }
-- formula = { zh = "中位数（开通日期 − 计划日期），未完成的计到参考日", en = "median of opened − planned, the unfinished up to the reference day" }
-- pitfall = { zh = "没有清单的项目按建成日期整体计；计划日期未到的村不计入。", en = "A project without a list counts as a whole by the day on which it was completed; villages whose day is still to come are not counted." }
-- left_out = { zh = "另有 {n} 个村缺计划日期，未计入", en = "villages left out, for want of a planned day: {n}" }
-- palette = "gap"
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
),

days AS ( -- per delay: villages opened after so many days, and all that end there, the unfinished included
    SELECT
        place_id,
        greatest(delay_days, 0) AS delay_days,
        sum(villages) AS villages,
        coalesce(sum(villages) FILTER (is_open), 0) AS opened
    FROM judged
    WHERE is_due
    GROUP BY place_id, greatest(delay_days, 0)
),

waiting AS (
    SELECT *, sum(villages) OVER (PARTITION BY place_id ORDER BY delay_days DESC) AS at_risk FROM days
),

survival AS ( -- the share still waiting after so many days
    SELECT *, product(1 - opened / at_risk) OVER (PARTITION BY place_id ORDER BY delay_days) AS share FROM waiting
),

median AS (
    SELECT
        place_id,
        min(delay_days) FILTER (share <= 0.5 + 1e-12) AS median_days,
        max(delay_days) AS longest_days
    FROM survival
    GROUP BY place_id
)

SELECT
    j.place_id,
    min(j.as_of) AS as_of,
    min(coalesce(m.median_days, m.longest_days)) AS value,
    min(CASE WHEN m.median_days IS NULL THEN m.longest_days END) AS low,
    coalesce(sum(j.villages) FILTER (j.is_due AND NOT j.is_open), 0) AS numerator,
    sum(j.villages) FILTER (j.is_due) AS denominator,
    coalesce(sum(j.villages) FILTER (j.is_due IS NULL), 0) AS left_out,
    max(j.evidence) FILTER (j.is_due) AS evidence,
    string_agg(DISTINCT j.source_id, ';' ORDER BY j.source_id) FILTER (j.is_due) AS source_id
FROM judged AS j
LEFT JOIN median AS m ON m.place_id = j.place_id
GROUP BY j.place_id
