"""The unconnected villages of a place with what planning needs to know of each; unknown is missing, never 0."""

from __future__ import annotations

from datetime import date

import pandas as pd

from ground.evidence import EVIDENCE, weakest
from indicators import facts, places
from indicators.chosen import selection
from indicators.chosen.selection import Filters
from indicators.database import Atlas, per_build
from indicators.projects import stages

EVERYTHING = Filters()


@per_build(64)
def count(atlas: Atlas, within: str, standard: str, as_of: date, filters: Filters = EVERYTHING) -> int:
    """How many there are of those that filters leave, without reading them."""
    column = _column(atlas, standard, as_of)
    inside, bound = selection.conditions(atlas, within, filters)
    found = atlas.cursor().execute(
        f"SELECT count(*) FROM village AS v JOIN village_status AS s USING (place_no) "
        f'WHERE {inside} AND s."{column}" = 1',
        bound,
    )
    return int(found.fetchall()[0][0])


@per_build(8)
def rows(atlas: Atlas, within: str, standard: str, as_of: date, filters: Filters = EVERYTHING) -> pd.DataFrame:
    """One row per unconnected village of the programme that filters leave, indexed by place_id; not to be altered.

    Columns: name, name_en, lon, lat, is_placed (its position is not its own), evidence of its state, terrain,
    policy_category, population_persons, households, distance_km (to the nearest connected village; of placed
    points it means nothing), is_started (a project of it is under way and not opened), and `<level>_id` for each
    level between the nation and the village.
    """
    column = _column(atlas, standard, as_of)
    above = places.levels(atlas)[1:-1]
    inside, bound = selection.conditions(atlas, within, filters)
    listed = "".join(f', v."{level}_id"' for level in above)
    frame = (
        atlas.cursor()
        .execute(
            f"""
            WITH under_way AS (
                SELECT place_no, max(state_date) AS since
                FROM project_village
                WHERE opened_date IS NULL AND accepted_date IS NULL AND list_contains($before, state)
                GROUP BY place_no
            )
            SELECT v.place_id, v.name, v.name_en, v.lon, v.lat,
                   starts_with(v.location_quality, 'placed_') AS is_placed,
                   e."{column}"::INTEGER AS evidence, v.terrain, v.policy_category,
                   v.population_persons::DOUBLE AS population_persons, v.households::DOUBLE AS households,
                   d."{column}"::DOUBLE AS distance_km, u.place_no IS NOT NULL AS is_started{listed}
            FROM village AS v
            JOIN village_status AS s USING (place_no)
            JOIN village_evidence AS e USING (place_no)
            LEFT JOIN village_distance_km AS d USING (place_no)
            LEFT JOIN under_way AS u USING (place_no)
            WHERE {inside} AND s."{column}" = 1
            ORDER BY v.place_id
            """,
            bound | {"before": list(states_before_opening(atlas))},
        )
        .df()
    )
    words = {float(code): word for code, word in enumerate(EVIDENCE)}
    own = frame["evidence"].astype("float64").map(words).astype(object)
    return frame.assign(evidence=own.where(own.notna(), None)).set_index("place_id")


@per_build(8)
def candidates(atlas: Atlas, within: str, standard: str, as_of: date, filters: Filters = EVERYTHING) -> pd.DataFrame:
    """Every village of the programme with a position, where a site could go; indexed by place_id, not to be altered.

    Columns: name, name_en, lon, lat, is_placed, terrain, households, distance_km to the nearest connected village: 0
    for a connected one, missing where the state is not known.
    """
    column = _column(atlas, standard, as_of)
    inside, bound = selection.conditions(atlas, within, filters)
    return (
        atlas.cursor()
        .execute(
            f"""
            SELECT v.place_id, v.name, v.name_en, v.lon, v.lat,
                   starts_with(v.location_quality, 'placed_') AS is_placed,
                   v.terrain, v.households::DOUBLE AS households,
                   CASE s."{column}" WHEN 2 THEN 0.0 WHEN 1 THEN d."{column}"::DOUBLE END AS distance_km
            FROM village AS v
            JOIN village_status AS s USING (place_no)
            LEFT JOIN village_distance_km AS d USING (place_no)
            WHERE {inside} AND v.lon IS NOT NULL AND s."{column}" <> 3
            ORDER BY v.place_id
            """,
            bound,
        )
        .df()
        .set_index("place_id")
    )


@per_build(4)
def states_before_opening(atlas: Atlas) -> tuple[str, ...]:
    """States of a village's project from the first of a village up to the last before it is opened."""
    table = stages.states(atlas)
    way = stages.way(atlas)
    order = table.loc[~table["is_side"].astype(bool), "state"].tolist()
    if way.opened not in order or way.first not in order:
        return ()
    return tuple(order[order.index(way.first) : order.index(way.opened)])


def evidence_of(frame: pd.DataFrame) -> str:
    """The weakest that the states of some villages rest on; of none, that of a model."""
    kinds = [str(kind) for kind in frame["evidence"].dropna().unique()]
    return weakest(kinds) if kinds else "modelled"


def _column(atlas: Atlas, standard: str, as_of: date) -> str:
    return str(facts.status_column(atlas, standard, as_of)["column_name"])
