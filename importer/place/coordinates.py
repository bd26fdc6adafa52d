"""Positions: from any frame to WGS 84, and which of them cannot be believed.

Frames are EPSG codes, and the two shifted frames of map services, GCJ-02 and BD-09, which look like degrees of WGS 84
and lie 50 to 700 metres beside it. The shift is the published obfuscation of GCJ-02; its inverse is iterated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from ground.phrases import Phrase, phrase
from importer.errors import DeclarationProblem
from importer.place import frames
from importer.values import NOTHING

WGS84, GCJ02, BD09 = "EPSG:4326", "GCJ-02", "BD-09"
SENTINELS = (0.0, 999.0, 9999.0, 99999.0, -1.0, -99.0, -999.0, -9999.0, 99.0, -99999.0)
EXTENT_MARGIN_DEGREES = 1.0
FRAMES_SHOWN = 3
MOST = 0.5  # of the rows: then it is not the rows that are wrong
ITERATIONS = 8
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Positions:
    """Degrees of WGS 84, NaN where unknown; per row the rule that rejects it, and a remark that does not."""

    lon: Numbers
    lat: Numbers
    problem: NDArray[np.object_]
    remark: NDArray[np.object_]


def positions(
    x: Numbers,
    y: Numbers,
    frame: str,
    *,
    extent_degrees: tuple[float, float, float, float] | None = None,
    exchange: str = "reject",
    where: str = "the file",
) -> Positions:
    """Positions in WGS 84 with what is wrong with them.

    `exchange` is "reject" or "exchange": what becomes of longitude and latitude in each other's place. Raises
    DeclarationProblem where the numbers cannot be in the frame at all, or most rows have them exchanged.
    """
    x, y = np.array(x, dtype=float), np.array(y, dtype=float)
    remark = _unknown_positions(x, y)
    x[pd.notna(remark)] = np.nan
    y[pd.notna(remark)] = np.nan
    refuse_other_frame(x, y, frame, where, extent_degrees)
    is_swapped = _swapped(x, y, frame, extent_degrees)
    if is_swapped.sum() > MOST * np.isfinite(x).sum() and exchange == "reject":
        in_degrees = _is_degrees(frame)
        raise DeclarationProblem(
            phrase("{where}, longitude and latitude", where=where)
            if in_degrees
            else phrase("{where}, easting and northing", where=where),
            "longitude in the column declared as lon"
            if in_degrees
            else "the easting in the column declared as lon (in Chinese surveys Y is the easting)",
            phrase("{count} rows with the two exchanged", count=f"{int(is_swapped.sum()):,}"),
            "exchange lon and lat under [columns] of the declaration",
        )
    if exchange == "exchange":
        x[is_swapped], y[is_swapped] = y[is_swapped], x[is_swapped]
        remark[is_swapped] = "coordinates_swapped"
        is_swapped[:] = False
    x[is_swapped] = y[is_swapped] = np.nan
    lon, lat = to_wgs84(x, y, frame)
    problem = np.where(is_swapped, "coordinates_swapped", NOTHING).astype(object)
    known = np.isfinite(x)
    off_earth = known & ~((np.abs(lon) <= 180) & (np.abs(lat) <= 90))
    problem[off_earth] = "coordinates_out_of_range"
    if extent_degrees is not None:
        problem[known & ~off_earth & ~_inside(lon, lat, extent_degrees)] = "outside_country"
    bad = pd.notna(problem)
    lon, lat = np.where(bad, np.nan, lon), np.where(bad, np.nan, lat)
    return Positions(lon, lat, problem, remark)


def _unknown_positions(x: Numbers, y: Numbers) -> NDArray[np.object_]:
    """Rows that give numbers, and no position: zeros, placeholders, one of the two missing."""
    one_missing = np.isfinite(x) != np.isfinite(y)
    zero = (x == 0) & (y == 0)
    placeholder = np.isin(x, SENTINELS) & np.isin(y, SENTINELS)
    far = (np.abs(x) >= 9999) & (x == y)
    return np.where(one_missing | zero | placeholder | far, "position_unknown", NOTHING).astype(object)


def _inside(lon: Numbers, lat: Numbers, extent: tuple[float, float, float, float]) -> NDArray[np.bool_]:
    west, south, east, north = extent
    margin = EXTENT_MARGIN_DEGREES
    beyond = east if east >= west else east + 360  # a country on both sides of the 180th meridian
    around = np.where(lon < west - margin, lon + 360, lon)
    return np.asarray((around <= beyond + margin) & (lat >= south - margin) & (lat <= north + margin))


def _swapped(x: Numbers, y: Numbers, frame: str, extent: tuple[float, float, float, float] | None) -> NDArray[np.bool_]:
    """The point as given is no place of the country, and exchanged it is one; in metres as in degrees."""
    if _is_degrees(frame):
        if extent is None:
            return np.asarray((np.abs(y) > 90) & (np.abs(y) <= 180) & (np.abs(x) <= 90))
        return np.asarray(~_inside(x, y, extent) & _inside(y, x, extent) & np.isfinite(x))
    area = _crs(frame).area_of_use
    around = extent or (None if area is None else area.bounds)
    if around is None:
        return np.zeros(len(x), dtype=bool)
    outside = np.isfinite(x) & ~_inside(*to_wgs84(x, y, frame), around)
    outside[outside] = _inside(*to_wgs84(y[outside], x[outside], frame), around)
    return outside


# --- frames -----------------------------------------------------------------------------------------------


def _crs(frame: str) -> pyproj.CRS:
    try:
        return pyproj.CRS.from_user_input(frame)
    except pyproj.exceptions.CRSError as error:
        raise _unknown_frame(frame) from error


def _unknown_frame(frame: str) -> DeclarationProblem:
    return DeclarationProblem(
        "frame",
        phrase("EPSG:<number>, {gcj02} or {bd09}", gcj02=GCJ02, bd09=BD09),
        frame,
        "mend [frame] of the declaration",
    )


def _is_degrees(frame: str) -> bool:
    return frame in (GCJ02, BD09) or _crs(frame).is_geographic


def refuse_other_frame(
    x: Numbers, y: Numbers, frame: str, where: str, extent: tuple[float, float, float, float] | None = None
) -> None:
    """Raise where degrees are declared as metres, or metres as degrees: most numbers cannot be in the frame."""
    known = np.isfinite(x) & np.isfinite(y)
    if not known.any():
        return
    share = looks_like_degrees(x, y)
    example = f"{x[known][0]:.10g}, {y[known][0]:.10g}"
    if _is_degrees(frame) and share < 1 - MOST:
        raise DeclarationProblem(
            phrase("{where}, coordinates", where=where),
            phrase("degrees, as {frame} has them", frame=frame),
            phrase("metres, such as {example}", example=example),
            _declare_metres(x, y, extent),
        )
    if not _is_degrees(frame) and share > MOST:
        raise DeclarationProblem(
            phrase("{where}, coordinates", where=where),
            phrase("metres, as {frame} has them", frame=frame),
            phrase("degrees, such as {example}", example=example),
            "declare [frame] epsg = 4326 (or GCJ-02, BD-09, for maps of Chinese services)",
        )


def looks_like_degrees(x: Numbers, y: Numbers) -> float:
    """The share of the known points that can be degrees; 1 where none is known."""
    known = np.isfinite(x) & np.isfinite(y)
    like = (np.abs(x) <= 180) & (np.abs(y) <= 180)
    return float(like[known].mean()) if known.any() else 1.0


def _declare_metres(x: Numbers, y: Numbers, extent: tuple[float, float, float, float] | None) -> Phrase:
    """What to declare, with the frames under which the points fall in the country."""
    found = frames.proposed(x, y, extent)
    if not found:
        return phrase("declare the projection: [frame] epsg = …")
    listed = "; ".join(f"epsg = {one.frame.removeprefix('EPSG:')} ({one.name})" for one in found[:FRAMES_SHOWN])
    if found[0].is_exchanged:
        return phrase("exchange lon and lat (lon is the northing here), and declare [frame] {frames}", frames=listed)
    return phrase("declare [frame] {frames}", frames=listed)


def to_wgs84(x: Numbers, y: Numbers, frame: str) -> tuple[Numbers, Numbers]:
    """Longitude and latitude in degrees of WGS 84. Raises DeclarationProblem for an unknown frame."""
    if frame == WGS84:
        return x, y
    if frame == GCJ02:
        return gcj02_to_wgs84(x, y)
    if frame == BD09:
        return gcj02_to_wgs84(*bd09_to_gcj02(x, y))
    try:
        transformer = pyproj.Transformer.from_crs(_crs(frame), WGS84, always_xy=True)
    except pyproj.exceptions.ProjError as error:
        raise _unknown_frame(frame) from error
    lon, lat = transformer.transform(x, y)
    return np.where(np.isfinite(lon), lon, np.nan), np.where(np.isfinite(lat), lat, np.nan)


def geometry_to_wgs84(geometry: NDArray[np.object_], frame: str) -> NDArray[np.object_]:
    """Shapes in WGS 84; None stays None."""
    if frame == WGS84:
        return geometry
    return np.asarray(
        shapely.transform(geometry, lambda points: np.column_stack(to_wgs84(points[:, 0], points[:, 1], frame))),
        dtype=object,
    )


# The ellipsoid of Krasovsky 1940 and the box in which the shift applies, as the published algorithm has them.
SEMI_MAJOR_M = 6378245.0
ECCENTRICITY_SQUARED = 0.00669342162296594323
SHIFTED = (72.004, 0.8293, 137.8347, 55.8271)  # west, south, east, north
BD_FACTOR = np.pi * 3000.0 / 180.0


def wgs84_to_gcj02(lon: Numbers, lat: Numbers) -> tuple[Numbers, Numbers]:
    """The shift itself; outside the box there is none."""
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    common = 20 * (np.sin(6 * np.pi * x) + np.sin(2 * np.pi * x))
    north_m = -100 + 2 * x + 3 * y + 0.2 * y**2 + 0.1 * x * y + 0.2 * root
    north_m += (common + 20 * np.sin(np.pi * y) + 40 * np.sin(np.pi * y / 3)) * 2 / 3
    north_m += (160 * np.sin(np.pi * y / 12) + 320 * np.sin(np.pi * y / 30)) * 2 / 3
    east_m = 300 + x + 2 * y + 0.1 * x**2 + 0.1 * x * y + 0.1 * root
    east_m += (common + 20 * np.sin(np.pi * x) + 40 * np.sin(np.pi * x / 3)) * 2 / 3
    east_m += (150 * np.sin(np.pi * x / 12) + 300 * np.sin(np.pi * x / 30)) * 2 / 3
    phi = np.radians(lat)
    magic = 1 - ECCENTRICITY_SQUARED * np.sin(phi) ** 2
    meridian_m = SEMI_MAJOR_M * (1 - ECCENTRICITY_SQUARED) / magic**1.5
    parallel_m = SEMI_MAJOR_M / np.sqrt(magic) * np.cos(phi)
    west, south, east, north = SHIFTED
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return (
        np.where(inside, lon + np.degrees(east_m / parallel_m), lon),
        np.where(inside, lat + np.degrees(north_m / meridian_m), lat),
    )


def gcj02_to_wgs84(lon: Numbers, lat: Numbers) -> tuple[Numbers, Numbers]:
    """The inverse, by iteration to far below a millimetre."""
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    true_lon, true_lat = lon.copy(), lat.copy()
    for _ in range(ITERATIONS):
        shifted_lon, shifted_lat = wgs84_to_gcj02(true_lon, true_lat)
        true_lon, true_lat = true_lon + lon - shifted_lon, true_lat + lat - shifted_lat
    return true_lon, true_lat


def gcj02_to_bd09(lon: Numbers, lat: Numbers) -> tuple[Numbers, Numbers]:
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * BD_FACTOR)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * BD_FACTOR)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def bd09_to_gcj02(lon: Numbers, lat: Numbers) -> tuple[Numbers, Numbers]:
    """The inverse, by iteration."""
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    true_lon, true_lat = lon - 0.0065, lat - 0.006
    for _ in range(ITERATIONS):
        shifted_lon, shifted_lat = gcj02_to_bd09(true_lon, true_lat)
        true_lon, true_lat = true_lon + lon - shifted_lon, true_lat + lat - shifted_lat
    return true_lon, true_lat


def shared_points(lon: Numbers, lat: Numbers) -> int:
    """Rows that stand exactly where another row stands."""
    known = pd.DataFrame({"lon": lon, "lat": lat}).dropna()
    return int(known.duplicated(keep=False).sum())
