"""Where gaps cluster, as coloured areas."""

from __future__ import annotations

import pydeck as pdk
import streamlit as st

from atlas.look import blocks, figures, html, legends, tables
from atlas.look.language import place_name, t
from atlas.maps import base, hot_spots
from atlas.maps.hot_spots import Question
from atlas.maps.layer import FILLS, Layer, Scene
from atlas.maps.of_view import resolution_for
from atlas.view import questions
from atlas.work import patience
from atlas.work.refused import Refused

LAYER_ID = "hot-spots"
MOST_LISTED = 12


def layer(asked: Question, build_id: str) -> pdk.Layer:
    """Areas by URL; the test runs when the first map asks for them."""
    return pdk.Layer(
        "GeoJsonLayer",
        asked.url(build_id),
        id=LAYER_ID,
        filled=True,
        stroked=False,
        get_fill_color="properties.fill",
        pickable=True,
    )


def _question(scene: Scene) -> Question:
    """Counties are tested against all of the country, and shown inside the place."""
    land = scene.land
    return Question(
        base.mapped_levels(scene.atlas)[-1],
        land.place_id,
        land.standard,
        land.as_of,
        land.lang,
        scene.theme_name,
        resolution_for(scene.atlas, land),
        is_demonstration=land.is_demonstration,
    )


def _key(scene: Scene) -> html.Html:
    gap = questions.figure(scene.atlas, scene.view, "unconnected_villages")
    return legends.swatches(t("Hot spots"), hot_spots.keys(scene.theme_name), gap.evidence)


def _list(scene: Scene) -> None:
    """The hot spots inside the place as a list, for those who cannot see the map; and how they were found."""
    atlas, view = scene.atlas, scene.view
    gap = questions.figure(atlas, view, "unconnected_villages")
    st.html(blocks.heading(t("Hot spots"), gap.evidence, hot_spots.method()))
    try:
        with st.spinner(t("Testing every area against all others…")):
            found = hot_spots.listed(atlas, _question(scene), MOST_LISTED)
    except patience.Stopped:
        return
    except Refused as refused:  # too much is being made just now
        st.html(blocks.notice("info", t(str(refused.expected))))
        return
    if found.empty:
        st.html(blocks.notice("empty", t("No place here belongs to a cluster beyond chance.")))
        return
    rows = [
        [
            html.link(place_name(row["name"], row["name_en"]), view.link(place_id=row["place_id"])),
            figures.percent(row["value"]),
            figures.percent(row["around"]),
            figures.signed_decimal(row["z_score"]),
            figures.probability(row["p_value"]),
        ]
        for row in found.to_dict("records")
    ]
    headers = [t("Place"), t("Share unconnected"), t("with its neighbours"), "z", "p"]
    st.html(tables.data_table(headers, rows, "lrrrr", t("Hot spots")))


LAYER = Layer(
    id="hot_spots",
    kind="fill",
    label=lambda atlas: t("Hot spots: where gaps cluster"),
    draw=lambda scene: [layer(_question(scene), scene.atlas.build_id)],
    order=2,
    height=FILLS,
    needs_demonstration=True,
    key=_key,
    method=hot_spots.method,
    below=_list,
    picks=(LAYER_ID,),
)
