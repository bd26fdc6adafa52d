"""Boundary lines and the maritime line, as vector tiles that grow finer with the zoom."""

from __future__ import annotations

import pydeck as pdk

from atlas.kept import vendor
from atlas.look import colours
from atlas.maps.asked import BoundaryTile

#: Line width in px and the first zoom, by the level's position among the mapped levels: the
#: highest is always drawn, the next from zoom 5, the third from zoom 7.
WIDTHS_PX = (1.1, 0.8, 0.6)
ALPHAS = (255, 255, 140)  # the finest lines are many: they recede
FIRST_ZOOMS = (0, 5, 7)
MARITIME_PX = 1.6


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
