"""The search box of every page, what its answer leads to, and what stands beside the names that it finds."""

from __future__ import annotations

from typing import Any

import streamlit as st

from atlas.look.addresses import address
from atlas.look.language import t
from atlas.view import state
from atlas.view.state import View
from indicators import country
from indicators.database import Atlas
from indicators.names import search
from indicators.names.search import LONGEST, Found

ASKED = "search_asked"


def box(atlas: Atlas, view: View) -> None:
    """Type a name and press Enter: its page, if only one is called so, else the page Search."""
    st.session_state["question"] = view.question or ""

    def write() -> None:
        asked = st.session_state["question"].strip()[:LONGEST]
        if asked:
            st.session_state[ASKED] = asked
        else:
            state.change(view, question=None)

    st.text_input(
        t("Search"),
        key="question",
        on_change=write,
        placeholder=t("Village, place, code or pinyin") if country.is_pinyin(atlas) else t("Village, place or code"),
        icon=":material/search:",
        label_visibility="collapsed",
        max_chars=LONGEST,
        width=260,
    )


def leads_to(atlas: Atlas) -> tuple[str, dict[str, Any]] | None:
    """Where a question leads that was typed in the last run: a page and what changes in the view; None without one.

    The frame opens it, once. A single answer is opened by itself, so that Back leads to where the question was asked.
    """
    asked = st.session_state.pop(ASKED, None)
    if asked is None:
        return None
    only = search.search(atlas, asked, 2).only
    return ("search", {"question": asked}) if only is None else ("place", {"question": None, **place_of(only)})


def place_of(one: Found) -> dict[str, str | None]:
    """What of a view changes where it goes to this place or village."""
    if one.place_no is None:
        return {"place_id": one.place_id, "village_id": None}
    return {"village_id": one.place_id}


def href(view: View, one: Found) -> str:
    """The address of a place or village in this view."""
    return address("place") + view.link(question=None, **place_of(one))
