"""Boundaries for the map: lines as vector tiles, areas as GeoJSON.

Lines come from the areas' rings with every shared border kept once, at the highest level that has
it: a border drawn twice is darker than its neighbours, and a closed area cut at a tile's edge would show the
edge as a border. Simplified geometry is chosen by zoom, so that no tile carries more than can be seen.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import mapbox_vector_tile
import numpy as np
import shapely
from numpy.typing import NDArray

from atlas.kept.single_flight import SingleFlight
from atlas.maps.tiles.villages import check_tile
from atlas.work.refused import UnknownValue
from ground import mercator
from indicators.database import Atlas

LAYER = "boundaries"
MARITIME = "maritime"  # boundary_line.line_kind, and the `level` such a line gets in a tile
PILOTS = "pilots"  # the borders of all pilot places, whatever their level
OUTLINE = "outline"  # of the one place that a map shows
EXTENT = 4096
BUFFER = 64  # tile units drawn beyond the edge, where a line's width reaches over from the next tile
HALF_PIXEL = 4  # tile units, of a tile of 512 px: what differs by less is not worth a vertex
DEGREE_DECIMALS = {"coarse": 2, "medium": 3, "fine": 4}  # about 1 km, 100 m, 10 m
FIRST_ZOOM = {"fine": 9, "medium": 5, "coarse": 0}  # coarse below 5, medium to 8, fine above
SEGMENT_STEPS_PER_DEGREE = 10_000_000  # two ends this close are the same point
LONGEST_LINE_SEGMENTS = 128  # shorter lines are found and cut faster than a whole province's ring

LINES_KEPT = 12  # (levels, resolution) of the builds being served
OUTLINES_KEPT = 64  # of single places
WORLD_DEGREES = (-180.0, -85.0, 180.0, 85.0)
TEXTS_CACHE_BYTES = 96 << 20


@dataclass(frozen=True)
class Lines:
    """Lines in units of the world's width (Web Mercator, y down) with an index to find them by tile."""

    geometry: NDArray[Any]
    level: NDArray[Any]
    tree: shapely.STRtree


@dataclass(frozen=True)
class Area:
    """One place's outline, serialised once. `geometry` is a GeoJSON geometry object as text."""

    place_id: str
    name: str
    name_en: str | None
    geometry: str


_lines: SingleFlight[tuple[str, tuple[str, ...], str], Lines] = SingleFlight(LINES_KEPT)
_outlines: SingleFlight[tuple[str, str, str], Lines] = SingleFlight(OUTLINES_KEPT)
_areas: SingleFlight[tuple[str, str, str], list[Area]] = SingleFlight(
    TEXTS_CACHE_BYTES, lambda areas: sum(len(area.geometry) for area in areas)
)


def levels(atlas: Atlas) -> list[str]:
    """The levels that have boundaries, highest first."""
    found = atlas.cursor().execute(
        "SELECT level_id FROM level WHERE level_id IN (SELECT level FROM boundary) ORDER BY position"
    )
    return [level_id for (level_id,) in found.fetchall()]


def resolution_at(z: int) -> str:
    """The resolution that a tile of this zoom shows."""
    return next(resolution for resolution, first in FIRST_ZOOM.items() if z >= first)


def tile(atlas: Atlas, z: int, x: int, y: int, chosen: Sequence[str], others: Sequence[str] = ()) -> bytes:
    """Boundary lines of the chosen levels, then of `others` (MARITIME, PILOTS), as MVT bytes; empty if none
    crosses the tile.

    Every feature has the property `level`. Raises OutOfRange, or UnknownValue for a level without lines.
    """
    check_tile(z, x, y)
    return _cut(lines_of(atlas, chosen, resolution_at(z), others), z, x, y)


