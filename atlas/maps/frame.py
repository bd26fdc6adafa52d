"""The frame of a map with an answer on it: map, watermark, legend in the corner, and the credit beneath."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pydeck as pdk
import streamlit as st

from atlas.look import blocks, legends, theme
from atlas.look.language import current
from atlas.maps import base, map_chart
from atlas.maps.layers import boundaries as boundary_layer
from atlas.maps.layers import names as name_layer
from atlas.maps.layers import outside as outside_layer
from atlas.maps.paper import page as paper
from indicators.database import Atlas
from indicators.places import Place


def show(
    atlas: Atlas,
    here: Place,
    ground: Sequence[pdk.Layer],
    answer: Sequence[pdk.Layer],
    *,
    height_px: int,
    key: str,
    map_key: str,
    alt: str,
    title: str,
    legend: Sequence[tuple[str, str]],
    evidence: str,
    notes: Iterable[str] = (),
) -> None:
    """`ground` lies beneath the boundaries, `answer` on them, names on top."""
    size = base.frame("narrow", height_px)
    whole = base.fitted(base.bounds_of(atlas, here), size)
    layers = [
        *ground,
        *boundary_layer.layers(base.mapped_levels(atlas), atlas.build_id, theme.current()),
        *outside_layer.layers(atlas, here, theme.current()),
        *answer,
        name_layer.layer(atlas.build_id, current(), theme.current(), here, whole.view.zoom),
    ]
    with st.container(key=f"map_frame_{key}"):
        map_chart.show(
            layers,
            whole,
            map_key=map_key,
            name=alt,
            tooltip="{name}\n{value}",
            height_px=size.height_px,
        )
        base.watermark(evidence)
        with st.container(key=f"map_legend_{key}"):
            st.html(legends.swatches(title, list(legend), evidence))
    said = [*notes]
    paper.show_answer(atlas, here.place_id, [*ground, *answer], title, legend, evidence, said)
    st.html(blocks.credit(base.credit(atlas, *said)))
