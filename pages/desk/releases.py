"""Releases: every state of the atlas that was published, and what changed between any two."""

from __future__ import annotations

import streamlit as st

from atlas.desk import at_hand, office
from atlas.desk.corrections import form
from atlas.desk.released import publishing, releases
from atlas.look import blocks, html
from atlas.look.language import t
from atlas.view import controls
from atlas.view.page import Page
from atlas.view.state import View
from indicators import facts
from indicators.database import Atlas

PAGE = Page(
    url_path="releases",
    order=94,
    icon=":material/history:",
    title=lambda: t("Releases"),
    section=lambda: office.menu(),
    headline=lambda atlas, view: _headline(atlas),
)


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    st.html(_headline(atlas))
    try:
        publishing.show(atlas, view)
        controls.filters(atlas, view, with_standard=False)
        releases.show(atlas, view)
    except at_hand.Closed:
        st.html(blocks.notice("warning", form.closed_words()))


def _headline(atlas: Atlas) -> html.Html:
    number = facts.release(atlas)
    shown = t("shown: release {number}", number=number) if number else t("shown: build {id}", id=atlas.build_id)
    return blocks.finding(t("Releases: every published number for ever"), [shown])
