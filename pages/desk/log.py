"""The log (审计日志): everything that happened at the desk, for auditors."""

from __future__ import annotations

import streamlit as st

from atlas.desk import at_hand, audited, office
from atlas.desk.corrections import form
from atlas.look import blocks, html
from atlas.look.language import t
from atlas.view import controls
from atlas.view.page import Page
from atlas.view.state import View
from indicators.database import Atlas

PAGE = Page(
    url_path="log",
    order=101,
    icon=":material/policy:",
    title=lambda: t("Log of the desk"),
    section=lambda: office.menu(),
    is_there=lambda atlas: True,
    headline=lambda atlas, view: _headline(),
)


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    st.html(_headline())
    if not at_hand.seated().has("audit"):
        st.html(blocks.notice("info", t("The log is read by auditors who are signed in.")))
        return
    try:
        audited.show(atlas, view)
    except at_hand.Closed:
        st.html(blocks.notice("warning", form.closed_words()))


def _headline() -> html.Html:
    return blocks.finding(t("Log of the desk"), [t("append-only, each entry sealed by the one before")])
