"""Filters that read from the view and write to the URL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import streamlit as st

from atlas.look import blocks, figures, html, theme
from atlas.look.language import LANGUAGES, own_name, pick, place_name, t
from atlas.look.words import rates as rate_words
from atlas.view import finder, keeping, state, village_filters
from atlas.view.state import View
from indicators import facts, places
from indicators.database import Atlas

WHOLE = ""  # the option "all of it" in a place filter
PLACE_PX = 140  # four of them, standards, dates and two buttons fit in one row of 1300 px
SLIDER_PX = 180
MOST_ON_SLIDER = 12  # stops that a finger still tells apart on a slider of that width


def top_bar(atlas: Atlas, view: View, last: str | None = None) -> None:
    """Where one is, with `last` as its end; and what every page offers: the search, the language, light or dark."""
    with st.container(horizontal=True, vertical_alignment="center", key="noprint_tools"):
        finder.box(atlas, view)
        language_switch(view)
        st.html(theme.switch(), width="content")
    with st.container(horizontal=True, vertical_alignment="center", key="noprint_way"):
        st.html(blocks.breadcrumb(trail(atlas, view, last)), width="stretch")
        keeping.bar(view)


def trail(atlas: Atlas, view: View, last: str | None = None) -> list[tuple[str, str | None]]:
    """Steps from the nation to the place, each a link but the last."""
    steps = [
        (place_name(one.name, one.name_en), view.link(place_id=one.place_id, village_id=None))
        for one in places.path(atlas, view.place_id)
    ]
    if last is not None:
        return [*steps, (last, None)]
    return [*steps[:-1], (steps[-1][0], None)]


def language_switch(view: View) -> None:
    """中文 | EN."""

    def write() -> None:
        state.change(view, lang=st.session_state["language"] or view.lang)

    st.session_state["language"] = view.lang
    st.segmented_control(
        t("Language"),
        LANGUAGES,
        format_func=_short_name,
        key="language",
        label_visibility="collapsed",
        on_change=write,
        width="content",
    )


def _short_name(code: str) -> str:
    return {"en": "EN"}.get(code, own_name(code))


def filters(
    atlas: Atlas,
    view: View,
    *,
    with_standard: bool = True,
    with_date: bool = True,
    with_villages: bool = False,
    beside: Callable[[Atlas, View], None] | None = None,
) -> None:
    """Place by province, prefecture and county; standard; date; clear. Each change is a new URL.

    `with_villages` adds what can be asked of single villages: state, kind, terrain, category, pilots, population;
    `beside` draws a control of the page's own among them.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", key="noprint_filters"):
        st.html(blocks.fold(), width="content")
        st.html(blocks.folded(_folded(atlas, view, with_standard=with_standard, with_date=with_date)), width="content")
        place_filters(atlas, view, to_the_finest=with_villages)
        if with_standard:
            _standard(atlas, view)
            if with_date:
                _date(atlas, view)
        if with_villages:
            village_filters.more(atlas, view)
        if beside is not None:
            beside(atlas, view)
        _clear(atlas)


def _folded(atlas: Atlas, view: View, *, with_standard: bool, with_date: bool) -> str:
    """What the filters are set to, for a phone, which folds them."""
    said = [rate_words.name(atlas, view.place_id)]
    if with_standard:
        said.append(pick(standard_of(atlas, view).name))
        if with_date:
            said.append(figures.day(view.as_of))
    return " · ".join(said)


def place_filters(atlas: Atlas, view: View, *, to_the_finest: bool = False) -> None:
    """One box per level, the next once the one above is chosen; townships, which have no outlines, where asked."""
    chosen = places.path(atlas, view.place_id)
    names = places.level_names(atlas)
    for position, one in enumerate(chosen):
        find = places.level_listed_below if to_the_finest else places.level_below
        level = find(atlas, one.place_id)
        if level is None:
            return
        options = {
            part.place_id: place_name(part.name, part.name_en) for part in places.parts(atlas, one.place_id, level)
        }
        below = next((step.place_id for step in chosen[position + 1 :] if step.place_id in options), WHOLE)
        _place_box(view, one.place_id, options, below, pick(names[level]))


