"""Names of places as vector tiles of points: the level follows the zoom, and no name covers another.

A browser cannot choose among thousands of names at each move, and the server does not see the zoom. A tile, though, is
asked for at a zoom: which names it carries is decided once per build, language and zoom, over the whole country, so
that neighbouring tiles agree.
"""

from __future__ import annotations

from dataclasses import dataclass

import mapbox_vector_tile
import numpy as np
from numpy.typing import NDArray

from atlas.kept.single_flight import SingleFlight
from atlas.look import language
from atlas.maps.tiles.boundaries import to_world
from atlas.maps.tiles.villages import check_tile
from indicators import facts, places
from indicators.database import Atlas
from indicators.places import Place

LAYER = "names"
EXTENT = 4096
TILE_PX = 1024  # twice the usual side: a quarter of the requests, and few names fit anyway
MAX_ZOOM = 9  # of these tiles; beyond it every county has room for its name
LETTER_PX = (14.5, 7.5)  # width of a letter of a 13 px label, Chinese and Latin
LINE_PX = 22
TYPICAL_PX = 56  # a level's names appear once half of its places are this wide
NEAREST = 0.4  # a tile is shown from half a zoom below its own on: names keep clear of each other there, too
KEPT = 64


@dataclass(frozen=True)
class Names:
    """Points in units of the world's width (Web Mercator, y down), with the text of each."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    text: list[str]


_chosen: SingleFlight[tuple[str, str, int], Names] = SingleFlight(KEPT)


def tile(atlas: Atlas, z: int, x: int, y: int, lang: str) -> bytes:
    """The names that belong in a tile as MVT points with the property `name`; empty if none does. Raises OutOfRange."""
    check_tile(z, x, y)
    names = at_zoom(atlas, z, lang)
    at_x, at_y = names.x * 2.0**z - x, names.y * 2.0**z - y
    inside = np.flatnonzero((at_x >= 0) & (at_x < 1) & (at_y >= 0) & (at_y < 1))
    if not len(inside):
        return b""
    features = [
        {
            "geometry": f"POINT ({round(at_x[i] * EXTENT)} {round(at_y[i] * EXTENT)})",
            "properties": {"name": names.text[i]},
        }
        for i in inside
    ]
    options = {"y_coord_down": True, "extents": EXTENT}
    return bytes(mapbox_vector_tile.encode({"name": LAYER, "features": features}, default_options=options))


def at_zoom(atlas: Atlas, z: int, lang: str) -> Names:
    """The names shown in tiles of this zoom."""
    return _chosen.get((str(atlas.path), lang, z), lambda: _choose(atlas, z, lang))


def levels(atlas: Atlas) -> list[str]:
    """The levels whose names a map shows: those with outlines; where there is none, all that stand at a point."""
    between = places.levels(atlas)[1:-1]
    if not places.is_drawn(atlas):
        return list(between)
    return [level for level in between if places.has_boundaries(atlas, level)]


def _choose(atlas: Atlas, z: int, lang: str) -> Names:
    nation = str(facts.settings(atlas)["nation"]["place_id"])
    world_px = TILE_PX * 2.0**z
    found: list[tuple[Place, float, float]] = []
    for level in levels(atlas):  # the finest that has room
        points = list(places.label_points(atlas, nation, level))
        if not found or (points and _typical_width(points) * world_px >= TYPICAL_PX):
            found = points
    with language.speaking(lang):
        text = [language.place_name(one.name, one.name_en) for one, _, _ in found]
    x, y = to_world(np.array([(lon, lat) for _, lon, lat in found]).reshape(-1, 2)).T
    kept = _apart(x * world_px * 2**-NEAREST, y * world_px * 2**-NEAREST, text, LETTER_PX[lang != "zh"])
    return Names(x[kept], y[kept], [text[i] for i in kept])


def _apart(x_px: NDArray[np.float64], y_px: NDArray[np.float64], text: list[str], letter_px: float) -> list[int]:
    """Which names to keep so that none covers another; those that come first win."""
    half = np.array([len(one) * letter_px / 2 for one in text])
    taken = np.empty((3, len(text)))  # x, y and half the width of the names kept so far
    kept: list[int] = []
    for i in range(len(text)):
        x, y, reach = taken[:, : len(kept)]
        if not ((np.abs(x - x_px[i]) < reach + half[i]) & (np.abs(y - y_px[i]) < LINE_PX)).any():
            taken[:, len(kept)] = x_px[i], y_px[i], half[i]
            kept.append(i)
    return kept


def _typical_width(points: list[tuple[Place, float, float]]) -> float:
    """Of the places, in units of the world's width: the median side of a square as large as their bounds."""
    corners = np.array([one.bounds for one, _, _ in points if one.bounds is not None]).reshape(-1, 4)
    if not len(corners):
        return 0.0
    width, height = np.abs(to_world(corners[:, 2:]) - to_world(corners[:, :2])).T
    return float(np.median(np.sqrt(width * height)))
