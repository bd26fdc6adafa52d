"""The table of projects: on a page, and to take away with what it rests on."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from atlas.files import file_facts, table_files, take_away
from atlas.files.sheets import Facts
from atlas.look import badges, blocks, figures, html, tables
from atlas.look.language import mark, nt, pick, place_name, place_names, t
from atlas.look.words import originals, qualifiers, seen
from atlas.projects import panel
from atlas.projects.panel import page_of, project_link, stage
from atlas.view import state
from atlas.view.state import View
from indicators import facts
from indicators.database import Atlas
from indicators.projects import counts, stages
from indicators.projects.scoped import Scope

PROJECTS_PER_PAGE = 50
#: What a project builds beside villages, in the units of the programme; shown where any project of a list has it.
UNITS = {"sites": mark("Base stations"), "terminals": mark("Terminals"), "route_km": mark("Route (km)")}
TABLES = ("project", "project_village", "milestone", "reconciliation", "payment")


def show(atlas: Atlas, view: View, scope: Scope, found: pd.DataFrame, title: str) -> None:
    """The projects of `programme.projects`, a page at a time, and all of them as a file."""
    st.html(blocks.heading(t("Projects: {n}", n=figures.count(len(found))), None, _money_remark(found)))
    page = page_of(view, "projects_page", len(found), PROJECTS_PER_PAGE)
    part = found.iloc[(page - 1) * PROJECTS_PER_PAGE : page * PROJECTS_PER_PAGE]
    units = {column: t(words) for column, words in UNITS.items() if found[column].notna().any()}
    headers = [
        t("Project name"),
        t("Place"),
        t("Operator"),
        t("Technology"),
        t("Stage"),
        t("Contract signed"),
        t("Due"),
        t("Villages planned"),
        t("Villages opened"),
        t("Villages accepted"),
        t("Completion"),
        t("Counted by"),
        *units.values(),
        t("Investment announced"),
        t("Granted"),
        t("Paid"),
        t("Findings"),
        t("Evidence"),
    ]
    rows = [_table_row(atlas, view, row, tuple(units)) for row in part.to_dict("records")]
    sides = "wllllllrrrrl" + "r" * len(units) + "rrrrl"
    st.html(tables.data_table(headers, rows, sides, t("Projects")))
    said = [
        (t("Place"), state.shown(atlas, view).name),
        (t("Filters"), _filters(atlas, scope)),
        *_facts(atlas, found),
    ]
    is_simulated = bool((found["evidence"] == "simulated").any())
    take_away.answer(atlas, view, title, lambda: as_file(atlas, found), said, "project-list", is_simulated=is_simulated)


def totals(atlas: Atlas, view: View, scope: Scope) -> None:
    """Totals of whole batches as published, which are in no sum of projects; nothing where there are none."""
    found = counts.programme_totals(atlas, scope)
    if found.empty:
        return
    rows = [
        [
            place_name(row["name"], row["name_en"]),
            html.link(place_name(row["place_name"], row["place_name_en"]), view.link(place_id=row["place_id"])),
            figures.DASH if pd.isna(row["batch"]) else figures.count(row["batch"]),
            panel.technology(atlas, row["technology"]),
            _or_dash(row["planned_villages"]),
            _or_dash(row["sites"]),
            figures.DASH if pd.isna(row["capex_yuan"]) else bounded(row, "capex_yuan", "capex_qualifier"),
            figures.DASH if pd.isna(row["whole_cost_yuan"]) else money(row, "whole_cost_yuan"),
            figures.DASH if pd.isna(row["subsidy_yuan"]) else bounded(row, "subsidy_yuan", "subsidy_qualifier"),
            pick({"zh": figures.text_or_none(row["note"]), "en": figures.text_or_none(row["note_en"])}),
            seen.document(atlas, row),
            seen.seen(row["seen"]),
        ]
        for row in found.to_dict("records")
    ]
    title = t("Published totals of whole batches")
    headers = [
        t("Name"),
        t("Place"),
        t("Batch"),
        t("Technology"),
        t("Villages planned"),
        t("Base stations"),
        t("Investment announced"),
        t("Construction and operation together"),
        t("Subsidy"),
        t("Note"),
        t("Document"),
        t("What was seen"),
    ]
    st.html(blocks.heading(title, "declared", t("never added to the projects above: they may hold them")))
    st.html(tables.data_table(headers, rows, "wlllrrrrrwwl", title))


def _or_dash(value: Any) -> str:
    return figures.DASH if pd.isna(value) else figures.count(value)


def _filters(atlas: Atlas, scope: Scope) -> str:
    said = [
        t("batch {n}", n=figures.count(scope.batch)) if scope.batch is not None else None,
        panel.technology(atlas, scope.technology) if scope.technology else None,
        pick(facts.operators(atlas).get(scope.operator, {"zh": scope.operator, "en": scope.operator}))
        if scope.operator
        else None,
    ]
    return figures.sentence(said) or t("none")


def _facts(atlas: Atlas, found: pd.DataFrame) -> Facts:
    """What a reader of the file has to know of its numbers."""
    kinds = {str(kind): int(n) for kind, n in found["evidence"].value_counts().items()}
    return [
        (t("Projects"), figures.count(len(found))),
        (t("As of"), figures.day(stages.last_day(atlas))),
        (t("Amounts"), _money_remark(found)),
        *file_facts.of_evidence(kinds),
        *file_facts.of_sources(atlas, tables=TABLES),
    ]


def as_file(atlas: Atlas, found: pd.DataFrame) -> pd.DataFrame:
    """Every project with the numbers of the screen, in full; the currency of its amounts stands beside them."""
    words = {code: stage(atlas, code) for code in found["state"].dropna().unique()}
    technologies = {code: panel.technology(atlas, code) for code in found["technology"].unique()}
    pairs = zip(found["opened_villages"], found["planned_villages"], strict=True)
    amounts = {"capex_yuan": t("Investment announced"), "granted_yuan": t("Granted"), "paid_yuan": t("Paid")}
    rows = pd.DataFrame(
        {
            t("Project number"): found["project_id"],
            t("Project name"): place_names(found["name"], found["name_en"]),
            t("Place"): place_names(found["place_name"], found["place_name_en"]),
            t("Code"): found["place_id"],
            t("Operator"): [
                panel.operator(atlas, row) for row in found[["operator", "operator_id"]].to_dict("records")
            ],
            t("Technology"): found["technology"].map(technologies),
            t("Stage"): [words.get(code, figures.unknown()) for code in found["state"]],
            t("Contract signed"): [figures.day(day) for day in found["contract_date"]],
            t("Due"): [figures.day(day) for day in found["due_date"]],
            t("Villages planned"): found["planned_villages"].astype("Int64"),
            t("Villages opened"): found["opened_villages"].astype("Int64"),
            t("Villages accepted"): found["accepted_villages"].astype("Int64"),
            figures.bracketed(t("Completion"), "%"): [figures.share(*pair) for pair in pairs],
            t("Counted by"): [_counted_by(source) for source in found["counted_from"]],
            **{t(words): found[column] for column, words in UNITS.items()},
            **{words: found[column] for column, words in amounts.items()},
            t("Bound"): found["capex_qualifier"],
            t("Approved"): found["approved_yuan"],
            t("Subsidy asked for"): found["requested_yuan"],
            t("Construction and operation together"): found["whole_cost_yuan"],
            t("Currency"): found["currency"].fillna(str(facts.settings(atlas)["currency"].get("code", ""))),
            t("Document"): [originals.in_file(atlas, one) for one in found["document"]],
            t("Publisher"): [originals.in_file(atlas, one) for one in found["publisher"]],
            t("Published on"): found["published_on"],
            t("Address"): found["url"],
            t("Findings"): found["findings"].astype("Int64"),
            t("Evidence"): [badges.evidence_word(str(kind)) for kind in found["evidence"]],
        }
    )
    return table_files.plain(rows)


def _money_remark(found: pd.DataFrame) -> str:
    foreign = int(found["is_other_currency"].sum())
    said = [t("amounts as announced or recorded, not outturn")]
    if foreign:
        said.append(
            nt(
                "{n} project is in another currency",
                "{n} projects are in another currency",
                foreign,
                n=figures.count(foreign),
            )
        )
    return figures.sentence(said)


def _table_row(atlas: Atlas, view: View, row: dict[Any, Any], units: tuple[str, ...]) -> list[object]:
    done = figures.share(row["opened_villages"], row["planned_villages"])
    return [
        html.link(place_name(row["name"], row["name_en"]), project_link(view, row["project_id"])),
        html.link(place_name(row["place_name"], row["place_name_en"]), view.link(place_id=row["place_id"])),
        panel.operator(atlas, row),
        panel.technology(atlas, row["technology"]),
        stage(atlas, row["state"]),
        figures.day(row["contract_date"]),
        figures.day(row["due_date"]),
        figures.count(row["planned_villages"]),
        figures.count(row["opened_villages"]),
        figures.count(row["accepted_villages"]),
        figures.percent(done, row["opened_villages"], row["planned_villages"]),
        _counted_by(row["counted_from"]),
        *(unit_count(row, column) for column in units),
        bounded(row, "capex_yuan", "capex_qualifier"),
        bounded(row, "granted_yuan", "subsidy_qualifier"),
        money(row, "paid_yuan"),
        figures.count(row["findings"]),
        badges.badge(row["evidence"]),
    ]


def money(row: dict[Any, Any], column: str) -> str:
    """An amount; one in another currency keeps its own word, since ours would be wrong."""
    if pd.isna(row[column]):
        return figures.unknown()
    if row["is_other_currency"]:
        return f"{figures.count(row[column])} {row['currency']}"
    return figures.money(row[column])


def bounded(row: dict[Any, Any], column: str, qualifier: str) -> str:
    """An amount with what it was published with: > more than, ~ about."""
    return money(row, column) if pd.isna(row[column]) else qualifiers.bounded(money(row, column), row[qualifier])


def unit_count(row: dict[Any, Any], column: str) -> str:
    """Sites, terminals or km of a project; a dash where none are told: it may have villages only."""
    value = row[column]
    if pd.isna(value):
        return figures.DASH
    return figures.decimal(value, 1) if column == "route_km" else figures.count(value)


def _counted_by(source: object) -> str:
    words = {
        "villages": t("list of villages"),
        "milestones": t("milestones"),
        "project": t("the project's own total"),
        "beyond": t("reaches beyond this place"),
    }
    return words.get(str(source), t("not counted"))
