"""The villages that operators would share: unconnected ones of a place, with what their cost depends on."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

import pandas as pd
import shapely

from indicators import facts, places
from indicators.database import Atlas
from indicators.figure import EVIDENCE, weakest
from indicators.hot_spots import neighbours


def county_level(atlas: Atlas) -> str:
    """The finest level with outlines, whose places are shared as wholes; without outlines the villages' parents."""
    order = places.levels(atlas)
    drawn = [level for level in order[1:-1] if places.has_boundaries(atlas, level)]
    return drawn[-1] if drawn else order[-2]


def count(atlas: Atlas, within: str, standard: str, as_of: date) -> int:
    """Unconnected villages of the programme, before anybody loads them."""
    return int(_rows(atlas, within, standard, as_of, "count(*)").fetchall()[0][0])


@lru_cache(maxsize=8)
def counties_known(atlas: Atlas, within: str, standard: str, as_of: date) -> tuple[str, ...]:
    """Places of `county_level` in which the state of at least one village is known: with none unconnected, none is left."""
    found = _rows(
        atlas, within, standard, as_of, f"DISTINCT {_county(atlas)} AS county_id", "ORDER BY 1", (1, 2)
    )
    return tuple(row[0] for row in found.fetchall())


@lru_cache(maxsize=8)
def rows(atlas: Atlas, within: str, standard: str, as_of: date) -> pd.DataFrame:
    """place_id, name, county_id, terrain, households, distance_km, is_placed, evidence; by code. Not to be altered.

    distance_km: to the nearest connected village. is_placed: its point was placed by us, not surveyed. county_id: of
    `county_level`; a village that lies in none there is kept with its nearest place above.
    """
    column = _column(atlas, standard, as_of)
    wanted = (
        f"v.place_id, v.name, {_county(atlas)} AS county_id, v.terrain, v.households, "
        f'd."{column}"::DOUBLE AS distance_km, '
        "coalesce(v.location_quality LIKE 'placed_within_%', true) AS is_placed, "
        f'e."{column}"::INTEGER AS evidence'
    )
    frame = _rows(atlas, within, standard, as_of, wanted, "ORDER BY v.place_id").df()
    kinds = [None if pd.isna(code) else EVIDENCE[int(code)] for code in frame["evidence"]]
    return frame.assign(evidence=pd.Series(kinds, index=frame.index, dtype=object))


def evidence_of(villages: pd.DataFrame) -> str:
    """The weakest of their states; a distance from a point that we placed is no better than a simulated state."""
    if villages.empty:
        return "declared"
    held = {str(kind) for kind in villages["evidence"].dropna().unique()}
    return weakest(sorted(held | ({"simulated"} if villages["is_placed"].any() else set())) or ["declared"])


@lru_cache(maxsize=16)
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


def _county(atlas: Atlas) -> str:
    order = places.levels(atlas)
    held = [f'v."{one}_id"' for one in reversed(order[: order.index(county_level(atlas)) + 1])]
    return f"coalesce({', '.join(held)})"


def _column(atlas: Atlas, standard: str, as_of: date) -> str:
    return str(facts.status_column(atlas, standard, as_of)["column_name"])


def _rows(
    atlas: Atlas,
    within: str,
    standard: str,
    as_of: date,
    wanted: str,
    ending: str = "",
    states: tuple[int, ...] = (1,),
) -> Any:
    column = _column(atlas, standard, as_of)
    home = f'v."{places.levels(atlas)[-2]}_id"'
    return atlas.cursor().execute(
        f"""
        SELECT {wanted}
        FROM village AS v
        JOIN village_status AS s USING (place_no)
        JOIN village_evidence AS e USING (place_no)
        JOIN village_distance_km AS d USING (place_no)
        WHERE v.in_programme AND list_contains($states, s."{column}"::INTEGER)
          AND {home} IN (SELECT place_id FROM place_within WHERE ancestor_id = $within)
        {ending}
        """,
        {"within": within, "states": list(states)},
    )
