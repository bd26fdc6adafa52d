"""The reconciliation ledger: from the villages contracted to those of today, every change with its reason."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from atlas.look import blocks, cards, figures, html, tables, theme
from atlas.look.addresses import address
from atlas.look.language import current, nt, place_name, t
from atlas.look.words import originals
from atlas.pieces.panels import sources_line
from atlas.projects import charts, panel, to_bring
from atlas.projects.panel import page_of, project_link
from atlas.view import controls, state
from atlas.view.page import Page
from atlas.view.state import View
from ground.evidence import weakest
from indicators.database import Atlas
from indicators.projects import counts, records
from indicators.projects.scoped import Scope
from planning.done.ledger_sums import LedgerSums, by_reason, steps, together
from planning.done.reconciliation import Ledger, ReconciliationError, ledger

PAGE = Page(
    url_path="ledger",
    order=26,
    icon=":material/receipt_long:",
    title=lambda: t("Reconciliation ledger"),
    section=lambda: t("Programme"),
    headline=lambda atlas, view: _headline(atlas, view, records.ledgers(atlas, Scope(view.place_id))),
)
MOST_BARS = 10  # beyond it the entries are drawn by reason
LEDGERS_PER_PAGE = 30


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    head = st.container()
    scope = panel.scope_asked(atlas, view)
    entries = records.ledgers(atlas, scope)
    all_projects = len(counts.of_projects(atlas, scope))
    if entries.empty:
        with head:
            st.html(_headline(atlas, view, entries))
        if all_projects:
            _empty(atlas, view, all_projects)
        else:
            to_bring.no_project(atlas, view, ("projects", "reconciliations"))
        return
    booked, refused = _booked(entries)
    evidence = weakest(list(entries["evidence"].unique()))
    sums = together(booked)
    with head:
        st.html(_headline(atlas, view, entries))
    _key_figures(sums, len(booked), all_projects, evidence)
    for project_id, why in refused.items():
        st.html(blocks.notice("warning", t("The ledger of {project} is left out: {why}", project=project_id, why=why)))
    if booked:
        left, right = st.columns([3, 2], gap="medium")
        with left:
            _waterfall(atlas, booked, evidence)
        with right:
            _reasons(atlas, booked, evidence)
        _lines(atlas, view, entries, booked)
    sources_line(atlas, ["reconciliation", "project"])


def _empty(atlas: Atlas, view: View, all_projects: int) -> None:
    to_bring.show(
        atlas,
        view,
        nt(
            "{n} project here has no ledger. With one, this page shows how the villages contracted became those of "
            "today: each removal and addition with its reason and date.",
            "{n} projects here have no ledger. With one, this page shows how the villages contracted became those of "
            "today: each removal and addition with its reason and date.",
            all_projects,
            n=figures.count(all_projects),
        ),
        ["reconciliations"],
    )


def _booked(entries: pd.DataFrame) -> tuple[dict[str, Ledger], dict[str, str]]:
    """Project → its ledger; and those that cannot be booked, with the reason."""
    booked: dict[str, Ledger] = {}
    refused: dict[str, str] = {}
    for project_id, rows in entries.groupby("project_id", sort=False):
        contracted = rows["contracted_villages"].iloc[0]
        if pd.isna(contracted):
            refused[str(project_id)] = t("how many villages were contracted is not on record")
            continue
        try:
            booked[str(project_id)] = ledger(int(contracted), rows)
        except ReconciliationError as error:
            refused[str(project_id)] = str(error)
    return booked, refused


def _headline(atlas: Atlas, view: View, entries: pd.DataFrame) -> html.Html:
    if entries.empty:
        return blocks.finding(t("Reconciliation ledger"), [t("no ledger here")])
    booked, _ = _booked(entries)
    projects, sums = len(booked), together(booked)
    here = state.shown(atlas, view)
    title = nt(
        "{place}: {n} project with a ledger, {contracted} villages contracted, {today} today",
        "{place}: {n} projects with a ledger, {contracted} villages contracted, {today} today",
        projects,
        place=place_name(here.name, here.name_en),
        n=figures.count(projects),
        contracted=figures.count(sums.contracted),
        today=figures.count(sums.today),
    )
    return blocks.finding(title, [panel.as_of_words(atlas)], weakest(list(entries["evidence"].unique())))


def _key_figures(sums: LedgerSums, projects: int, all_projects: int, evidence: str) -> None:
    undated = (
        nt(
            "{n} entry without a day",
            "{n} entries without a day",
            sums.undated_entries,
            n=figures.count(sums.undated_entries),
        )
        if sums.undated_entries
        else None
    )
    in_row = [
        (t("Contracted"), sums.contracted, None),
        (t("Taken out"), sums.removed, None),
        (t("Added"), sums.added, None),
        (t("Today"), sums.today, undated),
    ]
    unit = figures.unit_word("village")
    st.html(
        cards.cards([cards.card_text(title, figures.compact(n), unit, evidence, note) for title, n, note in in_row])
    )
    without = all_projects - projects
    if without:
        st.html(
            blocks.subtitle(
                [
                    t(
                        "{n} of {total} projects have no ledger: they are in none of these numbers",
                        n=figures.count(without),
                        total=figures.count(all_projects),
                    )
                ]
            )
        )


def _waterfall(atlas: Atlas, booked: dict[str, Ledger], evidence: str) -> None:
    """Entry by entry where they are few, else by reason."""
    found, is_single = steps(booked, MOST_BARS)
    ends = iter((t("Contracted"), t("Today")))
    labels = [
        next(ends) if one is None else (originals.plain(atlas, one) or t("other reasons")) for one in found["reason"]
    ]
    frame = found.assign(label=labels).rename(columns={"change_villages": "change"})
    remark = "" if is_single else t("by reason")
    st.html(blocks.heading(t("From the contract to today (villages)"), evidence, remark))
    st.vega_lite_chart(spec=charts.waterfall_spec(frame, theme.current(), current()), theme=None)


def _reasons(atlas: Atlas, booked: dict[str, Ledger], evidence: str) -> None:
    rows = [
        [
            originals.shown(atlas, row["reason"]),
            figures.signed(row["change_villages"]),
            figures.count(row["entries"]),
            figures.count(row["projects"]),
        ]
        for row in by_reason(booked).to_dict("records")
    ]
    st.html(blocks.heading(t("By reason"), evidence))
    headers = [t("Reason"), t("Villages"), t("Entries"), t("Projects")]
    st.html(tables.data_table(headers, rows, "lrrr", t("Sums by reason")))


def _lines(atlas: Atlas, view: View, entries: pd.DataFrame, booked: dict[str, Ledger]) -> None:
    """Each project's entries with the running total."""
    names = {row.project_id: place_name(row.name, row.name_en) for row in entries.itertuples(index=False)}
    st.html(blocks.heading(t("Project by project, with running totals")))
    page = page_of(view, "ledgers_page", len(booked), LEDGERS_PER_PAGE)
    shown = list(booked.items())[(page - 1) * LEDGERS_PER_PAGE : page * LEDGERS_PER_PAGE]
    said = {project_id: rows.to_dict("records") for project_id, rows in entries.groupby("project_id")}
    rows: list[list[object]] = []
    for project_id, one in shown:
        name = html.link(names[project_id], project_link(view, project_id, address("projects")))
        rows.append([name, t("Contracted"), "", "", figures.count(one.contracted), ""])
        rows += [_line(atlas, line, said[project_id]) for line in one.lines.to_dict("records")]
    headers = [
        t("Project name"),
        t("Reason"),
        t("Date"),
        t("Change"),
        t("Villages after it"),
        t("Document or note"),
    ]
    st.html(tables.data_table(headers, rows, "wllrrw", t("Ledgers")))


def _line(atlas: Atlas, line: dict[Any, Any], said: list[dict[Any, Any]]) -> list[object]:
    """One entry; what stands with it in the file is found by reason and change."""
    own = next(
        (one for one in said if (one["reason"], one["change_villages"]) == (line["reason"], line["change_villages"])),
        {},
    )
    note = html.sentence([originals.shown(atlas, own.get("document")), originals.plain(atlas, own.get("note"))])
    return [
        "",
        originals.shown(atlas, line["reason"]),
        figures.day(line["date"]),
        figures.signed(line["change_villages"]),
        figures.count(line["villages"]),
        note,
    ]
