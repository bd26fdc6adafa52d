"""Coloured places."""

from __future__ import annotations

import base64

import pydeck as pdk

from atlas.look import colours
from atlas.maps.choropleth import Question

LAYER_ID = "choropleth"
PATTERN_PX = 64


PATTERNS = ("solid", "hatch")
#: Metres per pattern pixel differ with the zoom that each resolution is made for.
PATTERN_SCALE = {"coarse": 3000, "medium": 500, "fine": 100}


def _pattern_image() -> str:
    """Both patterns side by side: what is opaque takes the place's colour."""
    side = PATTERN_PX
    lines = "".join(
        f'<path d="M{side + x} {side} L{side + x + side} 0" stroke="#fff" stroke-width="8"/>'
        for x in range(-side, side, 16)
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{2 * side}" height="{side}">'
        f'<rect width="{side}" height="{side}" fill="#fff"/>'
        f'<clipPath id="c"><rect x="{side}" width="{side}" height="{side}"/></clipPath>'
        f'<g clip-path="url(#c)">{lines}</g></svg>'
    )
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _pattern_place(number: int) -> dict[str, int]:
    return {"x": number * PATTERN_PX, "y": 0, "width": PATTERN_PX, "height": PATTERN_PX}


#: Places of a country without boundaries are points in the same file, drawn as circles.
CIRCLES: dict[str, object] = {
    "point_type": pdk.types.String("circle"),
    "get_point_radius": "properties.radius",
    "point_radius_units": pdk.types.String("pixels"),
}


def layer(asked: Question, build_id: str, has_ranges: bool) -> pdk.Layer:
    """Polygons by URL. Each carries its own colour, so a change of filter is a change of address."""
    return pdk.Layer(
        "GeoJsonLayer",
        asked.url(build_id),
        id=LAYER_ID,
        filled=True,
        stroked=False,  # lines come as vector tiles; strokes here cost seconds where there is no GPU
        get_fill_color="properties.fill",
        **CIRCLES,
        pickable=True,  # no auto_highlight: redrawing at each move of the mouse swallows clicks without a GPU
        **(_hatched(asked.resolution) if has_ranges else {}),
    )


def _hatched(resolution: str) -> dict[str, object]:
    """Ranges are hatched: a colour would claim more than is known."""
    return {
        "fill_pattern_atlas": pdk.types.String(_pattern_image()),
        "fill_pattern_mapping": {name: _pattern_place(n) for n, name in enumerate(PATTERNS)},
        "fill_pattern_mask": True,
        "get_fill_pattern": "properties.pattern",
        "get_fill_pattern_scale": PATTERN_SCALE[resolution],
        "extensions": [{"@@type": "FillStyleExtension", "pattern": True}],
    }


LAND_ID = "land"


def land(asked: Question, build_id: str) -> pdk.Layer:
    """The same polygons in one quiet colour, to stand on and to click."""
    tokens = colours.tokens(asked.theme)
    return pdk.Layer(
        "GeoJsonLayer",
        asked.url(build_id),
        id=LAND_ID,
        filled=True,
        stroked=False,
        get_fill_color=colours.hex_to_rgb(tokens["land"]),
        **CIRCLES,
        pickable=True,
    )
