"""A small map that says where a place lies: its neighbours' outlines, itself filled, a village of known position as a
dot.

An SVG by address: it prints as it is, and costs a rerun nothing. A national view keeps the whole extent and
the maritime line, as every national view does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape

import numpy as np
import shapely

from atlas.look import colours, language
from atlas.look.addressed import Addressed
from atlas.look.colours import Theme
from atlas.look.parameters import Lang, Step
from atlas.maps.drawn_map import LEAST_STEP_PX, Bounds, Frame, maritime_line, national_bounds, path_data
from atlas.maps.tiles import boundaries as boundary_tiles
from atlas.work.refused import UnknownValue
from ground.locations import PLACED
from indicators import places
from indicators.database import Atlas
from indicators.places import Place, Village

WIDTH_PX, MOST_HEIGHT_PX = 320, 380
LABEL_PX = 10.5
MOST_LABELS = 16
RESOLUTIONS = ("coarse", "medium", "fine")  # by how deep the outer place lies


@dataclass(frozen=True)
class Locator(Addressed):
    """Which place is pointed out, in the visitor's language and theme; a village by its code."""

    PATH = "locator/{place_id}.svg"
    place_id: Step
    lang: Lang
    theme: Theme


@dataclass(frozen=True)
class Scene:
    """The outer place, whose parts at `level` are drawn, the part that is filled, and the dot."""

    outer: Place
    level: str
    filled: str
    point: tuple[float, float] | None


def scene(atlas: Atlas, place_id: str) -> Scene | None:
    """What is drawn for a place or village; None where nothing has an outline."""
    village = places.village(atlas, place_id)
    path = places.path(atlas, village.parent_id if village else place_id)
    for outer in reversed(path[:-1] if village is None else path):
        level = places.level_below(atlas, outer.place_id)
        if level is None or level not in boundary_tiles.levels(atlas):
            continue
        inside = {part.place_id for part in places.parts(atlas, outer.place_id, level)}
        filled = next((one.place_id for one in reversed(path) if one.place_id in inside), None)
        if filled is not None:
            return Scene(outer, level, filled, _point(village))
    return None


def _point(village: Village | None) -> tuple[float, float] | None:
    """Where the dot stands; a village that was placed at random has none."""
    if village is None or village.lat is None or math.isnan(village.lat):
        return None
    if village.location_quality.startswith(PLACED):
        return None
    return village.lon, village.lat


def svg(atlas: Atlas, asked: Locator) -> bytes:
    """The drawing. Raises UnknownValue for a place that has no outline around it."""
    shown = scene(atlas, asked.place_id)
    if shown is None:
        raise UnknownValue("place", "a place or village inside a place with boundaries")
    depth = len(places.path(atlas, shown.outer.place_id)) - 1
    resolution = RESOLUTIONS[min(depth, len(RESOLUTIONS) - 1)]
    areas = boundary_tiles.areas(atlas, shown.level, resolution, shown.outer.place_id)
    frame = Frame(_bounds(atlas, shown, areas), WIDTH_PX, MOST_HEIGHT_PX)
    tokens = colours.tokens(asked.theme)
    with language.speaking(asked.lang):
        keeps_islands = shown.outer.parent_id is None  # on a national view none may vanish
        drawn = [
            _area(area, area.place_id == shown.filled, keeps_islands, frame, tokens, asked.theme) for area in areas
        ]
        drawn.sort(key=lambda path: "filled" in path)  # the filled one last: its outline lies on top
        parts = [*drawn, *_maritime(atlas, shown, frame, tokens), *_names(atlas, shown, frame, tokens)]
        if shown.point:
            x, y = frame.place(*shown.point)
            parts.append(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5.5" fill="{tokens["primary"]}" '
                f'stroke="{tokens["page"]}" stroke-width="2"/>'
            )
        title = escape(alt(atlas, asked.place_id))
    size = f'width="{WIDTH_PX}" height="{frame.height_px:.0f}" viewBox="0 0 {WIDTH_PX} {frame.height_px:.0f}"'
    ground = f'<rect width="100%" height="100%" fill="{tokens["page"]}"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img"><title>{title}</title>'
        f"{ground}{''.join(parts)}</svg>"
    ).encode()


