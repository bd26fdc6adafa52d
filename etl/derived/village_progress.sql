-- [derived]
-- reads = ["project_village", "project", "programme_state", "project_move", "village"]
WITH moved AS (
    SELECT
        m.project_id,
        m.place_no,
        m.state,
        max(m.moved_date) AS moved_date,
        max(CASE WHEN NOT s.is_side THEN s.position END) AS position
    FROM project_move AS m
    INNER JOIN programme_state AS s ON s.state = m.state
    WHERE m.place_no IS NOT NULL AND m.moved_date <= $last_day
    GROUP BY ALL
),

furthest AS (SELECT project_id, place_no, max(position) AS position FROM moved GROUP BY ALL)

SELECT
    pv.project_id,
    pv.place_no,
    pv.state,
    pv.planned_date,
    c.contract_date,
    CASE WHEN pv.opened_date <= $last_day THEN pv.opened_date END AS opened_date,
    CASE WHEN pv.accepted_date <= $last_day THEN pv.accepted_date END AS accepted_date,
    greatest(
        CASE WHEN s.is_side THEN $first_position ELSE s.position END,
        furthest.position,
        CASE WHEN pv.opened_date <= $last_day THEN $opened_position END,
        CASE WHEN pv.accepted_date <= $last_day THEN $accepted_position END
    ) AS reached,
    coalesce(
        pv.state_date,
        moved.moved_date,
        CASE pv.state WHEN $opened THEN pv.opened_date WHEN $accepted THEN pv.accepted_date WHEN $first THEN c.contract_date END
    ) AS entered_date,
    CASE WHEN entered_date <= $last_day THEN $last_day::DATE - entered_date END AS days,
    pv.evidence,
    v.* EXCLUDE (place_no)
FROM project_village AS pv
INNER JOIN project AS c ON c.project_id = pv.project_id AND c.scope = 'project'
INNER JOIN programme_state AS s ON s.state = pv.state
INNER JOIN (SELECT place_no, COLUMNS($level_columns) FROM village) AS v ON v.place_no = pv.place_no
LEFT JOIN moved
    ON moved.project_id = pv.project_id AND moved.place_no = pv.place_no AND moved.state = pv.state
LEFT JOIN furthest ON furthest.project_id = pv.project_id AND furthest.place_no = pv.place_no
ORDER BY v.*
