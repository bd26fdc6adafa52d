"""One published figure: everything that is known of it, what rests on it, and what contradicts it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from atlas.look import blocks, figures, html, tables
from atlas.look.addresses import address
from atlas.look.language import pick, place_name, t
from atlas.look.words import originals, qualifiers
from atlas.look.words import rates as rate_words
from atlas.published import contradiction_tables
from atlas.published import quoted as published
from atlas.view import keeping
from atlas.view.state import View
from indicators import facts, places
from indicators.database import Atlas
from indicators.published import figures as published_figures

Row = dict[str, Any]


def show(atlas: Atlas, view: View, row: Row) -> None:
    what, value = published.name(atlas, row["indicator"]), published.value(atlas, row)
    title = t("{what}: {value}", what=what, value=value)
    said = [published.place(atlas, row), figures.text_or_none(row["date_text"]) or "", str(row["figure_id"])]
    st.html(blocks.finding(title, said, evidence(row)))
    keeping.report(atlas, view, str(row["figure_id"]), title)
    back = [(t("All published figures"), view.link(figure=None))]
    if quotation := figures.text_or_none(row["quotation"]):
        st.html(blocks.notice("info", _quoted(atlas, quotation), back))
    else:
        st.html(blocks.notice("unknown", t("No quotation is held of this figure."), back))
    st.html(tables.definitions(_facts(atlas, view, row)))
    _uses(atlas, view, row)
    _contradiction(atlas, row)


def evidence(row: Row) -> str:
    """What the figure rests on: the publisher's word, or a sum of published figures."""
    return "modelled" if row["is_derived"] else "declared"


def _facts(atlas: Atlas, view: View, row: Row) -> list[tuple[str, object]]:
    text = figures.text_or_none
    source = pick({"zh": row["title_zh"], "en": row["title_en"]})
    lines: list[tuple[str, object]] = [
        (t("Number"), row["figure_id"]),
        (t("Topic"), published.word(atlas, row["topic"])),
        (t("Place"), _place(atlas, view, row)),
        (t("When"), _when(row)),
        (t("Batch"), text(row["batches"])),
        (t("As written"), row["value_text"]),
        (t("Qualifier"), qualifiers.meaning(row["qualifier"])),
        (t("Unit"), published.unit(atlas, row["unit"])),
        (t("Denominator as told"), published.told_number(row["denominator"])),
        (t("Document"), published.document(atlas, row)),
        (t("Publisher"), originals.shown(atlas, row["publisher"])),
        (t("Published on"), text(row["published_on"])),
        (t("Address"), html.web_link(row["url"], row["url"]) if text(row["url"]) else None),
        (t("What was seen"), _seen(row)),
        (t("Confidence"), published.confidence(row["confidence"])),
        (t("Added up"), t("by this atlas, from published figures") if row["is_derived"] else None),
        (t("Note"), published.note(atlas, row)),
        (t("Source"), source),
        (t("Cite as"), citation(atlas, row)),
    ]
    return [(label, said) for label, said in lines if said not in (None, "")]


def citation(atlas: Atlas, row: Row) -> str:
    """Publisher, document, day and address in one line, as a footnote names them."""
    named = [originals.plain(atlas, row["publisher"]), published.document_title(atlas, row)]
    return figures.clause([*named, *(figures.text_or_none(row[part]) for part in ("published_on", "url"))])


def _quoted(atlas: Atlas, quotation: str) -> html.Html:
    """The words in marks; of a translation, with the original behind."""
    words = originals.plain(atlas, quotation)
    return originals.beside(t("“{words}”", words=words), quotation if words != quotation else "")


def _place(atlas: Atlas, view: View, row: Row) -> html.Html:
    known = places.place(atlas, str(row["place_id"]))
    href = address("place") + view.link(place_id=known.place_id, village_id=None, figure=None) if known else None
    return html.link(published.place(atlas, row), href)


def _when(row: Row) -> str:
    """As written, and the days that this means."""
    written = figures.text_or_none(row["date_text"])
    if figures.is_missing(row["date_from"]) or figures.is_missing(row["date_to"]):
        return written or figures.unknown()
    first, last = figures.day(row["date_from"]), figures.day(row["date_to"])
    days = first if first == last else f"{first} – {last}"
    return days if written in (None, days) else figures.bracketed(str(written), days)


def _seen(row: Row) -> str:
    told = figures.text_or_none(row["seen"]) or published_figures.NOT_TOLD
    return figures.bracketed(published.seen(told), t(published.SEEN_MEANS[told]))


# --- what rests on it -----------------------------------------------------------------------------------------


def _uses(atlas: Atlas, view: View, row: Row) -> None:
    figure_id = str(row["figure_id"])
    st.html(blocks.heading(t("What rests on this figure")))
    rows = [_use(atlas, view, one) for one in published_figures.uses(atlas, figure_id).to_dict("records")]
    quoted = [pick(name) for name in published_figures.quoted_as(atlas, figure_id)]
    rows += [[t("Quoted beside a calculation"), "", "", words] for words in quoted]
    named = published_figures.named_by_profile(atlas, figure_id)
    rows += [[t("Named by the profile"), "", "", where] for where in named]
    if not rows:
        st.html(blocks.notice("empty", t("No number of this atlas is worked out from it; it is listed here.")))
        return
    headers = [t("Where"), t("Standard"), t("Date"), t("How")]
    st.html(tables.data_table(headers, rows, "lllw", t("What rests on this figure")))


def _use(atlas: Atlas, view: View, use: Row) -> list[object]:
    names = {one.standard_id: pick(one.name) for one in facts.standards(atlas)}
    standard = names.get(str(use["standard"]), "")
    day = "" if figures.is_missing(use["as_of"]) else figures.day(use["as_of"])
    if use["kind"] == "pilot_list":
        where = html.link(t("List of pilots"), address("pilots") + view.link(figure=None))
        return [where, "", "", t("how many places batch {n} has", n=int(use["batch"]))]
    if use["kind"] == "history":
        where = html.link(t("Published history"), address("history") + view.link(figure=None))
        return [where, standard, day, t("a point of the series, as published")]
    if use["kind"] == "place_rate":
        one = places.place(atlas, str(use["place_id"]))
        name = place_name(one.name, one.name_en) if one else str(use["place_id"])
        where = html.link(t("Simulated states of {place}", place=name), address("methods") + view.link(figure=None))
        return [
            where,
            standard,
            day,
            contradiction_tables.bounds_words(use["low_percent"], use["high_percent"]),
        ]
    where = html.link(t("Simulated states of the whole country"), address("methods") + view.link(figure=None))
    kind = rate_words.kind(use["rate_kind"])
    return [where, standard, day, figures.bracketed(figures.percent(use["low_percent"]), kind)]


def _contradiction(atlas: Atlas, row: Row) -> None:
    held = figures.text_or_none(row["contradiction_id"])
    if held is None:
        return
    found = published_figures.contradictions(atlas)
    for one in found[found["contradiction_id"] == held].to_dict("records"):
        contradiction_tables.side_by_side(atlas, one, str(row["figure_id"]))
