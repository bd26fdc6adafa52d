"""Names of places on the map, as vector tiles: which of them stand there follows the zoom, without a rerun."""

from __future__ import annotations

import pydeck as pdk

from atlas.kept import vendor
from atlas.look import colours
from atlas.maps.asked import NameTile
from atlas.maps.tiles import names as name_tiles
from indicators.places import Place

SIZE_PX, NEIGHBOUR_PX = 13, 11.5


def layer(build_id: str, lang: str, theme_name: str, here: Place, zoom: float) -> pdk.Layer:
    """Labels with a halo, so that they read on any colour. Those of places outside `here` are small and faint.

    zoom: at which all of `here` is seen; the names have just the room there that they need."""
    within = here.place_id if here.parent_id is not None else None
    step = name_tiles.step_of(zoom)
    tokens = colours.tokens(theme_name)
    own, faint = (colours.hex_to_rgb(tokens[name]) for name in ("text", "hatch"))
    return pdk.Layer(
        "MVTLayer",
        NameTile(lang, within, str(step)).url(build_id),
        id="names",
        binary=False,
        tile_size=name_tiles.tile_px(step),
        max_zoom=name_tiles.MAX_ZOOM,
        refinement_strategy=pdk.types.String("no-overlap"),  # two zooms at once would cover each other
        load_options={"mvt": {"workerUrl": vendor.url("mvt-worker.js")}},
        point_type=pdk.types.String("text"),
        get_text="properties.name",
        get_text_size=f"properties.neighbour ? {NEIGHBOUR_PX} : {SIZE_PX}",
        get_text_color=f"properties.neighbour ? {faint} : {own}",
        text_font_family=pdk.types.String(tokens["font"]),
        text_font_weight=600,
        text_character_set=pdk.types.String("auto"),
        # Small glyphs: all letters met so far share one picture, which must stay within a graphics card's limits.
        text_font_settings={"sdf": True, "fontSize": 36, "buffer": 7, "radius": 11, "cutoff": 0.23},
        text_outline_width=5,
        text_outline_color=colours.hex_to_rgb(tokens["page"]),
    )
