"""The key figures of projects: planned, opened, accepted, completion, on time, delay; what is not counted is said."""

from __future__ import annotations

import streamlit as st

from atlas.look import cards, figures, html
from atlas.look.language import nt, t
from atlas.view import questions
from atlas.view.state import View
from indicators.database import Atlas
from indicators.figure import Figure
from indicators.projects.counts import Totals
from indicators.projects.scoped import Scope


def key_figures(atlas: Atlas, view: View, scope: Scope, totals: Totals) -> None:
    evidence = totals.evidence
    done, punctual, delay = (
        questions.figure(atlas, view, one, projects=scope.chosen)
        for one in ("completion", "on_time_rate", "median_delay_days")
    )
    in_row = [
        _count_card(t("Villages planned"), totals.planned_villages, evidence, _planned_note(totals)),
        _count_card(t("Villages opened"), totals.opened_villages, evidence, _missing(totals.unopened_projects)),
        _count_card(t("Villages accepted"), totals.accepted_villages, evidence, _missing(totals.unaccepted_projects)),
        cards.card(questions.title("completion"), done, _completion_note(done)),
        cards.card(questions.title("on_time_rate"), punctual, _on_time_note(punctual)),
        cards.card(questions.title("median_delay_days"), delay, _delay_note(delay)),
    ]
    st.html(cards.cards(in_row))


def _count_card(title: str, villages: int | None, evidence: str, note: str) -> html.Html:
    known = villages is not None
    unit = figures.unit_word("village") if known else ""
    return cards.card_text(title, figures.compact(villages), unit, evidence if known else None, note)


def _planned_note(totals: Totals) -> str:
    said: list[str | None] = [
        nt("{n} project in all", "{n} projects in all", totals.projects, n=figures.count(totals.projects))
    ]
    if totals.change_villages:
        said.append(
            t(
                "{contracted} contracted, {change} by the ledger",
                contracted=figures.count(totals.contracted_villages),
                change=figures.signed(totals.change_villages),
            )
        )
    if totals.beyond_projects:
        said.append(
            nt(
                "{n} reaches beyond this place and lists no villages: left out",
                "{n} reach beyond this place and list no villages: left out",
                totals.beyond_projects,
                n=figures.count(totals.beyond_projects),
            )
        )
    return figures.sentence(said)


def _missing(projects: int) -> str:
    return (
        nt("{n} project does not say", "{n} projects do not say", projects, n=figures.count(projects))
        if projects
        else ""
    )


def _completion_note(done: Figure) -> str | None:
    """The villages behind the share; the card itself says them where it is more than all."""
    if done.value is None or done.numerator is None or done.denominator is None:
        return None
    if done.numerator > done.denominator:
        return t("opened beyond the plan: {n}; shown as it is", n=figures.count(done.numerator - done.denominator))
    return t("{done}/{planned} villages", done=figures.count(done.numerator), planned=figures.count(done.denominator))


def _on_time_note(punctual: Figure) -> str | None:
    if punctual.value is None:
        return None
    return t("{n} of {due} villages due", n=figures.count(punctual.numerator), due=figures.count(punctual.denominator))


def _delay_note(delay: Figure) -> str | None:
    """From which day to which, so that nobody takes it for the days until something was built."""
    if delay.value is None:
        return None
    said = [t("from the planned day to the opening; early or in time is 0")]
    if delay.numerator:
        said.append(t("{n} not opened yet", n=figures.count(delay.numerator)))
    return figures.sentence(said)
