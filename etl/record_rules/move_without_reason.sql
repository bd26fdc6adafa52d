-- [rule]
-- position = 16
-- severity = "wrong"
-- title = { zh = "退回、取消等变动未说明理由", en = "A move that needs a reason has none" }
-- mend = { zh = "补充理由", en = "Add the reason" }
WITH moved AS (
    SELECT
        *,
        lag(state) OVER (PARTITION BY project_id, place_no ORDER BY moved_date, rowid) AS before
    FROM project_move
)

SELECT m.project_id, m.place_no, m.before || ' → ' || m.state || ' ' || m.moved_date AS seen, m.source_id
FROM moved AS m
INNER JOIN programme_move AS allowed ON allowed.from_state = m.before AND allowed.to_state = m.state
WHERE allowed.needs_reason AND m.reason IS NULL
ORDER BY m.project_id, m.place_no, m.moved_date
