"""One register that was handed in: what it would change, its review."""

from __future__ import annotations

import streamlit as st

from atlas.desk import at_hand
from atlas.desk.corrections import form
from atlas.desk.registers import submitted
from atlas.look import blocks
from atlas.look.language import t
from atlas.view import controls
from atlas.view.page import Page
from atlas.view.state import View
from indicators.database import Atlas

PAGE = Page(
    url_path="submission",
    order=100,
    icon=":material/upload_file:",
    title=lambda: t("Register handed in"),
    in_navigation=False,
    headline=lambda atlas, view: blocks.finding(t("Registers handed in")),
)


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    try:
        submitted.show(atlas, view, at_hand.seated())
    except at_hand.Closed:
        st.html(blocks.finding(t("Registers handed in")))
        st.html(blocks.notice("warning", form.closed_words()))
