"""Names of places as vector tiles of points: the level follows the zoom, and no name covers another.

A browser cannot choose among thousands of names at each move, and the server does not see the zoom. A tile, though, is
asked for at a zoom: which names it carries is decided once per build, language, zoom and place, over the whole country,
so that neighbouring tiles agree. A map says at which step between two zooms it opens (`step_of`), so that there is no
more room between the names than there has to be where it is looked at first.
"""

from __future__ import annotations

from dataclasses import dataclass

import mapbox_vector_tile
import numpy as np
import shapely
from numpy.typing import NDArray

from atlas.kept.single_flight import SingleFlight
from atlas.look import language
from atlas.maps.tiles import boundaries as boundary_tiles
from atlas.maps.tiles.boundaries import to_world
from atlas.maps.tiles.villages import check_tile
from indicators import facts, places
from indicators.database import Atlas
from indicators.places import Place

LAYER = "names"
EXTENT = 4096
TILE_PX = 1024  # twice the usual side: a quarter of the requests, and few names fit anyway
STEPS = 8  # of one zoom
MAX_ZOOM = 9  # of these tiles; beyond it every county has room for its name
LETTER_PX = (14.5, 7.5)  # width of a letter of a 13 px label, Chinese and Latin
LINE_PX = 20
GAP_PX = 8  # between two names of one line
ASIDE_LINES = (0.0, 0.7, -0.7)  # where a name may stand when its own point is taken, in lines
MOST_ASIDE = 0.3  # of the height of its place
TYPICAL_PX = 56  # a level's names appear once half of its places are this wide
NEAREST = 0.5  # a tile is shown from half a zoom below its own on: there names must keep clear of each other
KEPT = 256  # a few thousand names at most each


