"""Names of places on the map, chosen on the server: a few dozen at most."""

from __future__ import annotations

import pydeck as pdk

from atlas import theme
from atlas.language import place_name
from indicators.places import Place

MOST_NAMES = 40


def layer(places: list[tuple[Place, float, float]], theme_name: str, most: int = MOST_NAMES) -> pdk.Layer:
    """Labels at their points (longitude, latitude), with a halo so that they read on any colour."""
    tokens = theme.tokens(theme_name)
    rows = [
        {"name": place_name(one.name, one.name_en), "at": [round(lon, 3), round(lat, 3)]}
        for one, lon, lat in places[:most]
    ]
    return pdk.Layer(
        "TextLayer",
        rows,
        id="names",
        get_text="name",
        get_position="at",
        get_size=13,
        get_color=theme.hex_to_rgb(tokens["text"]),
        font_family=pdk.types.String(tokens["font"]),
        font_weight=600,
        character_set=pdk.types.String("auto"),
        font_settings={"sdf": True, "fontSize": 64, "buffer": 12, "radius": 20, "cutoff": 0.23},
        outline_width=5,
        outline_color=theme.hex_to_rgb(tokens["page"]),
        pickable=False,
    )
