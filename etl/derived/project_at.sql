-- [derived]
-- reads = ["project", "project_place", "project_village", "village", "place_within"]
WITH seat AS ( -- at its own place, at those that it covers, at those of its villages
    SELECT project_id, place_id FROM project
    UNION
    SELECT project_id, place_id FROM project_place
    UNION
    SELECT pv.project_id, v.place_id
    FROM project_village AS pv
    INNER JOIN (SELECT place_no, COLUMNS($level_column) AS place_id FROM village) AS v ON v.place_no = pv.place_no
)

SELECT DISTINCT seat.project_id, up.ancestor_id AS place_id
FROM seat INNER JOIN place_within AS up ON up.place_id = seat.place_id
ORDER BY up.ancestor_id, seat.project_id
