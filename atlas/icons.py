"""The map's symbols: villages by state, grid cells by share unconnected; for both themes.

State is shown by shape as well as colour (filled diamond, hollow ring, disc), so that it survives
colour blindness and a black and white print. Vector tiles carry a symbol's name and size in pixels
only; colour is decided here, in the browser, and a change of theme needs no new tile.
"""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from typing import TypedDict

THEMES = ("light", "dark")

#: deck.gl's `iconAlphaCutoff`: it multiplies the edge's colour by its transparency twice, which leaves a grey
#: rim around every symbol. Cutting the faintest part of the edge away hides that.
ALPHA_CUTOFF = 0.25

#: Side of one symbol in the atlas image, px: four times the largest on the map, for sharp screens.
SIDE_PX = 64

# Symbols of villages (state) and of cells (share unconnected: 0, >0, 5, 20, 50 %, none known).
VILLAGE_ICONS = ("unconnected", "unknown", "connected")
CELL_ICONS = ("cell0", "cell1", "cell2", "cell3", "cell4")
CELL_UNKNOWN = "cellu"
CELL_CLASS_PERCENT = (5.0, 20.0, 50.0)  # lower bounds of cell2, cell3, cell4

STATE_COLOURS = {
    "light": {"unconnected": "#A6330A", "unknown": "#6B7078", "connected": "#3D8FC4"},
    "dark": {"unconnected": "#FF9A5C", "unknown": "#B4BBC4", "connected": "#4A93C4"},
}
RIM_COLOURS = {"light": "#FFFFFF", "dark": "#14191F"}  # keeps touching diamonds apart
LAND_COLOURS = {"light": "#F5F6F4", "dark": "#1C232B"}  # inside the ring, so that it reads as hollow
CELL_COLOURS = ("#86B8DB", "#F8CBA6", "#EFA06A", "#D8703A", "#742606")
CELL_DARKEST_EDGE = {"light": "none", "dark": "#FF9A5C"}  # the darkest class would sink into dark land


class Place(TypedDict):
    """Where deck.gl's IconLayer finds one symbol in the atlas image, px."""

    x: int
    y: int
    width: int
    height: int
    anchorX: int
    anchorY: int
    mask: bool


@lru_cache(maxsize=len(THEMES))
def icon_atlas(theme: str) -> tuple[str, dict[str, Place]]:
    """(data URI of one SVG image, name of symbol -> place in it) for `iconAtlas` and `iconMapping`."""
    shapes = _shapes(theme)
    body = "".join(
        f'<g transform="translate({i * SIDE_PX} 0)">{shape}</g>' for i, shape in enumerate(shapes.values())
    )
    width = SIDE_PX * len(shapes)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{SIDE_PX}" '
        f'viewBox="0 0 {width} {SIDE_PX}">{body}</svg>'
    )
    uri = "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()
    return uri, {name: _place(i) for i, name in enumerate(shapes)}


def _place(i: int) -> Place:
    half = SIDE_PX // 2
    return Place(x=i * SIDE_PX, y=0, width=SIDE_PX, height=SIDE_PX, anchorX=half, anchorY=half, mask=False)


def _shapes(theme: str) -> dict[str, str]:
    """Name of symbol -> SVG in a square of SIDE_PX; the edge stays free so that none touches the next."""
    colours, rim = STATE_COLOURS[theme], RIM_COLOURS[theme]
    land, edge = LAND_COLOURS[theme], CELL_DARKEST_EDGE[theme]
    shapes = {
        "unconnected": f'<path d="M32 5 59 32 32 59 5 32Z" fill="{colours["unconnected"]}" '
        f'stroke="{rim}" stroke-width="5" stroke-linejoin="round"/>',
        "unknown": _disc(22, land, colours["unknown"], 10),
        "connected": _disc(28, colours["connected"]),
        CELL_UNKNOWN: _disc(22, land, colours["unknown"], 8),
    }
    for name, colour in zip(CELL_ICONS, CELL_COLOURS, strict=True):
        is_darkest = name == CELL_ICONS[-1]
        shapes[name] = _disc(27, colour, edge, 5) if is_darkest else _disc(29, colour)
    return shapes


def _disc(radius_px: int, fill: str, stroke: str = "none", stroke_px: int = 0) -> str:
    paint = f'fill="{fill}" stroke="{stroke}" stroke-width="{stroke_px}"'
    return f'<circle cx="32" cy="32" r="{radius_px}" {paint}/>'
