"""Published figures that contradict each other, side by side, with the one that is used and the rule for it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from atlas.look import blocks, figures, html, tables
from atlas.look.language import nt, pick, t
from atlas.look.words import originals
from atlas.published import figure_links, quoted
from indicators.database import Atlas
from indicators.published import figures as published_figures

Row = dict[str, Any]


def side_by_side(atlas: Atlas, one: Row, here: str = "") -> None:
    """The figures of one contradiction; `here` is the one that the page shows."""
    subject = _words(one, "subject")
    st.html(blocks.heading(t("Contradicted: {subject}", subject=subject), None, str(one["contradiction_id"])))
    st.html(
        tables.definitions([(t("What is said"), _words(one, "said")), (t("What this atlas does"), _words(one, "used"))])
    )
    found = published_figures.several(atlas, ids(one))
    used = published_figures.used_ids(atlas)
    rows = [
        [
            figure_links.figure_link(row["figure_id"]),
            quoted.name(atlas, row["indicator"]),
            quoted.value(atlas, row),
            quoted.place(atlas, row),
            str(row["date_text"]),
            quoted.said(atlas, row),
            html.stacked([quoted.document(atlas, row), originals.plain(atlas, row["publisher"])]),
            quoted.seen(row["seen"]),
            _role(row["figure_id"], used, here),
        ]
        for row in found.to_dict("records")
    ]
    headers = [
        t("Number"),
        t("What"),
        t("Value as published"),
        t("Place"),
        t("When"),
        t("Quotation"),
        t("Document"),
        t("Seen"),
        t("In this atlas"),
    ]
    st.html(tables.data_table(headers, rows, "lwrllwwlw", subject))


def _role(figure_id: str, used: frozenset[str], here: str) -> str:
    role = t("used for the rates of the simulation") if figure_id in used else t("listed, not used for rates")
    return figures.sentence([t("this figure"), role]) if figure_id == here else role


def overview(atlas: Atlas) -> None:
    """Every contradiction in a line: what is said, what is used, by which rule."""
    found = published_figures.contradictions(atlas)
    if found.empty:
        return
    title = nt(
        "{n} contradiction between published figures",
        "{n} contradictions between published figures",
        len(found),
        n=figures.count(len(found)),
    )
    st.html(
        blocks.heading(
            title, None, t("nothing is averaged: each side stands with its source, and the rule says which is used")
        )
    )
    rows = [
        [
            _words(one, "subject"),
            _words(one, "said"),
            _words(one, "used"),
            figure_links.figure_links(ids(one)) if ids(one) else t("of projects, lists or rules"),
            str(one["contradiction_id"]),
        ]
        for one in found.to_dict("records")
    ]
    headers = [t("Subject"), t("What is said"), t("Used, and by which rule"), t("Figures"), t("Number")]
    st.html(tables.data_table(headers, rows, "wwwwl", title))


def ids(one: Row) -> list[str]:
    """The figures of a contradiction; those of projects or rules have none."""
    return (
        []
        if not isinstance(one["figure_ids"], list) and not hasattr(one["figure_ids"], "tolist")
        else [str(i) for i in one["figure_ids"]]
    )


def bounds_words(low_percent: float, high_percent: float) -> str:
    """What published rates of a place allow: exactly, at least, at most, or between."""
    if low_percent == high_percent:
        return t("exactly {rate}", rate=figures.percent(low_percent))
    if high_percent >= 100:
        return t("at least {rate}", rate=figures.percent(low_percent))
    if low_percent <= 0:
        return t("at most {rate}", rate=figures.percent(high_percent))
    return t("{low} to {high}", low=figures.percent(low_percent), high=figures.percent(high_percent))


def _words(one: Row, part: str) -> str:
    return pick({"zh": one[f"{part}_zh"], "en": one[f"{part}_en"]})
