-- reads: project, project_village, village, programme_state, reconciliation, milestone, project_move, inspection, payment
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
        1 AS villages,
        greatest(pv.evidence, p.evidence) AS evidence,
        pv.source_id
    FROM project_village AS pv
    INNER JOIN project AS p ON p.project_id = pv.project_id
    INNER JOIN (SELECT place_no, COLUMNS($level_column) AS place_id FROM village) AS v ON v.place_no = pv.place_no
    LEFT JOIN programme_state AS s ON s.state = pv.state
    WHERE pv.opened_date IS NOT NULL OR NOT coalesce(s.is_side, false)
    UNION ALL -- without a list: all its villages on the day on which the project was completed; where nothing says how it
    -- went, it is not late for that: its planned day counts as unknown
    SELECT
        p.place_id,
        CASE WHEN p.completed_date IS NOT NULL OR p.project_id IN (SELECT project_id FROM milestone) THEN p.due_date END,
        p.completed_date,
        p.planned_villages + coalesce(changed.villages, 0),
        p.evidence,
        p.source_id
    FROM project AS p
    ANTI JOIN project_village AS pv ON pv.project_id = p.project_id
    LEFT JOIN changed ON changed.project_id = p.project_id
    WHERE p.scope = 'project' AND p.planned_villages + coalesce(changed.villages, 0) > 0
)

SELECT
    o.place_id,
    record.as_of,
    o.planned_date <= record.as_of AS is_due,
    coalesce(o.opened_date <= record.as_of, false) AS is_open,
    date_diff('day', o.planned_date, CASE WHEN is_open THEN o.opened_date ELSE record.as_of END) AS delay_days,
    sum(o.villages) AS villages,
    max(o.evidence) AS evidence,
    o.source_id
FROM opening AS o
CROSS JOIN record
GROUP BY ALL
ORDER BY o.place_id, delay_days
