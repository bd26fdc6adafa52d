"""What can be asked of single villages: a popover of filters, and chips that say what is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from atlas.look import badges, blocks
from atlas.look.language import t
from atlas.look.words import filters as filter_words
from atlas.view import state
from atlas.view.state import View
from indicators.chosen import selection
from indicators.chosen.selection import STATES, Filters
from indicators.database import Atlas

ANY = None


def more(atlas: Atlas, view: View) -> None:
    """A button with the number of filters in use, and the filters behind it."""
    used = view.filters.count + (len(view.states) < len(STATES))
    label = t("More filters · {n}", n=used) if used else t("More filters")
    with st.popover(label, icon=":material/tune:", key="more_filters"):
        _states(view)
        held = selection.options(atlas)
        _choice(view, "kind", t("Kind"), held.kinds, lambda code: filter_words.kind(atlas, str(code)))
        _choice(view, "terrain", t("Terrain"), held.terrains, lambda code: filter_words.terrain(str(code)))
        categories = held.policy_categories
        _choice(
            view,
            "policy_category",
            t("Policy category"),
            categories,
            lambda code: filter_words.category(str(code)),
        )
        _choice(view, "batch", t("Pilot places"), held.batches, lambda n: filter_words.batch(int(str(n))))
        if held.has_population:
            _people(view)


def _states(view: View) -> None:
    def write() -> None:
        chosen = st.session_state["states"] or list(STATES)  # none chosen means all: an empty map helps nobody
        state.change(view, states=tuple(one for one in STATES if one in chosen))

    st.session_state["states"] = list(view.states)
    st.pills(
        t("State"),
        list(STATES),
        selection_mode="multi",
        format_func=badges.state_word,
        key="states",
        on_change=write,
    )


def _choice(view: View, name: str, label: str, options: Sequence[object], word: Callable[[object], str]) -> None:
    """One filter with the values that this atlas has; nothing where there is nothing to choose."""
    if not options:
        return
    key = f"filter_{name}"

    def write() -> None:
        changed: dict[str, Any] = {name: st.session_state[key]}
        state.change(view, filters=replace(view.filters, **changed))

    st.session_state[key] = getattr(view.filters, name)
    st.selectbox(
        label,
        [ANY, *options],
        format_func=lambda one: t("All") if one is None else word(one),
        key=key,
        on_change=write,
    )


def _people(view: View) -> None:
    def write() -> None:
        least, most = st.session_state["people_from"], st.session_state["people_to"]
        wanted = replace(view.filters, population_from=least, population_to=most)
        state.change(view, filters=wanted)

    st.session_state["people_from"] = view.filters.population_from
    st.session_state["people_to"] = view.filters.population_to
    left, right = st.columns(2)
    left.number_input(t("Population from"), min_value=0, step=1, key="people_from", on_change=write)
    right.number_input(t("Population to"), min_value=0, step=1, key="people_to", on_change=write)


def chips(atlas: Atlas, view: View) -> None:
    """What is asked, each with a way to take it back; nothing where nothing is asked."""
    asked = filter_words.chips(atlas, view.filters)
    links = [(t("Remove: {what}", what=words), view.link(filters=rest)) for words, rest in asked]
    if len(view.states) < len(STATES):
        shown = t("Only {states}", states=t("and").join(f" {badges.state_word(one)} " for one in view.states))
        asked.insert(0, (shown.strip(), view.filters))
        links.insert(0, (t("Show all states"), view.link(states=tuple(STATES))))
    if asked:
        words = t("Filtered: {what}", what="; ".join(words for words, _ in asked))
        st.html(blocks.notice("info", words, links))


def nothing(atlas: Atlas, view: View) -> None:
    """No village matches: why, and the ways out."""
    asked = filter_words.chips(atlas, view.filters)
    links = [(t("Remove: {what}", what=words), view.link(filters=rest)) for words, rest in asked]
    links.append((t("Clear all"), view.link(filters=Filters(), states=tuple(STATES))))
    st.html(blocks.notice("empty", t("No village matches."), links))