def _place_box(view: View, parent: str, options: dict[str, str], chosen: str, label: str) -> None:
    """`options`: place_id → name."""
    key = f"place_in_{parent}"

    def write() -> None:
        state.change(view, place_id=st.session_state[key] or parent, village_id=None)

    st.session_state[key] = chosen
    named = {WHOLE: t("{level}: all", level=label)} | options
    st.selectbox(
        html.plain(label),
        list(named),
        format_func=lambda code: named[code],
        key=key,
        on_change=write,
        label_visibility="collapsed",
        width=PLACE_PX,
    )


def _standard(atlas: Atlas, view: View) -> None:
    held = {one.standard_id: one for one in facts.standards(atlas) if one.dates}

    def write() -> None:
        wanted = st.session_state["standard"] or view.standard
        dates = held[wanted].dates
        nearest = min(dates, key=lambda day: abs((day - view.as_of).days))
        state.change(view, standard=wanted, as_of=nearest)

    st.session_state["standard"] = view.standard
    st.segmented_control(
        t("Standard"),
        list(held),
        format_func=lambda code: html.plain(pick(held[code].name)),
        key="standard",
        on_change=write,
        label_visibility="collapsed",
    )


def _date(atlas: Atlas, view: View) -> None:
    """A slider that a hand or the arrow keys move from date to date; a box where a slider would serve nobody."""
    dates = standard_of(atlas, view).dates

    def write() -> None:
        state.change(view, as_of=st.session_state["as_of"])

    st.session_state["as_of"] = view.as_of
    asked: dict[str, Any] = {
        "format_func": figures.day,
        "key": "as_of",
        "on_change": write,
        "label_visibility": "collapsed",
    }
    if can_slide(dates):
        st.select_slider(t("Date"), dates, width=SLIDER_PX, **asked)
    else:
        st.selectbox(t("Date"), dates, width=136, **asked)


def can_slide(dates: Sequence[date]) -> bool:
    """One date leaves nothing to slide; among many a finger cannot stop at the one that is meant."""
    return 1 < len(dates) <= MOST_ON_SLIDER


def _clear(atlas: Atlas) -> None:
    def write() -> None:
        lang = st.query_params.get("lang", facts.settings(atlas)["default_language"])
        state.remember(state.read(atlas, {}, lang))

    st.button(t("Clear"), icon=":material/close:", on_click=write, type="tertiary", key="clear")


def standard_of(atlas: Atlas, view: View) -> facts.Standard:
    """The standard of a view."""
    return next(one for one in facts.standards(atlas) if one.standard_id == view.standard)


def open_page(url_path: str, view: View, **changes: object) -> None:
    """Go to another page with the view changed; the URL there says it all."""
    wanted = state.query(replace(view, **changes))  # type: ignore[arg-type]
    st.session_state[state.REMEMBERED] = wanted
    st.switch_page(st.session_state["atlas_pages"][url_path], query_params=wanted)


def page_button(label: str, url_path: str, view: View, icon: str, **changes: object) -> None:
    """A link to another page that keeps place, standard and date."""
    wanted = state.query(replace(view, **changes))  # type: ignore[arg-type]
    st.page_link(st.session_state["atlas_pages"][url_path], label=label, icon=icon, query_params=wanted)


def demonstration_switch(view: View, key: str = "demonstration") -> None:
    """Numbers that mean nothing on placed or simulated data are shown only to those who ask for them."""

    def write() -> None:
        state.change(view, is_demonstration=st.session_state[key])

    st.session_state[key] = view.is_demonstration
    st.toggle(
        t("Show demonstration indicators"),
        key=key,
        on_change=write,
        help=t("Distances and clusters of simulated states: they show what a register would bring, no more."),
    )
