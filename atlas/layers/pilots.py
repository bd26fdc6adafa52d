"""Outlines of the pilot places, on a casing so that they read on any colour."""

from __future__ import annotations

import pydeck as pdk

from atlas import theme

LINE_PX = 1.4


def outlines(build_id: str, theme_name: str, resolution: str) -> pdk.Layer:
    """The outlines by URL; nothing to click, so that the villages beneath stay reachable."""
    tokens = theme.tokens(theme_name)
    return pdk.Layer(
        "GeoJsonLayer",
        f"/pilots/outlines.geojson?build={build_id}&resolution={resolution}",
        id="pilot-outlines",
        filled=False,
        stroked=True,
        get_line_color=theme.hex_to_rgb(tokens["pilot"]),
        line_width_units=pdk.types.String("pixels"),
        get_line_width=LINE_PX,
    )


def areas(build_id: str, theme_name: str, resolution: str, lang: str) -> pdk.Layer:
    """The pilot places, for the page about them: each can be clicked, the colours beneath stay as they are."""
    tokens = theme.tokens(theme_name)
    return pdk.Layer(
        "GeoJsonLayer",
        f"/pilots/outlines.geojson?build={build_id}&resolution={resolution}&lang={lang}",
        id="pilots",
        filled=True,
        stroked=True,
        get_fill_color=theme.hex_to_rgb(tokens["pilot"], 1),
        get_line_color=theme.hex_to_rgb(tokens["pilot"]),
        line_width_units=pdk.types.String("pixels"),
        get_line_width=LINE_PX + 0.6,
        pickable=True,
    )
