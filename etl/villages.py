"""Villages with positions, in Morton order: the table that tiles and indicators read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from etl.boundaries import Shapes
from etl.declaration import Source
from etl.errors import RowError
from etl.mercator import morton, to_pixels
from etl.positions import NoRoom, place_villages
from etl.store import Store


def write_villages(store: Store, source: Source, shapes: dict[str, Shapes]) -> pd.DataFrame:
    """Place, sort and write all villages; returns them with `is_urban` and `area_level` for the model.

    Raises RowError for villages that lie in no polygon of any level.
    """
    villages = store.sql("SELECT * EXCLUDE (row_number) FROM register_village ORDER BY place_id").df()
    levels = [level for level in reversed(store.profile.upper_levels) if level in shapes]
    villages["group_id"] = villages[f"{store.profile.upper_levels[-1]}_id"]
    villages = villages.join(_placed(villages, shapes, levels))
    _refuse_nowhere(villages, levels)
    _remark_coarser(store, source, villages, levels[0])
    villages = _in_morton_order(villages)
    columns = [column.name for column in store.schema["village"] if column.name in villages.columns]
    store.insert("village", villages[columns], source)
    for boundaries in store.profile.of_kind("boundaries"):
        store.trace("village", boundaries)
    _describe_from_villages(store)
    return villages


def _placed(villages: pd.DataFrame, shapes: dict[str, Shapes], levels: list[str]) -> pd.DataFrame:
    if not levels:
        raise RowError(
            "villages", "polygons of at least one level", "no boundaries", "declare a source of boundaries"
        )
    try:
        return place_villages(villages, {level: layer.full for level, layer in shapes.items()}, levels)
    except NoRoom as error:
        raise RowError(
            "boundaries",
            "polygons wide enough for their villages",
            str(error),
            "mend the polygon of that place",
        ) from error


def _refuse_nowhere(villages: pd.DataFrame, levels: list[str]) -> None:
    nowhere = villages[villages["location_quality"].isna()]
    if len(nowhere):
        raise RowError(
            "villages without a place on the map",
            f"a polygon at one of the levels {', '.join(levels)}",
            f"{len(nowhere):,} villages, the first {nowhere['place_id'].iloc[0]} {nowhere['name'].iloc[0]!r}",
            "add an [alias] to the boundaries declaration, or boundaries that hold them",
        )


def _remark_coarser(store: Store, source: Source, villages: pd.DataFrame, finest: str) -> None:
    """List the places without a polygon of their own: their villages stand in a larger one."""
    coarser = villages.loc[villages["location_quality"] != f"placed_within_{finest}", f"{finest}_id"].unique()
    rows = pd.DataFrame({"field": f"{finest}_id", "value": sorted(coarser)})
    rows = rows.assign(file=Path(source.need("file", "path")).name)
    store.remark(source, rows, rule="place_without_polygon", is_rejected=False)


def _in_morton_order(villages: pd.DataFrame) -> pd.DataFrame:
    x, y = to_pixels(villages["lon"].to_numpy(), villages["lat"].to_numpy())
    keyed = villages.assign(x=x, y=y, morton=morton(x, y))
    ordered = keyed.sort_values(["morton", "place_id"], ignore_index=True)
    return ordered.assign(place_no=np.arange(len(ordered), dtype=np.int32))


def _describe_from_villages(store: Store) -> None:
    """Label point and bounds of places that have no polygon: from the villages they hold."""
    for level in store.profile.upper_levels:
        store.sql(
            f"""
            UPDATE place SET lon = d.lon, lat = d.lat, xmin = d.xmin, ymin = d.ymin, xmax = d.xmax, ymax = d.ymax
            FROM (SELECT "{level}_id" AS place_id, avg(lon) AS lon, avg(lat) AS lat, min(lon) AS xmin,
                         min(lat) AS ymin, max(lon) AS xmax, max(lat) AS ymax
                  FROM village GROUP BY ALL) AS d
            WHERE d.place_id = place.place_id AND NOT place.has_boundary
            """
        )
