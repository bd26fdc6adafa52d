"""An area that somebody drew on a map, as a text for a URL: a polygon's corners, or a circle's centre and radius."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cached_property

import shapely
from shapely.geometry.base import BaseGeometry

from ground.sphere import EARTH_RADIUS_KM

MOST_CORNERS = 100
MOST_RADIUS_KM = 2000.0
CIRCLE_CORNERS = 64
KM_PER_DEGREE = math.pi * EARTH_RADIUS_KM / 180
_NUMBER = r"-?[0-9]{1,3}(?:\.[0-9]{1,6})?"
_POINT = re.compile(rf"({_NUMBER}),({_NUMBER})", re.ASCII)
_CIRCLE = re.compile(rf"circle:({_NUMBER}),({_NUMBER}),([0-9]{{1,4}}(?:\.[0-9]{{1,3}})?)", re.ASCII)


class NoArea(ValueError):
    """The text describes no area."""


@dataclass(frozen=True)
class Area:
    """`text` is `lon,lat;lon,lat;lon,lat` (degrees, three corners or more) or `circle:lon,lat,radius_km`."""

    text: str

    @cached_property
    def shape(self) -> BaseGeometry:
        """The area in degrees, ready for many questions."""
        circle = _CIRCLE.fullmatch(self.text)
        shape = _circle(*map(float, circle.groups())) if circle else _polygon(self.text)
        shapely.prepare(shape)
        return shape

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        west, south, east, north = self.shape.bounds
        return west, south, east, north


def area(text: str) -> Area:
    """The area a text describes. Raises NoArea saying what is expected."""
    try:
        found = Area(text)
        west, south, east, north = found.bounds
    except (ValueError, shapely.errors.ShapelyError) as error:
        raise NoArea("lon,lat;lon,lat;lon,lat or circle:lon,lat,radius_km") from error
    if not (west >= -180 and east <= 180 and south >= -90 and north <= 90) or found.shape.area == 0:
        raise NoArea("an area on the globe, in degrees")
    return found


def _polygon(text: str) -> BaseGeometry:
    parts = text.split(";", MOST_CORNERS + 1)
    points = [_POINT.fullmatch(part) for part in parts]
    if not 3 <= len(parts) <= MOST_CORNERS or not all(points):
        raise NoArea(f"3 to {MOST_CORNERS} corners")
    corners = [(float(point[1]), float(point[2])) for point in points if point]
    return shapely.make_valid(shapely.Polygon(corners))  # a line that crosses itself still encloses something


def _circle(lon: float, lat: float, radius_km: float) -> BaseGeometry:
    """A circle on the ground: as wide in degrees of longitude as the latitude demands."""
    if not (0 < radius_km <= MOST_RADIUS_KM and abs(lat) < 85):
        raise NoArea(f"a radius up to {MOST_RADIUS_KM:.0f} km")
    up = radius_km / KM_PER_DEGREE
    across = up / math.cos(math.radians(lat))
    angles = [2 * math.pi * step / CIRCLE_CORNERS for step in range(CIRCLE_CORNERS)]
    return shapely.Polygon([(lon + across * math.cos(a), lat + up * math.sin(a)) for a in angles])
