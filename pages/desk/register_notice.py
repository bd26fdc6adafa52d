"""One register on public notice: what it would change, objections and their answers, and the form to object."""

from __future__ import annotations

import streamlit as st

from atlas.desk import at_hand
from atlas.desk.corrections import form
from atlas.desk.notices import shown
from atlas.look import blocks
from atlas.look.language import t
from atlas.view import controls
from atlas.view.page import Page
from atlas.view.state import View
from indicators.database import Atlas

PAGE = Page(
    url_path="register-notice",
    order=102,
    icon=":material/campaign:",
    title=lambda: t("Register on public notice"),
    in_navigation=False,
    headline=lambda atlas, view: blocks.finding(t("Register on public notice")),
)


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    try:
        shown.show(atlas, view)
    except at_hand.Closed:
        st.html(blocks.finding(t("Register on public notice")))
        st.html(blocks.notice("warning", form.closed_words()))
