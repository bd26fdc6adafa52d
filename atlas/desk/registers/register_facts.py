"""A register of villages against what is published: where it puts them, and what it says of them."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd

from ground.locations import PLACED
from ground.sphere import apart_km

NUMBERS, WORDS = ("population_persons", "households"), ("terrain", "policy_category")
MOVED_KM = 0.05  # less is how coordinates were rounded
FAR_KM = 20.0  # a village that moves farther is looked at
LONE_TIMES = 3.0  # so many times as far from the middle of the register as its villages usually lie
MANY_TIMES = 10.0  # so many times the people, or so many times fewer


@dataclass(frozen=True)
class FactChanges:
    """`moved`: place_no, place_id, name, name_en, lon, lat as the register has them, distance_km (NaN: nobody had
    given a position), is_lone (far from all others of the register); what is odd stands first. `changed`: place_no,
    place_id, name, name_en, field, before, after; texts or None.
    """

    moved: pd.DataFrame
    changed: pd.DataFrame

    @property
    def far(self) -> int:
        """Villages that move farther than one should."""
        return int((self.moved["distance_km"] > FAR_KM).sum())

    @property
    def lone(self) -> int:
        """Villages that it puts far from all its others."""
        return int(self.moved["is_lone"].sum())

    @property
    def leaps(self) -> int:
        """Numbers of people or households that are many times what they were, or a small part."""
        numbers = self.changed[self.changed["field"].isin(NUMBERS)]
        before, after = (pd.to_numeric(numbers[name]).astype(float) for name in ("before", "after"))
        times = after / before.where(before > 0)
        return int(((times >= MANY_TIMES) | (times <= 1 / MANY_TIMES)).sum())


def fact_changes(cursor: duckdb.DuckDBPyConnection, level: str, place_id: str) -> FactChanges:
    """Of the villages inside a place of a level; `cursor` has the rows as a table `handed_in`."""
    return FactChanges(_moved(cursor, level, place_id), _changed(cursor, level, place_id))


def _moved(cursor: duckdb.DuckDBPyConnection, level: str, place_id: str) -> pd.DataFrame:
    query = f"""
        SELECT v.place_no, v.place_id, v.name, v.name_en, h.lon, h.lat,
               v.lon AS lon_before, v.lat AS lat_before, coalesce(starts_with(v.location_quality, $2), true) AS is_first
        FROM village AS v JOIN (
            SELECT place_id, try_cast(lon AS DOUBLE) AS lon, try_cast(lat AS DOUBLE) AS lat FROM handed_in
        ) AS h USING (place_id)
        WHERE v."{level}_id" = $1 AND abs(h.lon) <= 180 AND abs(h.lat) <= 90 ORDER BY v.place_id
    """
    rows = cursor.execute(query, [place_id, PLACED]).df()
    distance = apart_km(*(rows[name].to_numpy(dtype=float) for name in ("lon", "lat", "lon_before", "lat_before")))
    rows["distance_km"] = np.where(rows["is_first"], np.nan, distance)
    rows["is_lone"] = _is_lone(rows)
    is_moved = rows["is_first"] | (rows["distance_km"] > MOVED_KM)
    kept = ["place_no", "place_id", "name", "name_en", "lon", "lat", "distance_km", "is_lone"]
    return rows.loc[is_moved, kept].sort_values(["is_lone", "distance_km"], ascending=False, ignore_index=True)


def _is_lone(rows: pd.DataFrame) -> pd.Series:
    """By the distance from the median of all, which the few that are wrong do not move."""
    middle = np.repeat(rows[["lon", "lat"]].median().to_numpy(dtype=float)[:, None], len(rows), axis=1)
    apart = pd.Series(apart_km(rows["lon"].to_numpy(dtype=float), rows["lat"].to_numpy(dtype=float), *middle))
    return apart > max(FAR_KM, LONE_TIMES * apart.median())


def _changed(cursor: duckdb.DuckDBPyConnection, level: str, place_id: str) -> pd.DataFrame:
    said = {name: f"try_cast(round(try_cast(h.{name} AS DOUBLE)) AS BIGINT)::TEXT" for name in NUMBERS}
    said |= {name: f"h.{name}" for name in WORDS}
    parts = " UNION ALL ".join(
        f"SELECT v.place_no, v.place_id, v.name, v.name_en, '{name}' AS field, v.{name}::TEXT AS before, "
        f'{after} AS after FROM village AS v JOIN handed_in AS h USING (place_id) WHERE v."{level}_id" = $1'
        for name, after in said.items()
    )
    query = f"FROM ({parts}) WHERE after IS NOT NULL AND before IS DISTINCT FROM after ORDER BY place_id, field"
    return cursor.execute(query, [place_id]).df()
