"""Corrections (纠错): what people say is wrong, what operators and offices answered, and what is overdue."""

from __future__ import annotations

import streamlit as st

from atlas.desk import at_hand, office
from atlas.desk.corrections import form, listed
from atlas.look import blocks, html
from atlas.look.language import place_name, t
from atlas.view import controls, state
from atlas.view.page import Page
from atlas.view.state import View
from indicators.database import Atlas

PAGE = Page(
    url_path="corrections",
    order=95,
    icon=":material/fact_check:",
    title=lambda: t("Corrections"),
    section=lambda: office.menu(),
    headline=lambda atlas, view: _headline(atlas, view),
)


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    st.html(_headline(atlas, view))
    with st.container(horizontal=True, key="noprint_corrections_ways"):
        controls.page_button(t("Report an error"), "correct", view, ":material/flag:")
        if at_hand.seated().has("submit"):
            label = t("Hand in a list of corrections")
            controls.page_button(label, "corrections-list", view, ":material/upload_file:")
    controls.filters(atlas, view, with_standard=False, beside=listed.filters)
    try:
        listed.show(atlas, view)
    except at_hand.Closed:
        st.html(blocks.notice("warning", form.closed_words()))


def _headline(atlas: Atlas, view: View) -> html.Html:
    here = state.shown(atlas, view)
    title = t("Corrections in {place}", place=place_name(here.name, here.name_en))
    return blocks.finding(title, [t("what people say is wrong, and what became of it; nobody is named")])
