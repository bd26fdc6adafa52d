"""Corrections as everybody sees them: how many wait and how they ended, by place and operator, and the list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from atlas.desk import at_hand, maps, words
from atlas.desk.asked import CorrectionsFeed
from atlas.look import blocks, cards, figures, html, tables
from atlas.look.language import place_name, t
from atlas.view import inputs, state
from atlas.view.state import View
from desk.challenges import read
from desk.challenges.read import Asked
from desk.projected.states import OPEN, STATES
from indicators import facts, places
from indicators.database import Atlas

PART = 50  # rows of the list shown together
ANY = ""
SHOWN = ("open", "overdue", "upheld", "rejected")


def show(atlas: Atlas, view: View) -> None:
    """Numbers, the places below, the operators, the list."""
    asked = asked_of(atlas, view)
    with at_hand.desk().reading() as connection:
        counts = read.counts(connection, asked)
        below = _below(atlas, view)
        of_places = read.counts_of(connection, asked, [one.place_id for one in below])
        of_operators = read.by_operator(connection, asked)
        start = inputs.given(view, "correction.before")
        before = int(start) if start and start.isdecimal() and len(start) < 10 else None
        found = read.listed(connection, asked, PART + 1, before)
    st.html(cards.cards(_cards(counts)))
    if not counts:
        st.html(blocks.notice("empty", t("No correction was handed in here so far.")))
        return
    left, right = st.columns([2, 3], gap="medium")
    with left:
        _places(view, below, of_places)
        _operators(atlas, of_operators)
    with right:
        if below:
            maps.waiting(atlas, view, of_places)
        else:
            maps.villages(atlas, view, found)
        _list(atlas, view, found, before)


def asked_of(atlas: Atlas, view: View) -> Asked:
    """What the address asks for; what there is not is not asked for."""
    standard, operator, wanted = (
        value if (value := inputs.given(view, name)) in offered else ANY for name, _, offered in _offered(atlas)
    )
    states = {"open": OPEN, ANY: ()}.get(wanted, (wanted,))
    return Asked(
        path=at_hand.path(atlas, view.place_id),
        today=words.today(),
        standard=standard,
        operators=(operator,) if operator else (),
        states=tuple(states),
        village_id=view.village_id or "",
    )


def filters(atlas: Atlas, view: View) -> None:
    """Standard, carrier and state: all of them unless chosen."""
    for name, label, offered in _offered(atlas):
        inputs.choice(view, name, label, offered, ANY, as_box=True)


def _offered(atlas: Atlas) -> tuple[tuple[str, str, dict[str, str]], ...]:
    """Name in the address, label, and what may be chosen."""
    standards = {ANY: t("All standards")} | {
        one.standard_id: words.standard(atlas, one.standard_id) for one in facts.standards(atlas) if one.dates
    }
    operators = {ANY: t("All carriers")} | {one: words.operator(atlas, one) for one in facts.operators(atlas)}
    states = {ANY: t("All states"), "open": t("Still open")} | {
        one: words.state(one) for one in (*STATES, read.OVERDUE)
    }
    return (
        ("correction.standard", t("Standard"), standards),
        ("correction.operator", t("Carrier"), operators),
        ("correction.state", t("State"), states),
    )


def open_of(counts: Mapping[str, int]) -> int:
    return sum(counts.get(one, 0) for one in OPEN)


def _cards(counts: Mapping[str, int]) -> list[Any]:
    unit = t("corrections")
    titles = {"open": t("Still open")} | {name: words.state(name) for name in SHOWN if name != "open"}
    numbers = {**counts, "open": open_of(counts)}
    return [cards.card_text(titles[name], figures.count(numbers.get(name, 0)), unit, None) for name in SHOWN]


def _below(atlas: Atlas, view: View) -> list[places.Place]:
    level = places.level_listed_below(atlas, view.place_id)
    return [] if level is None else list(places.parts(atlas, view.place_id, level))


def _places(view: View, below: list[places.Place], counts: Mapping[str, Mapping[str, int]]) -> None:
    rows = [
        [
            html.link(place_name(one.name, one.name_en), view.link(place_id=one.place_id, village_id=None)),
            *_numbers(counts[one.place_id]),
        ]
        for one in sorted(below, key=lambda one: -open_of(counts.get(one.place_id, {})))
        if counts.get(one.place_id)
    ]
    if rows:
        title = t("By place")
        st.html(blocks.heading(title))
        st.html(tables.data_table([t("Place"), *_number_titles()], rows, "lrrrr", title))


def _operators(atlas: Atlas, counts: Mapping[str, Mapping[str, int]]) -> None:
    rows = [[words.operator(atlas, one) or t("None named"), *_numbers(held)] for one, held in sorted(counts.items())]
    title = t("By carrier")
    st.html(blocks.heading(title))
    st.html(tables.data_table([t("Carrier"), *_number_titles()], rows, "lrrrr", title))


def _number_titles() -> list[str]:
    return [t("Still open"), words.state("overdue"), words.state("upheld"), words.state("rejected")]


def _numbers(counts: Mapping[str, int]) -> list[str]:
    held = (open_of(counts), *(counts.get(name, 0) for name in ("overdue", "upheld", "rejected")))
    return [figures.count(n) for n in held]


def _list(atlas: Atlas, view: View, found: list[Mapping[str, Any]], before: int | None) -> None:
    title = t("Corrections, the newest first")
    st.html(blocks.heading(title))
    if not found:
        st.html(blocks.notice("empty", t("None that fits these filters.")))
    today = words.today()
    rows = [
        [
            html.link(words.number(one["challenge_no"]), case_link(view, one["challenge_no"])),
            words.day(one["filed_at"]),
            html.stacked([words.village(atlas, one["village_id"]), words.where(atlas, one["path"])]),
            html.stacked([words.claim(one, words.standard(atlas, one["standard"])), words.reason(one["reason"])]),
            html.stacked([words.state_of(one, today), words.left(one["due_on"]) if one["due_on"] else ""]),
        ]
        for one in found[:PART]
    ]
    if rows:
        header = [t("Number"), t("Handed in"), t("Village"), t("Claim"), t("State")]
        st.html(tables.data_table(header, rows, "llwww", title))
    feed = CorrectionsFeed(view.place_id, view.lang).url()
    st.html(blocks.file_links(t("New corrections for programs"), [("Atom", feed)]))
    with st.container(horizontal=True, key="noprint_correction_parts"):
        if before is not None and st.button(t("From the newest"), icon=":material/first_page:"):
            state.go_to(view, inputs=inputs.with_inputs(view, **{"correction.before": None}).inputs)
        if len(found) > PART and st.button(t("Older ones"), icon=":material/chevron_right:"):
            last = str(found[PART - 1]["challenge_no"])
            state.go_to(view, inputs=inputs.with_inputs(view, **{"correction.before": last}).inputs)


def case_link(view: View, challenge_no: int) -> str:
    """The page of one, relative to the page of all."""
    return "correction" + inputs.with_inputs(view, **{"correction.no": str(challenge_no)}).link()
