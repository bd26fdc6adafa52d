"""The pilot places: their outlines, and areas to click on."""

from __future__ import annotations

import pydeck as pdk

from atlas.look import colours, figures
from atlas.look.language import t
from atlas.look.legends import Line
from atlas.look.words import pilots as pilot_text
from atlas.maps.asked import BoundaryTile, PilotOutlines
from atlas.maps.layer import Layer, Scene
from atlas.maps.layers import boundaries
from atlas.view import questions
from indicators import facts

LINE_PX = 1.4
FAINT, FILLED = 1, 150  # of 255


def outlines(build_id: str, theme_name: str, width_px: float = LINE_PX) -> pdk.Layer:
    """The outlines as vector tiles; nothing to click, so that the villages beneath stay reachable."""
    colour = colours.hex_to_rgb(colours.tokens(theme_name)["pilot"])
    return boundaries.lines(BoundaryTile(is_pilots=True), "pilot-outlines", build_id, colour, width_px)


def areas(build_id: str, theme_name: str, resolution: str, lang: str, batch: int | None = None) -> pdk.Layer:
    """The pilot places, to be clicked on: next to invisible, so that the colours beneath stay as they are; those of one
    batch are filled, since the outlines of the tiles are of all batches."""
    opacity = FAINT if batch is None else FILLED
    return pdk.Layer(
        "GeoJsonLayer",
        PilotOutlines(resolution, lang, batch).url(build_id),
        id="pilots",
        filled=True,
        stroked=False,
        get_fill_color=colours.hex_to_rgb(colours.tokens(theme_name)["pilot"], opacity),
        pickable=True,
    )


def _draw(scene: Scene) -> list[pdk.Layer]:
    if _is_crowded(scene) or not facts.has_pilots(scene.atlas):
        return []
    return [outlines(scene.atlas.build_id, scene.theme_name)]


def _is_crowded(scene: Scene) -> bool:
    return scene.is_phone and scene.is_nation


def _line(scene: Scene, is_shown: bool) -> Line | None:
    if not facts.has_pilots(scene.atlas):
        return None
    said = _inside(scene) if is_shown and not _is_crowded(scene) else t("not shown")
    return Line("pilot", t("Pilot areas"), said)


def _inside(scene: Scene) -> str:
    """How many pilot places lie inside; of a place that lies in one, which that is."""
    inside = questions.figure(scene.atlas, scene.view, "pilots").value or 0
    over = facts.pilots_over(scene.atlas, scene.view.place_id)
    if inside or over.empty:
        return figures.value_text(inside, "place")
    return t("inside {name}", name=pilot_text.name(over.iloc[0]))


LAYER = Layer(
    id="pilots",
    kind="line",
    label=lambda atlas: t("Pilot areas"),
    draw=_draw,
    order=3,
    height=40,
    is_default=True,
    is_offered=lambda atlas, view: facts.has_pilots(atlas),
    line=_line,
)
