"""Names of places on the map, as vector tiles: which of them stand there follows the zoom, without a rerun."""

from __future__ import annotations

import pydeck as pdk

from atlas.kept import vendor
from atlas.look import colours
from atlas.maps.asked import NameTile
from atlas.maps.tiles import names as name_tiles


def layer(build_id: str, lang: str, theme_name: str) -> pdk.Layer:
    """Labels with a halo, so that they read on any colour."""
    tokens = colours.tokens(theme_name)
    return pdk.Layer(
        "MVTLayer",
        NameTile(lang).url(build_id),
        id="names",
        binary=False,
        tile_size=name_tiles.TILE_PX,
        max_zoom=name_tiles.MAX_ZOOM,
        refinement_strategy=pdk.types.String("no-overlap"),  # two zooms at once would cover each other
        load_options={"mvt": {"workerUrl": vendor.url("mvt-worker.js")}},
        point_type=pdk.types.String("text"),
        get_text="properties.name",
        get_text_size=13,
        get_text_color=colours.hex_to_rgb(tokens["text"]),
        text_font_family=pdk.types.String(tokens["font"]),
        text_font_weight=600,
        text_character_set=pdk.types.String("auto"),
        # Small glyphs: all letters met so far share one picture, which must stay within a graphics card's limits.
        text_font_settings={"sdf": True, "fontSize": 36, "buffer": 7, "radius": 11, "cutoff": 0.23},
        text_outline_width=5,
        text_outline_color=colours.hex_to_rgb(tokens["page"]),
    )
