-- [indicator]
-- code = "I17"
-- position = 16
-- unit = "percent"
-- title = { zh = "按期率", en = "On-time rate" }
-- definition = { zh = "到期的项目村中按期开通的比例。计划日期取村的计划开通日期，没有的取项目计划完成日期；到参考日仍未开通的计为逾期。参考日为全部记录中最晚的日期。", en = "Villages opened by their planned day, as a share of those whose day has come; those not open by the reference day count as late. The planned day is the village’s, else the day on which its project is due. The reference day is the latest on record." }
-- formula = { zh = "按期开通的村 ÷ 已到计划日期的村", en = "villages opened in time / villages whose planned day has come" }
-- pitfall = { zh = "没有清单的项目按开通的累计进度计，没有进度的按建成日期整体计；计划日期未到的村不计入。", en = "A project without a list counts by its milestones of opening, without any as a whole by the day on which it was completed; villages whose day is still to come are not counted." }
-- left_out = { zh = "另有 {n} 个村缺计划日期，未计入", en = "villages left out, for want of a planned day: {n}" }
-- palette = "rate"
-- parameters = []
WITH judged AS (
    SELECT asked.place_id, d.* EXCLUDE (place_id)
    FROM project_delay AS d
    INNER JOIN project_scope AS chosen ON chosen.project_id = d.project_id
    INNER JOIN place_within AS up ON up.place_id = d.place_id
    INNER JOIN asked ON asked.place_id = up.ancestor_id
)

SELECT
    place_id,
    min(as_of) AS as_of,
    100.0 * coalesce(sum(villages) FILTER (is_due AND is_open AND delay_days <= 0), 0) / sum(villages) FILTER (is_due) AS value,
    coalesce(sum(villages) FILTER (is_due AND is_open AND delay_days <= 0), 0) AS numerator,
    sum(villages) FILTER (is_due) AS denominator,
    coalesce(sum(villages) FILTER (is_due IS NULL), 0) AS left_out,
    max(evidence) FILTER (is_due) AS evidence,
    string_agg(DISTINCT source_id, ';' ORDER BY source_id) FILTER (is_due) AS source_id
FROM judged
GROUP BY place_id
