"""Funds: requested, approved, granted, paid; what a village cost; how evenly the money is spread; against the model."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import streamlit as st

from atlas.look import blocks, cards, figures, html, tables
from atlas.look.language import nt, place_name, t
from atlas.look.words import qualifiers
from atlas.pieces.panels import money_note, sources_line
from atlas.projects import money_lines, money_model, money_spread, panel, to_bring
from atlas.projects.money_lines import STEPS, bound, excluded
from atlas.view import controls, keeping, questions, state
from atlas.view.page import Page
from atlas.view.state import View
from ground.evidence import weakest
from indicators.database import Atlas
from indicators.figure import Figure
from indicators.projects import amounts, stages
from indicators.projects.amounts import Remaining, Sum
from indicators.projects.scoped import Scope

PAGE = Page(
    url_path="funds",
    order=23,
    icon=":material/account_balance:",
    title=lambda: t("Funds"),
    section=lambda: t("Programme"),
    headline=lambda atlas, view: _of_all(atlas, view),
)
KINDS = ("projects", "project_villages", "payments", "funding")  # of records that fill this page
TABLES = ["project", "project_village", "payment", "cost_parameter"]


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    head = st.container()
    if not stages.has_projects(atlas):
        with head:
            st.html(_none(t("no project is on record")))
        words = t(
            "With projects on record this page shows what was requested, approved, granted and paid, what a "
            "village cost, how evenly the money is spread, and which projects cost more than the model says."
        )
        to_bring.show(atlas, view, words, KINDS)
        return
    scope = panel.scope_asked(atlas, view, with_project=False)
    rows = amounts.of_projects(atlas, scope)
    if rows.empty:
        with head:
            st.html(_none(t("no project here")))
        to_bring.no_project(atlas, view, KINDS)
        return
    paid = amounts.remaining(rows)
    with head:
        title, headline = _headline(atlas, view, scope, rows)
        st.html(headline)
        keeping.report(atlas, view, t("Funds"), title)
    _key_figures(atlas, view, scope, paid)
    _steps(rows, paid)
    money_spread.show(atlas, view, scope)
    money_model.show(atlas, view, scope)
    money_lines.show(atlas, view, scope, title)
    sources_line(atlas, TABLES)


def _of_all(atlas: Atlas, view: View) -> html.Html:
    """The headline of all projects of the place."""
    if not stages.has_projects(atlas):
        return _none(t("no project is on record"))
    scope = Scope(view.place_id)
    rows = amounts.of_projects(atlas, scope)
    return _none(t("no project here")) if rows.empty else _headline(atlas, view, scope, rows)[1]


def _none(why: str) -> html.Html:
    return blocks.finding(t("Funds"), [why])


def _headline(atlas: Atlas, view: View, scope: Scope, rows: pd.DataFrame) -> tuple[str, html.Html]:
    """The title alone, and with the line beneath."""
    title, evidence = _finding(atlas, view, scope, rows)
    projects = rows["project_id"].nunique()
    said = [
        nt("{n} project on record", "{n} projects on record", projects, n=figures.count(projects)),
        t("announced amounts, not outturn"),
        panel.as_of_words(atlas),
    ]
    return title, blocks.finding(title, said, evidence)


def _finding(atlas: Atlas, view: View, scope: Scope, rows: pd.DataFrame) -> tuple[str, str | None]:
    """What is most to say of the money, and how it is known; all numbers of a sentence are of the same projects."""
    here = state.shown(atlas, view)
    name = place_name(here.name, here.name_en)
    granted, capex = amounts.summed(rows, "granted_yuan"), amounts.summed(rows, "capex_yuan")
    paid = questions.figure(atlas, view, "share_paid", projects=scope.chosen)
    per = questions.figure(atlas, view, "project_investment_per_village", projects=scope.chosen)
    if paid.value is not None:
        words = t(
            "{place}: {granted} granted to the projects on record, {share} of it paid",
            place=name,
            granted=figures.money(paid.denominator),
            share=figures.text(paid),
        )
        return words, paid.evidence
    if granted.yuan is not None:
        words = t(
            "{place}: {granted} granted to the projects on record, payments are not on record",
            place=name,
            granted=figures.money(granted.yuan),
        )
        return words, granted.evidence
    if per.value is not None:
        return _announced(name, rows, per), per.evidence
    if capex.yuan is not None:
        words = t(
            "{place}: {amount} announced by projects on record",
            place=name,
            amount=bound(capex) + figures.money(capex.yuan),
        )
        return words, capex.evidence
    return t("{place}: no amount of a project is on record", place=name), None


def _announced(name: str, rows: pd.DataFrame, per: Figure) -> str:
    """Of how many projects the cost is known, what it is together and per village of theirs."""
    every = rows["project_id"].nunique()
    counted = amounts.with_amount(rows, "capex_yuan")["project_id"].nunique()
    amount = qualifiers.bounded(figures.money(per.numerator), per.qualifier)
    if every == 1:
        return t(
            "{place}: {amount} announced for the one project on record, {per} a village",
            place=name,
            amount=amount,
            per=figures.text(per),
        )
    return t(
        "{place}: of {all} projects on record {n} announced a cost, {amount} together, {per} a village",
        place=name,
        all=figures.count(every),
        n=figures.count(counted),
        amount=amount,
        per=figures.text(per),
    )


# --- key figures ------------------------------------------------------------------------------------------


def _key_figures(atlas: Atlas, view: View, scope: Scope, paid: Remaining) -> None:
    """What was published of the place first, then what the projects on record come to."""
    asked = ["project_investment_per_village", "subsidy_per_village", "leverage"]
    in_row = [_card(atlas, view, scope, one) for one in asked]
    if not scope.chosen:  # what was announced for a place is not of some projects
        in_row.insert(0, _card(atlas, view, scope, "investment_per_village", money_note(atlas, view)))
    remaining = cards.card_text(
        t("Granted and not yet paid"),
        *figures.money_parts(paid.remaining_yuan),
        paid.evidence,
        _paid_note(paid),
    )
    in_row += [_card(atlas, view, scope, "share_paid"), remaining]
    discount = questions.figure(atlas, view, "tender_discount", projects=scope.chosen)
    if discount.value is not None:
        in_row.append(cards.card(questions.title("tender_discount"), discount))
    st.html(cards.cards(in_row))


def _card(atlas: Atlas, view: View, scope: Scope, indicator_id: str, note: str | None = None) -> html.Html:
    """One indicator of the projects chosen, with the amounts it divides."""
    one = questions.figure(atlas, view, indicator_id, projects=scope.chosen)
    return cards.card(questions.title(indicator_id), one, note or _divided(one))


def _divided(one: Figure) -> str | None:
    """An amount per village as a fraction."""
    if one.value is None or one.unit != "yuan":
        return None
    amount = qualifiers.bounded(figures.money(one.numerator), one.qualifier)
    return t("{amount} / {n}", amount=amount, n=figures.value_text(one.denominator, "village"))


def _paid_note(paid: Remaining) -> str:
    if paid.paid_yuan is None:
        return t("no payment is on record here")
    said: list[str | None] = []
    if paid.without_payment:
        said.append(
            nt(
                "{n} project without a payment on record counts as unpaid",
                "{n} projects without a payment on record count as unpaid",
                paid.without_payment,
                n=figures.count(paid.without_payment),
            )
        )
    if paid.overpaid_projects:
        said.append(
            nt(
                "{n} project was paid more than granted, by {amount}",
                "{n} projects were paid more than granted, by {amount} together",
                paid.overpaid_projects,
                n=figures.count(paid.overpaid_projects),
                amount=figures.money(paid.overpaid_yuan),
            )
        )
    return figures.sentence(said)


# --- from the request to the payment ----------------------------------------------------------------------


def _steps(rows: pd.DataFrame, paid: Remaining) -> None:
    sums = {step: amounts.summed(rows, column) for step, column in amounts.STEPS.items()}
    capex = amounts.summed(rows, "capex_yuan")
    st.html(blocks.heading(_steps_title(sums, paid), _weakest([*sums.values(), capex])))
    table = [(t("Investment announced"), capex), *((t(STEPS[step]), one) for step, one in sums.items())]
    known = [pair for pair in table if pair[1].yuan is not None]
    left, right = st.columns([3, 2], gap="medium")
    with left:
        bars = [
            tables.Bar(
                label,
                one.yuan,
                bound(one) + figures.money(one.yuan),
                None,
                "var(--atlas-money-4)" if n else "var(--atlas-money-2)",
            )
            for n, (label, one) in enumerate(known)
        ]
        if bars:
            st.html(tables.bar_table(bars, t("From the request to the payment")))
        else:
            st.html(blocks.notice("unknown", t("No project of this place has an amount on record.")))
    with right:
        headers = [t("Amount of"), t("Projects counted"), t("Their villages"), t("Left out")]
        cells = [
            [label, figures.count(one.projects), figures.count(one.villages), excluded(one)] for label, one in table
        ]
        st.html(tables.data_table(headers, cells, "lrrw", t("What each sum covers")))


def _weakest(sums: Iterable[Sum]) -> str | None:
    kinds = [one.evidence for one in sums if one.evidence]
    return weakest(kinds) if kinds else None


def _steps_title(sums: dict[str, Sum], paid: Remaining) -> str:
    if paid.remaining_yuan is not None:
        return t("{amount} of the grants is still to be paid", amount=figures.money(paid.remaining_yuan))
    known = [step for step, one in sums.items() if one.yuan is not None]
    if not known:
        return t("Requests, grants and payments are not on record")
    return t("On record up to: {step}", step=t(STEPS[known[-1]]))
