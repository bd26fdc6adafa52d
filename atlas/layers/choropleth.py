"""Coloured places."""

from __future__ import annotations

import pydeck as pdk

from atlas import theme
from atlas.choropleth import Question

LAYER_ID = "choropleth"


def layer(asked: Question, build_id: str) -> pdk.Layer:
    """Polygons by URL. Each carries its own colour, so a change of filter is a change of address."""
    tokens = theme.tokens(asked.theme)
    return pdk.Layer(
        "GeoJsonLayer",
        asked.url(build_id),
        id=LAYER_ID,
        filled=True,
        stroked=True,
        get_fill_color="properties.fill",
        get_line_color=theme.hex_to_rgb(tokens["outline"]),
        line_width_units=pdk.types.String("pixels"),
        get_line_width=0.5,
        pickable=True,
        auto_highlight=True,
        highlight_color=[255, 255, 255, 70],
    )
