"""One correction: how it went; for its owner, the operator and the office what they may do."""

from __future__ import annotations

import streamlit as st

from atlas.desk import at_hand
from atlas.desk.corrections import case, form
from atlas.look import blocks
from atlas.look.language import t
from atlas.view import controls
from atlas.view.page import Page
from atlas.view.state import View
from indicators.database import Atlas

PAGE = Page(
    url_path="correction",
    order=97,
    icon=":material/fact_check:",
    title=lambda: t("Correction"),
    in_navigation=False,
    headline=lambda atlas, view: blocks.finding(t("Correction")),
)


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    try:
        case.show(atlas, view)
    except at_hand.Closed:
        st.html(blocks.finding(t("Correction")))
        st.html(blocks.notice("warning", form.closed_words()))
