"""The desk (工作台): for contributors, operators, reviewers, publishers and auditors."""

from __future__ import annotations

import streamlit as st

from atlas.desk import at_hand, office
from atlas.desk.corrections import form
from atlas.look import blocks, html
from atlas.look.language import t
from atlas.view import controls
from atlas.view.page import Page
from atlas.view.state import View
from indicators.database import Atlas

PAGE = Page(
    url_path="desk",
    order=98,
    icon=":material/badge:",
    title=lambda: office.title(),
    section=lambda: office.menu(),
    headline=lambda atlas, view: _headline(),
)


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    st.html(_headline())
    try:
        office.show(atlas, view)
    except at_hand.Closed:
        st.html(blocks.notice("warning", form.closed_words()))


def _headline() -> html.Html:
    return blocks.finding(t("Desk"), [t("what waits for an answer or a decision")])
