"""What inspections found: the share that passed with its interval, what was never looked at, and what failed."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from atlas.look import blocks, cards, figures, html, tables
from atlas.look.addresses import address
from atlas.look.language import nt, place_name, t
from atlas.look.words import originals
from atlas.projects import panel, to_bring
from atlas.projects.panel import chosen_how, page_of, project_link, village_link
from atlas.view import inputs, questions, state
from atlas.view.state import View
from indicators import places
from indicators.database import Atlas
from indicators.figure import Figure
from indicators.projects import inspections
from indicators.projects.scoped import Scope
from planning.done.intervals import PassRate, pass_rate

FAILED_PER_PAGE = 20

COUNTIES_PER_PAGE = 50

REGISTER = "register"

KINDS = ("inspections", "project_villages", "performance_targets")  # of records that fill the page


def results(atlas: Atlas, view: View, scope: Scope, head: Any) -> None:
    found = inspections.results(atlas, scope)
    if found.empty:
        with head:
            st.html(headline(atlas, view, scope))
        words = (t("No inspection matches."), t("No inspection of this place is on record."))
        to_bring.none_matches(atlas, view, *words, KINDS)
        return
    by_choice = {_choice(row["is_sampled"]): row for row in found.to_dict("records")}
    denominator = _denominator(view)
    seen = inspections.coverage(atlas, scope, denominator)
    evidence = str(found["evidence"].iloc[0])
    with head:
        st.html(headline(atlas, view, scope))
    in_row = [_rate_card(choice, row, seen["villages"]) for choice, row in by_choice.items()]
    covered = questions.figure(atlas, view, "inspection_coverage", projects=scope.chosen)
    in_row.append(cards.card(questions.title("inspection_coverage"), covered, _coverage_note(covered)))
    if denominator != "planned":
        in_row.append(_coverage_card(seen, denominator, evidence))
    st.html(cards.cards(in_row))
    _remarks(atlas, found)
    _by_place(atlas, view, scope, denominator, evidence)
    _failed(atlas, view, scope, int(found["failed"].sum()), evidence)


def _choice(is_sampled: Any) -> str:
    return "unsaid" if pd.isna(is_sampled) else ("sampled" if is_sampled else "chosen")


def _denominator(view: View) -> str:
    options = {
        "accepted": t("accepted villages"),
        "opened": t("opened villages"),
        "planned": t("listed villages"),
    }
    return inputs.choice(view, "of", t("Inspection coverage is of"), options, "accepted")


def headline(atlas: Atlas, view: View, scope: Scope) -> html.Html:
    """The pass rate of the projects asked for; that there is none where nothing was inspected."""
    if not inspections.has_inspections(atlas):
        return blocks.finding(t("Acceptance and inspection"), [t("no inspection is on record")])
    found = inspections.results(atlas, scope)
    if found.empty:
        return blocks.finding(t("Acceptance and inspection"), [t("no inspection here")])
    here = state.shown(atlas, view)
    rate = questions.figure(atlas, view, "acceptance_pass_rate", projects=scope.chosen)
    projects = inspections.inspected_projects(atlas, scope)
    title = nt(
        "{place}: {n} project with inspections on record, {rate} of {villages} inspected villages passed",
        "{place}: {n} projects with inspections on record, {rate} of {villages} inspected villages passed",
        projects,
        place=place_name(here.name, here.name_en),
        n=figures.count(projects),
        rate=figures.percent(rate.value),
        villages=figures.count(rate.denominator),
    )
    as_of = panel.as_of_words(atlas)
    how = figures.listed(map(_choice_words, dict.fromkeys(map(_choice, found["is_sampled"]))))
    return blocks.finding(title, [how, as_of], rate.evidence)


def _choice_words(choice: str) -> str:
    words = {
        "sampled": t("drawn by chance"),
        "chosen": t("chosen by hand"),
        "unsaid": t("not said how they were chosen"),
    }
    return words[choice]


def _rate_card(choice: str, row: dict[Any, Any], population: int) -> html.Html:
    tested = int(row["tested"])
    rate = pass_rate(int(row["passed"]), tested, population if tested <= population else None)
    title = t("Passed, {how}", how=_choice_words(choice))
    if not tested:
        return cards.card_text(title, figures.unknown(), "", None, t("no result on record"))
    said = [t("{passed} of {tested} tested", passed=figures.count(rate.passed), tested=figures.count(tested))]
    said += _interval_words(rate) if choice == "sampled" else [t("not a sample: no interval")]
    if row["undecided"]:
        said.append(t("{n} without a result", n=figures.count(row["undecided"])))
    return cards.card_text(title, percent_of(rate.share), "", str(row["evidence"]), figures.sentence(said))


def _interval_words(rate: PassRate) -> list[str]:
    """The interval and how to read it."""
    if rate.remark == "whole_population":
        return [t("all were tested: exact")]
    said = [t("95% interval {low}–{high} (Wilson)", low=percent_of(rate.low), high=percent_of(rate.high))]
    if rate.remark == "small_sample":
        said.append(t("a small sample"))
    if rate.remark == "large_share":
        said.append(t("more than 5% were tested: the true interval is narrower"))
    return said


def percent_of(share: float) -> str:
    return figures.percent(figures.share(share, 1.0))


def _coverage_note(covered: Figure) -> str | None:
    if covered.value is None:
        return None
    return t(
        "{n} of {total} villages of projects",
        n=figures.count(covered.numerator),
        total=figures.count(covered.denominator),
    )


def _coverage_card(seen: dict[str, int], denominator: str, evidence: str) -> html.Html:
    title = {
        "accepted": t("Inspection coverage of accepted villages"),
        "opened": t("Inspection coverage of opened villages"),
    }[denominator]
    n, total = figures.count(seen["inspected"]), figures.count(seen["villages"])
    words = {
        "accepted": t("{n} of {total} accepted villages", n=n, total=total),
        "opened": t("{n} of {total} opened villages", n=n, total=total),
    }
    said = [words[denominator]]
    if seen["inspected_outside"]:
        said.append(
            t("{n} inspected villages are not among them and not counted", n=figures.count(seen["inspected_outside"]))
        )
    share = figures.share(seen["inspected"], seen["villages"])
    kind = evidence if share is not None else None
    return cards.card_text(title, figures.percent(share), "", kind, figures.sentence(said))


def _remarks(atlas: Atlas, found: pd.DataFrame) -> None:
    said = [t("each village counts once, by its latest result")]
    if repeated := int(found["repeated"].sum()):
        said.append(t("{n} were inspected more than once", n=figures.count(repeated)))
    if above := inspections.of_places(atlas):
        said.append(
            nt(
                "{n} inspection is of a place, not of villages, and left out",
                "{n} inspections are of places, not of villages, and left out",
                above,
                n=figures.count(above),
            )
        )
    st.html(blocks.subtitle([figures.sentence(said)]))


def _by_place(atlas: Atlas, view: View, scope: Scope, denominator: str, evidence: str) -> None:
    level = places.level_below(atlas, view.place_id)
    if level is None:
        return
    found = inspections.by_place(atlas, scope, level, denominator)
    page = page_of(view, "places_page", len(found), COUNTIES_PER_PAGE)
    rows = [
        _place_row(view, row)
        for row in found.iloc[(page - 1) * COUNTIES_PER_PAGE : page * COUNTIES_PER_PAGE].to_dict("records")
    ]
    st.html(
        blocks.heading(
            t("By place, the least inspected first"), evidence, t("interval: 95%, Wilson, of villages drawn by chance")
        )
    )
    headers = [
        t("Place"),
        t("Villages"),
        t("Inspected"),
        t("Inspection coverage"),
        t("Tested by chance"),
        t("Passed"),
        t("Interval"),
        t("Others: passed / tested"),
    ]
    st.html(tables.data_table(headers, rows, "lrrrrrrr", t("Inspections by place")))


def _place_row(view: View, row: dict[Any, Any]) -> list[object]:
    rate = pass_rate(int(row["passed"]), int(row["tested"]))
    interval = f"{percent_of(rate.low)}–{percent_of(rate.high)}" if rate.tested else figures.DASH
    others = f"{figures.count(row['other_passed'])} / {figures.count(row['other_tested'])}"
    return [
        html.link(place_name(row["name"], row["name_en"]), view.link(place_id=row["place_id"])),
        figures.count(row["villages"]),
        figures.count(row["inspected"]),
        figures.percent(figures.share(row["inspected"], row["villages"])),
        figures.count(rate.tested),
        percent_of(rate.share) if rate.tested else figures.DASH,
        interval,
        others if row["other_tested"] else figures.DASH,
    ]


def _failed(atlas: Atlas, view: View, scope: Scope, total: int, evidence: str) -> None:
    st.html(
        blocks.heading(
            t("Not passed: {n}", n=figures.count(total)), evidence if total else None, t("by their latest result")
        )
    )
    if not total:
        st.html(blocks.notice("info", t("Every village that was tested passed.")))
        return
    page = page_of(view, "failed_page", total, FAILED_PER_PAGE)
    found = inspections.failed(atlas, scope, FAILED_PER_PAGE, (page - 1) * FAILED_PER_PAGE)
    rows = [
        [
            html.link(place_name(row["village_name"], row["village_name_en"]), village_link(view, row["village_id"])),
            place_name(figures.text_or_none(row["above_name"]) or "", row["above_name_en"]),
            figures.day(row["inspected_date"]),
            chosen_how(row["is_sampled"]),
            project_of(view, row),
            originals.shown(atlas, row["note"]),
        ]
        for row in found.to_dict("records")
    ]
    headers = [
        t("Village"),
        t("Lies in"),
        t("Inspected on"),
        t("How it was chosen"),
        t("Project name"),
        t("Note"),
    ]
    st.html(tables.data_table(headers, rows, "wllllw", t("Villages that did not pass")))


def project_of(view: View, row: dict[Any, Any]) -> object:
    if not isinstance(row["project_name"], str):
        return t("none given")
    return html.link(
        place_name(row["project_name"], row["project_name_en"]),
        project_link(view, row["project_id"], address("projects")),
    )
