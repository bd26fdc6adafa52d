"""The villages that a planner has chosen: a place, a standard and date, states, and what else is asked of them.

One selection answers everywhere alike: the map's points, the counts beside it, the list and the files are
made from the same condition. Column names come from the atlas, every value is bound.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from ground.evidence import EVIDENCE
from indicators import facts, places
from indicators.chosen.area import Area
from indicators.database import Atlas, per_build

STATES = {"unconnected": 1, "unknown": 0, "connected": 2}  # the gap first: so they are listed and counted
NOT_APPLICABLE = 3
UNSAID = "-"  # the option "not said in the register"
ROWS_AT_ONCE = 40_960
FILE_COLUMNS = (
    *("place_id", "name", "name_en", "lon", "lat", "location_quality", "kind", "terrain", "policy_category"),
    *("population_persons", "households", "source_id"),
)
FIRST_COLUMNS = ("place_id", "name", "name_en", "lon", "lat", "location_quality", "state", "evidence")


@dataclass(frozen=True)
class Filters:
    """What is asked of a village besides its place and state. None asks nothing."""

    kind: str | None = None
    terrain: str | None = None
    policy_category: str | None = None
    batch: int | None = None  # of the pilot places it lies in
    population_from: int | None = None
    population_to: int | None = None
    area: Area | None = None  # drawn on a map

    def __bool__(self) -> bool:
        return any(getattr(self, one.name) is not None for one in fields(self))

    @property
    def count(self) -> int:
        """How many things are asked; a population range is one."""
        asked = [one.name for one in fields(self) if getattr(self, one.name) is not None]
        return len(asked) - ({"population_from", "population_to"} <= set(asked))


@dataclass(frozen=True)
class Selection:
    """Villages of the programme inside a place, in some states under a standard at a date."""

    within: str
    standard: str
    as_of: date
    states: tuple[str, ...] = tuple(STATES)
    filters: Filters = field(default_factory=Filters)


@dataclass(frozen=True)
class Options:
    """What the filters can choose from in this atlas; what has fewer than two values is no choice."""

    kinds: tuple[str, ...]
    terrains: tuple[str, ...]
    policy_categories: tuple[str, ...]
    batches: tuple[int, ...]
    has_population: bool


@per_build(4)
def options(atlas: Atlas) -> Options:
    """The values that villages of the programme have; UNSAID where some have none."""
    cursor = atlas.cursor()

    def values(column: str) -> tuple[str, ...]:
        rows = cursor.execute(
            f"SELECT DISTINCT coalesce({column}, $1) FROM village WHERE in_programme ORDER BY 1", [UNSAID]
        ).fetchall()
        return tuple(str(row[0]) for row in rows) if len(rows) > 1 else ()

    batches = cursor.execute("SELECT DISTINCT batch FROM pilot ORDER BY 1").fetchall()
    population = cursor.execute("SELECT max(population_persons) FROM village WHERE in_programme").fetchall()
    return Options(
        values("kind"),
        values("terrain"),
        values("policy_category"),
        tuple(int(row[0]) for row in batches),
        population[0][0] is not None,
    )


@per_build(256)
def counts(atlas: Atlas, chosen: Selection) -> dict[str, int]:
    """Villages by state, all of STATES, whichever of them the selection shows."""
    condition, bound = conditions(atlas, chosen.within, chosen.filters)
    column = _column(atlas, chosen)
    rows = (
        atlas.cursor()
        .execute(
            f'SELECT s."{column}", count(*) FROM village AS v JOIN village_status AS s USING (place_no) '
            f"WHERE {condition} GROUP BY 1",
            bound,
        )
        .fetchall()
    )
    found = dict(rows)
    return {state: int(found.get(code, 0)) for state, code in STATES.items()}


def rows(atlas: Atlas, chosen: Selection, most: int | None = None, after: int = 0) -> pd.DataFrame:
    """The villages: FIRST_COLUMNS, then kind, terrain, policy_category, population_persons, households and the
    names of the places they lie in, one column per level. The gap first, then by code."""
    return _query(atlas, chosen, most, after).df().pipe(_worded)


def points(atlas: Atlas, chosen: Selection) -> dict[str, NDArray[Any]]:
    """Where the villages of a selection are that have a position: lon, lat (degrees), state (its code), and the kinds
    of evidence that their states rest on."""
    condition, bound = conditions(atlas, chosen.within, chosen.filters)
    column = _column(atlas, chosen)
    found: Any = (
        atlas.cursor()
        .execute(
            f'SELECT v.lon, v.lat, s."{column}"::TINYINT AS state, e."{column}"::TINYINT AS evidence '
            "FROM village AS v JOIN village_status AS s USING (place_no) JOIN village_evidence AS e USING (place_no) "
            f'WHERE {condition} AND v.lon IS NOT NULL AND list_contains($states, s."{column}"::INTEGER)',
            bound | {"states": [STATES[state] for state in chosen.states]},
        )
        .fetchnumpy()
    )
    rests_on = np.unique(np.ma.compressed(found["evidence"]))
    kinds = np.array([list(EVIDENCE)[code] for code in rests_on], dtype=object)
    return {name: np.ma.getdata(found[name]) for name in ("lon", "lat", "state")} | {"evidence": kinds}


@dataclass(frozen=True)
class Held:
    """All villages of a selection in little memory, about 100 bytes each: what files are written from.

    `columns` has those of `rows`, their rows as the atlas keeps them; texts that repeat are dictionaries. `order` has
    the row numbers in the order of `rows`.
    """

    columns: dict[str, pa.Array]
    order: NDArray[np.int64]


def held(atlas: Atlas, chosen: Selection, is_latin: bool = False) -> Held:
    """The villages of `rows`, read a stretch of the country at a time; places above by their Latin names if asked."""
    pieces: dict[str, list[pa.Array]] = {}
    for first, last in _stretches(atlas, chosen):
        for name, column in _stretch(atlas, chosen, first, last).items():
            pieces.setdefault(name, []).append(column)
    columns = {name: _joined(pieces.pop(name)) for name in list(pieces)}  # a column's pieces go at once
    ranks = np.array([list(STATES.values()).index(code) for code in range(len(STATES))], dtype=np.int8)
    rank = ranks[columns["state"].to_numpy()]
    by_code = pa.table({"rank": rank, "place_id": columns["place_id"]})
    order = pc.sort_indices(by_code, [("rank", "ascending"), ("place_id", "ascending")])
    columns["state"] = pa.DictionaryArray.from_arrays(pa.array(rank), list(STATES))
    columns["evidence"] = pa.DictionaryArray.from_arrays(columns["evidence"], list(EVIDENCE))
    columns |= _names_above(atlas, columns, is_latin)
    in_order = dict.fromkeys((*FIRST_COLUMNS, *FILE_COLUMNS, *columns))
    return Held({name: columns[name] for name in in_order}, order.to_numpy().astype(np.int64))


def _stretches(atlas: Atlas, chosen: Selection) -> list[tuple[int, int]]:
    """Ranges of place_no, both ends included, that together hold the selection; one at least."""
    condition, bound = conditions(atlas, chosen.within, chosen.filters)
    asked = f"SELECT min(place_no), max(place_no) FROM village AS v WHERE {condition}"
    first, last = atlas.cursor().execute(asked, bound).fetchall()[0]
    if first is None:
        return [(0, 0)]
    return [(a, min(a + ROWS_AT_ONCE - 1, last)) for a in range(first, last + 1, ROWS_AT_ONCE)]


def _stretch(atlas: Atlas, chosen: Selection, first: int, last: int) -> dict[str, pa.Array]:
    """The columns of FILE_COLUMNS, the codes of state and evidence, and of the places that a village lies in."""
    column = _column(atlas, chosen)
    condition, bound = conditions(atlas, chosen.within, chosen.filters)
    above = "".join(f', v."{level}_id" AS "{level}"' for level in places.levels(atlas)[1:-1])
    query = f"""
        SELECT {", ".join(f"v.{name}" for name in FILE_COLUMNS)}, s."{column}"::TINYINT AS state,
               e."{column}"::TINYINT AS evidence{above}
        FROM village AS v
        JOIN village_status AS s USING (place_no)
        JOIN village_evidence AS e USING (place_no)
        WHERE {condition} AND list_contains($states, s."{column}"::INTEGER)
        AND v.place_no BETWEEN $first AND $last
        """
    bound |= {"states": [STATES[state] for state in chosen.states], "first": first, "last": last}
    found: Any = atlas.cursor().sql(query, params=bound).to_arrow_table()
    repeats = [name for name in found.column_names if name not in ("place_id", "name", "name_en")]
    for name in repeats:
        if pa.types.is_string(found.schema.field(name).type):
            position = found.column_names.index(name)
            found = found.set_column(position, name, found.column(name).dictionary_encode())
    copied = found.take(np.arange(found.num_rows))  # else every column keeps all that DuckDB handed over
    return {name: copied.column(name).combine_chunks() for name in copied.column_names}


def _joined(pieces: list[pa.Array]) -> pa.Array:
    joined = pa.chunked_array(pieces).unify_dictionaries().combine_chunks()
    return joined.chunk(0) if isinstance(joined, pa.ChunkedArray) else joined


def _names_above(atlas: Atlas, columns: dict[str, pa.Array], is_latin: bool) -> dict[str, pa.Array]:
    """For the codes of the places that villages lie in, their names; a place that only groups others has none."""
    name = "coalesce(name_en, name)" if is_latin else "name"
    query = f"SELECT place_id, {name} FROM place WHERE NOT coalesce(is_grouping, false)"
    named = dict(atlas.cursor().execute(query).fetchall())
    found = {}
    for level in places.levels(atlas)[1:-1]:
        codes = columns[level]
        names = pa.array([named.get(code) for code in codes.dictionary.to_pylist()], pa.string())
        found[level] = pa.DictionaryArray.from_arrays(codes.indices, names)
    return found


def _query(atlas: Atlas, chosen: Selection, most: int | None, after: int) -> Any:
    column = _column(atlas, chosen)
    condition, bound = conditions(atlas, chosen.within, chosen.filters)
    above = places.levels(atlas)[1:-1]
    joins = " ".join(f'LEFT JOIN place AS p{i} ON p{i}.place_id = v."{level}_id"' for i, level in enumerate(above))
    names = "".join(
        f', CASE WHEN p{i}.is_grouping THEN NULL ELSE p{i}.name END AS "{level}"' for i, level in enumerate(above)
    )
    return atlas.cursor().execute(
        f"""
        WITH chosen AS (
            SELECT v.*, s."{column}"::INTEGER AS state,
                   CASE s."{column}" WHEN 1 THEN 0 WHEN 0 THEN 1 ELSE 2 END AS rank
            FROM village AS v
            JOIN village_status AS s USING (place_no)
            WHERE {condition} AND list_contains($states, s."{column}"::INTEGER)
            ORDER BY rank, v.place_id
            LIMIT $most OFFSET $after
        )
        SELECT v.place_id, v.name, v.name_en, v.lon, v.lat, v.location_quality, v.state,
               e."{column}"::INTEGER AS evidence,
               v.kind, v.terrain, v.policy_category, v.population_persons, v.households, v.source_id{names}
        FROM chosen AS v
        JOIN village_evidence AS e USING (place_no)
        {joins}
        ORDER BY v.rank, v.place_id
        """,
        bound
        | {
            "states": [STATES[state] for state in chosen.states],
            "most": 2**62 if most is None else most,
            "after": after,
        },
    )


def _worded(frame: pd.DataFrame) -> pd.DataFrame:
    """Codes of state and evidence as their words, the column names of the atlas kept."""
    words = {code: word for word, code in STATES.items()}
    evidence = {float(code): word for code, word in enumerate(EVIDENCE)}
    return frame.assign(
        state=frame["state"].map(words),
        evidence=frame["evidence"]
        .astype("float64")
        .map(evidence)
        .astype(object)
        .where(frame["evidence"].notna(), None),
    )


def numbers(atlas: Atlas, within: str | None, filters: Filters) -> NDArray[np.int32]:
    """place_no of the villages that filters leave, in ascending order: what the map's tiles are cut to."""
    condition, bound = conditions(atlas, within, filters)
    found = atlas.cursor().execute(f"SELECT place_no FROM village AS v WHERE {condition} ORDER BY 1", bound)
    return np.asarray(found.fetchnumpy()["place_no"], dtype=np.int32)


