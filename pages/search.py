"""Search: places and villages by name, code or pinyin, each with the places it lies in."""

from __future__ import annotations

import streamlit as st

from atlas.look import blocks, figures, html, tables
from atlas.look.addresses import address
from atlas.look.language import pick, place_name, t
from atlas.view import controls, finder
from atlas.view.page import Page
from atlas.view.state import View
from indicators import country, places
from indicators.chosen.search import Found
from indicators.database import Atlas

PAGE = Page(
    url_path="search",
    order=11,
    icon=":material/search:",
    title=lambda: t("Search"),
    in_navigation=False,
    headline=lambda atlas, view: _headline(atlas),
)
MOST = 50


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    asked = (view.question or "").strip()
    if not asked:
        st.html(_headline(atlas))
        return
    found, total = finder.search(atlas, asked, MOST)
    st.html(blocks.finding(t("Found for “{asked}”: {n}", n=figures.count(total), asked=asked)))
    if not found:
        st.html(
            blocks.notice(
                "empty",
                _nothing(atlas),
                [(t("Clear"), view.link(question=None))],
            )
        )
        return
    headers = [t("Name"), t("Level"), t("Lies in"), t("Code")]
    rows = [_row(atlas, view, one) for one in found]
    st.html(tables.data_table(headers, rows, "llll", t("Search")))
    if total > len(found):
        st.html(
            blocks.notice(
                "info",
                t(
                    "The first {n} of {total}. Write a place before the name to narrow it.",
                    n=figures.count(len(found)),
                    total=figures.count(total),
                ),
            )
        )


def _headline(atlas: Atlas) -> html.Html:
    return blocks.finding(t("Search"), [_how(atlas)])


def _row(atlas: Atlas, view: View, one: Found) -> list[object]:
    is_village = one.level == places.levels(atlas)[-1]
    target = {"village_id": one.place_id} if is_village else {"place_id": one.place_id, "village_id": None}
    return [
        html.link(place_name(one.name, one.name_en), address("place") + view.link(question=None, **target)),
        pick(places.level_names(atlas)[one.level]),
        " › ".join(place_name(*parent) for parent in one.parents),
        one.place_id,
    ]


def _how(atlas: Atlas) -> str:
    if country.is_pinyin(atlas):
        return t("a name, a code or pinyin; a place before the name narrows it")
    return t("a name or a code; a place before the name narrows it")


def _nothing(atlas: Atlas) -> str:
    if country.is_pinyin(atlas):
        return t("Nothing of that name. Try fewer letters, the name without its ending, or the code.")
    return t("Nothing of that name. Try fewer letters, or the code.")
