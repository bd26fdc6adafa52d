"""A list of corrections by file (纠错汇总表): an office's table, a village a row, checked and filed as one."""

from __future__ import annotations

import streamlit as st

from atlas.desk import at_hand
from atlas.desk.corrections import form, in_bulk
from atlas.look import blocks, html
from atlas.look.language import t
from atlas.view import controls
from atlas.view.page import Page
from atlas.view.state import View
from indicators.database import Atlas

PAGE = Page(
    url_path="corrections-list",
    order=102,
    icon=":material/upload_file:",
    title=lambda: t("List of corrections"),
    in_navigation=False,
    headline=lambda atlas, view: _headline(),
)


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    st.html(_headline())
    person = at_hand.seated()
    if not person.has("submit"):
        told = t("Lists of corrections are handed in by offices of their places that are signed in.")
        st.html(blocks.notice("info", told, [(t("Sign in"), f"desk{view.link(inputs=())}")]))
        return
    try:
        controls.filters(atlas, view, with_standard=False)
        in_bulk.show(atlas, view, person)
    except at_hand.Closed:
        st.html(blocks.notice("warning", form.closed_words()))


def _headline() -> html.Html:
    return blocks.finding(t("List of corrections"), [t("a table with a village a row, checked and filed as one")])
