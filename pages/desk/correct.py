"""Report an error (纠错): a village's state is another than the atlas says."""

from __future__ import annotations

import streamlit as st

from atlas.desk.corrections import form
from atlas.look import blocks, html
from atlas.look.language import place_name, t
from atlas.view import controls
from atlas.view.page import Page
from atlas.view.state import View
from indicators import places
from indicators.database import Atlas

PAGE = Page(
    url_path="correct",
    order=96,
    icon=":material/flag:",
    title=lambda: t("Report an error"),
    in_navigation=False,
    headline=lambda atlas, view: _headline(atlas, view),
)


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    if form.FILED not in st.session_state:
        st.html(_headline(atlas, view))
    form.show(atlas, view)


def _headline(atlas: Atlas, view: View) -> html.Html:
    village = places.village(atlas, view.village_id) if view.village_id else None
    how = t("No account is needed. You get a number and an answer within the term.")
    if village is None:
        return blocks.finding(t("Report an error about a village"), [how])
    return blocks.finding(t("What is wrong about {village}?", village=place_name(village.name, village.name_en)), [how])