@dataclass(frozen=True)
class Names:
    """Points in units of the world's width (Web Mercator, y down), with the text of each and whether it is a neighbour:
    a place outside the one that is shown."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    text: list[str]
    is_neighbour: list[bool]


_chosen: SingleFlight[tuple[str, str, int, str | None, int], Names] = SingleFlight(KEPT)


def step_of(zoom: float) -> int:
    """The step at which a map that opens at `zoom` (of tiles of 512 px) has its names: these tiles begin to be shown at
    that zoom or just below it."""
    return int((zoom - 0.01 + NEAREST) % 1 * STEPS)


def tile_px(step: int) -> float:
    """The side of a tile at its own zoom."""
    return TILE_PX * 2 ** (step / STEPS)


def first_world_px(z: int, step: int) -> float:
    """How wide the world is on the screen where the tiles of a zoom begin to be shown."""
    return float(tile_px(step) * 2.0 ** (z - NEAREST))


def tile(atlas: Atlas, z: int, x: int, y: int, lang: str, within: str | None = None, step: int = 0) -> bytes:
    """The names that belong in a tile as MVT points with the properties `name` and, of places outside `within`,
    `neighbour`; empty if none does. Raises OutOfRange."""
    check_tile(z, x, y)
    names = at_zoom(atlas, z, lang, within, step)
    at_x, at_y = names.x * 2.0**z - x, names.y * 2.0**z - y
    inside = np.flatnonzero((at_x >= 0) & (at_x < 1) & (at_y >= 0) & (at_y < 1))
    if not len(inside):
        return b""
    features = [
        {
            "geometry": f"POINT ({round(at_x[i] * EXTENT)} {round(at_y[i] * EXTENT)})",
            "properties": {"name": names.text[i]} | ({"neighbour": True} if names.is_neighbour[i] else {}),
        }
        for i in inside
    ]
    options = {"y_coord_down": True, "extents": EXTENT}
    return bytes(mapbox_vector_tile.encode({"name": LAYER, "features": features}, default_options=options))


def at_zoom(atlas: Atlas, z: int, lang: str, within: str | None = None, step: int = 0) -> Names:
    """The names shown in tiles of this zoom. The places inside `within` have the first choice, and no name of a
    neighbour reaches into it."""
    key = (str(atlas.path), lang, z, within, step)
    return _chosen.get(key, lambda: _choose(atlas, lang, within, first_world_px(z, step)))


def levels(atlas: Atlas) -> list[str]:
    """The levels whose names a map shows: those with outlines; where there is none, all that stand at a point."""
    between = places.levels(atlas)[1:-1]
    if not places.is_drawn(atlas):
        return list(between)
    return [level for level in between if places.has_boundaries(atlas, level)]


def _choose(atlas: Atlas, lang: str, within: str | None, world_px: float) -> Names:
    nation = str(facts.settings(atlas)["nation"]["place_id"])
    found: list[tuple[Place, float, float]] = []
    for level in levels(atlas):  # the finest that has room
        points = list(places.label_points(atlas, nation, level))
        if not found or (points and _typical_width(points) * world_px >= TYPICAL_PX):
            found = points
    inside = boundary_tiles.inside(atlas, within) if within else {one.place_id for one, _, _ in found}
    found.sort(key=lambda item: item[0].place_id not in inside)
    with language.speaking(lang):
        text = [language.place_name(one.name, one.name_en) for one, _, _ in found]
    is_neighbour = np.array([one.place_id not in inside for one, _, _ in found], bool)
    at_px = to_world(np.array([(lon, lat) for _, lon, lat in found]).reshape(-1, 2)) * world_px
    half_px = (np.array([len(one) for one in text]) * LETTER_PX[lang != "zh"] + GAP_PX) / 2
    room_px = _heights([one for one, _, _ in found]) * world_px * MOST_ASIDE
    tried = np.flatnonzero(~(is_neighbour & _reaches_into(atlas, within, at_px, half_px, world_px)))
    kept, aside_px = _apart(at_px[tried], half_px[tried], room_px[tried])
    rows = tried[kept]
    x, y = at_px[rows].T
    shown = [text[i] for i in rows]
    return Names(x / world_px, (y + aside_px) / world_px, shown, is_neighbour[rows].tolist())


def _reaches_into(
    atlas: Atlas, within: str | None, at_px: NDArray[np.float64], half_px: NDArray[np.float64], world_px: float
) -> NDArray[np.bool_]:
    """Which names would lie over the place `within`, at the middle of their own."""
    shape = boundary_tiles.shape(atlas, within, "coarse") if within else None
    if shape is None:
        return np.zeros(len(at_px), bool)
    place = shapely.transform(shape, lambda points: to_world(points) * world_px)
    shapely.prepare(place)
    x, y = at_px.T
    return np.asarray(
        shapely.intersects(place, shapely.box(x - half_px, y - LINE_PX / 2, x + half_px, y + LINE_PX / 2))
    )


def _apart(
    at_px: NDArray[np.float64], half_px: NDArray[np.float64], room_px: NDArray[np.float64]
) -> tuple[list[int], NDArray[np.float64]]:
    """Which names to keep so that none covers another, and how far down each moves; those that come first win.

    at_px: their points, half_px: half their widths, room_px: how far one may move and still stand in its place.
    """
    taken = np.empty((3, len(at_px)))  # x, y and half the width of the names kept so far
    kept: list[int] = []
    aside: list[float] = []
    for i, (own_x, own_y) in enumerate(at_px):
        x, y, reach = taken[:, : len(kept)]
        near_y = y[np.abs(x - own_x) < reach + half_px[i]]
        for moved in (lines * LINE_PX for lines in ASIDE_LINES if abs(lines) * LINE_PX <= room_px[i]):
            if not (np.abs(near_y - own_y - moved) < LINE_PX).any():
                taken[:, len(kept)] = own_x, own_y + moved, half_px[i]
                kept.append(i)
                aside.append(moved)
                break
    return kept, np.array(aside)


def _heights(found: list[Place]) -> NDArray[np.float64]:
    """Of the places, in units of the world's width; 0 where no bounds are known."""
    corners = np.array([one.bounds or (0.0, 0.0, 0.0, 0.0) for one in found]).reshape(-1, 4)
    return np.asarray(np.abs(to_world(corners[:, 2:]) - to_world(corners[:, :2]))[:, 1])


def _typical_width(points: list[tuple[Place, float, float]]) -> float:
    """Of the places, in units of the world's width: the median side of a square as large as their bounds."""
    corners = np.array([one.bounds for one, _, _ in points if one.bounds is not None]).reshape(-1, 4)
    if not len(corners):
        return 0.0
    width, height = np.abs(to_world(corners[:, 2:]) - to_world(corners[:, :2])).T
    return float(np.median(np.sqrt(width * height)))
