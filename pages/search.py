"""Search: places and villages by name, code or sound, each with the places it lies in and the state of a village."""

from __future__ import annotations

import streamlit as st

from atlas.look import blocks, figures, html
from atlas.look.language import pick, t
from atlas.pieces import found_list
from atlas.view import controls, finder, suggestions
from atlas.view.page import Page
from atlas.view.state import View
from indicators import country
from indicators.database import Atlas
from indicators.names.search import Answered, search

PAGE = Page(
    url_path="search",
    order=11,
    icon=":material/search:",
    title=lambda: t("Search"),
    in_navigation=False,
    headline=lambda atlas, view: _headline(atlas),
)
MOST, MOST_NEAR = 50, 20


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    asked = view.question or ""
    if not asked:
        st.html(_headline(atlas))
        return
    answered = search(atlas, asked, MOST)
    if not answered.found:
        st.html(blocks.finding(t("Found for “{asked}”: {n}", n=figures.count(0), asked=asked)))
        st.html(blocks.notice("empty", _nothing(atlas), [(t("Clear"), view.link(question=None))]))
        return
    if answered.only and view.came_by_link:
        st.html(found_list.forward(finder.href(view, answered.only)))
    shown = answered.found[:MOST_NEAR] if answered.is_near else answered.found
    standard = controls.standard_of(atlas, view)
    st.html(blocks.finding(_title(asked, answered), [pick(standard.name), figures.day(view.as_of)]))
    st.html(found_list.rows(atlas, view, shown))
    if answered.total > len(shown) and not answered.is_near:
        words = t(
            "The first {n} of {total}. Write a place before the name to narrow it.",
            n=figures.count(len(shown)),
            total=figures.count(answered.total),
        )
        st.html(blocks.notice("info", words))


def _headline(atlas: Atlas) -> html.Html:
    return blocks.finding(t("Search"), [_how(atlas)])


def _title(asked: str, answered: Answered) -> str:
    if answered.is_near:
        return suggestions.near_words(asked)
    return t("Found for “{asked}”: {n}", n=figures.count(answered.total), asked=asked)


def _how(atlas: Atlas) -> str:
    if country.is_pinyin(atlas):
        return t("a name, a code or pinyin; a place before the name narrows it")
    return t("a name or a code; a place before the name narrows it")


def _nothing(atlas: Atlas) -> str:
    if country.is_pinyin(atlas):
        return t(
            "Nothing of that name, and nothing like it. Try fewer letters, the name without the place before it, "
            "pinyin, or the code."
        )
    return t(
        "Nothing of that name, and nothing like it. Try fewer letters, the name without the place before it, "
        "or the code."
    )
