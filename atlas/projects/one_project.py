"""Everything on record of one project: its steps, villages, money, notices, ledger and findings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from atlas.look import blocks, figures, html, tables
from atlas.look.language import nt, pick, place_name, t
from atlas.look.words import originals
from atlas.look.words import seen as seen_text
from atlas.pieces.findings import seen
from atlas.projects import panel, performance
from atlas.projects.listed import UNITS, bounded, money, unit_count
from atlas.projects.panel import page_of, stage, village_link
from atlas.projects.progress import curve, days, funnel
from atlas.view import inputs, keeping
from atlas.view.state import View
from indicators.database import Atlas
from indicators.projects import counts, records, stages
from indicators.projects.scoped import Scope
from planning.done.moves import findings as judged_moves
from planning.done.reconciliation import ReconciliationError, ledger

VILLAGES_PER_PAGE, FINDINGS = 50, 30


def show(atlas: Atlas, view: View, scope: Scope, row: dict[str, Any]) -> None:
    """A project's own part of the page: facts, steps, villages, money, notices, ledger, findings."""
    back = inputs.with_inputs(view, project=None)
    st.html(blocks.notice("info", t("One project is shown."), [(t("All projects"), back.link())]))
    keeping.report(
        atlas,
        view,
        f"{place_name(row['name'], row['name_en'])} {row['project_id']}",
        figures.count(row["planned_villages"]),
    )
    _steps(atlas, row)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        totals = counts.totals(counts.of_projects(atlas, scope))
        funnel(atlas, scope, totals)
        curve(atlas, scope, totals)
        _milestones(atlas, row)
        _ledger(atlas, row)
        _moves(atlas, row)
    with right:
        st.html(blocks.heading(t("Facts"), row["evidence"]))
        st.html(tables.fact_list(_facts(atlas, row)))
        _funding(atlas, row)
        _payments(atlas, row)
        _notices(atlas, row)
        _findings_of(atlas, view, row)
    performance.targets(atlas, view, scope)
    _villages(atlas, view, scope, row)


