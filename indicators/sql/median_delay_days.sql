-- [indicator]
-- code = "I18"
-- position = 17
-- unit = "day"
-- title = { zh = "延期天数（中位数）", en = "Median delay" }
-- definition = { zh = "到期的项目村延期天数的中位数；提前或按期为 0，未开通的计到参考日，按删失数据估计（Kaplan–Meier）。未开通的过多、中位数无从得知时，给出“不低于”的天数。参考日为全部记录中最晚的日期。", en = "Median days of delay of the villages whose planned day has come; early or in time is 0, and those not open yet count up to the reference day as censored (Kaplan and Meier). Where too many are unfinished to tell, it is at least the longest delay seen. The reference day is the latest on record." }
-- formula = { zh = "中位数（开通日期 − 计划日期），未完成的计到参考日", en = "median of opened − planned, the unfinished up to the reference day" }
-- pitfall = { zh = "没有清单的项目按开通的累计进度计，没有进度的按建成日期整体计；计划日期未到的村不计入。", en = "A project without a list counts by its milestones of opening, without any as a whole by the day on which it was completed; villages whose day is still to come are not counted." }
-- left_out = { zh = "另有 {n} 个村缺计划日期，未计入", en = "villages left out, for want of a planned day: {n}" }
-- palette = "gap"
-- parameters = []
WITH judged AS (
    SELECT asked.place_id, d.* EXCLUDE (place_id)
    FROM project_delay AS d
    INNER JOIN project_scope AS chosen ON chosen.project_id = d.project_id
    INNER JOIN place_within AS up ON up.place_id = d.place_id
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
