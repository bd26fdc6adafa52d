"""What single projects cost: announced amounts, divided by what is known of those they serve."""

from __future__ import annotations

import pandas as pd

from indicators.database import Atlas, per_build

#: What an amount may be divided by → the column that holds the result, in the profile's currency.
COLUMNS = {
    "village": "yuan_per_village",
    "household": "yuan_per_household",
    "resident": "yuan_per_resident",
    "project": "capex_yuan",
}


@per_build(16)
def costs(atlas: Atlas, within: str) -> pd.DataFrame:
    """Projects with an announced cost that lie in a place or cover it, one row each, by project_id.

    Columns: project_id, name, name_en, operator, technology, scope (project, programme), place_id, place_name,
    place_name_en, region_id, region_name, region_name_en (the highest level beneath the nation), capex_yuan,
    capex_qualifier, planned_villages, the columns of COLUMNS, evidence, source_id. Households and residents
    are those of the pilot's villages, where all of them are known and the pilot has one project.
    """
    return (
        atlas.cursor()
        .execute(
            """
            WITH served AS (
                SELECT pv.pilot_id,
                       CASE WHEN count(*) = count(v.households) THEN sum(v.households) END AS households,
                       CASE WHEN count(*) = count(v.population_persons) THEN sum(v.population_persons) END AS persons,
                       max(pv.evidence) AS evidence
                FROM pilot_village AS pv JOIN village AS v USING (place_no)
                GROUP BY pv.pilot_id
            ),
            single AS (SELECT pilot_id FROM project WHERE pilot_id IS NOT NULL GROUP BY pilot_id HAVING count(*) = 1),
            region AS (
                SELECT w.place_id, up.place_id AS region_id, up.name AS region_name, up.name_en AS region_name_en
                FROM place_within AS w
                JOIN place AS up ON up.place_id = w.ancestor_id
                JOIN level AS l ON l.level_id = up.level AND l.position = 1
            )
            SELECT p.project_id, p.name, p.name_en, p.operator, p.technology, p.scope, p.place_id, place.name AS
                place_name,
                   place.name_en AS place_name_en, region.region_id, region.region_name, region.region_name_en,
                   p.capex_yuan, p.capex_qualifier, p.planned_villages,
                   p.capex_yuan / p.planned_villages AS yuan_per_village,
                   p.capex_yuan / nullif(served.households, 0) AS yuan_per_household,
                   p.capex_yuan / nullif(served.persons, 0) AS yuan_per_resident,
                   p.evidence::TEXT AS evidence, p.source_id
            FROM project AS p
            JOIN place USING (place_id)
            LEFT JOIN region ON region.place_id = p.place_id
            LEFT JOIN single ON single.pilot_id = p.pilot_id
            LEFT JOIN served ON served.pilot_id = single.pilot_id
            WHERE p.capex_yuan IS NOT NULL
              AND (p.place_id IN (SELECT place_id FROM place_within WHERE ancestor_id = $1)
                   OR p.project_id IN (SELECT project_id FROM project_place WHERE place_id = $1))
            ORDER BY p.project_id
            """,
            [within],
        )
        .df()
    )


def known(atlas: Atlas, within: str) -> tuple[str, ...]:
    """What the amounts of a place can be divided by: the keys of COLUMNS of which a value is known."""
    frame = costs(atlas, within)
    return tuple(per for per, column in COLUMNS.items() if frame[column].notna().any())