def outline_tile(atlas: Atlas, z: int, x: int, y: int, place_id: str) -> bytes:
    """The outline of one place as MVT bytes; empty where none crosses the tile. Raises OutOfRange."""
    check_tile(z, x, y)
    resolution = resolution_at(z)
    key = (str(atlas.path), place_id, resolution)
    return _cut(_outlines.get(key, lambda: _read_outline(atlas, place_id, resolution)), z, x, y)


def _cut(lines: Lines, z: int, x: int, y: int) -> bytes:
    size = 2.0**-z
    margin = size * BUFFER / EXTENT
    west, north = x * size, y * size
    box = (west - margin, north - margin, west + size + margin, north + size + margin)
    hits = np.sort(lines.tree.query(shapely.box(*box)))
    cut = shapely.clip_by_rect(lines.geometry[hits], *box)
    on_grid = shapely.transform(cut, lambda p: np.rint((p - (west, north)) * (EXTENT / size)))
    simple = shapely.simplify(on_grid, HALF_PIXEL)  # a border is one line for both sides: no slivers
    on_grid = np.where(shapely.length(simple) > 0, simple, on_grid)  # an islet keeps its dot
    features = [
        {"geometry": geometry, "properties": {"level": level}}
        for geometry, level in _by_level(on_grid, lines.level[hits])
    ]
    if not features:
        return b""
    options = {"y_coord_down": True, "extents": EXTENT}
    return bytes(mapbox_vector_tile.encode({"name": LAYER, "features": features}, default_options=options))


def lines_of(atlas: Atlas, chosen: Sequence[str], resolution: str, others: Sequence[str] = ()) -> Lines:
    """The lines of some levels, each border once, at the highest of the chosen levels that has it; the maritime
    line and the borders of pilots whole."""
    known = levels(atlas)
    if not set(chosen) <= set(known):
        raise UnknownValue("levels", known)
    ordered = (*(level for level in known if level in chosen), *others)
    key = (str(atlas.path), ordered, resolution)
    return _lines.get(key, lambda: _read_lines(atlas, ordered, resolution))


def areas(atlas: Atlas, level: str, resolution: str, within: str | None = None) -> list[Area]:
    """Outlines of a level's places, serialised; the seam for maps that add properties of their own.

    Only the places within `within` if one is given. Raises UnknownValue.
    """
    if level not in (known := levels(atlas)):
        raise UnknownValue("level", known)
    if resolution not in DEGREE_DECIMALS:
        raise UnknownValue("resolution", list(DEGREE_DECIMALS))
    key = (str(atlas.path), level, resolution)
    everywhere = _areas.get(key, lambda: _read_areas(atlas, level, resolution))
    if within is None:
        return everywhere
    held = inside(atlas, within)
    return [area for area in everywhere if area.place_id in held]


def outlines(atlas: Atlas, level: str) -> dict[str, str]:
    """The geometry of a level's places by place_id, for files: "medium", as GeoJSON text. Empty for a level without."""
    if level not in levels(atlas):
        return {}
    return {area.place_id: area.geometry for area in areas(atlas, level, "medium")}


def maritime(atlas: Atlas) -> list[str]:
    """The line that national views must carry, as GeoJSON texts in degrees; empty where the country has none."""
    texts: list[str] = shapely.to_geojson(_read_shapes(atlas, MARITIME, "coarse")).tolist()
    return texts


def polygons(atlas: Atlas, level: str, within: str | None, resolution: str) -> bytes:
    """A GeoJSON FeatureCollection of a level's places with place_id, name and name_en."""
    return feature_collection(
        (area.geometry, {"place_id": area.place_id, "name": area.name, "name_en": area.name_en})
        for area in areas(atlas, level, resolution, within)
    )


