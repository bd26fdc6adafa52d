"""The map's symbols: villages by state, grid cells by share unconnected; for both themes.

State is shown by shape as well as colour (filled diamond, hollow ring, disc), so that it survives
colour blindness and a black and white print. Vector tiles carry a symbol's name and size in pixels
only; colour is decided here, in the browser, and a change of theme needs no new tile.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TypedDict

from atlas.look import colours
from atlas.look.addressed import VERSION, Addressed
from atlas.look.colours import Theme

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


class Place(TypedDict):
    """Where deck.gl's IconLayer finds one symbol in the atlas image, px."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Icons(Addressed):
    """The image of all symbols, of one theme."""

    PATH = "look/icons.svg"
    PIN = VERSION
    theme: Theme


@lru_cache(maxsize=len(colours.THEMES))
def image(theme_name: str) -> bytes:
    """One SVG image of all symbols, as the route serves it."""
    shapes = _shapes(theme_name)
    body = "".join(f'<g transform="translate({i * SIDE_PX} 0)">{shape}</g>' for i, shape in enumerate(shapes.values()))
    width = SIDE_PX * len(shapes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{SIDE_PX}" '
        f'viewBox="0 0 {width} {SIDE_PX}">{body}</svg>'
    ).encode()


@lru_cache(maxsize=len(colours.THEMES))
def icon_atlas(theme_name: str) -> tuple[str, dict[str, Place]]:
    """(address of the image, name of symbol -> place in it) for `iconAtlas` and `iconMapping`.

    By address: written into the page it would travel with every change of a filter.
    """
    version = hashlib.sha256(image(theme_name)).hexdigest()[:12]
    return Icons(theme_name).url(version), {name: _place(i) for i, name in enumerate(_shapes(theme_name))}


def _place(i: int) -> Place:
    return Place(x=i * SIDE_PX, y=0, width=SIDE_PX, height=SIDE_PX)


def _shapes(theme_name: str) -> dict[str, str]:
    """Name of symbol -> SVG in a square of SIDE_PX; the edge stays free so that none touches the next."""
    colour = colours.tokens(theme_name)
    shapes = {
        "unconnected": f'<path d="M32 5 59 32 32 59 5 32Z" fill="{colour["unconnected"]}" '
        f'stroke="{colour["page"]}" stroke-width="5" stroke-linejoin="round"/>',  # keeps diamonds apart
        "unknown": _disc(22, colour["land"], colour["unknown"], 10),  # filled with land: it reads as hollow
        "connected": _disc(28, colour["connected"]),
        CELL_UNKNOWN: _disc(22, colour["land"], colour["unknown"], 8),
    }
    cells = colours.palette("cells", theme_name)
    return shapes | {name: _disc(29, fill) for name, fill in zip(CELL_ICONS, cells, strict=True)}


def _disc(radius_px: int, fill: str, stroke: str = "none", stroke_px: int = 0) -> str:
    paint = f'fill="{fill}" stroke="{stroke}" stroke-width="{stroke_px}"'
    return f'<circle cx="32" cy="32" r="{radius_px}" {paint}/>'
