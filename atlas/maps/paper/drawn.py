"""What answers the addresses of drawings, and reads them back from a page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import shapely
from starlette.routing import compile_path

from atlas.kept import answers
from atlas.look import badges, colours, figures
from atlas.look.addressed import BUILD, Addressed
from atlas.look.language import pick, place_name, speaking, t
from atlas.look.parameters import Asked
from atlas.maps import base, choropleth, locator
from atlas.maps.paper.asked import AnswerDrawing, ColouredDrawing, VillagesDrawing
from atlas.maps.paper.drawing import Drawing, Key, tokens
from atlas.maps.tiles import boundaries as boundary_tiles
from atlas.view.classes import Classes
from atlas.work.refused import Refused, UnknownValue
from ground.evidence import weakest
from ground.locations import PLACED
from indicators import facts, places
from indicators.catalogue import catalogue
from indicators.chosen import selection
from indicators.chosen.selection import Selection
from indicators.database import Atlas
from indicators.places import Place

MOST_SYMBOLS = 4_000
CELL_PX = 5.0
FEW, MANY = 400, 1_500  # villages from which symbols are smaller
RESOLUTIONS = ("coarse", "medium", "fine")


def coloured(atlas: Atlas, asked: ColouredDrawing) -> bytes:
    """A coloured map with its classes. Raises UnknownValue."""
    here = _place(atlas, asked.within)
    with speaking(asked.lang):
        drawing = _begun(atlas, here)
        frame, classes = choropleth.answer(atlas, asked)
        features = json.loads(choropleth.geojson(atlas, asked))["features"]
        _features(drawing, features, is_filled=asked.batch is None)
        if asked.has_pilots:
            _pilots(atlas, drawing, asked.lang, asked.batch)
        drawing.maritime()
        drawing.names(here.place_id, asked.level)
        evidence = choropleth.evidence_shown(frame)
        keys = [] if asked.batch is not None else _class_keys(asked, classes, bool(choropleth.is_range(frame).any()))
        if asked.has_pilots:
            keys.append(Key(t("Pilot places"), tokens["pilot"], "line"))
        indicator = catalogue()[asked.indicator_id]
        title = pick(indicator.title)
        if asked.is_change:
            title = t("Change in {indicator} (pp)", indicator=title)
        elif unit := figures.unit_word(indicator.unit):
            title = figures.bracketed(title, unit)
        said = [figures.sentence([_standard(atlas, asked) if indicator.of_standard else None, _word(evidence)])]
        return drawing.svg(title, keys, [*said, base.credit(atlas)], is_simulated=evidence == "simulated")


def villages(atlas: Atlas, asked: VillagesDrawing) -> bytes:
    """Villages by state. Raises UnknownValue."""
    here = _place(atlas, asked.place_id)
    with speaking(asked.lang):
        drawing = _begun(atlas, here)
        ground = _outlined(atlas, here)
        level = places.level_below(atlas, ground.place_id) or ground.level
        if level in boundary_tiles.levels(atlas):
            for area in boundary_tiles.areas(atlas, level, _resolution(atlas, ground), ground.place_id):
                drawing.area(shapely.from_geojson(area.geometry), tokens["land"])
        chosen = Selection(asked.place_id, asked.standard, asked.as_of, asked.states, asked.filters)
        found = selection.points(atlas, chosen)
        counts = {state: int((found["state"] == code).sum()) for state, code in selection.STATES.items()}
        total = sum(counts.values())
        is_single = total <= MOST_SYMBOLS
        if is_single:
            _symbols(drawing, found, total)
        else:
            _cells(drawing, found)
        drawing.maritime()
        drawing.names(ground.place_id, level)
        evidence = weakest(list(found["evidence"])) if len(found["evidence"]) else None
        keys = [
            Key(figures.bracketed(badges.state_word(state), figures.count(counts[state])), mark=state)
            for state in asked.states
        ]
        if not is_single:
            keys = _cell_keys()
        title = figures.sentence([_name(here), _standard(atlas, asked)])
        placed = t("points are placed within their ⟨placed⟩, not surveyed") if _is_placed(atlas, here) else ""
        beneath = [figures.sentence([_word(evidence), placed]), base.credit(atlas)]
        return drawing.svg(title, keys, filter(None, beneath), is_simulated=evidence == "simulated")


def answer(atlas: Atlas, asked: AnswerDrawing) -> bytes:
    """What a page worked out. Raises Refused where the server does not hold it any more."""
    held = answers.held(asked.key)
    if held is None:
        raise Refused(410, "this answer is not held any more", "reload the page that showed it")
    here, told = _place(atlas, asked.place_id), json.loads(held)
    with speaking(asked.lang):
        drawing = _begun(atlas, here)
        level = places.level_below(atlas, here.place_id) or here.level
        if level in boundary_tiles.levels(atlas):
            for area in boundary_tiles.areas(atlas, level, _resolution(atlas, here), here.place_id):
                drawing.area(shapely.from_geojson(area.geometry), tokens["land"])
        for key, unit in told["layers"]:
            if (layer := answers.held(key)) is not None:
                _features(drawing, json.loads(layer)["features"], unit=unit)
        drawing.maritime()
        drawing.names(here.place_id, level)
        keys = [Key(words, colour) for colour, words in told["legend"]]
        beneath = [_word(told["evidence"]), base.credit(atlas, *told["notes"])]
        return drawing.svg(told["title"], keys, filter(None, beneath), is_simulated=told["evidence"] == "simulated")


DRAWERS: Mapping[type[Addressed], Callable[[Atlas, Any], bytes]] = {
    AnswerDrawing: answer,
    ColouredDrawing: coloured,
    VillagesDrawing: villages,
    locator.Locator: locator.svg,
}


def of_address(atlas: Atlas, address: str) -> bytes | None:
    """The drawing that an address of a page names, of this atlas; None where it names none."""
    parts = urlsplit(address)
    for question, make in DRAWERS.items():
        pattern, _, _ = compile_path(f"/{question.PATH}")
        if found := pattern.fullmatch(f"/{parts.path}"):
            query = {name: value for name, value in parse_qsl(parts.query) if name != BUILD}
            return make(atlas, question.read(Asked(query | found.groupdict(), lambda: atlas)))
    return None


# --- pieces -------------------------------------------------------------------------------------------


def _place(atlas: Atlas, place_id: str) -> Place:
    here = places.place(atlas, place_id)
    if here is None:
        raise UnknownValue("place", "a place of this atlas")
    return here


def _outlined(atlas: Atlas, here: Place) -> Place:
    """What a place stands on: of a township, which has no outline, its county."""
    if here.parent_id is None or here.has_boundary or not places.is_drawn(atlas):
        return here
    path = places.path(atlas, here.place_id)
    return next((one for one in reversed(path) if one.has_boundary), path[0])


def _begun(atlas: Atlas, here: Place) -> Drawing:
    return Drawing(atlas, base.bounds_of(atlas, here), is_nation=here.parent_id is None)


def _resolution(atlas: Atlas, here: Place) -> str:
    depth = len(places.path(atlas, here.place_id)) - 1
    return RESOLUTIONS[min(depth, len(RESOLUTIONS) - 1)]


def _features(
    drawing: Drawing, features: Iterable[dict[str, Any]], unit: str = "pixels", *, is_filled: bool = True
) -> None:
    """GeoJSON as choropleth.py and answers make it: `fill` is r, g, b, a; points have a radius."""
    for one in features:
        said = one["properties"]
        red, green, blue, opacity = [*said["fill"], 255][:4]
        fill = f"#{red:02X}{green:02X}{blue:02X}" if is_filled else tokens["land"]
        if one["geometry"]["type"] == "Point":
            lon, lat = one["geometry"]["coordinates"]
            radius = said["radius"] if unit == "pixels" else _metres_px(drawing, lat, said["radius"])
            drawing.circle(lon, lat, radius, fill, opacity / 255)
            continue
        if is_filled and said.get("pattern") == "hatch":
            fill = "url(#hatch)"
        drawing.area(shapely.from_geojson(json.dumps(one["geometry"])), fill)


def _metres_px(drawing: Drawing, lat: float, metres: float) -> float:
    degrees = metres / 111_320.0
    return abs(drawing.frame.place(0, lat)[1] - drawing.frame.place(0, lat + degrees)[1])


def _pilots(atlas: Atlas, drawing: Drawing, lang: str, batch: int | None) -> None:
    for one in json.loads(choropleth.pilot_areas(atlas, lang, "medium", batch))["features"]:
        shape = shapely.from_geojson(json.dumps(one["geometry"]))
        drawing.area(shape, "none" if batch is None else "#C9B3D9", tokens["pilot"], 1.4)


def _symbols(drawing: Drawing, found: Mapping[str, Any], total: int) -> None:
    scale = 1.0 if total <= FEW else 0.75 if total <= MANY else 0.5
    for state in ("connected", "unknown", "unconnected"):  # the gap lies on top
        own = found["state"] == selection.STATES[state]
        drawing.villages(found["lon"][own], found["lat"][own], state, scale)


def _cells(drawing: Drawing, found: Mapping[str, Any]) -> None:
    """Where symbols would run into a carpet: the share unconnected of small squares, as the map has it zoomed out."""
    at = drawing.frame.places(np.column_stack([found["lon"], found["lat"]]))
    cells, number = np.unique(np.floor(at / CELL_PX).astype(np.int64), axis=0, return_inverse=True)
    number = number.reshape(-1)
    all_of = np.bincount(number)
    gap = np.bincount(number, weights=found["state"] == selection.STATES["unconnected"])
    share = 100 * gap / all_of
    shades = colours.colours("cells", len(colours.CELL_EDGES_PERCENT), "light")
    shade = np.where(gap == 0, 0, np.searchsorted(colours.CELL_EDGES_PERCENT[1:], share, side="right"))
    for k, colour in enumerate(shades):
        steps = [
            f"M{x * CELL_PX:.0f} {y * CELL_PX:.0f}h{CELL_PX - 0.6}v{CELL_PX - 0.6}h-{CELL_PX - 0.6}z"
            for x, y in cells[shade == k]
        ]
        drawing.parts.append(f'<path d="{"".join(steps)}" fill="{colour}"/>')


def _cell_keys() -> list[Key]:
    shades = colours.colours("cells", len(colours.CELL_EDGES_PERCENT), "light")
    words = ["0%", *(f"{'>' if i == 0 else '≥'}{edge}%" for i, edge in enumerate(colours.CELL_EDGES_PERCENT[1:]))]
    keys = [Key(word, shade) for word, shade in zip(words, shades, strict=True)]
    return [Key(t("Share unconnected per cell"), tokens["page"]), *keys]


def _class_keys(asked: ColouredDrawing, classes: Classes, has_ranges: bool) -> list[Key]:
    unit = catalogue()[asked.indicator_id].unit
    ends = [figures.edge(value, unit) for value in classes.edges]
    if asked.is_change:
        ends = ["", *(figures.signed_decimal(value) for value in classes.edges[1:])]
    words = [f"{low}–{high}" if low else f"<{high}" for low, high in pairwise(ends)]
    words.append(f"≥{ends[-1]}")
    keys = [Key(word, colour) for word, colour in zip(words, classes.colours, strict=False)]
    if has_ranges:
        keys.append(Key(t("only a range is known"), mark="hatch"))
    return [*keys, Key(t("no data"), tokens["no_data"])]


def _standard(atlas: Atlas, asked: Any) -> str:
    standard = next((one for one in facts.standards(atlas) if one.standard_id == asked.standard), None)
    said = figures.sentence([pick(standard.name) if standard else None, figures.day(asked.as_of)])
    versus = getattr(asked, "versus", None)
    return said if versus is None else f"{said} → {figures.day(versus.as_of)}"


def _word(evidence: str | None) -> str:
    return badges.evidence_word(evidence) if evidence else ""


def _name(here: Place) -> str:
    return place_name(here.name, here.name_en)


def _is_placed(atlas: Atlas, here: Place) -> bool:
    return any(quality.startswith(PLACED) for quality in places.positions(atlas, here.place_id))
