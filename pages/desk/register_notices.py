"""Registers on public notice (报送公示): what is about to be approved, and until when anybody may object."""

from __future__ import annotations

import streamlit as st

from atlas.desk import at_hand, office
from atlas.desk.corrections import form
from atlas.desk.notices import listed
from atlas.look import blocks, html
from atlas.look.language import place_name, t
from atlas.view import controls, state
from atlas.view.page import Page
from atlas.view.state import View
from indicators.database import Atlas

PAGE = Page(
    url_path="register-notices",
    order=93,
    icon=":material/campaign:",
    title=lambda: t("Notices of registers"),
    section=lambda: office.menu(),
    headline=lambda atlas, view: _headline(atlas, view),
)


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    st.html(_headline(atlas, view))
    controls.filters(atlas, view, with_standard=False)
    try:
        listed.show(atlas, view)
    except at_hand.Closed:
        st.html(blocks.notice("warning", form.closed_words()))


def _headline(atlas: Atlas, view: View) -> html.Html:
    here = state.shown(atlas, view)
    title = t("Registers on public notice in {place}", place=place_name(here.name, here.name_en))
    return blocks.finding(title, [t("read and objected to by anybody before a reviewer decides; nobody is named")])
