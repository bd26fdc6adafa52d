-- [derived]
-- reads = ["inspection", "village"]
SELECT
    i.project_id,
    v.place_no,
    i.inspected_date,
    i.is_passed,
    i.is_sampled,
    i.note,
    i.evidence,
    count(*) OVER village AS times,
    row_number() OVER ( -- a result before none; of one day what failed first
        village ORDER BY i.is_passed IS NULL, i.inspected_date DESC, i.is_passed, i.rowid DESC
    ) AS from_last,
    v.* EXCLUDE (place_no, place_id)
FROM inspection AS i
INNER JOIN (SELECT place_no, place_id, COLUMNS($level_columns) FROM village) AS v ON v.place_id = i.place_id
WHERE i.inspected_date <= $last_day
WINDOW village AS (PARTITION BY i.project_id, v.place_no)
ORDER BY v.place_no, i.project_id, from_last
