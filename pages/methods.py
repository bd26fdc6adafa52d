"""Methods: what each number means, how it is made and what it rests on. All of it from the files that make it."""

from __future__ import annotations

import json

import streamlit as st

from atlas.look import badges, blocks, figures, html, tables
from atlas.look.language import mark, pick, place_name, t
from atlas.pieces import about_number
from atlas.projects import panel
from atlas.published import anchor_tables
from atlas.view import controls, questions, state
from atlas.view.page import Page
from atlas.view.state import View
from indicators import facts, provenance
from indicators.catalogue import Indicator, catalogue
from indicators.database import Atlas
from indicators.scope import EVERY

PAGE = Page(
    url_path="methods",
    order=91,
    icon=":material/menu_book:",
    title=lambda: t("Methods"),
    section=lambda: t("Data and methods"),
    headline=lambda atlas, view: _headline(),
)
MEANS = {
    "measured": mark("Measured: a speed test, an inspection on the spot."),
    "declared": mark("An authority or operator published or reported it."),
    "counted": mark("This atlas counted it in registers and lists that were published."),
    "modelled": mark("Computed from other figures by a stated rule; a range stands with it."),
    "assumed": mark("Not reported for this date or place: carried over or assumed, and marked as such."),
    "simulated": mark("Simulated so that published rates are met. It says nothing about the single village."),
}
#: Units of the data dictionary in words; others are signs that every language writes alike.
UNITS = {
    "village": mark("village"),
    "degree": mark("degree"),
    "yuan": mark("yuan"),
    "yuan per village": mark("yuan per village"),
    "yuan per year": mark("yuan per year"),
    "currency of the profile": mark("currency of the profile"),
    "year": mark("year"),
    "day": mark("day"),
    "row": mark("row"),
    "person": mark("person"),
    "household": mark("household"),
    "percent": "%",
    "share": mark("share"),
    "place": mark("place"),
    "site": mark("site"),
    "terminal": mark("terminal"),
    "value": mark("value"),
    "as in unit": mark("as in unit"),
    "1/2^32 world": mark("1/2^32 of the world's width"),
}


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    st.html(_headline())
    if view.about in catalogue():
        _about(atlas, view, catalogue()[view.about])
    _indicators(atlas, view)
    anchor_tables.show(atlas)
    _evidence()
    _dictionary(atlas)
    _build(atlas)


def _headline() -> html.Html:
    title = t("Methods: what each number means")
    return blocks.finding(title, [t("made from the indicators' own files and this build's records")])


# --- indicators -------------------------------------------------------------------------------------------


def _about(atlas: Atlas, view: View, one: Indicator) -> None:
    """The number somebody pointed at: what it is, and what it is here."""
    here = state.shown(atlas, view)
    st.html(blocks.heading(t("What is this number? {title}", title=pick(one.title))))
    with st.container(border=True):
        if not one.is_demonstration or view.is_demonstration:
            projects = panel.chosen(view) if one.of_projects else EVERY
            shown = questions.figure(atlas, view, one.indicator_id, projects=projects)
            more = ((t("Projects"), panel.chosen_words(atlas, projects), None),) if projects else ()
            st.html(about_number.of_figure(shown, place_name(here.name, here.name_en), more))
        _definition(atlas, one)


def _indicators(atlas: Atlas, view: View) -> None:
    st.html(blocks.heading(t("Indicators")))
    shown = state.shown(atlas, view)
    here = place_name(shown.name, shown.name_en)
    for one in catalogue().values():
        name = figures.bracketed(pick(one.title), figures.unit_word(one.unit)) if one.unit else pick(one.title)
        with st.expander(f"{one.code} {html.plain(name)}"):
            _definition(atlas, one)
            st.html(html.link(t("What this number is for {place}", place=here), view.link(about=one.indicator_id)))
            st.code(one.query, language="sql", wrap_lines=True)


def _definition(atlas: Atlas, one: Indicator) -> None:
    for piece in about_number.definition(atlas, one):
        st.html(piece)


# --- evidence -----------------------------------------------------------------------------------------------


def _evidence() -> None:
    st.html(blocks.heading(t("Evidence: how a number is known")))
    rows = [[badges.badge(kind), t(MEANS[kind])] for kind in MEANS]
    st.html(tables.data_table([t("Evidence"), t("Meaning")], rows, "ll", t("Evidence")))


# --- tables and build -------------------------------------------------------------------------------------


def _dictionary(atlas: Atlas) -> None:
    st.html(blocks.heading(t("Data dictionary")))
    fields = provenance.fields(atlas)
    for table, columns in fields.groupby("table_name", sort=True):
        with st.expander(str(table)):
            rows = [
                [
                    str(row["column_name"]),
                    pick({"zh": row["label_zh"], "en": row["label_en"]}),
                    str(row["type"]),
                    _unit(row["unit"]),
                ]
                for row in columns.to_dict("records")
            ]
            headers = [t("Column"), t("Meaning"), t("Type"), t("Unit")]
            st.html(tables.data_table(headers, rows, "llll", str(table)))


def _unit(written: object) -> str:
    unit = figures.text_or_none(written) or ""
    return t(UNITS[unit]) if unit in UNITS else unit


def _build(atlas: Atlas) -> None:
    built = facts.build_facts(atlas)
    seconds = sum(json.loads(built["seconds"]).values()) if "seconds" in built else None
    checks = json.loads(built["checks"]) if "checks" in built else []
    st.html(blocks.heading(t("This build")))
    st.html(
        tables.fact_list(
            [
                (t("Build"), built["build_id"], None),
                (t("Built at"), str(built.get("built_at", "")), None),
                (t("Seconds"), figures.decimal(seconds, 1), None),
                (t("Checks passed"), figures.count(len(checks)), None),
            ]
        )
    )
    limits = facts.settings(atlas).get("limits", [])
    if limits:
        st.html(blocks.heading(t("Known limits")))
        st.html(blocks.plain_list([pick(one) for one in limits]))
