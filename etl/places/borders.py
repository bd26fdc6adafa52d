"""Positions that do not fit the place they belong to: beyond its border, or far from all the others of it.

Such a position is somebody's survey and is kept as it is; here it is only found, so that it can be said. An outline may
be wrong as well as a point: one that was simplified leaves out what stood between its corners.
"""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from ground.sphere import apart_km, chord_to_km, on_sphere

Numbers = NDArray[np.float64]

LEAST_TOLERANCE_KM = 0.1  # coordinates of three decimals, and frames that differ by less than any outline is drawn to
FEWEST_SEGMENTS = 20  # a border of a dozen corners says nothing of how precise it is
SHARE_OF_SEGMENT = 0.25  # how far a winding line leaves the straight one between two of its points, at most
SHARE_OF_WIDTH = 0.1  # no border is so coarse that a tenth of its place would not matter

FEWEST_OTHERS = 4  # without so many neighbours nobody knows how far apart they lie
FAR_TIMES = 5.0  # of the median distance: on an even disk the farthest lies at 1.4 times, on a line at twice
FAR_KM = 15.0  # nothing nearer is called far, however close together the others stand


def tolerance_km(polygon: shapely.Geometry) -> float:
    """How far beyond a border a point may lie that is not said to be outside: as far as the border may itself be wrong.

    Simplifying a line keeps points of it and leaves out what bulges between them: a quarter of the usual segment is
    taken for the bulge. An outline of so few corners that its segments say nothing has the least tolerance.
    """
    points, ring = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(polygon)), return_index=True)
    first, second = points[:-1][ring[:-1] == ring[1:]], points[1:][ring[:-1] == ring[1:]]
    if len(first) < FEWEST_SEGMENTS:
        return LEAST_TOLERANCE_KM
    usual = float(np.median(apart_km(first[:, 0], first[:, 1], second[:, 0], second[:, 1])))
    west, south, east, north = polygon.bounds
    across = float(apart_km(*(np.array([one]) for one in (west, south, east, north)))[0])
    return max(LEAST_TOLERANCE_KM, min(SHARE_OF_SEGMENT * usual, SHARE_OF_WIDTH * across))


def beyond_km(polygon: shapely.Geometry, lon: Numbers, lat: Numbers) -> Numbers:
    """Kilometres from each point to a polygon (degrees); 0 inside."""
    beyond = np.zeros(len(lon))
    shapely.prepare(polygon)
    out = ~shapely.contains_xy(polygon, lon, lat)
    if out.any():
        squeezed = np.array([np.cos(np.radians(polygon.centroid.y)), 1.0])  # so that nearest is nearest on the ground
        flat = shapely.transform(polygon, lambda points: points * squeezed)
        there = shapely.points(np.column_stack([lon[out], lat[out]]) * squeezed)
        ends = shapely.get_coordinates(shapely.shortest_line(there, flat)).reshape(-1, 2, 2) / squeezed
        beyond[out] = apart_km(ends[:, 0, 0], ends[:, 0, 1], ends[:, 1, 0], ends[:, 1, 1])
    return beyond


def outside_km(villages: pd.DataFrame, outlines: dict[str, gpd.GeoDataFrame], levels: Sequence[str]) -> Numbers:
    """Kilometres that a village's own position lies beyond the finest polygon known of a place it belongs to; 0 where
    that is within the polygon's own tolerance, or nothing is known.

    `villages`: lon, lat (degrees, NaN: none) and <level>_id; `outlines`: by level, columns place_id and geometry;
    `levels`: the finest first.
    """
    found = np.zeros(len(villages))
    is_open = np.isfinite(villages["lon"].to_numpy(dtype=float))
    positions = np.arange(len(villages))
    for level in levels:
        polygons = outlines[level].dropna(subset=["place_id"]).set_index("place_id").geometry
        known = is_open & villages[f"{level}_id"].isin(polygons.index).to_numpy()
        of_place = villages[known].assign(position=positions[known])
        for place_id, rows in of_place.groupby(f"{level}_id", observed=True, sort=False):
            polygon = polygons[place_id]
            beyond = beyond_km(polygon, rows["lon"].to_numpy(float), rows["lat"].to_numpy(float))
            if beyond.any():
                found[rows["position"].to_numpy()] = np.where(beyond > tolerance_km(polygon), beyond, 0.0)
        is_open &= ~known
    return found


def far_from_group(villages: pd.DataFrame, levels: Sequence[str]) -> pd.DataFrame:
    """Villages that stand far from all others of their place: columns position (row of `villages`, from 0), place_id
    (the place), distance_km and usual_km, to the median of the place.

    The place is the lowest of `levels` (the finest first) in which enough others have a position. A median is not moved
    by the few that are wrong.
    """
    lon, lat = (villages[name].to_numpy(dtype=float) for name in ("lon", "lat"))
    rows = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    points = pd.DataFrame(on_sphere(lon[rows], lat[rows]), columns=list("xyz")).assign(position=rows)
    is_open = np.ones(len(rows), dtype=bool)
    parts = []
    for level in levels:
        measured = _measured(points, villages[f"{level}_id"].to_numpy(dtype=object)[rows])
        is_told = (measured["others"] >= FEWEST_OTHERS).to_numpy(dtype=bool)
        is_far = (measured["distance_km"] > np.maximum(FAR_TIMES * measured["usual_km"], FAR_KM)).to_numpy(dtype=bool)
        parts.append(measured[is_open & is_told & is_far])
        is_open &= ~is_told
    return pd.concat(parts, ignore_index=True)[["position", "place_id", "distance_km", "usual_km"]]


def _measured(points: pd.DataFrame, place_ids: NDArray[np.object_]) -> pd.DataFrame:
    """`points` (x, y, z on the unit sphere) with their place, its others, and distances to its median."""
    measured = points.assign(place_id=place_ids)
    groups = measured.groupby("place_id", sort=False)
    middle = groups[list("xyz")].transform("median").to_numpy(dtype=float)
    middle = middle / np.maximum(np.linalg.norm(middle, axis=1, keepdims=True), 1e-9)
    apart = chord_to_km(np.linalg.norm(points[list("xyz")].to_numpy(dtype=float) - middle, axis=1))
    measured["distance_km"], measured["others"] = apart, groups["position"].transform("size") - 1
    measured["usual_km"] = measured.groupby("place_id", sort=False)["distance_km"].transform("median")
    return measured
