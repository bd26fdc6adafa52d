"""The villages that operators would share: unconnected ones of a place, with what their cost depends on."""

from __future__ import annotations

from datetime import date

import pandas as pd
import shapely

from ground.evidence import weakest
from indicators import facts, places
from indicators.chosen import selection
from indicators.chosen.hot_spots import neighbours
from indicators.chosen.selection import Filters
from indicators.database import Atlas, per_build
from indicators.demand import unconnected


def county_level(atlas: Atlas) -> str:
    """The finest level with outlines, whose places are shared as wholes; without outlines the villages' parents."""
    order = places.levels(atlas)
    drawn = [level for level in order[1:-1] if places.has_boundaries(atlas, level)]
    return drawn[-1] if drawn else order[-2]


@per_build(8)
def counties_known(
    atlas: Atlas, within: str, standard: str, as_of: date, filters: Filters = unconnected.EVERYTHING
) -> tuple[str, ...]:
    """Places of `county_level` in which the state of at least one village is known: with none unconnected, none is
    left.
    """
    column = str(facts.status_column(atlas, standard, as_of)["column_name"])
    order = places.levels(atlas)
    inside, bound = selection.conditions(atlas, within, filters)
    held = [f'v."{one}_id"' for one in reversed(order[: order.index(county_level(atlas)) + 1])]
    found = atlas.cursor().execute(
        f"""
        SELECT DISTINCT coalesce({", ".join(held)}) AS county_id
        FROM village AS v
        JOIN village_status AS s USING (place_no)
        WHERE {inside} AND s."{column}" IN (1, 2)
        ORDER BY county_id
        """,
        bound,
    )
    return tuple(row[0] for row in found.fetchall())


@per_build(8)
def rows(
    atlas: Atlas, within: str, standard: str, as_of: date, filters: Filters = unconnected.EVERYTHING
) -> pd.DataFrame:
    """`unconnected.rows` with place_id as a column, and county_id. Not to be altered.

    county_id: of `county_level`; a village that lies in none there is kept with its nearest place above.
    """
    frame = unconnected.rows(atlas, within, standard, as_of, filters).reset_index()
    order = places.levels(atlas)
    above = [f"{level}_id" for level in reversed(order[1 : order.index(county_level(atlas)) + 1])]
    nation = str(facts.settings(atlas)["nation"]["place_id"])
    county = frame[above].bfill(axis=1).iloc[:, 0] if above else pd.Series(nation, index=frame.index)
    return frame.assign(county_id=county.fillna(nation))


def evidence_of(villages: pd.DataFrame) -> str:
    """The weakest of their states; a distance from a point that we placed is no better than a simulated state."""
    if villages.empty:
        return "declared"
    held = {str(kind) for kind in villages["evidence"].dropna().unique()}
    return weakest(
        sorted(held | ({"simulated"} if villages["is_placed"].fillna(True).any() else set())) or ["declared"]
    )


@per_build(16)
def touching(atlas: Atlas, within: str) -> tuple[tuple[str, str], ...]:
    """Pairs of places of `county_level` inside a place that touch in at least one point; each pair once."""
    found = (
        atlas.cursor()
        .execute(
            "SELECT place_id, ST_AsWKB(geometry) FROM boundary WHERE level = $level AND resolution = 'medium' "
            "AND place_id IN (SELECT place_id FROM place_within WHERE ancestor_id = $within) ORDER BY place_id",
            {"level": county_level(atlas), "within": within},
        )
        .fetchall()
    )
    ids = [row[0] for row in found]
    pairs = neighbours(shapely.from_wkb([row[1] for row in found]))
    listed = zip(pairs.focal.tolist(), pairs.neighbour.tolist(), strict=True)
    return tuple((ids[one], ids[other]) for one, other in listed if one < other)