def outside(atlas: Atlas, place_id: str, resolution: str) -> bytes:
    """The world without a place, as GeoJSON: what lies on a map to make the neighbours recede. Empty for a place
    without an outline. Raises UnknownValue."""
    if resolution not in DEGREE_DECIMALS:
        raise UnknownValue("resolution", list(DEGREE_DECIMALS))
    parts = shapely.get_parts(_read_place(atlas, place_id, resolution))
    if not len(parts):
        return feature_collection([])
    around = shapely.polygons(shapely.box(*WORLD_DEGREES).exterior, [part.exterior for part in parts])
    holes = [shapely.polygons(ring) for part in parts for ring in part.interiors]
    decimals = DEGREE_DECIMALS[resolution]
    whole = shapely.transform(shapely.multipolygons([around, *holes]), lambda p: np.round(p, decimals))
    return feature_collection([(shapely.to_geojson(whole), {})])


def feature_collection(features: Iterable[tuple[str, dict[str, Any]]]) -> bytes:
    """GeoJSON from geometry that is already text and properties that are not yet."""
    parts = (
        f'{{"type":"Feature","geometry":{geometry},"properties":{_json(properties)}}}'
        for geometry, properties in features
    )
    return f'{{"type":"FeatureCollection","features":[{",".join(parts)}]}}'.encode()


