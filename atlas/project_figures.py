"""The key figures of projects: planned, opened, accepted, completion, on time, delay; what is not counted is said."""

from __future__ import annotations

from typing import Any

import streamlit as st

from atlas import figures, markup
from atlas.language import nt, t
from indicators.plan_and_done import OnTime
from indicators.programme import Totals
from planning.progress import completion


def key_figures(totals: Totals, punctual: OnTime, last_day: Any) -> None:
    evidence = totals.evidence
    cards = [
        _count_card(t("Villages planned"), totals.planned_villages, evidence, _planned_note(totals)),
        _count_card(
            t("Villages opened"), totals.opened_villages, evidence, _missing(totals.unopened_projects)
        ),
        _count_card(
            t("Villages accepted"), totals.accepted_villages, evidence, _missing(totals.unaccepted_projects)
        ),
        _completion_card(totals),
        _on_time_card(punctual, evidence),
        _delay_card(punctual, evidence, last_day),
    ]
    st.html(markup.cards(cards))


def _count_card(title: str, villages: int | None, evidence: str, note: str) -> markup.Html:
    known = villages is not None
    unit = figures.unit_word("village") if known else ""
    return markup.card_text(title, figures.compact(villages), unit, evidence if known else None, note)


def _planned_note(totals: Totals) -> str:
    said: list[str | None] = [
        nt("{n} project in all", "{n} projects in all", totals.projects, n=figures.count(totals.projects))
    ]
    if totals.change_villages:
        said.append(t("{contracted} contracted, {change} by the ledger", contracted=figures.count(totals.contracted_villages), change=figures.signed(totals.change_villages)))  # fmt: skip
    if totals.beyond_projects:
        said.append(nt("{n} reaches beyond this place and lists no villages: left out", "{n} reach beyond this place and list no villages: left out", totals.beyond_projects, n=figures.count(totals.beyond_projects)))  # fmt: skip
    return figures.sentence(said)


def _missing(projects: int) -> str:
    return (
        nt("{n} project does not say", "{n} projects do not say", projects, n=figures.count(projects))
        if projects
        else ""
    )


def _completion_card(totals: Totals) -> markup.Html:
    if not totals.done_of_villages:
        return markup.card_text(
            t("Completion"), figures.unknown(), "", None, _missing(totals.undone_projects)
        )
    done = completion(totals.done_villages, totals.done_of_villages)
    said: list[str | None] = [t("{done}/{planned} villages", done=figures.count(done.done), planned=figures.count(done.planned))]  # fmt: skip
    if done.above_plan:
        said.append(t("opened beyond the plan: {n}; shown as it is", n=figures.count(done.above_plan)))  # fmt: skip
    if totals.undone_projects:
        said.append(nt("{projects} project with {villages} villages does not say and is left out", "{projects} projects with {villages} villages do not say and are left out", totals.undone_projects, projects=figures.count(totals.undone_projects), villages=figures.count(totals.undone_villages)))  # fmt: skip
    number = figures.percent(figures.share(done.done, done.planned))
    return markup.card_text(t("Completion"), number, "", totals.evidence, figures.sentence(said))


def _on_time_card(punctual: OnTime, evidence: str) -> markup.Html:
    left = t("the planned day of {n} villages is unknown", n=figures.count(punctual.plan_unknown)) if punctual.plan_unknown else None  # fmt: skip
    if not punctual.due:
        return markup.card_text(t("On time"), figures.unknown(), "", None, figures.sentence([left]))
    said = [
        t("{n} of {due} villages due", n=figures.count(punctual.on_time), due=figures.count(punctual.due)),
        t("{late} late, {overdue} not opened yet", late=figures.count(punctual.late), overdue=figures.count(punctual.overdue)) if punctual.late or punctual.overdue else None,
        left,
    ]  # fmt: skip
    number = figures.percent(figures.share(punctual.on_time, punctual.due))
    return markup.card_text(t("On time"), number, "", evidence, figures.sentence(said))


def _delay_card(punctual: OnTime, evidence: str, last_day: Any) -> markup.Html:
    if not punctual.due:
        return markup.card_text(t("Median delay"), figures.unknown(), "", None)
    median = punctual.median_delay_days
    number = figures.count(median if median is not None else punctual.median_at_least_days)
    if median is None:
        number = f"≥ {number}"
    said: list[str | None] = []
    mean = figures.decimal(punctual.mean_delay_days, 1)
    if punctual.overdue:
        said.append(t("mean at least {n} days: the unopened are counted up to {date}", n=mean, date=figures.day(last_day)))  # fmt: skip
    else:
        said.append(t("mean {n} days", n=mean))
    return markup.card_text(
        t("Median delay"), number, figures.unit_word("day"), evidence, figures.sentence(said)
    )
