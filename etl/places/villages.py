"""Villages with positions, in Morton order: the table that tiles and indicators read.

A position that a register gives is kept, also where it lies beyond its place's border: `location_quality` and a remark
say so. A village is placed by us only where nobody gives it coordinates. One that neither way finds a point for is in
the lists and counts, and not on the map: it stands after all others, without Morton key.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.declaration import Source
from etl.errors import RowError
from etl.places.borders import far_from_group, outside_km
from etl.places.boundaries import Shapes
from etl.places.positions import NoRoom, near_seats, place_villages
from etl.places.rows import english_names
from etl.places.seats import remark_seats_outside, seats_of
from etl.source_head import FileForm
from etl.store import Store
from ground.locations import NOWHERE, OUTSIDE, WITHIN
from ground.mercator import morton, to_pixels


def write_villages(store: Store, source: Source, shapes: dict[str, Shapes]) -> pd.DataFrame:
    """Place, sort and write all villages; returns them with `is_urban` for the model, in the order of place_no."""
    villages = store.sql("SELECT * FROM register_village ORDER BY place_id").df()
    levels = [level for level in reversed(store.profile.upper_levels) if level in shapes]
    villages["group_id"] = villages[f"{store.profile.upper_levels[-1]}_id"]
    _say_outside(store, villages, shapes, levels)
    _say_far(store, villages)
    villages = _placed(villages, shapes, levels, _seats(store))
    remark_seats_outside(store, shapes)
    if levels:
        _remark_coarser(store, source, villages, levels[0])
    _remark_nowhere(store, source, villages)
    villages = _in_morton_order(villages.assign(name_en=english_names(source, villages)))
    columns = [column.name for column in store.schema["village"] if column.name in villages.columns]
    store.insert("village", villages[columns], source)
    for boundaries in store.profile.of_kind("boundaries"):
        store.trace("village", boundaries)
    _describe_from_villages(store)
    return villages.astype({f"{level}_id": "category" for level in store.profile.upper_levels})


# --- positions that a register gives ----------------------------------------------------------------------


def _say_outside(store: Store, villages: pd.DataFrame, shapes: dict[str, Shapes], levels: list[str]) -> None:
    """Mark positions that lie beyond the border of the village's own place, and list them: they are kept."""
    beyond = outside_km(villages, {level: shapes[level].full for level in levels}, levels)
    outside = beyond > 0
    _remark_positions(store, villages[outside], _kilometres(beyond[outside]), "outside_parent")
    quality = villages.loc[outside, "location_quality"].astype(str) + OUTSIDE
    villages.loc[outside, "location_quality"] = quality


def _say_far(store: Store, villages: pd.DataFrame) -> None:
    """List positions that lie far from those of all others of their place, which needs no polygons."""
    upper = store.profile.upper_levels
    levels = [level for level in reversed(upper) if level != upper[0]]
    found = far_from_group(villages, levels)
    names = dict(store.sql("SELECT place_id, name FROM place").fetchall())
    of_place = found["place_id"].map(lambda place: f"{place} {names.get(place, '')}".strip()).astype(object)
    said = _kilometres(found["distance_km"].to_numpy()) + " – " + of_place + ": ~" + _kilometres(found["usual_km"])
    _remark_positions(store, villages.iloc[found["position"]], said, "far_from_its_group")


def _kilometres(numbers: NDArray[np.float64] | pd.Series) -> pd.Series:
    return pd.Series([f"{number:,.1f} km" for number in numbers], dtype=object)


def _remark_positions(store: Store, rows: pd.DataFrame, said: pd.Series, rule: str) -> None:
    """One remark per position, with the source that gave it: the register, or a later one."""
    named = rows["place_id"] + " " + rows["name"]
    where = rows["lon"].round(5).astype(str) + ", " + rows["lat"].round(5).astype(str)
    listed = pd.DataFrame(
        {
            "source": rows["position_source_id"].to_numpy(dtype=object),
            "row_number": rows["row_number"].to_numpy(),
            "value": (named + " (" + where + ") " + said.set_axis(rows.index)).to_numpy(dtype=object),
        }
    )
    register = store.profile.the("places")
    for source in store.profile.sources:
        of_source = listed[listed["source"] == source.source_id].drop(columns="source")
        if source is not register:  # the row's number in another file is not known any more
            of_source = of_source.assign(row_number=None)
        if len(of_source):
            rows_of_file = of_source.assign(file=_file_name(source), field="lon, lat")
            store.remark(source, rows_of_file, rule=rule, is_rejected=False)


# --- positions that we give -------------------------------------------------------------------------------


def _seats(store: Store) -> dict[str, pd.DataFrame]:
    """Level → the seats of its places, the finest first; nothing where none is known."""
    known = seats_of(store)
    by_level = {level: known[known["level"] == level] for level in reversed(store.profile.upper_levels)}
    return by_level if len(known) else {}


def _placed(
    villages: pd.DataFrame, shapes: dict[str, Shapes], levels: list[str], seats: dict[str, pd.DataFrame]
) -> pd.DataFrame:
    """All villages with a point: the register's where it gives one, else ours.

    Every village is placed, also those that have a position: then a register that comes in moves its own villages
    only. `placed_lon` and `placed_lat` keep our points, which the simulation looks at for the same reason.
    """
    points = _points(villages, shapes, levels)
    without = villages["lon"].isna().to_numpy()
    made = villages.assign(placed_lon=points["lon"], placed_lat=points["lat"])
    if seats:
        outlines = {level: shapes[level].full for level in levels}
        points = near_seats(points, villages, outlines, seats)
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
    placed = villages["location_quality"].astype(str).str.startswith(WITHIN)
    coarser = villages.loc[placed & (villages["location_quality"] != f"{WITHIN}{finest}"), f"{finest}_id"]
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
