-- [rule]
-- position = 15
-- severity = "wrong"
-- title = { zh = "环节跳跃：两个环节之间不允许直接变动", en = "A record jumps: the move is not among those allowed" }
-- mend = { zh = "补登中间环节，或更正该记录", en = "Enter the states between, or correct the record" }
WITH moved AS (
    SELECT
        *,
        lag(state) OVER (PARTITION BY project_id, place_no ORDER BY moved_date, rowid) AS before
    FROM project_move
)

SELECT m.project_id, m.place_no, m.before || ' → ' || m.state || ' ' || m.moved_date AS seen, m.source_id
FROM moved AS m
LEFT JOIN programme_move AS allowed ON allowed.from_state = m.before AND allowed.to_state = m.state
WHERE m.before IS NOT NULL AND m.before <> m.state AND allowed.from_state IS NULL
ORDER BY m.project_id, m.place_no, m.moved_date