def _facts(atlas: Atlas, row: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    sites = records.sites_by_place(atlas, row["project_id"])
    covers = [
        _covered(place_name(one.name, one.name_en), sites.get(one.place_id))
        for one in records.places_of(atlas, row["project_id"])
    ]
    note = pick({"zh": figures.text_or_none(row["note"]), "en": figures.text_or_none(row["note_en"])})
    years = (
        nt("{n} year", "{n} years", row["opex_years"], n=figures.count(row["opex_years"]))
        if not pd.isna(row["opex_years"])
        else figures.unknown()
    )
    return [
        (t("Code"), row["project_id"], None),
        (t("Place"), place_name(row["place_name"], row["place_name_en"]), None),
        *([(t("Covers"), figures.sentence(covers), None)] if covers else []),
        (t("Batch"), figures.count(row["batch"]), None),
        (t("Operator"), panel.operator(atlas, row), None),
        (t("How it was chosen"), _selection(row["selection"]), None),
        (t("Technology"), panel.technology(atlas, row["technology"]), None),
        (t("Speed promised"), _speed(row["download_mbps"]), None),
        *_known(t("Mean speed measured"), row["measured_mbps"], lambda mbps: f"{figures.decimal(mbps, 2)} Mbps"),
        (t("Stage"), stage(atlas, row["state"]), None),
        (t("Contract signed"), figures.day(row["contract_date"]), None),
        *_known(t("Building begun"), row["started_date"], figures.day),
        (t("Due"), figures.day(row["due_date"]), None),
        (t("Built"), figures.day(row["completed_date"]), None),
        (t("Accepted"), figures.day(row["accepted_date"]), None),
        (t("Villages listed one by one"), figures.count(row["listed_villages"]), None),
        *_known(t("Villages without access"), row["villages_unconnected"], figures.count),
        *_known(t("Villages to be upgraded"), row["villages_upgrade"], figures.count),
        *((t(words), unit_count(row, column), None) for column, words in UNITS.items() if not pd.isna(row[column])),
        (t("Investment announced"), bounded(row, "capex_yuan", "capex_qualifier"), None),
        *(
            [(t("Construction and operation together"), money(row, "whole_cost_yuan"), None)]
            if not pd.isna(row["whole_cost_yuan"])
            else []
        ),
        *(
            [(t("Yearly operation"), money(row, "opex_yearly_yuan"), None)]
            if not pd.isna(row["opex_yearly_yuan"])
            else []
        ),
        (t("Subsidy asked for"), money(row, "requested_yuan"), None),
        (t("Approved"), bounded(row, "approved_yuan", "subsidy_qualifier"), None),
        (t("Granted"), bounded(row, "granted_yuan", "subsidy_qualifier"), None),
        (t("Paid"), money(row, "paid_yuan"), None),
        (t("Operation promised"), years, None),
        *([(t("Note"), note, None)] if note else []),
        *_document(atlas, row),
    ]


def _known(title: str, value: Any, words: Callable[[Any], str]) -> list[tuple[str, str, str | None]]:
    """A fact of which most projects say nothing: only where it is told."""
    return [] if pd.isna(value) else [(title, words(value), None)]


def _covered(name: str, sites: int | None) -> str:
    if sites is None:
        return name
    return figures.bracketed(name, nt("{n} base station", "{n} base stations", sites, n=figures.count(sites)))


def _document(atlas: Atlas, row: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    """Where it was published, what was seen of that, and the address."""
    if not (document := seen_text.document(atlas, row)):
        return []
    address = figures.text_or_none(row["url"])
    said = [
        (t("Document"), document),
        (t("What was seen"), seen_text.seen(row["seen"])),
        (t("Confidence"), seen_text.confidence(row["confidence"])),
    ]
    return [(title, words, None) for title, words in [*said, *([(t("Address"), address)] if address else [])]]


def _funding(atlas: Atlas, row: dict[str, Any]) -> None:
    """Who pays how much, and what for."""
    found = records.funding(atlas, row["project_id"])
    if found.empty:
        return
    rows = [
        [
            _payer(one["payer"]),
            _purpose(one["purpose"]),
            (figures.text_or_none(one["qualifier"]) or "") + figures.money(one["amount"]),
            html.sentence([originals.plain(atlas, one["note"]), originals.shown(atlas, one["document"])]),
        ]
        for one in found.to_dict("records")
    ]
    title = t("Who pays, and what for")
    st.html(blocks.heading(title, str(found["evidence"].iloc[0])))
    st.html(tables.data_table([t("Payer"), t("Purpose"), t("Amount"), t("Document or note")], rows, "llrw", title))


def _payer(word: object) -> str:
    words = {
        "central": t("central government"),
        "provincial": t("⟨region⟩"),
        "local": t("⟨local⟩"),
        "firm": t("firm"),
    }
    return words.get(str(word), t("not told"))


def _purpose(word: object) -> str:
    words = {"construction": t("construction"), "lease": t("lease"), "operation": t("operation and upkeep")}
    return words.get(str(word), t("not told"))


def _selection(word: object) -> str:
    words = {"tender": t("tender"), "designation": t("designation")}
    return words.get(str(word), str(word)) if isinstance(word, str) else figures.unknown()


def _speed(mbps: Any) -> str:
    return figures.unknown() if pd.isna(mbps) else f"≥ {figures.decimal(mbps, 1)} Mbps"


def _steps(atlas: Atlas, row: dict[str, Any]) -> None:
    """The project's own way, from its moves, its milestones and the days that stand with it."""
    way = stages.way(atlas)
    days: dict[str, Any] = {}
    for one in records.milestones(atlas, row["project_id"]).to_dict("records"):
        days[one["state"]] = one["reached_date"]
    for one in records.moves(atlas, row["project_id"]).to_dict("records"):
        days[one["state"]] = one["moved_date"]
    days |= {
        state: row[column]
        for state, column in ((way.first, "contract_date"), (way.accepted, "accepted_date"))
        if not pd.isna(row[column])
    }
    st.html(blocks.heading(t("Steps of the programme"), row["evidence"]))
    st.html(blocks.steps(panel.steps(atlas, days, figures.text_or_none(row["state"])), t("Steps of the programme")))


def _milestones(atlas: Atlas, row: dict[str, Any]) -> None:
    found = records.milestones(atlas, row["project_id"])
    if found.empty:
        return
    rows = [
        [
            figures.day(one["reached_date"]),
            stage(atlas, one["state"]),
            figures.count(one["villages"]),
            originals.shown(atlas, one["note"]),
        ]
        for one in found.to_dict("records")
    ]
    st.html(blocks.heading(t("Milestones"), str(found["evidence"].iloc[0])))
    headers = [t("Date"), t("Stage"), t("Villages, cumulative"), t("Note")]
    st.html(tables.data_table(headers, rows, "llrl", t("Milestones")))


def _moves(atlas: Atlas, row: dict[str, Any]) -> None:
    """The project's moves; a jump or a way back without a reason is said beside the move."""
    found = records.moves(atlas, row["project_id"])
    own = records.village_moves(atlas, row["project_id"])
    if found.empty and not own:
        return
    states = stages.states(atlas)
    history = found.assign(record_id=row["project_id"]).rename(columns={"moved_date": "date"})
    wrong = judged_moves(history, records.allowed_moves(atlas), list(states.loc[~states["is_side"], "state"]))
    said = {(one["to_state"], one["date"]): _move_words(one["rule"]) for one in wrong.to_dict("records")}
    rows = [
        [
            figures.day(one["moved_date"]),
            stage(atlas, one["state"]),
            originals.shown(atlas, one["reason"]),
            said.get((one["state"], pd.Timestamp(one["moved_date"])), ""),
        ]
        for one in found.to_dict("records")
    ]
    remark = t("and {n} moves of single villages", n=figures.count(own)) if own else ""
    st.html(
        blocks.heading(t("Moves from stage to stage"), str(found["evidence"].iloc[0]) if len(found) else None, remark)
    )
    if rows:
        headers = [t("Date"), t("Entered"), t("Reason"), t("Finding")]
        st.html(tables.data_table(headers, rows, "llll", t("Moves from stage to stage")))


def _move_words(rule: str) -> str:
    words = {
        "unknown_state": t("a stage that the programme does not have"),
        "jump": t("skips stages: this move is not allowed"),
        "back_not_allowed": t("goes back where that is not allowed"),
        "without_reason": t("needs a reason and has none"),
        "back_in_time": t("dated before the move before it"),
    }
    return words.get(rule, rule)


def _villages(atlas: Atlas, view: View, scope: Scope, row: dict[str, Any]) -> None:
    if pd.isna(row["listed_villages"]):
        st.html(blocks.notice("unknown", t("Which villages this project holds is not on record; only counts are.")))
        return
    total = int(row["listed_villages"])
    st.html(blocks.heading(t("Villages of the project: {n}", n=figures.count(total)), row["evidence"]))
    page = page_of(view, "villages_page", total, VILLAGES_PER_PAGE)
    found = records.villages(atlas, scope, VILLAGES_PER_PAGE, (page - 1) * VILLAGES_PER_PAGE)
    rows = [
        [
            html.link(place_name(one["name"], one["name_en"]), village_link(view, one["village_id"])),
            place_name(figures.text_or_none(one["above_name"]) or "", one["above_name_en"]),
            one["village_id"],
            stage(atlas, one["state"]),
            days(one["days"]),
            figures.day(one["planned_date"]),
            figures.day(one["opened_date"]),
            figures.day(one["accepted_date"]),
            figures.money(one["capex_yuan"]),
        ]
        for one in found.to_dict("records")
    ]
    headers = [
        t("Village"),
        t("Lies in"),
        t("Code"),
        t("Stage"),
        t("Days in it"),
        t("Planned for"),
        t("Opened on"),
        t("Accepted on"),
        t("Construction cost"),
    ]
    st.html(tables.data_table(headers, rows, "wlllrlllr", t("Villages of the project")))


def _payments(atlas: Atlas, row: dict[str, Any]) -> None:
    found = records.payments(atlas, row["project_id"])
    if found.empty:
        return
    rows = [
        [
            figures.day(one["paid_date"]),
            figures.text_or_none(one["tranche"]) or "",
            figures.money(one["amount"]),
        ]
        for one in found.to_dict("records")
    ]
    st.html(blocks.heading(t("Payments"), str(found["evidence"].iloc[0])))
    st.html(tables.data_table([t("Paid on"), t("Part"), t("Amount")], rows, "llr", t("Payments")))


def _notices(atlas: Atlas, row: dict[str, Any]) -> None:
    found = records.notices(atlas, row["project_id"])
    if found.empty:
        return
    rows = [
        [
            figures.day(one["notice_from"]),
            figures.day(one["notice_to"]),
            originals.shown(atlas, one["document"]),
            figures.count(one["objections"]),
        ]
        for one in found.to_dict("records")
    ]
    st.html(blocks.heading(t("Public notices"), str(found["evidence"].iloc[0])))
    headers = [t("From"), t("To"), t("Document"), t("Objections")]
    st.html(tables.data_table(headers, rows, "lllr", t("Public notices")))


def _ledger(atlas: Atlas, row: dict[str, Any]) -> None:
    found = records.ledgers(atlas, Scope(row["place_id"], project=row["project_id"]))
    if found.empty or pd.isna(row["contracted_villages"]):
        return
    st.html(blocks.heading(t("Ledger: from the contract to today"), str(found["evidence"].iloc[0])))
    try:
        booked = ledger(int(row["contracted_villages"]), found)
    except ReconciliationError as error:
        st.html(blocks.notice("warning", str(error)))
        return
    rows = [
        [
            originals.shown(atlas, one["reason"]),
            figures.day(one["date"]),
            figures.signed(one["change_villages"]),
            figures.count(one["villages"]),
        ]
        for one in booked.lines.to_dict("records")
    ]
    rows = [[t("Contracted"), figures.day(row["contract_date"]), "", figures.count(booked.contracted)], *rows]
    headers = [t("Reason"), t("Date"), t("Change"), t("Villages after it")]
    st.html(tables.data_table(headers, rows, "llrr", t("Ledger")))


def _findings_of(atlas: Atlas, view: View, row: dict[str, Any]) -> None:
    if not row["findings"]:
        return
    found = records.findings(atlas, row["project_id"], FINDINGS)
    title = nt(
        "{n} finding in these records",
        "{n} findings in these records",
        int(row["findings"]),
        n=figures.count(row["findings"]),
    )
    remark = (
        t("the first {n} of {total}", n=figures.count(FINDINGS), total=figures.count(row["findings"]))
        if row["findings"] > FINDINGS
        else ""
    )
    st.html(blocks.heading(title, None, remark))
    rows = [
        [
            pick({"zh": one["title_zh"], "en": one["title_en"]}),
            html.link(place_name(one["village_name"], one["village_name_en"]), village_link(view, one["village_id"]))
            if isinstance(one["village_id"], str)
            else "",
            originals.as_written(seen(atlas, one["seen"])),
        ]
        for one in found.to_dict("records")
    ]
    st.html(tables.data_table([t("Finding"), t("Village"), t("Seen")], rows, "wll", title))
