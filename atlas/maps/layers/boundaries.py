"""Boundary lines and the maritime line, as vector tiles that grow finer with the zoom."""

from __future__ import annotations

import pydeck as pdk

from atlas.kept import vendor
from atlas.look import colours, html
from atlas.look.language import pick, t
from atlas.maps import base
from atlas.maps.asked import BoundaryTile
from atlas.maps.layer import BORDERS, Layer, Scene
from indicators import places
from indicators.database import Atlas

#: Line width in px and the first zoom, by the level's position among the mapped levels: the
#: highest is always drawn, the next from zoom 5, the third from zoom 7.
WIDTHS_PX = (1.1, 0.8, 0.6)
ALPHAS = (255, 255, 140)  # the finest lines are many: they recede
FIRST_ZOOMS = (0, 5, 7)
MARITIME_PX = 1.6
WANTED_ZOOMS = (0, 4, 5)  # where the finest level is a layer of its own, wanted early


def layers(
    levels: list[str], build_id: str, theme_name: str, first_zooms: tuple[int, ...] = FIRST_ZOOMS
) -> list[pdk.Layer]:
    """One layer per level, the highest last so that it lies on top; then the maritime line."""
    outline = colours.hex_to_rgb(colours.tokens(theme_name)["outline"])
    drawn = [
        lines(BoundaryTile(frozenset([level])), f"boundary-{level}", build_id, [*outline, alpha], width, first)
        for level, width, alpha, first in zip(levels, WIDTHS_PX, ALPHAS, first_zooms, strict=False)
    ]
    return [*reversed(drawn), lines(BoundaryTile(is_maritime=True), "maritime", build_id, outline, MARITIME_PX)]


def lines(
    asked: BoundaryTile,
    layer_id: str,
    build_id: str,
    colour: list[int],
    width_px: float,
    first_zoom: int = 0,
) -> pdk.Layer:
    """One kind of lines by URL, as wide at every zoom; nothing to click."""
    return pdk.Layer(
        "MVTLayer",
        asked.url(build_id),
        id=layer_id,
        min_zoom=first_zoom,
        max_zoom=10,
        load_options={"mvt": {"workerUrl": vendor.url("mvt-worker.js")}},
        get_line_color=colour,
        line_width_units=pdk.types.String("pixels"),
        get_line_width=width_px,
        line_width_min_pixels=width_px,
    )


def borders(scene: Scene) -> list[pdk.Layer]:
    """What the gap map always has: all but the finest level, and the maritime line."""
    return _drawn(scene, base.mapped_levels(scene.atlas)[:-1])


def _draw(scene: Scene) -> list[pdk.Layer]:
    """The outlines of the finest level alone."""
    always = {one.id for one in borders(scene)}
    return [one for one in _drawn(scene, base.mapped_levels(scene.atlas)) if one.id not in always]


def _drawn(scene: Scene, levels: list[str]) -> list[pdk.Layer]:
    return layers(levels, scene.atlas.build_id, scene.theme_name, WANTED_ZOOMS)


def _label(atlas: Atlas) -> str:
    """The finest level that has outlines, by its own name."""
    finest = base.mapped_levels(atlas)[-1]
    return t("Outlines: {level}", level=html.plain(pick(places.level_names(atlas)[finest])))


LAYER = Layer(id="outlines", kind="line", label=_label, draw=_draw, order=2, height=BORDERS - 1, is_default=True)
