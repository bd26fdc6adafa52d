"""What makes the place of a map stand out: a veil over its neighbours, and a line around the place itself."""

from __future__ import annotations

import pydeck as pdk

from atlas.kept import vendor
from atlas.look import colours
from atlas.maps import choropleth
from atlas.maps.asked import OutlineTile, Outside
from indicators.database import Atlas
from indicators.places import Place

VEIL = 175  # of 255: outlines and areas beneath it are still there
OUTLINE_PX = 2.2


def layers(atlas: Atlas, here: Place, theme_name: str, line: str = "text") -> list[pdk.Layer]:
    """The veil, then the line; nothing for a country or a place without an outline. They lie above all lines and
    beneath villages and names. line: the token of its colour."""
    if here.parent_id is None or not here.has_boundary:
        return []
    tokens = colours.tokens(theme_name)
    return [
        pdk.Layer(
            "GeoJsonLayer",
            Outside(here.place_id, choropleth.resolution_of(atlas, here.place_id)).url(atlas.build_id),
            id="outside",
            filled=True,
            stroked=False,
            get_fill_color=colours.hex_to_rgb(tokens["page"], VEIL),
        ),
        pdk.Layer(
            "MVTLayer",
            OutlineTile(here.place_id).url(atlas.build_id),
            id="outline",
            max_zoom=10,
            load_options={"mvt": {"workerUrl": vendor.url("mvt-worker.js")}},
            get_line_color=colours.hex_to_rgb(tokens[line]),
            line_width_units=pdk.types.String("pixels"),
            get_line_width=OUTLINE_PX,
            line_width_min_pixels=OUTLINE_PX,
        ),
    ]
