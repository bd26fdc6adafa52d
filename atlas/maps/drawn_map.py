"""Outlines as drawings: degrees to pixels, rings to paths, and what a national view must carry. Prints as it is."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from atlas.maps.tiles import boundaries as boundary_tiles
from ground import mercator
from indicators import facts
from indicators.database import Atlas

MARGIN_PX = 6.0
LEAST_STEP_PX = 0.35  # finer bends cannot be seen

Bounds = tuple[float, float, float, float]  # west, south, east, north, in degrees


class Frame:
    """Degrees to pixels of the drawing, in Web Mercator as all maps here are."""

    def __init__(self, bounds: Bounds, width_px: float, most_height_px: float) -> None:
        west, south, east, north = bounds
        self.west, self.top = west, _mercator(north)
        width, height = math.radians(east - west), self.top - _mercator(south)
        inner = width_px - 2 * MARGIN_PX
        self.scale = min(inner / max(width, 1e-9), (most_height_px - 2 * MARGIN_PX) / max(height, 1e-9))
        self.left = (width_px - width * self.scale) / 2
        self.height_px = height * self.scale + 2 * MARGIN_PX

    def place(self, lon: float, lat: float) -> tuple[float, float]:
        return (
            self.left + math.radians(lon - self.west) * self.scale,
            MARGIN_PX + (self.top - _mercator(lat)) * self.scale,
        )

    def places(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        x = self.left + np.radians(points[:, 0] - self.west) * self.scale
        y = math.pi * (1 - 2 * mercator.down(points[:, 1]))
        return np.column_stack([x, MARGIN_PX + (self.top - y) * self.scale])

    def of_world(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """From units of the world's width, y down."""
        x = self.left + (points[:, 0] * 2 * math.pi - math.pi - math.radians(self.west)) * self.scale
        y = MARGIN_PX + (self.top - (math.pi - points[:, 1] * 2 * math.pi)) * self.scale
        return np.column_stack([x, y])


def _mercator(latitude: float) -> float:
    """In radians of the equator, 0 on it."""
    return float(math.pi * (1 - 2 * mercator.down(latitude)))


def national_bounds(atlas: Atlas) -> Bounds:
    """The whole extent, which every national view shows."""
    west, south, east, north = facts.settings(atlas)["map"]["extent_degrees"]
    return west, south, east, north


def path_data(geometry: Any) -> str:
    """All rings or lines as SVG path data, with a tenth of a pixel."""
    steps = []
    for part in shapely.get_parts(geometry):
        rings = [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part]
        for ring in rings:
            points = [f"{x:.1f} {y:.1f}" for x, y in shapely.get_coordinates(ring)]
            steps.append("M" + "L".join(points) + ("Z" if part.geom_type == "Polygon" else ""))
    return "".join(steps)


def maritime_line(atlas: Atlas, frame: Frame, tokens: dict[str, str]) -> str:
    """The line that national views must carry; empty where the country has none."""
    lines = boundary_tiles.lines_of(atlas, [], "coarse", [boundary_tiles.MARITIME]).geometry
    data = "".join(path_data(shapely.transform(line, frame.of_world)) for line in lines)
    return f'<path d="{data}" fill="none" stroke="{tokens["outline"]}" stroke-width="1.2"/>' if data else ""
