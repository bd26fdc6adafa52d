"""Villages with positions, in Morton order: the table that tiles and indicators read.

A position that a register gives is kept where it lies inside the village's own place; the others are placed inside
their county. A village that neither way finds a point for is in the lists and counts, and not on the map: it stands
after all others, without Morton key.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from etl.declaration import Source
from etl.errors import RowError
from etl.places.boundaries import Shapes
from etl.places.positions import NoRoom, place_villages
from etl.source_head import FileForm
from etl.store import Store
from ground.mercator import morton, to_pixels

NOWHERE = "unknown"
SHIFT_TOLERANCE_DEGREES = 0.02  # about 2 km: simplified and differently surveyed borders, not another county


def write_villages(store: Store, source: Source, shapes: dict[str, Shapes]) -> pd.DataFrame:
    """Place, sort and write all villages; returns them with `is_urban` for the model, in the order of place_no."""
    villages = store.sql("SELECT * EXCLUDE (row_number) FROM register_village ORDER BY place_id").df()
    levels = [level for level in reversed(store.profile.upper_levels) if level in shapes]
    villages["group_id"] = villages[f"{store.profile.upper_levels[-1]}_id"]
    _disbelieve_outside(store, source, villages, shapes, levels)
    villages = _placed(villages, shapes, levels)
    if levels:
        _remark_coarser(store, source, villages, levels[0])
    _remark_nowhere(store, source, villages)
    villages = _in_morton_order(villages)
    columns = [column.name for column in store.schema["village"] if column.name in villages.columns]
    store.insert("village", villages[columns], source)
    for boundaries in store.profile.of_kind("boundaries"):
        store.trace("village", boundaries)
    _describe_from_villages(store)
    return villages.astype({f"{level}_id": "category" for level in store.profile.upper_levels})


# --- positions that a register gives ----------------------------------------------------------------------


def _disbelieve_outside(
    store: Store, source: Source, villages: pd.DataFrame, shapes: dict[str, Shapes], levels: list[str]
) -> None:
    """Forget positions that lie outside the place their village belongs to, and say so."""
    outside = outside_parent(villages, shapes, levels)
    rows = villages[outside]
    said = rows["place_id"] + " " + rows["lon"].round(5).astype(str) + ", " + rows["lat"].round(5).astype(str)
    listed = pd.DataFrame({"file": _file_name(source), "field": "lon, lat", "value": said})
    store.remark(source, listed, rule="outside_parent", is_rejected=False)
    villages.loc[outside, ["lon", "lat"]] = np.nan
    for column in ("location_quality", "position_source_id"):
        villages.loc[outside, column] = None


def outside_parent(villages: pd.DataFrame, shapes: dict[str, Shapes], levels: list[str]) -> NDArray[np.bool_]:
    """True for villages whose own position lies beyond the finest polygon known of a place they belong to.

    `villages`: lon, lat (degrees, NaN: none) and <level>_id; `levels`: the finest first.
    """
    outside = np.zeros(len(villages), dtype=bool)
    open_rows = np.isfinite(villages["lon"].to_numpy(dtype=float))
    for level in levels:
        polygons = shapes[level].full.dropna(subset=["place_id"]).set_index("place_id").geometry
        known = open_rows & villages[f"{level}_id"].isin(polygons.index).to_numpy()
        for place_id, rows in villages[known].groupby(f"{level}_id", observed=True, sort=False):
            near = shapely.buffer(polygons[place_id], SHIFT_TOLERANCE_DEGREES)
            shapely.prepare(near)
            inside = shapely.contains_xy(near, rows["lon"].to_numpy(float), rows["lat"].to_numpy(float))
            outside[rows.index.to_numpy()[~inside]] = True
        open_rows &= ~known
    return outside


# --- positions that we give -------------------------------------------------------------------------------


def _placed(villages: pd.DataFrame, shapes: dict[str, Shapes], levels: list[str]) -> pd.DataFrame:
    """All villages with a point: the register's where it gives one, else ours.

    Every village is placed, also those that have a position: then a register that comes in moves its own villages
    only. `placed_lon` and `placed_lat` keep our points, which the simulation looks at for the same reason.
    """
    points = _points(villages, shapes, levels)
    without = villages["lon"].isna().to_numpy()
    made = villages.assign(placed_lon=points["lon"], placed_lat=points["lat"])
    for column in ("lon", "lat", "location_quality"):
        made[column] = np.where(without, points[column], villages[column].astype(object))
    for column in ("lon", "lat"):
        made[column] = made[column].astype(float)
    nowhere = made["lon"].isna()
    made["location_quality"] = made["location_quality"].where(~nowhere, NOWHERE)
    return made


def _points(villages: pd.DataFrame, shapes: dict[str, Shapes], levels: list[str]) -> pd.DataFrame:
    if not levels:
        return pd.DataFrame({"lon": np.nan, "lat": np.nan, "location_quality": None}, index=villages.index)
    try:
        return place_villages(villages, {level: layer.full for level, layer in shapes.items()}, levels)
    except NoRoom as error:
        raise RowError(
            "boundaries",
            "polygons wide enough for their villages",
            str(error),
            "mend the polygon of that place",
        ) from error


def _remark_nowhere(store: Store, source: Source, villages: pd.DataFrame) -> None:
    """Say once how many villages are not on the map; where none is, the profile has no positions at all."""
    nowhere = villages[villages["lon"].isna()]
    if 0 < len(nowhere) < len(villages):
        listed = pd.DataFrame({"file": _file_name(source), "field": "lon, lat", "value": nowhere["place_id"]})
        store.remark(source, listed, rule="village_without_position", is_rejected=False)


def _remark_coarser(store: Store, source: Source, villages: pd.DataFrame, finest: str) -> None:
    """List the places without a polygon of their own: their villages stand in a larger one."""
    placed = villages["location_quality"].astype(str).str.startswith("placed_within_")
    coarser = villages.loc[placed & (villages["location_quality"] != f"placed_within_{finest}"), f"{finest}_id"]
    rows = pd.DataFrame({"field": f"{finest}_id", "value": sorted(coarser.unique())})
    store.remark(source, rows.assign(file=_file_name(source)), rule="place_without_polygon", is_rejected=False)


def _file_name(source: Source) -> str:
    return Path(source.told(FileForm).file.path[0]).name


# --- order ------------------------------------------------------------------------------------------------


def _in_morton_order(villages: pd.DataFrame) -> pd.DataFrame:
    """Villages on the map by Morton key, then the others by code."""
    located = villages[villages["lon"].notna()]
    x, y = to_pixels(located["lon"].to_numpy(), located["lat"].to_numpy())
    keyed = located.assign(x=x, y=y, morton=morton(x, y)).sort_values(["morton", "place_id"])
    others = villages[villages["lon"].isna()].sort_values("place_id")
    keys = {"x": "UInt32", "y": "UInt32", "morton": "UInt64"}
    ordered = pd.concat(
        [keyed.astype(keys), others.assign(x=None, y=None, morton=None).astype(keys)], ignore_index=True
    )
    return ordered.assign(place_no=np.arange(len(ordered), dtype=np.int32))


def _describe_from_villages(store: Store) -> None:
    """Label point and bounds of places that have no polygon: from the villages they hold."""
    for level in store.profile.upper_levels:
        store.sql(
            f"""
            UPDATE place SET lon = d.lon, lat = d.lat, xmin = d.xmin, ymin = d.ymin, xmax = d.xmax, ymax = d.ymax
            FROM (SELECT "{level}_id" AS place_id, avg(lon) AS lon, avg(lat) AS lat, min(lon) AS xmin,
                         min(lat) AS ymin, max(lon) AS xmax, max(lat) AS ymax
                  FROM village WHERE lon IS NOT NULL GROUP BY ALL) AS d
            WHERE d.place_id = place.place_id AND NOT place.has_boundary
            """
        )
