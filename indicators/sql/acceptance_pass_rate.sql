-- [indicator]
-- code = "I19"
-- position = 18
-- unit = "percent"
-- title = { zh = "验收合格率", en = "Acceptance pass rate" }
-- definition = { zh = "检查合格的村占有检查结论的村的比例，附 95% 威尔逊区间。一村检查多次的取最近一次结论，同一天结论不一的计为不合格。", en = "Villages that passed as a share of those with a result, with the 95 percent interval of Wilson. Of several inspections of a village the latest result counts; where one day has both, it failed." }
-- formula = { zh = "合格村 ÷ 有结论的村", en = "villages passed / villages tested" }
-- pitfall = { zh = "区间只对随机抽取的村有意义；样本小则区间宽。", en = "The interval means something for villages drawn by chance only; a small sample makes it wide." }
-- left_out = { zh = "另有 {n} 个村检查过但没有结论，未计入", en = "villages left out, inspected without a result on record: {n}" }
-- palette = "rate"
-- parameters = ["level_column"]
WITH last_day AS (
    SELECT i.*, max(inspected_date) FILTER (is_passed IS NOT NULL) OVER (PARTITION BY i.project_id, place_id) AS last_date
    FROM inspection AS i
    INNER JOIN project_scope AS chosen ON chosen.project_id IS NOT DISTINCT FROM i.project_id
),

tested AS ( -- is_passed is missing where no result is on record
    SELECT
        project_id,
        place_id,
        bool_and(is_passed) FILTER (inspected_date = last_date) AS is_passed,
        max(evidence) AS evidence,
        min(source_id) AS source_id
    FROM last_day
    GROUP BY project_id, place_id
),

result AS (
    SELECT
        asked.place_id,
        count(*) FILTER (t.is_passed) AS passed,
        count(t.is_passed) AS tested,
        count(*) - count(t.is_passed) AS left_out,
        max(t.evidence) FILTER (t.is_passed IS NOT NULL) AS evidence,
        string_agg(DISTINCT t.source_id, ';' ORDER BY t.source_id) FILTER (t.is_passed IS NOT NULL) AS source_id
    FROM tested AS t
    INNER JOIN (SELECT place_id AS village_id, COLUMNS($level_column) AS place_id FROM village) AS v
        ON v.village_id = t.place_id
    INNER JOIN place_within AS up ON up.place_id = v.place_id
    INNER JOIN asked ON asked.place_id = up.ancestor_id
    GROUP BY asked.place_id
),

wilson AS ( -- the interval is middle ± half; z = 1.96 leaves 2.5 percent on either side
    SELECT
        *,
        1.959963984540054 ^ 2 / nullif(tested, 0) AS z2_of_n,
        passed / nullif(tested, 0) AS share,
        (share + z2_of_n / 2) / (1 + z2_of_n) AS middle,
        sqrt(z2_of_n * (share * (1 - share) + z2_of_n / 4)) / (1 + z2_of_n) AS half
    FROM result
)

SELECT
    place_id,
    100 * share AS value,
    100 * greatest(middle - half, 0) AS low,
    100 * least(middle + half, 1) AS high,
    passed AS numerator,
    tested AS denominator,
    left_out,
    evidence,
    source_id
FROM wilson
