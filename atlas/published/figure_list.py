"""The list of published figures, a page at a time, and its files."""

from __future__ import annotations

from typing import Any

import streamlit as st

from atlas.look import blocks, figures, html, tables
from atlas.look.language import current, nt, t
from atlas.look.words import originals, qualifiers
from atlas.published import figure_links, quoted
from atlas.published import files as published_files
from atlas.published.files import FiguresFile
from atlas.view import inputs
from atlas.view.paging import page_of
from atlas.view.state import View
from indicators.database import Atlas
from indicators.published import figures as published_figures
from indicators.published.figures import Asked

PER_PAGE = 50
PER_PRINT = 1000  # rows on one page for who prints the list


def show(atlas: Atlas, view: View, asked: Asked, total: int) -> None:
    """The figures that answer, the newest first."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="noprint_list"):
        is_long = total > PER_PAGE and inputs.switch(view, "long", t("Whole list, for printing"))
        per_page = PER_PRINT if is_long else PER_PAGE
        page = page_of(total, per_page, "figures", of=asked)
        st.html(
            blocks.file_links(
                nt("This figure", "These {n} figures", total, n=figures.count(total)), _files(atlas, asked)
            )
        )
    rows = published_figures.listed(atlas, asked, per_page, (page - 1) * per_page)
    headers = [
        t("What"),
        t("Value as published"),
        t("Place"),
        t("When"),
        t("Quotation"),
        t("Document"),
        t("Seen"),
        t("Confidence"),
        t("Number"),
    ]
    cells = [_row(atlas, row) for row in rows.to_dict("records")]
    with st.container(key="figure_list"):
        st.html(tables.data_table(headers, cells, "wrllwwlll", t("Published figures")))


def _row(atlas: Atlas, row: dict[Any, Any]) -> list[object]:
    figure_id = str(row["figure_id"])
    name = figure_links.figure_link(figure_id, quoted.name(atlas, row["indicator"]))
    sure = quoted.confidence(row["confidence"])
    contradicted = figures.text_or_none(row["contradiction_id"])
    return [
        html.stacked([name, _batches(row)]),
        quoted.value(atlas, row),
        quoted.place(atlas, row),
        figures.text_or_none(row["date_text"]) or figures.unknown(),
        quoted.said(atlas, row),
        html.stacked([quoted.document(atlas, row), _publisher(atlas, row), _elsewhere(row)]),
        quoted.seen(row["seen"]),
        html.stacked([sure, t("contradicted, {group}", group=contradicted) if contradicted else None]),
        figure_id,
    ]


def _batches(row: dict[Any, Any]) -> str | None:
    told = figures.text_or_none(row["batches"])
    return t("batch {n}", n=told) if told else None


def _publisher(atlas: Atlas, row: dict[Any, Any]) -> str:
    return figures.clause([originals.plain(atlas, row["publisher"]), figures.text_or_none(row["published_on"])])


def _elsewhere(row: dict[Any, Any]) -> html.Html | None:
    return html.web_link(None, row["url"]) if figures.text_or_none(row["url"]) else None


def _files(atlas: Atlas, asked: Asked) -> list[tuple[str, str]]:
    return [
        (name, FiguresFile(suffix, asked, current()).url(atlas.build_id))
        for suffix, name in published_files.FORMATS.items()
    ]


def meanings() -> None:
    """What the words of the list mean."""
    st.html(blocks.heading(t("What the words mean")))
    seen = [(quoted.seen(one), t(words)) for one, words in quoted.SEEN_MEANS.items()]
    bounds = [(qualifiers.bounded("98", one), t(words)) for one, words in qualifiers.MEANS.items()]
    said_and_read = [(t("A / B"), t("among publishers: said by A, read at B"))]
    st.html(tables.definitions(seen))
    st.html(tables.definitions([*bounds, *said_and_read]))