def alt(atlas: Atlas, place_id: str) -> str:
    """The drawing in words."""
    shown = scene(atlas, place_id)
    village = places.village(atlas, place_id)
    one = places.place(atlas, shown.filled) if shown else None
    if shown is None or one is None:
        return ""
    outer = language.place_name(shown.outer.name, shown.outer.name_en)
    name = language.place_name(one.name, one.name_en)
    if village is not None:
        return language.t(
            "{village} in {name}, {outer}",
            village=language.place_name(village.name, village.name_en),
            name=name,
            outer=outer,
        )
    return language.t("{name} within {outer}", name=name, outer=outer)


def _bounds(atlas: Atlas, shown: Scene, areas: list[boundary_tiles.Area]) -> Bounds:
    if shown.outer.parent_id is None:
        return national_bounds(atlas)
    whole = shapely.total_bounds(np.array([shapely.from_geojson(area.geometry) for area in areas]))
    return tuple(float(edge) for edge in whole)  # type: ignore[return-value]


def _area(
    area: boundary_tiles.Area,
    is_filled: bool,
    keeps_islands: bool,
    frame: Frame,
    tokens: dict[str, str],
    theme_name: str,
) -> str:
    geometry = shapely.transform(shapely.from_geojson(area.geometry), frame.places)
    data = path_data(shapely.simplify(geometry, LEAST_STEP_PX, preserve_topology=keeps_islands))
    if is_filled:
        fill = colours.colours("gap", 6, theme_name)[1]
        return f'<path class="filled" d="{data}" fill="{fill}" stroke="{tokens["unconnected"]}" stroke-width="1.6"/>'
    return f'<path d="{data}" fill="{tokens["land"]}" stroke="{tokens["outline"]}" stroke-width="0.6"/>'


def _maritime(atlas: Atlas, shown: Scene, frame: Frame, tokens: dict[str, str]) -> list[str]:
    """The line that national views must carry; deeper views lie inside it."""
    return [] if shown.outer.parent_id is not None else [maritime_line(atlas, frame, tokens)]


def _names(atlas: Atlas, shown: Scene, frame: Frame, tokens: dict[str, str]) -> list[str]:
    """Names that cover neither each other nor the dot; the filled place's own comes first."""
    points = places.label_points(atlas, shown.outer.place_id, shown.level)
    ordered = sorted(points, key=lambda item: item[0].place_id != shown.filled)
    taken = [(*frame.place(*shown.point), 9.0)] if shown.point else []
    written: list[str] = []
    for one, lon, lat in ordered:
        name = language.place_name(one.name, one.name_en)
        half = sum(LABEL_PX if ord(letter) > 0x2E80 else LABEL_PX * 0.56 for letter in name) / 2
        x, y = frame.place(lon, lat)
        if (
            one.place_id == shown.filled
            and shown.point
            and abs(taken[0][0] - x) < half + 9
            and abs(taken[0][1] - y) < 16
        ):
            y = taken[0][1] + 18
        if not (half < x < WIDTH_PX - half and LABEL_PX < y < frame.height_px - 2) or len(written) >= MOST_LABELS:
            continue
        if any(abs(x - a) < half + b and abs(y - c) < LABEL_PX + 3 for a, c, b in taken):
            continue
        taken.append((x, y, half))
        weight = 600 if one.place_id == shown.filled else 400
        written.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{LABEL_PX}" font-weight="{weight}" text-anchor="middle" '
            f'dominant-baseline="middle" fill="{tokens["text"]}" stroke="{tokens["page"]}" stroke-width="2.4" '
            f'paint-order="stroke" font-family="{escape(tokens["font"], quote=True)}">{escape(name)}</text>'
        )
    return written
