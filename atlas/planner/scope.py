"""The villages that a page of the planner plans for: the view's place, standard and date, and what was chosen on the
map.

All pages of the planner ask here, so that an area drawn on the map is planned for, and nothing beside it.
"""

from __future__ import annotations

from collections.abc import Hashable

import pandas as pd
import streamlit as st

from atlas.look import blocks, figures
from atlas.look.language import pick, place_name, t
from atlas.look.words import filters as filter_words
from atlas.planner.question import NoAnswer
from atlas.view import controls
from atlas.view.state import View, shown
from indicators.chosen.selection import Filters
from indicators.database import Atlas
from indicators.demand import unconnected


def count(atlas: Atlas, view: View) -> int:
    """Unconnected villages to be planned for."""
    return unconnected.count(atlas, view.place_id, view.standard, view.as_of, view.filters)


def rows(atlas: Atlas, view: View) -> pd.DataFrame:
    """`unconnected.rows` of them; not to be altered."""
    return unconnected.rows(atlas, view.place_id, view.standard, view.as_of, view.filters)


def key(atlas: Atlas, view: View) -> tuple[Hashable, ...]:
    """What an answer about them is kept under, beside the question."""
    return (str(atlas.path), view.place_id, view.standard, view.as_of, view.filters)


def refuse(atlas: Atlas, view: View, most: int) -> None:
    """Raises NoAnswer where there are no villages to plan for, or more than `most`."""
    n = count(atlas, view)
    if not n:
        words = t("No unconnected village is known here under this standard and date.")
        raise NoAnswer(blocks.notice("empty", words))
    if n > most:
        words = t(
            "{n} unconnected villages are too many at once; choose a place below, with at most {most}.",
            n=figures.count(n),
            most=figures.count(most),
        )
        raise NoAnswer(blocks.notice("info", words))


def said(atlas: Atlas, view: View) -> None:
    """That the plan is about a part of the villages only, with a way to each filter's end; nothing without one."""
    asked = filter_words.chips(atlas, view.filters)
    if not asked:
        return
    links = [(t("Remove: {what}", what=words), view.link(filters=rest)) for words, rest in asked]
    links.append((t("Plan for all villages of the place"), view.link(filters=Filters())))
    words = t(
        "Planned for the villages chosen on the map only: {what}.",
        what="; ".join(words for words, _ in asked),
    )
    st.html(blocks.notice("info", words, links))


def headline(atlas: Atlas, view: View, evidence: str, finding: str) -> str:
    """A finding that stays true when it is quoted alone: place, standard, date, and simulated where it is."""
    one = shown(atlas, view)
    said = {
        "place": place_name(one.name, one.name_en),
        "without": pick(controls.standard_of(atlas, view).unconnected),
        "day": figures.day(view.as_of),
        "finding": finding,
    }
    if view.filters:
        if evidence == "simulated":
            return t("{place}, part of it, villages {without} on {day} (simulated): {finding}", **said)
        return t("{place}, part of it, villages {without} on {day}: {finding}", **said)
    if evidence == "simulated":
        return t("{place}, villages {without} on {day} (simulated): {finding}", **said)
    return t("{place}, villages {without} on {day}: {finding}", **said)
