"""Where a village stands that states no coordinates: placed inside its own county.

A dot-density placement, seeded by the county's code so that every build gives the same points.
Random points inside the polygon are split between the townships by repeated halving (a k-d
tree over the points, weighted by the townships' sizes), so that the villages of one township
lie together. These are not surveyed positions, and `location_quality` says so.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from ground.locations import NEAR, WITHIN

Points = NDArray[np.float64]  # n × 2: longitude, latitude in degrees
DECIMALS = 5  # about one metre
FIRST_DRAW_FACTOR = 1.3  # points drawn per point wanted, over the share of the box that is polygon
MAX_DRAWS = 200
EDGE_DEGREES = 1e-7  # a centimetre: a part of a polygon is cut with rounded corners, and its points lie in the whole


class NoRoom(RuntimeError):
    """A polygon so thin that no point falls into it."""


def place_villages(villages: pd.DataFrame, shapes: dict[str, gpd.GeoDataFrame], levels: list[str]) -> pd.DataFrame:
    """Longitude, latitude and location_quality for each village, in the order given.

    `villages` has place_id and one `<level>_id` column per level; `levels` lists the levels to
    try, the finest with polygons first (county, prefecture, province); `shapes` holds the full
    polygons by level. The last but one level of grouping (`levels[0]`'s children) is kept together.
    A village in no polygon of any level has no position and no location_quality. Raises NoRoom.
    """
    polygon, quality = _polygon_of(villages, shapes, levels)
    group = villages[f"{levels[0]}_id"].to_numpy()
    township = villages["group_id"].to_numpy()
    order = np.lexsort((villages["place_id"].to_numpy(str), township.astype(str), group.astype(str)))
    starts = np.flatnonzero(np.r_[True, group[order][1:] != group[order][:-1]])
    points = np.empty((len(villages), 2))
    for first, end in zip(starts, np.r_[starts[1:], len(order)], strict=True):
        rows = order[first:end]
        if polygon[rows[0]] is None:
            points[rows] = np.nan
            continue
        points[rows] = _place_group(str(group[rows[0]]), township[rows], polygon[rows[0]])
    return pd.DataFrame({"lon": points[:, 0], "lat": points[:, 1], "location_quality": quality}, index=villages.index)


def near_seats(
    placed: pd.DataFrame,
    villages: pd.DataFrame,
    shapes: dict[str, gpd.GeoDataFrame],
    seats: Mapping[str, pd.DataFrame],
) -> pd.DataFrame:
    """`placed` (as `place_villages` makes it), narrowed to the surroundings of a seat where one is known.

    `seats`: by level, the finest first: place_id, lon, lat. The villages of a place stand in the disk around its seat
    that has their share of the polygon they were placed in, and inside that polygon. Where the two do not meet, they
    stay where they are.
    """
    made = placed.copy()
    for polygon_level, polygons in shapes.items():
        of_polygon = (placed["location_quality"] == f"{WITHIN}{polygon_level}").to_numpy()
        holder = villages[f"{polygon_level}_id"]
        known = polygons.dropna(subset=["place_id"]).set_index("place_id").geometry
        share = villages[of_polygon].groupby(holder[of_polygon], observed=True).size()
        for level, of_level in seats.items():
            if level == polygon_level:
                break  # from here on the polygon itself is the finer
            seat_of = of_level.set_index("place_id")[["lon", "lat"]]
            is_open = of_polygon & ~made["location_quality"].astype(str).str.startswith(NEAR).to_numpy()
            is_open &= villages[f"{level}_id"].isin(seat_of.index).to_numpy()
            for (place, above), rows in villages[is_open].groupby([f"{level}_id", holder[is_open]], observed=True):
                region = _around(seat_of.loc[place].to_numpy(float), known[above], len(rows) / share[above])
                found = _spread(str(place), region, len(rows))
                if found is not None:
                    made.loc[rows.index, ["lon", "lat"]] = found
                    made.loc[rows.index, "location_quality"] = f"{NEAR}{level}"
    return made


def _around(seat: Points, polygon: shapely.Geometry, share: float) -> shapely.Geometry:
    """The part of a polygon around a point: of a disk with so much of the polygon's area."""
    squeeze = np.cos(np.radians(seat[1]))  # a degree of longitude, in degrees of latitude
    radius = np.sqrt(polygon.area * squeeze * share / np.pi)
    disk = shapely.transform(shapely.Point(0, 0).buffer(radius), lambda xy: xy / [squeeze, 1] + seat)
    return shapely.intersection(polygon, disk).buffer(-EDGE_DEGREES)


def _spread(code: str, region: shapely.Geometry, wanted: int) -> Points | None:
    if region.is_empty:
        return None
    try:
        return _points_inside(region, wanted, np.random.default_rng(zlib.crc32(code.encode())))
    except NoRoom:
        return None


def _polygon_of(
    villages: pd.DataFrame, shapes: dict[str, gpd.GeoDataFrame], levels: list[str]
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """The finest polygon that holds each village, and the word for how well that places it."""
    polygon = np.full(len(villages), None, dtype=object)
    quality = np.full(len(villages), None, dtype=object)
    for level in levels:
        known = shapes[level].dropna(subset=["place_id"]).set_index("place_id").geometry
        found = villages[f"{level}_id"].map(known.to_dict()).to_numpy(dtype=object)
        take = np.array([a is None and isinstance(b, shapely.Geometry) for a, b in zip(polygon, found, strict=True)])
        polygon[take] = found[take]
        quality[take] = f"{WITHIN}{level}"
    return polygon, quality


def _place_group(code: str, township: NDArray[np.object_], polygon: shapely.Geometry) -> Points:
    random = np.random.default_rng(zlib.crc32(code.encode()))
    try:
        points = _points_inside(polygon, len(township), random)
    except NoRoom as error:
        raise NoRoom(f"{code}: {error}") from error
    sizes = np.unique(township.astype(str), return_counts=True)[1]
    return points[_split(points, sizes)]


def _points_inside(polygon: shapely.Geometry, wanted: int, random: np.random.Generator) -> Points:
    """`wanted` random points that lie inside the polygon, also after rounding."""
    shapely.prepare(polygon)
    west, south, east, north = polygon.bounds
    share = max(polygon.area / max((east - west) * (north - south), 1e-12), 0.01)
    found: list[Points] = []
    missing = wanted
    for _ in range(MAX_DRAWS):
        draw = random.uniform((west, south), (east, north), (int(missing * FIRST_DRAW_FACTOR / share) + 8, 2))
        draw = draw.round(DECIMALS)
        inside = draw[shapely.contains_xy(polygon, draw[:, 0], draw[:, 1])][:missing]
        found.append(inside)
        missing -= len(inside)
        if missing == 0:
            return np.concatenate(found)
    raise NoRoom(f"no room for {missing} of {wanted} points in a polygon of {polygon.area} square degrees")


def _split(points: Points, sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """An order of the points in which each run of `sizes[i]` points lies together."""
    if len(sizes) == 1:
        return np.arange(len(points))
    half = len(sizes) // 2
    taken = int(sizes[:half].sum())
    spread = points.max(axis=0) - points.min(axis=0)
    order = np.argsort(points[:, int(spread[1] > spread[0])], kind="stable")
    left, right = order[:taken], order[taken:]
    return np.concatenate([left[_split(points[left], sizes[:half])], right[_split(points[right], sizes[half:])]])
