"""Places and villages by code: names, ancestors, parts, bounds. Every value is bound, never formatted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from ground.evidence import EVIDENCE
from ground.locations import PLACED
from ground.sphere import EARTH_RADIUS_KM
from indicators.database import Atlas, per_build


@dataclass(frozen=True)
class Place:
    """A place above the village. `bounds` are west, south, east, north in degrees."""

    place_id: str
    level: str
    parent_id: str | None
    name: str
    name_en: str | None
    is_grouping: bool
    has_boundary: bool
    bounds: tuple[float, float, float, float] | None


@dataclass(frozen=True)
class Village:
    """One village or community with what the register says of it."""

    place_no: int
    place_id: str
    name: str
    name_en: str | None
    kind: str
    in_programme: bool
    parent_id: str
    lon: float
    lat: float
    location_quality: str
    population_persons: int | None
    households: int | None
    source_id: str


_PLACE = """
    SELECT place_id, level, parent_id, name, name_en, is_grouping, has_boundary, xmin, ymin, xmax, ymax
    FROM place
"""


@per_build(4096)
def place(atlas: Atlas, place_id: str) -> Place | None:
    """A place by its code, or None."""
    rows = atlas.cursor().execute(f"{_PLACE} WHERE place_id = $1", [place_id]).fetchall()
    return _place(rows[0]) if rows else None


@per_build(4096)
def path(atlas: Atlas, place_id: str) -> tuple[Place, ...]:
    """The place and its ancestors, the nation first; groupings that name no place are left out."""
    found: list[Place] = []
    current: str | None = place_id
    while current is not None and (one := place(atlas, current)) is not None:
        found.append(one)
        current = one.parent_id
    return tuple(one for one in reversed(found) if not one.is_grouping or one.place_id == place_id)


@per_build(4096)
def parts(atlas: Atlas, place_id: str, level: str) -> tuple[Place, ...]:
    """The places shown at a level inside a place, in the order of their codes."""
    rows = (
        atlas.cursor()
        .execute(
            f"{_PLACE} WHERE place_id IN (SELECT place_id FROM place_at WHERE level = $level) "
            "AND place_id IN (SELECT place_id FROM place_within WHERE ancestor_id = $within) ORDER BY place_id",
            {"level": level, "within": place_id},
        )
        .fetchall()
    )
    return tuple(_place(row) for row in rows)


@per_build(4)
def levels(atlas: Atlas) -> tuple[str, ...]:
    """All levels, the nation first, the village last."""
    return tuple(row[0] for row in atlas.cursor().execute("SELECT level_id FROM level ORDER BY position").fetchall())


@per_build(4)
def level_names(atlas: Atlas) -> dict[str, dict[str, str]]:
    """Level → its name in both languages."""
    rows = atlas.cursor().execute("SELECT level_id, name_zh, name_en FROM level").fetchall()
    return {level: {"zh": zh, "en": en} for level, zh, en in rows}


@per_build(4096)
def level_below(atlas: Atlas, place_id: str) -> str | None:
    """The next level that divides this place in two or more mapped parts; None where nothing does.

    Beijing has no prefectures: one click on it leads to its districts.
    """
    one = place(atlas, place_id)
    if one is None:
        return None
    order = levels(atlas)
    for level in order[order.index(one.level) + 1 : -1]:
        inside = parts(atlas, place_id, level)
        if len(inside) > 1 and (any(part.has_boundary for part in inside) or not is_drawn(atlas)):
            return level
    return None


@per_build(4096)
def level_listed_below(atlas: Atlas, place_id: str) -> str | None:
    """As `level_below`, and where nothing mapped divides the place: the next level that does, as townships do."""
    mapped = level_below(atlas, place_id)
    one = place(atlas, place_id)
    if mapped is not None or one is None:
        return mapped
    order = levels(atlas)
    below = order[order.index(one.level) + 1 : -1]
    return next((level for level in below if len(parts(atlas, place_id, level)) > 1), None)


@per_build(4)
def is_drawn(atlas: Atlas) -> bool:
    """Whether the atlas has boundaries at all; without any, places are circles where their villages are."""
    return bool(atlas.cursor().execute("SELECT 1 FROM boundary LIMIT 1").fetchall())


def homes(atlas: Atlas, village_ids: list[str]) -> dict[str, str]:
    """Village → the smallest place that it lies in, for one page of a list."""
    parent = f"{levels(atlas)[-2]}_id"
    rows = atlas.cursor().execute(
        f'SELECT place_id, "{parent}" FROM village WHERE place_id IN (SELECT unnest($1))', [village_ids]
    )
    return dict(rows.fetchall())


def village(atlas: Atlas, place_id: str) -> Village | None:
    """A village by its code, or None."""
    return _village(atlas, "place_id = $1", place_id)


def village_by_number(atlas: Atlas, place_no: int) -> Village | None:
    """A village by its number in this build: what a tile carries."""
    return _village(atlas, "place_no = $1", place_no)


def _village(atlas: Atlas, condition: str, value: str | int) -> Village | None:
    parent = f"{levels(atlas)[-2]}_id"
    rows = (
        atlas.cursor()
        .execute(
            f'SELECT place_no, place_id, name, name_en, kind, in_programme, "{parent}", lon, lat, location_quality, '
            f"population_persons, households, source_id FROM village WHERE {condition}",
            [value],
        )
        .fetchall()
    )
    return Village(*rows[0]) if rows else None


def villages_in(atlas: Atlas, place_id: str, status_column: str) -> pd.DataFrame:
    """Programme villages inside a place: place_id, name, name_en, lon, lat, location_quality, state,
    evidence, by code.

    `evidence` is the village's own; None where its state is unknown or does not apply.

    Raises ValueError for a status column that the atlas does not hold.
    """
    one = place(atlas, place_id)
    known = (
        atlas.cursor()
        .execute("SELECT count(*) FROM status_column WHERE column_name = $1", [status_column])
        .fetchall()[0][0]
    )
    if one is None or not known:
        raise ValueError(f"no place {place_id!r} or no column {status_column!r}")
    frame = (
        atlas.cursor()
        .execute(
            "SELECT v.place_id, v.name, v.name_en, v.lon, v.lat, v.location_quality, "
            f's."{status_column}" AS state, '
            f'e."{status_column}" AS evidence FROM village AS v JOIN village_status AS s USING (place_no) '
            f'JOIN village_evidence AS e USING (place_no) WHERE v."{one.level}_id" = $1 '
            "AND v.in_programme ORDER BY v.place_id",
            [place_id],
        )
        .df()
    )
    own = [None if pd.isna(code) else EVIDENCE[int(code)] for code in frame["evidence"]]
    return frame.assign(evidence=pd.Series(own, index=frame.index, dtype=object))


@per_build(1024)
def positions(atlas: Atlas, place_id: str) -> dict[str, int]:
    """Villages inside a place by the word for how their position is known (`village.location_quality`)."""
    one = place(atlas, place_id)
    if one is None:
        return {}
    return dict(
        atlas.cursor()
        .execute(
            f'SELECT location_quality, count(*) FROM village WHERE "{one.level}_id" = $1 AND in_programme GROUP BY ALL',
            [place_id],
        )
        .fetchall()
    )


def has_placed_points(atlas: Atlas, place_id: str) -> bool:
    """Whether villages of a place stand at random: then no distance between them, and no place of one, means
    anything.
    """
    return any(quality.startswith(PLACED) for quality in positions(atlas, place_id))


def village_states(atlas: Atlas, place_no: int) -> pd.DataFrame:
    """A village's state by standard and date: standard, as_of, state, rate_kind, evidence, source_id.

    `evidence` is the village's own; None where its state is unknown or does not apply.
    """
    columns = atlas.cursor().execute("SELECT * FROM status_column ORDER BY standard, as_of").df()
    row = atlas.cursor().execute("SELECT * FROM village_status WHERE place_no = $1", [place_no]).df().iloc[0]
    own = atlas.cursor().execute("SELECT * FROM village_evidence WHERE place_no = $1", [place_no]).df().iloc[0]
    columns["state"] = [int(row[name]) for name in columns["column_name"]]
    columns["evidence"] = [None if pd.isna(own[name]) else EVIDENCE[int(own[name])] for name in columns["column_name"]]
    return columns[["standard", "as_of", "state", "rate_kind", "evidence", "source_id"]]


def _place(row: tuple[Any, ...]) -> Place:
    place_id, level, parent_id, name, name_en, is_grouping, has_boundary, *bounds = row
    known = None if bounds[0] is None else (bounds[0], bounds[1], bounds[2], bounds[3])
    return Place(place_id, level, parent_id, name, name_en, is_grouping, has_boundary, known)


@per_build(32)
def has_boundaries(atlas: Atlas, level: str) -> bool:
    """Whether a level can be drawn."""
    return bool(atlas.cursor().execute("SELECT 1 FROM boundary WHERE level = $1 LIMIT 1", [level]).fetchall())


@per_build(256)
def label_points(atlas: Atlas, place_id: str, level: str) -> tuple[tuple[Place, float, float], ...]:
    """The parts of a place with the point where their name belongs, the largest first."""
    rows = (
        atlas.cursor()
        .execute(
            f"{_PLACE.replace('FROM place', ', lon, lat FROM place')} "
            "WHERE place_id IN (SELECT place_id FROM place_at WHERE level = $level) "
            "AND place_id IN (SELECT place_id FROM place_within WHERE ancestor_id = $within) "
            "AND lon IS NOT NULL AND (has_boundary OR NOT EXISTS (FROM boundary)) "
            "ORDER BY area_km2 DESC, (xmax - xmin) * (ymax - ymin) DESC, place_id",
            {"level": level, "within": place_id},
        )
        .fetchall()
    )
    return tuple((_place(row[:11]), row[11], row[12]) for row in rows)


@per_build(64)
def kind_name(atlas: Atlas, kind: str) -> dict[str, str]:
    """What a kind of village is called, in both languages; the kind itself where the profile names none."""
    rows = atlas.cursor().execute("SELECT name_zh, name_en FROM village_kind WHERE kind = $1", [kind]).fetchall()
    return {"zh": rows[0][0], "en": rows[0][1]} if rows else {"zh": kind, "en": kind}


def village_coverage(atlas: Atlas, place_no: int) -> pd.DataFrame:
    """What registers, measurements and models say of a village: one row per technology, operator, definition and date.

    Columns technology, operator, definition, at_least_mbps, as_of, share, is_covered, download_mbps, opened_date,
    distance_km, evidence, source_id; empty where only a simulation speaks of it.
    """
    return (
        atlas.cursor()
        .execute(
            "SELECT * EXCLUDE (place_no) REPLACE (evidence::TEXT AS evidence) FROM coverage WHERE place_no = $1 "
            "ORDER BY as_of DESC, technology, operator, definition, at_least_mbps",
            [place_no],
        )
        .df()
    )


def nearest_villages(atlas: Atlas, place_no: int, status_column: str, most: int) -> pd.DataFrame:
    """The villages of the same county nearest to one: place_id, name, name_en, state, distance_km on a sphere, the
    nearest first.

    Empty where the village has no position. Raises ValueError for a status column the atlas does not hold.
    """
    cursor = atlas.cursor()
    if not cursor.execute("SELECT 1 FROM status_column WHERE column_name = $1", [status_column]).fetchall():
        raise ValueError(f"no column {status_column!r}")
    above = levels(atlas)[-3:][0]  # within the township's parent: the finest places may hold a single village
    return cursor.execute(
        f"""
        SELECT o.place_id, o.name, o.name_en, s."{status_column}"::INTEGER AS state,
               2 * $radius_km * asin(least(1, sqrt(
                   sin(radians(o.lat - v.lat) / 2) ** 2
                   + cos(radians(o.lat)) * cos(radians(v.lat)) * sin(radians(o.lon - v.lon) / 2) ** 2
               ))) AS distance_km
        FROM village AS v
        JOIN village AS o ON o."{above}_id" = v."{above}_id" AND o.place_no <> v.place_no AND o.in_programme
        JOIN village_status AS s ON s.place_no = o.place_no
        WHERE v.place_no = $number AND v.lat IS NOT NULL AND o.lat IS NOT NULL
        ORDER BY distance_km, o.place_id
        LIMIT $most
        """,
        {"number": place_no, "most": most, "radius_km": EARTH_RADIUS_KM},
    ).df()
