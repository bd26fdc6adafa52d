"""What a comparison is made of: boxes of places, standards and dates, each with its own choices in their order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from atlas.look import blocks, figures, html
from atlas.look.language import pick, place_name, t
from atlas.look.words import rates as rate_words
from atlas.view import state
from atlas.view.compared import sides
from atlas.view.state import View
from indicators import facts, places
from indicators.database import Atlas
from indicators.names.search import LONGEST, Found, search

MOST_LISTED = 600  # places of levels further down are typed
MOST_CANDIDATES = 8
UNCLEAR = "vs_place_unclear"  # in the session: what was typed, and the codes that it may mean


def boxes(atlas: Atlas, view: View) -> None:
    """Three boxes; the first of each is the view's own, as the filters above have it."""
    chosen_places, chosen_standards, chosen_dates = sides.chosen(atlas, view)
    held = {one.standard_id: one for one in facts.standards(atlas) if one.dates}
    dates = sorted({day for code in chosen_standards for day in held[code].dates})
    with st.container(horizontal=True, vertical_alignment="bottom", key="noprint_sides"):
        _places(atlas, view, chosen_places)
        _several(
            t("Standards compared"),
            "vs_standard",
            list(held),
            chosen_standards,
            lambda code: pick(held[code].name),
            lambda wanted: sides.with_standards(view, wanted),
            view,
            260,
        )
        _several(
            t("Dates compared"),
            "vs_as_of",
            dates,
            [day for day in chosen_dates if day in dates] or [view.as_of],
            figures.day,
            lambda wanted: sides.with_dates(view, wanted),
            view,
            320,
        )
    _unclear(atlas, view)
    if len(chosen_places) >= sides.MOST:
        words = t("{n} places are compared, as many as fit: take one away to add another.", n=figures.count(sides.MOST))
        st.html(blocks.notice("info", words))


def _several(
    label: str,
    key: str,
    options: Sequence[Any],
    chosen: Sequence[Any],
    words: Callable[[Any], str],
    wanted: Callable[[list[Any]], View],
    view: View,
    width: int,
) -> None:
    st.session_state[key] = list(chosen)[: sides.MOST]
    st.multiselect(
        label,
        options,
        format_func=lambda one: html.plain(words(one)),
        key=key,
        on_change=lambda: _write(view, wanted(st.session_state[key])),
        max_selections=sides.MOST,
        filter_mode="contains",
        select_all=False,
        width=width,
    )


def _places(atlas: Atlas, view: View, chosen: Sequence[str]) -> None:
    """Siblings first, then the places above, then others by name; any further one is typed."""
    options = _offered(atlas, view, chosen)
    labels = {code: _label(atlas, code) for code in options}

    def write() -> None:
        wanted: list[str] = []
        for said in st.session_state["vs_place"]:
            if said in labels:
                wanted.append(said)
                continue
            found = candidates(atlas, said)
            if len(found) == 1:
                wanted.append(found[0].place_id)
            else:
                st.session_state[UNCLEAR] = (said, [one.place_id for one in found])
        _write(view, sides.with_places(view, wanted[: sides.MOST]))

    st.session_state["vs_place"] = list(chosen)[: sides.MOST]
    st.multiselect(
        t("Places compared (at most {n}): choose, or type a name", n=figures.count(sides.MOST)),
        options,
        format_func=lambda code: html.plain(labels.get(code) or code),
        key="vs_place",
        on_change=write,
        max_selections=sides.MOST,
        accept_new_options=True,
        filter_mode="contains",
        select_all=False,
        width=520,
    )


def _offered(atlas: Atlas, view: View, chosen: Sequence[str]) -> list[str]:
    path = places.path(atlas, view.place_id)
    found: list[str] = []
    if len(path) > 1:
        found += [one.place_id for one in places.parts(atlas, path[-2].place_id, path[-1].level)]
    found += [one.place_id for one in reversed(path)]
    for level in places.levels(atlas)[1:-1]:
        inside = places.parts(atlas, path[0].place_id, level)
        if len(inside) > MOST_LISTED:
            break
        found += [one.place_id for one in inside]
    return list(dict.fromkeys([*found, *chosen]))


def _label(atlas: Atlas, place_id: str) -> str:
    """A name with the place above it, since many share one: not that of the nation, which says nothing."""
    path = places.path(atlas, place_id)
    name = rate_words.name(atlas, place_id)
    return figures.bracketed(name, place_name(path[-2].name, path[-2].name_en)) if len(path) > 2 else name


def candidates(atlas: Atlas, typed: str) -> list[Found]:
    """The places that a typed name or code may mean; one alone where it is its whole name and no other's."""
    answered = search(atlas, typed, MOST_CANDIDATES * 4)
    held = [one for one in answered.found if places.place(atlas, one.place_id) is not None]
    exact = [one for one in held if typed.strip() in (one.place_id, one.name, one.name_en)]
    return (exact if exact else held)[:MOST_CANDIDATES]


def _unclear(atlas: Atlas, view: View) -> None:
    """What was typed and is no place, or may be several: each of them is a press away."""
    typed, codes = st.session_state.pop(UNCLEAR, ("", []))
    if not typed:
        return
    words = (
        t("“{typed}” may be one of these places; choose:", typed=typed[:LONGEST])
        if codes
        else t("This atlas holds no place “{typed}”. Try its full name or its code.", typed=typed[:LONGEST])
    )
    held = [view.place_id, *view.others.places]
    links = [(_label(atlas, code), sides.with_places(view, [*held, code]).link()) for code in codes]
    st.html(blocks.notice("warning", words, links))


def ways(view: View, atlas: Atlas, place_id: str) -> html.Html:
    """Links at the head of a column that move it or take it away; what else is compared stays."""
    held, standards, dates = sides.chosen(atlas, view)
    if len(held) < 2 or len(standards) > 1 or len(dates) > 1:
        return html.Html("")
    name = rate_words.name(atlas, place_id)
    links = [
        ("←", t("Move {name} to the left", name=name), sides.moved(held, place_id, -1)),
        ("→", t("Move {name} to the right", name=name), sides.moved(held, place_id, 1)),
        ("×", t("Take {name} away", name=name), [one for one in held if one != place_id]),
    ]
    return blocks.small_links(
        [(mark, words, sides.with_places(view, wanted).link()) for mark, words, wanted in links if wanted != held]
    )


def _write(view: View, wanted: View) -> None:
    state.change(
        view,
        place_id=wanted.place_id,
        village_id=wanted.village_id,
        standard=wanted.standard,
        as_of=wanted.as_of,
        others=wanted.others,
    )