def _json(properties: dict[str, Any]) -> str:
    return json.dumps(properties, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def shape(atlas: Atlas, place_id: str, resolution: str) -> Any:
    """The area of one place in degrees (a shapely geometry); None where it has no outline."""
    found = _read_place(atlas, place_id, resolution)
    return shapely.union_all(found) if len(found) else None


def inside(atlas: Atlas, within: str) -> set[str]:
    """The places that lie in one, itself included. Raises UnknownValue."""
    found = atlas.cursor().execute("SELECT place_id FROM place_within WHERE ancestor_id = ?", [within])
    held = {place_id for (place_id,) in found.fetchall()}
    if not held:
        raise UnknownValue("within", "a place_id above village level")
    return held


def _read_areas(atlas: Atlas, level: str, resolution: str) -> list[Area]:
    found = atlas.cursor().execute(
        """
        SELECT b.place_id, coalesce(p.name, b.place_id), p.name_en, ST_AsWKB(b.geometry)
        FROM boundary AS b LEFT JOIN place AS p USING (place_id)
        WHERE b.level = ? AND b.resolution = ?
        ORDER BY b.place_id
        """,
        [level, resolution],
    )
    rows = found.fetchall()
    decimals = DEGREE_DECIMALS[resolution]
    shapes = shapely.from_wkb([wkb for *_, wkb in rows])
    texts = shapely.to_geojson(shapely.transform(shapes, lambda p: np.round(p, decimals)))
    return [
        Area(place_id, name, name_en, text)
        for (place_id, name, name_en, _), text in zip(rows, texts.tolist(), strict=True)
    ]


def _read_lines(atlas: Atlas, ordered: tuple[str, ...], resolution: str) -> Lines:
    geometry: list[NDArray[Any]] = [np.empty(0, object)]
    names: list[str] = []
    drawn = np.empty((0, 2), np.uint64)
    for name in ordered:
        shapes = _read_shapes(atlas, name, resolution)
        if name == MARITIME:
            found = shapely.get_parts(shapes)
        elif name == PILOTS:
            found, _ = _new_lines(shapes, drawn[:0])
        else:
            found, drawn = _new_lines(shapes, drawn)
        geometry.append(shapely.transform(found, to_world))
        names += [name] * len(found)
    whole = np.concatenate(geometry)
    return Lines(whole, np.array(names, object), shapely.STRtree(whole))


def _read_shapes(atlas: Atlas, name: str, resolution: str) -> NDArray[Any]:
    cursor = atlas.cursor()
    if name == MARITIME:
        cursor.execute("SELECT ST_AsWKB(geometry) FROM boundary_line WHERE line_kind = ?", [MARITIME])
    elif name == PILOTS:
        cursor.execute(
            """
            SELECT ST_AsWKB(geometry) FROM boundary
            WHERE resolution = ? AND place_id IN (SELECT place_id FROM pilot) ORDER BY place_id
            """,
            [resolution],
        )
    else:
        cursor.execute(
            "SELECT ST_AsWKB(geometry) FROM boundary WHERE level = ? AND resolution = ? ORDER BY place_id",
            [name, resolution],
        )
    return np.asarray(shapely.from_wkb([wkb for (wkb,) in cursor.fetchall()]), object)


def _read_place(atlas: Atlas, place_id: str, resolution: str) -> NDArray[Any]:
    cursor = atlas.cursor()
    cursor.execute(
        "SELECT ST_AsWKB(geometry) FROM boundary WHERE place_id = ? AND resolution = ?", [place_id, resolution]
    )
    return np.asarray(shapely.from_wkb([wkb for (wkb,) in cursor.fetchall()]), object)


def _read_outline(atlas: Atlas, place_id: str, resolution: str) -> Lines:
    found, _ = _new_lines(_read_place(atlas, place_id, resolution), np.empty((0, 2), np.uint64))
    whole = shapely.transform(found, to_world)
    return Lines(whole, np.full(len(whole), OUTLINE, object), shapely.STRtree(whole))


def _new_lines(shapes: NDArray[Any], drawn: NDArray[np.uint64]) -> tuple[NDArray[Any], NDArray[np.uint64]]:
    """The parts of the shapes' rings that are not in `drawn`, each once; and `drawn` with them."""
    rings = shapely.get_rings(shapely.get_parts(shapes))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    if not len(points):
        return np.empty(0, object), drawn
    begins = np.flatnonzero(ring[1:] == ring[:-1])  # a segment runs from point i to i + 1 of one ring
    segments = _undirected(points, begins)
    is_new = _first_seen(np.concatenate([drawn, segments]))[len(drawn) :]
    kept = begins[is_new]
    if not len(kept):
        return np.empty(0, object), drawn
    starts_line = np.concatenate([[True], np.diff(kept) != 1]) | (kept % LONGEST_LINE_SEGMENTS == 0)
    line = np.cumsum(starts_line) - 1
    # A line's points: where each of its segments begins, and where the last one ends.
    at = np.concatenate([kept, kept[np.append(starts_line[1:], True)] + 1])
    of_line = np.concatenate([line, np.arange(line[-1] + 1)])
    order = np.lexsort((at, of_line))
    lines = shapely.linestrings(points[at[order]], indices=of_line[order])
    return np.atleast_1d(lines), np.concatenate([drawn, segments[is_new]])


def _undirected(points: NDArray[np.float64], begins: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Both ends of each segment as integers, the smaller first: neighbours walk a border in opposite ways."""
    steps = np.rint((points + 180.0) * SEGMENT_STEPS_PER_DEGREE).astype(np.uint64)
    end = steps[:, 0] << np.uint64(32) | steps[:, 1]
    pairs = np.stack([end[begins], end[begins + 1]], axis=1)
    pairs.sort(axis=1)
    return pairs


def _first_seen(pairs: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """True where a pair of numbers occurs for the first time."""
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))  # stable: equal pairs stay in their order
    ranked = pairs[order]
    is_first = np.empty(len(pairs), bool)
    is_first[order] = np.concatenate([[True], (ranked[1:] != ranked[:-1]).any(axis=1)])[: len(pairs)]
    return is_first


def to_world(lon_lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Degrees to Web Mercator, 0 to 1 from the north-west corner."""
    latitude = np.clip(lon_lat[:, 1], -85.05, 85.05)
    return np.column_stack([(lon_lat[:, 0] + 180.0) / 360.0, mercator.down(latitude)])


def _by_level(geometry: NDArray[Any], level: NDArray[Any]) -> Iterable[tuple[Any, str]]:
    """One MultiLineString per level, without the lines that shrank to a point."""
    parts, index = shapely.get_parts(geometry, return_index=True)
    is_line = (shapely.get_type_id(parts) == 1) & (shapely.length(parts) > 0)
    for name in dict.fromkeys(level.tolist()):
        mine = parts[is_line & (level[index] == name)]
        if len(mine):
            yield shapely.multilinestrings(mine), name
