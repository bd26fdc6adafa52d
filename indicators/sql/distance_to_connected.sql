-- [indicator]
-- code = "I10"
-- position = 6
-- unit = "km"
-- title = { zh = "最近已通村距离（中位数）", en = "Distance to the nearest connected village (median)" }
-- definition = { zh = "未通村到最近已通村的直线距离的中位数。", en = "Median great-circle distance from an unconnected village to the nearest connected one." }
-- formula = { zh = "中位数（未通村到最近已通村的球面距离）", en = "median over unconnected villages of the distance to the nearest connected village" }
-- pitfall = { zh = "村点为⟨placed⟩内布点时距离没有意义，仅作演示。", en = "Where villages are placed by us the distance means nothing: shown as a demonstration only." }
-- palette = "gap"
-- demonstration = true
-- parameters = ["level_column", "status_column"]
SELECT
    asked.place_id,
    median(v.distance_km) AS value,
    count(*) AS numerator,
    count(*) AS denominator
FROM (
    SELECT
        COLUMNS($level_column) AS place_id,
        COLUMNS($status_column) AS distance_km
    FROM village
    INNER JOIN village_distance_km ON village_distance_km.place_no = village.place_no
) AS v
INNER JOIN place_within AS up ON up.place_id = v.place_id
INNER JOIN asked ON asked.place_id = up.ancestor_id
WHERE v.distance_km IS NOT NULL
GROUP BY asked.place_id
