"""Counties coloured by the operator that bears most of them, as a map of its own."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pydeck as pdk
import streamlit as st

from atlas import boundary_tiles, figures, maps, markup, theme
from atlas.language import place_name, t
from atlas.layers import boundaries as boundary_layer
from atlas.layers import names as name_layer
from atlas.state import View
from indicators import places, shared_villages
from indicators.database import Atlas

COLOURS = ("standard_fibre", "standard_5g", "pilot", "standard_4g", "range", "standard_telephone")
HEIGHT_PX = 480
TILES_OF = {0: "coarse", 1: "medium"}  # by how deep the place lies, else fine


def colours(operators: list[str]) -> dict[str, str]:
    """Operator → #RRGGBB; beyond the sixth they repeat, and the table tells them apart."""
    tokens = theme.tokens()
    return {one: tokens[COLOURS[n % len(COLOURS)]] for n, one in enumerate(operators)}


def show(atlas: Atlas, view: View, table: pd.DataFrame, operators: list[str], evidence: str) -> None:
    """`table`: as `sharing_text.counties` gives it. Nothing where the counties have no outlines."""
    level = shared_villages.county_level(atlas)
    here = places.place(atlas, view.place_id)
    if here is None or level not in boundary_tiles.levels(atlas):
        return
    depth = len(places.path(atlas, view.place_id)) - 1
    held = boundary_tiles.areas(atlas, level, TILES_OF.get(depth, "medium"), view.place_id)
    drawn = {"type": "FeatureCollection", "features": _features(held, table, colours(operators))}
    size = maps.frame("narrow", HEIGHT_PX)
    layers = [
        pdk.Layer("GeoJsonLayer", drawn, id="shared", filled=True, stroked=False, pickable=True, get_fill_color="properties.fill"),
        *boundary_layer.layers(maps.mapped_levels(atlas), atlas.build_id, theme.current()),
        name_layer.layer(maps.labels(atlas, view.place_id, level, size, 8 if maps.is_phone() else 20), theme.current()),
    ]  # fmt: skip
    with st.container(key="map_frame_sharing"):
        st.pydeck_chart(
            maps.deck(layers, maps.fitted(maps.bounds_of(atlas, here), size), "{name}\n{value}"),
            height=size.height_px,
            key=f"sharing_map_{view.place_id}",
            alt=t("Counties by operator"),
        )
        maps.watermark(evidence)
        with st.container(key="map_legend_sharing"):
            keys = [(colour, markup.plain(one)) for one, colour in colours(operators).items()]
            st.html(markup.swatches(t("Counties by operator"), keys, evidence))
    note = t("a county shared by several has the colour of the one that bears most of it")
    st.html(markup.credit(maps.credit(atlas, note)))


def _features(
    held: list[boundary_tiles.Area], table: pd.DataFrame, palette: dict[str, str]
) -> list[dict[str, Any]]:
    tokens = theme.tokens()
    most = table.sort_values("cost_yuan", ascending=False).drop_duplicates("county_id").set_index("county_id")
    words = table.assign(
        text=[
            f"{row['operator_id']}: {figures.value_text(row['villages'], 'village')}, {figures.money(row['cost_yuan'])}"
            for row in table.to_dict("records")
        ]
    ).groupby("county_id")["text"].agg("\n".join)  # fmt: skip
    features = []
    for area in held:
        is_held = area.place_id in most.index
        colour = palette.get(str(most.loc[area.place_id, "operator_id"])) if is_held else None
        features.append(
            {
                "type": "Feature",
                "geometry": json.loads(area.geometry),
                "properties": {
                    "name": place_name(area.name, area.name_en),
                    "value": words[area.place_id] if is_held else t("no unconnected village"),
                    "fill": theme.hex_to_rgb(colour or tokens["no_data"], 255),
                },
            }
        )
    return features
