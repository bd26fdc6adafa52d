-- [derived]
-- reads = ["project", "project_place", "project_village", "village", "place_within", "cost_parameter"]
WITH home AS ( -- which places hold a project whole: by its own place, or because all that it covers lie there
    SELECT p.project_id, up.ancestor_id AS place_id
    FROM project AS p INNER JOIN place_within AS up ON up.place_id = p.place_id
    UNION
    SELECT pp.project_id, up.ancestor_id
    FROM project_place AS pp
    INNER JOIN place_within AS up ON up.place_id = pp.place_id
    INNER JOIN (SELECT project_id, count(*) AS places FROM project_place GROUP BY project_id) AS every
        ON every.project_id = pp.project_id
    GROUP BY pp.project_id, up.ancestor_id, every.places
    HAVING count(*) = every.places
),

list AS (
    SELECT
        pv.project_id,
        v.place_id,
        count(*) AS villages,
        count(pv.capex_yuan) AS with_capex,
        sum(pv.capex_yuan) AS capex_yuan,
        count(v.households) AS with_households,
        sum(v.households) AS households,
        count(v.population_persons) AS with_persons,
        sum(v.population_persons) AS population_persons,
        count(*) FILTER (pv.capex_yuan IS NOT NULL AND m.technology IS NOT NULL) AS modelled,
        count(*) FILTER (NOT pv.capex_yuan BETWEEN m.low_yuan AND m.high_yuan) AS outside,
        max(pv.evidence) AS evidence
    FROM project_village AS pv
    INNER JOIN (SELECT place_no, households, population_persons, COLUMNS($level_column) AS place_id FROM village) AS v
        ON v.place_no = pv.place_no
    INNER JOIN project AS p ON p.project_id = pv.project_id
    LEFT JOIN cost_parameter AS m ON m.technology = coalesce(pv.technology, p.technology)
    GROUP BY pv.project_id, v.place_id
),

spread AS ( -- what its list says of the villages inside a place; a sum only where every village has the amount
    SELECT
        l.project_id,
        up.ancestor_id AS place_id,
        sum(l.villages) AS villages,
        CASE WHEN sum(l.with_capex) = sum(l.villages) THEN sum(l.capex_yuan) END AS capex_yuan,
        CASE WHEN sum(l.with_households) = sum(l.villages) THEN sum(l.households) END AS households,
        CASE WHEN sum(l.with_persons) = sum(l.villages) THEN sum(l.population_persons) END AS population_persons,
        sum(l.modelled) AS modelled,
        sum(l.outside) AS outside,
        max(l.evidence) AS evidence
    FROM list AS l
    INNER JOIN place_within AS up ON up.place_id = l.place_id
    GROUP BY l.project_id, up.ancestor_id
)

SELECT
    coalesce(home.place_id, s.place_id) AS place_id,
    coalesce(home.project_id, s.project_id) AS project_id,
    home.place_id IS NOT NULL AS is_whole,
    s.villages,
    s.capex_yuan,
    s.households,
    s.population_persons,
    s.modelled,
    s.outside,
    s.evidence
FROM home
FULL JOIN spread AS s ON s.project_id = home.project_id AND s.place_id = home.place_id
ORDER BY ALL
