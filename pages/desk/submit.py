"""Hand in a register (报送): a bureau's table, checked, compared with what is published, and submitted for review."""

from __future__ import annotations

import streamlit as st

from atlas.desk import at_hand, office
from atlas.desk.corrections import form
from atlas.desk.registers import handing_in, submitted
from atlas.look import blocks, html
from atlas.look.language import t
from atlas.view import controls
from atlas.view.page import Page
from atlas.view.state import View
from indicators.database import Atlas

PAGE = Page(
    url_path="submit",
    order=99,
    icon=":material/upload_file:",
    title=lambda: t("Hand in a register"),
    section=lambda: office.menu(),
    headline=lambda atlas, view: _headline(),
)


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    st.html(_headline())
    person = at_hand.seated()
    try:
        if person.has("submit"):
            controls.filters(atlas, view, with_standard=False)
            handing_in.show(atlas, view, person)
        if person.has("submit") or person.has("review"):
            submitted.listed(atlas, view, person)
        else:
            told = t("Registers are handed in by offices of their places that are signed in.")
            st.html(blocks.notice("info", told, [(t("Sign in"), f"desk{view.link(inputs=())}")]))
    except at_hand.Closed:
        st.html(blocks.notice("warning", form.closed_words()))


def _headline() -> html.Html:
    return blocks.finding(t("Hand in a register"), [t("checked, compared, reviewed; the next release carries it")])
