"""The rates of a place by standard and date, each with what it rests on: published, derived, interpolated, assumed."""

from __future__ import annotations

from datetime import date

import streamlit as st

from atlas import figure_links, figures, markup, questions, rate_words
from atlas.language import pick, t
from atlas.markup import Html
from atlas.state import View
from indicators import facts, published_rates
from indicators.database import Atlas


def show(atlas: Atlas, view: View) -> None:
    """One row per date, the newest first, one column per standard."""
    held = [one for one in facts.standards(atlas) if one.dates]
    days = sorted({day for one in held for day in one.dates}, reverse=True)
    rows = [[figures.day(day), *(_cell(atlas, view, one, day) for one in held)] for day in days]
    title = t("{place}: connection rate by standard and date", place=rate_words.name(atlas, view.place_id))
    st.html(
        markup.heading(
            title, None, t("the rate of this atlas's villages, and beneath it what it was made to meet")
        )
    )
    headers = [t("Date"), *(pick(one.name) for one in held)]
    st.html(markup.data_table(headers, rows, "l" + "w" * len(held), title))


def _cell(atlas: Atlas, view: View, standard: facts.Standard, day: date) -> Html:
    """The rate with its badge, then the kind of what it rests on with the figures behind it."""
    if day not in standard.dates:
        return markup.escaped(None)
    asked = View(view.place_id, standard.standard_id, day, view.lang)
    rate = questions.figure(atlas, asked, "connection_rate")
    if rate.value is None:
        return markup.escaped(figures.unknown())
    return Html(
        f"{markup.escaped(figures.text(rate))} {markup.badge_of(rate)}<br>{basis(atlas, view.place_id, asked)}"
    )


def basis(atlas: Atlas, place_id: str, asked: View) -> Html:
    """What the states of a place rest on, in a muted word, with the numbers of the figures."""
    found = published_rates.basis_of(atlas, place_id, asked.standard, asked.as_of)
    words = rate_words.kind(found.kind)
    if found.kind == published_rates.OF_A_PLACE:
        words = t("as published of {place}", place=rate_words.name(atlas, found.place_id))
    return markup.muted(words, figure_links.figure_links(found.figure_ids), rate_words.note(found))