def _column(atlas: Atlas, chosen: Selection) -> str:
    return str(facts.status_column(atlas, chosen.standard, chosen.as_of)["column_name"])


def conditions(atlas: Atlas, within: str | None, filters: Filters) -> tuple[str, dict[str, Any]]:
    """SQL over `village AS v` with its bound values."""
    home = f'v."{places.levels(atlas)[-2]}_id"'
    parts = ["v.in_programme"]
    bound: dict[str, Any] = {}
    one = places.place(atlas, within) if within is not None else None
    if within is not None and (one is None or one.parent_id is not None):
        parts.append(f"{home} IN (SELECT place_id FROM place_within WHERE ancestor_id = $within)")
        bound["within"] = within
    for column in ("kind", "terrain", "policy_category"):
        value = getattr(filters, column)
        if value is not None:
            parts.append(f"v.{column} IS NOT DISTINCT FROM ${column}")
            bound[column] = None if value == UNSAID else value
    if filters.batch is not None:
        parts.append(f"{home} IN ({_IN_BATCH})")
        bound["batch"] = filters.batch
    if filters.population_from is not None:
        parts.append("v.population_persons >= $population_from")
        bound["population_from"] = filters.population_from
    if filters.population_to is not None:
        parts.append("v.population_persons <= $population_to")
        bound["population_to"] = filters.population_to
    if filters.area is not None:
        parts.append("v.place_no IN (SELECT unnest($drawn))")
        bound["drawn"] = _inside(atlas, filters.area).tolist()
    return " AND ".join(parts), bound


#: Places inside the pilot places of a batch, without those that joined after the list was published.
_IN_BATCH = """
    SELECT w.place_id
    FROM pilot AS p
    JOIN place_within AS w ON w.ancestor_id = p.place_id
    WHERE p.batch = $batch
    AND w.place_id NOT IN (
        SELECT x.place_id
        FROM place_within AS x
        WHERE list_contains(string_split(coalesce(p.except_place_ids, ''), ' '), x.ancestor_id)
    )
"""


@per_build(32)
def _inside(atlas: Atlas, area: Area) -> NDArray[np.int32]:
    """place_no of the villages inside a drawn area."""
    west, south, east, north = area.bounds
    found = (
        atlas.cursor()
        .execute(
            "SELECT place_no, lon, lat FROM village WHERE in_programme AND lon BETWEEN $1 AND $2 AND lat BETWEEN $3 "
            "AND $4",
            [west, east, south, north],
        )
        .fetchnumpy()
    )
    inside = shapely.contains_xy(area.shape, found["lon"], found["lat"])
    return np.asarray(found["place_no"][inside], dtype=np.int32)
