-- [indicator]
-- code = "I09"
-- position = 5
-- unit = "percent"
-- title = { zh = "人口加权缺口", en = "Population-weighted gap" }
-- definition = { zh = "未通村人口占状态已知村人口的比例，只计人口已知的村。", en = "Population of unconnected villages as a share of the population of villages of known state, counting villages of known population only." }
-- formula = { zh = "Σ 未通村人口 ÷ Σ 状态已知村人口", en = "Σ population unconnected / Σ population of known state" }
-- pitfall = { zh = "默认名录没有村级人口；导入本地名录后才有数。", en = "The default register holds no village population; the number appears once a register brings it." }
-- palette = "gap"
-- parameters = ["standard", "as_of"]
SELECT
    c.place_id,
    c.as_of,
    100.0 * c.population_unconnected_persons / nullif(c.population_persons, 0) AS value,
    c.population_unconnected_persons AS numerator,
    c.population_persons AS denominator,
    c.unknown,
    c.evidence,
    c.source_id
FROM status_count AS c
INNER JOIN asked ON asked.place_id = c.place_id
WHERE c.standard = $standard AND (c.as_of = $as_of OR $as_of IS NULL)
