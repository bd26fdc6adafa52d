"""The rates of a place by standard and date, each with what it rests on: published, derived, interpolated, assumed."""

from __future__ import annotations

from datetime import date

import pandas as pd

from atlas.kept.pieces import Pieces, kept
from atlas.look import badges, blocks, figures, html, tables
from atlas.look.html import Html
from atlas.look.language import pick, t
from atlas.look.words import rates as rate_words
from atlas.published import figure_links
from indicators import facts, measure
from indicators.database import Atlas
from indicators.figure import Figure
from indicators.published import rates


@kept
def table(atlas: Atlas, place_id: str) -> Pieces:
    """One row per date, the newest first, one column per standard."""
    return made(atlas, place_id)


def made(atlas: Atlas, place_id: str) -> tuple[Html, Html]:
    """The table's heading and its rows."""
    held = [one for one in facts.standards(atlas) if one.dates]
    days = sorted({day for one in held for day in one.dates}, reverse=True)
    cells = [_cells(atlas, place_id, one) for one in held]
    rows = [[figures.day(day), *(column.get(day, figures.DASH) for column in cells)] for day in days]
    title = t("{place}: connection rate by standard and date", place=rate_words.name(atlas, place_id))
    heading = blocks.heading(
        title, None, t("the rate of this atlas's villages, and beneath it what it was made to meet")
    )
    headers = [t("Date"), *(pick(one.name) for one in held)]
    return heading, tables.data_table(headers, rows, "l" + "w" * len(held), title)


def _cells(atlas: Atlas, place_id: str, standard: facts.Standard) -> dict[date, Html]:
    """By date: the rate with its badge, then the kind of what it rests on with the figures behind it."""
    found = {}
    rates_of_all_dates = measure.measure(atlas, "connection_rate", within=place_id, standard=standard.standard_id)
    for row in rates_of_all_dates[["as_of", "value", "evidence"]].to_dict("records"):
        day = pd.Timestamp(row["as_of"]).date()
        if day not in standard.dates or pd.isna(row["value"]):
            continue
        rate = Figure("connection_rate", place_id, "percent", float(row["value"]), str(row["evidence"]))
        shown = f"{html.escaped(figures.text(rate))} {badges.badge_of(rate)}"
        found[day] = Html(f"{shown}<br>{basis(atlas, place_id, standard.standard_id, day)}")
    return found


def basis(atlas: Atlas, place_id: str, standard: str, as_of: date) -> Html:
    """What the states of a place rest on, in a muted word, with the numbers of the figures."""
    found = rates.basis_of(atlas, place_id, standard, as_of)
    words = rate_words.kind(found.kind)
    if found.kind == rates.OF_A_PLACE:
        words = t("as published of {place}", place=rate_words.name(atlas, found.place_id))
    return html.muted(words, figure_links.figure_links(found.figure_ids), rate_words.note(found))
