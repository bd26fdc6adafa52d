"""What the states are calibrated to: every rate of standard and date with its figures, what places published, and
counts.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from atlas.look import badges, blocks, figures, html, tables
from atlas.look.language import current, nt, pick, place_name, t
from atlas.look.words import originals, qualifiers
from atlas.look.words import rates as rate_words
from atlas.published import contradiction_tables, figure_links, quoted
from indicators import facts, provenance
from indicators.database import Atlas
from indicators.published import figures as published_figures

Row = dict[Any, Any]


def show(atlas: Atlas) -> None:
    _standards(atlas)
    _counts(atlas)
    _places(atlas)
    contradiction_tables.overview(atlas)


# --- the nation -----------------------------------------------------------------------------------------------


def _standards(atlas: Atlas) -> None:
    """Per standard what it means, and the rate of every date with what it rests on."""
    remark = t("a rate is published, derived from published counts, between two such, or assumed; each says which")
    st.html(blocks.heading(t("Standards: what counts as connected"), None, remark))
    held = provenance.status_columns(atlas)
    headers = [
        t("Date"),
        t("Basis"),
        t("Rate aimed at"),
        t("Rate reached"),
        t("Evidence"),
        t("Denominator"),
        t("Published figures it rests on"),
        t("Remark"),
    ]
    for one in facts.standards(atlas):
        st.html(tables.definitions([(pick(one.name), pick(one.definition))]))
        of_it = held[held["standard"] == one.standard_id]
        if len(of_it):
            rows = [_rate_row(atlas, row) for row in of_it.to_dict("records")]
            st.html(tables.data_table(headers, rows, "llrrlwww", pick(one.name)))


def _rate_row(atlas: Atlas, row: Row) -> list[object]:
    return [
        html.unbroken(figures.day(row["as_of"])),
        rate_words.kind(row["rate_kind"]),
        _rate(row["target_rate_percent"], row["operator"]),
        _rate(row["achieved_rate_percent"], None),
        badges.badge(str(row["evidence"])),
        quoted.told_number(row["denominator"]),
        figure_lines(atlas, row["figure_ids"]),
        _note(atlas, row),
    ]


def _rate(percent: float, operator: object) -> str:
    return figures.DASH if pd.isna(percent) else qualifiers.bounded(figures.percent(percent), operator)


def _note(atlas: Atlas, row: Row) -> str:
    """The remark, in which standards go by their names."""
    words = pick({lang: figures.text_or_none(row[f"note_{lang}"]) for lang in ("zh", "en")})
    blank = "" if current() == "zh" else " "
    for one in facts.standards(atlas):
        words = words.replace(f" {one.standard_id} ", f"{blank}{pick(one.name)}{blank}")
    return words


def figure_lines(atlas: Atlas, figure_ids: object) -> html.Html:
    """Figures one below the other: number, value, who said it where and when, what was seen, and where to read it."""
    named = figure_ids.split() if isinstance(figure_ids, str) else []
    held = published_figures.used(atlas)
    return html.rows([_figure_line(atlas, held[one]) for one in named if one in held])


def _figure_line(atlas: Atlas, row: Row) -> html.Html:
    said = [
        quoted.value(atlas, row),
        originals.plain(atlas, row["publisher"]),
        quoted.document_title(atlas, row),
        row["published_on"],
    ]
    words = figures.clause(figures.text_or_none(part) for part in said)
    where = html.web_link(None, row["url"]) if figures.text_or_none(row["url"]) else ""
    return html.in_line([figure_links.figure_link(row["figure_id"]), words, _seen(row), where])


def _seen(row: Row) -> str:
    told = figures.text_or_none(row["seen"])
    return f"[{quoted.seen(told)}]" if told else ""


# --- counts -----------------------------------------------------------------------------------------------------


def _counts(atlas: Atlas) -> None:
    """Published counts as counts, beside what the same share makes of this atlas's register."""
    found = published_figures.counts_beside(atlas)
    if found.empty:
        return
    remark = t("the rate is the same; the number of villages is that of the register, so the counts differ")
    st.html(blocks.heading(t("Published counts beside this atlas's register"), "simulated", remark))
    names = _standard_names(atlas)
    rows = [
        [
            names[row["standard"]],
            figures.day(row["as_of"]),
            figure_lines(atlas, row["figure_ids"]),
            row["denominator"],
            figures.percent(row["rate_percent"]),
            t(
                "{n} of {total} villages unconnected",
                n=figures.count(row["unconnected"]),
                total=figures.count(row["register_villages"]),
            ),
        ]
        for row in found.to_dict("records")
    ]
    headers = [
        t("Standard"),
        t("Date"),
        t("Published counts"),
        t("Share connected"),
        t("Rate"),
        t("In this atlas"),
    ]
    st.html(tables.data_table(headers, rows, "llwlrw", t("Published counts")))


# --- places -----------------------------------------------------------------------------------------------------


def _places(atlas: Atlas) -> None:
    """What places published of themselves; the simulation keeps to it, and has nothing to keep to elsewhere."""
    found = published_figures.place_rates(atlas)
    if found.empty:
        return
    n = found["place_id"].nunique()
    title = nt(
        "{n} place published a rate of its own", "{n} places published a rate of their own", n, n=figures.count(n)
    )
    remark = t(
        "their simulated states keep to it, with those of the places inside; every other place has none to keep to"
    )
    st.html(blocks.heading(title, "declared", remark))
    names = _standard_names(atlas)
    rows = [
        [
            place_name(row["name"], row["name_en"]),
            names[row["standard"]],
            contradiction_tables.bounds_words(row["low_percent"], row["high_percent"]),
            _days(row["first_date"], row["last_date"]),
            figure_lines(atlas, row["figure_ids"]),
        ]
        for row in found.to_dict("records")
    ]
    headers = [t("Place"), t("Standard"), t("Kept to"), t("At"), t("Published figures it rests on")]
    st.html(tables.data_table(headers, rows, "llllw", title))


def _days(first: date, last: date) -> str:
    return figures.day(first) if first == last else f"{figures.day(first)} – {figures.day(last)}"


def _standard_names(atlas: Atlas) -> dict[str, str]:
    return {one.standard_id: pick(one.name) for one in facts.standards(atlas)}
