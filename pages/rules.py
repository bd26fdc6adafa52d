"""Rules of the programme: what which document requires, since when, and what was seen of the document."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from atlas.files import take_away
from atlas.files.sheets import Facts
from atlas.look import blocks, figures, html, tables
from atlas.look.language import mark, nt, pick, t
from atlas.look.words import originals, seen
from atlas.pieces.panels import sources_line
from atlas.planner.tender import text as tender_text
from atlas.view import controls, inputs
from atlas.view.page import Page
from atlas.view.state import View
from indicators.database import Atlas
from indicators.published import rules

PAGE = Page(
    url_path="rules",
    order=23,
    icon=":material/policy:",
    title=lambda: t("Rules of the programme"),
    section=lambda: t("Programme"),
    is_there=rules.has_programme_rules,
    headline=lambda atlas, view: _headline(rules.programme_rules(atlas, None, None).to_dict("records")),
)
ALL = ""
TOPICS = {
    "validity": mark("What is in force"),
    "aim": mark("Aims"),
    "eligibility": mark("Who may apply"),
    "subsidy": mark("Subsidy"),
    "money": mark("Use and order of the money"),
    "selection": mark("Choice of the firms"),
    "deadline": mark("Deadlines and changes"),
    "acceptance": mark("Acceptance and upkeep"),
    "performance": mark("Performance targets"),
}


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    head = st.container()
    year, topic = _asked(atlas, view)
    found = rules.programme_rules(atlas, year, topic)
    rows = found.to_dict("records")
    with head:
        st.html(_headline(rows))
    _tender_rule(atlas)
    if not rows:
        clear = inputs.with_inputs(view, year=None, topic=None)
        st.html(blocks.notice("empty", t("No rule matches."), [(t("Clear these filters"), clear.link())]))
        return
    for one in rules.TOPICS:
        if part := [row for row in rows if row["topic"] == one]:
            _table(atlas, t(TOPICS[one]), part)
    said: Facts = [(t("Rules"), figures.count(len(rows)))]
    take_away.answer(atlas, view, t("Rules of the programme"), _as_file(atlas, rows), said, "rules", is_simulated=False)
    sources_line(atlas, ["programme_rule"])


def _asked(atlas: Atlas, view: View) -> tuple[int | None, str | None]:
    """Year and topic; None asks for all."""
    years = sorted({int(year) for year in rules.programme_rules(atlas)["year"]}, reverse=True)
    with st.container(horizontal=True, vertical_alignment="bottom", key="noprint_rules"):
        year = inputs.choice(
            view, "year", t("Year"), {ALL: t("All")} | {str(one): str(one) for one in years}, ALL, as_box=True
        )
        topics = {ALL: t("All")} | {one: t(TOPICS[one]) for one in rules.TOPICS}
        topic = inputs.choice(view, "topic", t("Topic"), topics, ALL, as_box=True)
    return int(year) if year else None, topic or None


def _headline(rows: list[dict[Any, Any]]) -> html.Html:
    if not rows:
        return blocks.finding(t("Rules of the programme"), [t("none here")])
    years, documents = {int(row["year"]) for row in rows}, {str(row["document"]) for row in rows}
    title = t("{n} rules of {first} to {last} on record", n=figures.count(len(rows)), first=min(years), last=max(years))
    said = nt("from {n} document", "from {n} documents", len(documents), n=figures.count(len(documents)))
    return blocks.finding(title, [said, t("quoted as seen; a copy was not compared with the original")], "declared")


def _tender_rule(atlas: Atlas) -> None:
    st.html(blocks.notice("info", tender_text.least_bidders_words(rules.least_bidders(atlas))))


def _table(atlas: Atlas, title: str, rows: list[dict[Any, Any]]) -> None:
    cells = [
        [
            str(row["year"]),
            pick({"zh": row["applies_zh"], "en": row["applies_en"]}),
            _required(row),
            originals.shown(atlas, row["quotation"]) or figures.DASH,
            _document(atlas, row),
            seen.seen(row["seen"]),
            seen.confidence(row["confidence"]),
        ]
        for row in rows
    ]
    headers = [
        t("Year"),
        t("Applies to"),
        t("Rule"),
        t("Quotation"),
        t("Document"),
        t("What was seen"),
        t("Confidence"),
    ]
    st.html(blocks.heading(title, "declared"))
    st.html(tables.data_table(headers, cells, "lwwwwll", title))


def _required(row: dict[Any, Any]) -> str:
    note = pick({"zh": figures.text_or_none(row["note_zh"]), "en": figures.text_or_none(row["note_en"])})
    words = pick({"zh": row["requires_zh"], "en": row["requires_en"]})
    return figures.bracketed(words, note) if note else words


def _document(atlas: Atlas, row: dict[Any, Any]) -> str:
    number, publisher = (originals.plain(atlas, row[name]) for name in ("document_number", "publisher"))
    return html.sentence([number, originals.shown(atlas, row["document"]), publisher, row["issued_on"]])


def _as_file(atlas: Atlas, rows: list[dict[Any, Any]]) -> pd.DataFrame:
    topics = {code: t(words) for code, words in TOPICS.items()}
    return pd.DataFrame(
        {
            t("Year"): [row["year"] for row in rows],
            t("Topic"): [topics[row["topic"]] for row in rows],
            t("Applies to"): [pick({"zh": row["applies_zh"], "en": row["applies_en"]}) for row in rows],
            t("Rule"): [_required(row) for row in rows],
            t("Quotation"): [originals.in_file(atlas, row["quotation"]) for row in rows],
            t("Number of the document"): [originals.in_file(atlas, row["document_number"]) for row in rows],
            t("Document"): [originals.in_file(atlas, row["document"]) for row in rows],
            t("Publisher"): [originals.in_file(atlas, row["publisher"]) for row in rows],
            t("Issued on"): [figures.text_or_none(row["issued_on"]) for row in rows],
            t("Address"): [figures.text_or_none(row["url"]) for row in rows],
            t("What was seen"): [seen.seen(row["seen"]) for row in rows],
            t("Confidence"): [seen.confidence(row["confidence"]) for row in rows],
        }
    )
