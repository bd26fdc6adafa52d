"""Project progress: what was promised, what is built, what was accepted, and what is stuck."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from atlas.look import blocks, figures, html, tables
from atlas.look.language import nt, pick, place_name, t
from atlas.pieces.panels import sources_line
from atlas.projects import (
    figures as project_figures,
)
from atlas.projects import (
    listed as project_list,
)
from atlas.projects import (
    one_project,
    panel,
    to_bring,
)
from atlas.projects import (
    progress as project_progress,
)
from atlas.projects.panel import project_link
from atlas.view import controls, questions, state
from atlas.view.page import Page
from atlas.view.state import View
from indicators.database import Atlas
from indicators.figure import Figure
from indicators.projects import counts, stages
from indicators.projects.counts import Totals
from indicators.projects.scoped import Scope

PAGE = Page(
    url_path="projects",
    order=20,
    icon=":material/checklist:",
    title=lambda: t("Project progress"),
    section=lambda: t("Programme"),
    headline=lambda atlas, view: _of_all(atlas, view),
)
KINDS = ("projects", "project_villages", "milestones", "moves")  # of records that fill this page
TABLES = [
    "project",
    "project_village",
    "milestone",
    "reconciliation",
    "project_funding",
    "performance_target",
]


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    head = st.container()
    if not stages.has_projects(atlas):
        with head:
            st.html(_none(t("no project is on record")))
        words = t(
            "With projects on record this page shows how many villages were planned, opened and accepted, where they "
            "are stuck, and each project with its villages, dates and money."
        )
        to_bring.show(atlas, view, words, KINDS)
        return
    scope = panel.scope_asked(atlas, view)
    found = counts.of_projects(atlas, scope)
    if found.empty:
        with head:
            st.html(_none(t("no project here")))
        to_bring.no_project(atlas, view, KINDS)
        return
    totals = counts.totals(found)
    with head:
        title, headline = _headline(atlas, view, scope, totals, found)
        st.html(headline)
    project_figures.key_figures(atlas, view, scope, totals)
    if scope.project:
        one_project.show(atlas, view, scope, {str(k): v for k, v in found.iloc[0].to_dict().items()})
    else:
        _all_projects(atlas, view, scope, totals, found, title)
    sources_line(atlas, TABLES)


def _of_all(atlas: Atlas, view: View) -> html.Html:
    """The headline of all projects of the place."""
    if not stages.has_projects(atlas):
        return _none(t("no project is on record"))
    scope = Scope(view.place_id)
    found = counts.of_projects(atlas, scope)
    if found.empty:
        return _none(t("no project here"))
    return _headline(atlas, view, scope, counts.totals(found), found)[1]


def _none(why: str) -> html.Html:
    return blocks.finding(t("Project progress"), [why])


def _headline(atlas: Atlas, view: View, scope: Scope, totals: Totals, found: pd.DataFrame) -> tuple[str, html.Html]:
    """The title alone, and with the line beneath."""
    here = state.shown(atlas, view)
    is_one = scope.project is not None
    name = (
        place_name(found.iloc[0]["name"], found.iloc[0]["name_en"]) if is_one else place_name(here.name, here.name_en)
    )
    done = questions.figure(atlas, view, "completion", projects=scope.chosen)
    if totals.beyond_projects == totals.projects:
        title = t(
            "{place}: its projects reach beyond it, and which of their villages lie here is not on record",
            place=name,
        )
    elif totals.planned_villages is None and found["sites"].notna().any():
        title = _of_sites(name, int(found["sites"].sum()))
    elif totals.planned_villages is None:
        title = t("{place}: how many villages were planned is not on record", place=name)
    elif totals.opened_villages is None:
        title = nt(
            "{place}: {planned} planned by the {n} project on record, those opened are not on record",
            "{place}: {planned} planned by the {n} projects on record, those opened are not on record",
            totals.projects,
            place=name,
            n=figures.count(totals.projects),
            planned=figures.value_text(totals.planned_villages, "village"),
        )
    elif is_one:
        planned, opened = (figures.value_text(n, "village") for n in (done.denominator, done.numerator))
        title = t("{place}: {planned} planned, {opened} opened", place=name, planned=planned, opened=opened)
    else:
        title = _done_words(name, totals.projects, done)
    as_of = panel.as_of_words(atlas)
    return title, blocks.finding(title, [as_of], totals.evidence, _simulated(totals))


def _of_sites(place: str, sites: int) -> str:
    """Where only base stations are told: no number of villages."""
    return nt(
        "{place}: {n} base station; how many villages were planned is not on record",
        "{place}: {n} base stations; how many villages were planned is not on record",
        sites,
        place=place,
        n=figures.count(sites),
    )


def _done_words(name: str, projects: int, done: Figure) -> str:
    """Both numbers are of the projects that say both; of how many that is, is said."""
    planned, opened = (figures.value_text(n, "village") for n in (done.denominator, done.numerator))
    counted = projects - (done.left_out or 0)
    if counted == projects:
        return nt(
            "{place}: {n} project on record, {planned} planned, {opened} opened",
            "{place}: {n} projects on record, {planned} planned, {opened} opened",
            projects,
            place=name,
            n=figures.count(projects),
            planned=planned,
            opened=opened,
        )
    return t(
        "{place}: {planned} planned, {opened} opened, in {n} of {all} projects on record",
        place=name,
        n=figures.count(counted),
        all=figures.count(projects),
        planned=planned,
        opened=opened,
    )


def _simulated(totals: Totals) -> str:
    if not totals.simulated_villages:
        return ""
    n = totals.simulated_villages
    return nt("{n} of these villages is simulated", "{n} of these villages are simulated", n)


def _all_projects(atlas: Atlas, view: View, scope: Scope, totals: Totals, found: pd.DataFrame, title: str) -> None:
    left, right = st.columns([3, 2], gap="medium")
    with left:
        project_progress.funnel(atlas, scope, totals)
        project_progress.curve(atlas, scope, totals)
        _findings(atlas, view, scope)
    with right:
        project_progress.stuck(atlas, view, scope, totals)
    project_list.show(atlas, view, scope, found, title)
    project_list.totals(atlas, view, scope)


def _findings(atlas: Atlas, view: View, scope: Scope) -> None:
    found = counts.findings(atlas, scope)
    if found.empty:
        return
    title = nt(
        "{n} finding in these records",
        "{n} findings in these records",
        int(found["count"].sum()),
        n=figures.count(found["count"].sum()),
    )
    st.html(
        blocks.heading(
            title, None, t("rules that every record is looked at by; how to mend them stands on the page Data")
        )
    )
    rows = [
        [
            figures.bracketed(pick({"zh": row["title_zh"], "en": row["title_en"]}), _severity(row["severity"])),
            figures.count(row["count"]),
            html.link(row["example_project"], project_link(view, row["example_project"])),
        ]
        for row in found.to_dict("records")
    ]
    st.html(tables.data_table([t("Finding"), t("Records"), t("For example")], rows, "wrl", title))
    controls.page_button(t("All findings on the page Data"), "data", view, icon=":material/rule:")


def _severity(word: object) -> str:
    words = {"wrong": t("wrong"), "doubtful": t("doubtful"), "remarkable": t("remarkable")}
    return words.get(str(word), str(word))
