"""The pilot places: their outlines, and areas to click on."""

from __future__ import annotations

import pydeck as pdk

from atlas.look import colours
from atlas.maps.asked import BoundaryTile, PilotOutlines
from atlas.maps.layers import boundaries

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
