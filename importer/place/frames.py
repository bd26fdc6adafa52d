"""Which frame numbers in metres may be in: every projection of the EPSG registry under which they fall in the country.

Frames that put the points at the same place are one answer; the datum in use today stands for its forerunners.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyproj
from numpy.typing import NDArray
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_crs_info
from pyproj.enums import PJType

Numbers = NDArray[np.float64]
Extent = tuple[float, float, float, float]  # west, south, east, north, in degrees

#: Datums in use, the surest first; any other (Xian 1980, Beijing 1954, ED50 …) comes after them.
CURRENT = tuple(
    """CGCS2000|RGF93 v1|ETRS89|OSGB36|IRENET95|SWEREF99|EUREF-FIN|ETRF2000-PL|CH1903+|POSGAR 2007|SIRGAS 2000|Peru96
    |MAGNA-SIRGAS 2018|MAGNA-SIRGAS|Mexico ITRF2008|NAD83(2011)|NAD83(CSRS)|GDA2020|NZGD2000|JGD2011|KGD2002|TWD97
    |VN-2000|SRGI2013|PRS92|Hartebeesthoek94|WGS 84|NAD83|NAD27""".replace("\n    ", "").split("|")
)
WHOLE_WORLD = ("3857",)  # of the frames of the whole world the one that people hand over
WIDEST_DEGREES = 90.0
SAMPLE = 200
MOST = 0.9  # of the points, that have to fall in the country
SLACK_DEGREES = 0.5  # beyond the zone that a frame is made for
SAME_PLACE_DEGREES = 0.005  # half a kilometre: a datum moves points less, another projection more


@dataclass(frozen=True)
class Proposed:
    """One frame that fits; with `is_exchanged` the first number is the northing."""

    frame: str  # EPSG:4525
    name: str
    is_exchanged: bool
    lon: float  # where it puts the middle of the points
    lat: float


def proposed(x: Numbers, y: Numbers, extent: Sequence[float] | None) -> tuple[Proposed, ...]:
    """Frames under which the points fall in the country, the likeliest first; none where the extent is not known.

    Eastings before northings where that fits; the two exchanged only where nothing else does.
    """
    known = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    if extent is None or not len(known):
        return ()
    few = known[np.linspace(0, len(known) - 1, min(SAMPLE, len(known))).astype(int)]
    x, y = x[few], y[few]
    west, south, east, north = extent
    country = (west, south, east if east >= west else east + 360, north)
    return _one_for_each_place(_fitting(x, y, country, False)) or _one_for_each_place(_fitting(y, x, country, True))


def in_degrees(x: Numbers, y: Numbers, code: str) -> tuple[Numbers, Numbers]:
    """Longitude and latitude without a shift of datum: near enough to tell frames apart."""
    lon, lat = _projection(code)(x, y, inverse=True)
    return np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)


@cache
def _projection(code: str) -> pyproj.Proj:
    """A country has a hundred frames, and looking one up takes longer than all that is asked of it."""
    return pyproj.Proj(f"EPSG:{code}")


def _fitting(x: Numbers, y: Numbers, country: Extent, is_exchanged: bool) -> Iterator[Proposed]:
    for code, name, zone in _frames(country):
        lon, lat = in_degrees(x, y, code)
        if _share_inside(lon, lat, country, 0) >= MOST and _share_inside(lon, lat, zone, SLACK_DEGREES) >= MOST:
            yield Proposed(f"EPSG:{code}", name, is_exchanged, float(np.median(lon)), float(np.median(lat)))


def _share_inside(lon: Numbers, lat: Numbers, extent: Extent, slack: float) -> float:
    west, south, east, north = extent
    around = np.where(lon < west - slack, lon + 360, lon)
    inside = (around <= east + slack) & (lat >= south - slack) & (lat <= north + slack)
    return float(np.mean(inside & np.isfinite(lon)))


@cache
def _frames(country: Extent) -> tuple[tuple[str, str, Extent], ...]:
    """(code, name, zone) of every projection in force that touches the country, the likeliest first."""
    west, south, east, north = country
    listed = query_crs_info(
        auth_name="EPSG",
        pj_types=[PJType.PROJECTED_CRS],
        area_of_interest=AreaOfInterest(west, south, east if east <= 180 else east - 360, north),
        contains=False,
    )
    found = []
    for one in listed:
        area = one.area_of_use
        if area is None or one.deprecated:
            continue
        zone = (area.west, area.south, area.east if area.east >= area.west else area.east + 360, area.north)
        width = zone[2] - zone[0]
        if width < WIDEST_DEGREES or one.code in WHOLE_WORLD:
            datum = one.name.split(" / ")[0]
            rank = CURRENT.index(datum) if datum in CURRENT else len(CURRENT)
            is_variant = "(" in one.name.partition(" / ")[2]  # "UTM zone 32N (N-E)": the same with its axes exchanged
            found.append(((rank, is_variant, width, int(one.code)), (one.code, one.name, zone)))
    return tuple(entry for _, entry in sorted(found))


def _one_for_each_place(fitting: Iterator[Proposed]) -> tuple[Proposed, ...]:
    found: list[Proposed] = []
    for one in fitting:
        if not any(
            abs(one.lon - other.lon) < SAME_PLACE_DEGREES and abs(one.lat - other.lat) < SAME_PLACE_DEGREES
            for other in found
        ):
            found.append(one)
    return tuple(found)
