"""The search box of every page, and the question in the form that the atlas keeps names in."""

from __future__ import annotations

import streamlit as st

from atlas.look.language import t
from atlas.view import state
from atlas.view.state import View
from importer.place.names import normal
from indicators import country
from indicators.chosen import search as index
from indicators.chosen.search import Found, Word
from indicators.database import Atlas

LONGEST = 80
OPEN = "open_search"


def box(atlas: Atlas, view: View) -> None:
    """Type a name and press Enter: the page Search answers, and its address holds the question."""
    st.session_state["question"] = view.question or ""

    def write() -> None:
        asked = st.session_state["question"].strip()[:LONGEST]
        state.change(view, question=asked or None)
        st.session_state[OPEN] = bool(asked)

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


def is_asked() -> bool:
    """Whether a question was typed in the last run: the frame then opens the page Search, once."""
    return bool(st.session_state.pop(OPEN, False))


def search(atlas: Atlas, asked: str, most: int) -> tuple[list[Found], int]:
    """Places and villages that answer a question, and how many there are in all."""
    words = [Word(word, normal(word)) for word in asked[:LONGEST].split()]
    return index.search(atlas, words, most)
