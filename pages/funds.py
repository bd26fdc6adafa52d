"""Funds: requested, approved, granted, paid; what a village cost; how evenly the money is spread; against the model."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import streamlit as st

from atlas import (
    controls,
    figures,
    inputs,
    keeping,
    markup,
    money_lines,
    money_model,
    money_spread,
    programme_panel,
    state,
)
from atlas.language import nt, place_name, t
from atlas.money_lines import STEPS, bound, excluded
from atlas.page import Page
from atlas.panels import sources_line
from atlas.state import View
from indicators import funds, programme
from indicators.database import Atlas
from indicators.funds import Ratio, Remaining, Sum

PAGE = Page(
    url_path="funds",
    order=23,
    icon=":material/account_balance:",
    title=lambda: t("Funds"),
    section=lambda: t("Projects and money"),
)
TABLES = ["project", "project_village", "payment", "cost_parameter"]


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    head = st.container()
    if not programme.has_projects(atlas):
        with head:
            st.html(markup.finding(t("Funds"), [t("no project is on record")]))
        programme_panel.empty(
            t("With projects on record this page shows what was requested, approved, granted and paid, what a village cost, how evenly the money is spread, and which projects cost more than the model says."),
            ["projects", "project_villages", "payments"],
        )  # fmt: skip
        return
    scope = programme_panel.scope_asked(atlas, view, with_project=False)
    rows = funds.projects(atlas, scope)
    if rows.empty:
        with head:
            st.html(markup.finding(t("Funds"), [t("no project here")]))
        clear = inputs.with_inputs(view, **dict.fromkeys(programme_panel.ASKED))
        st.html(markup.notice("empty", t("No project matches."), [(t("Clear these filters"), clear.link())]))
        return
    paid = funds.remaining(rows)
    with head:
        title = _title(atlas, view, rows, paid)
        keeping.bar(atlas, view, t("Funds"), title)
    _key_figures(atlas, rows, paid)
    _steps(rows, paid)
    money_spread.show(atlas, view, scope)
    money_model.show(atlas, view, scope)
    money_lines.show(atlas, view, scope, title)
    sources_line(atlas, TABLES)


def _title(atlas: Atlas, view: View, rows: pd.DataFrame, paid: Remaining) -> str:
    here = state.shown(atlas, view)
    name = place_name(here.name, here.name_en)
    capex = funds.summed(rows, "capex_yuan")
    granted = funds.summed(rows, "granted_yuan")
    per = funds.ratio(rows, "capex_yuan", "villages")
    evidence = capex.evidence
    if paid.paid_percent is not None:
        evidence = paid.evidence
        title = t(
            "{place}: {granted} granted, {share} of it paid",
            place=name,
            granted=figures.money(paid.granted_yuan),
            share=figures.percent(paid.paid_percent),
        )
    elif granted.yuan is not None:
        evidence = granted.evidence
        title = t("{place}: {granted} granted, payments are not on record", place=name, granted=figures.money(granted.yuan))  # fmt: skip
    elif per.value is not None:
        title = t("{place}: {amount} announced, {per} a village", place=name, amount=figures.money(capex.yuan), per=figures.money(per.value))  # fmt: skip
    elif capex.yuan is not None:
        title = t("{place}: {amount} announced", place=name, amount=figures.money(capex.yuan))
    else:
        title = t("{place}: no amount of a project is on record", place=name)
    projects = rows["project_id"].nunique()
    said = [
        nt("over {n} project", "over {n} projects", projects, n=figures.count(projects)),
        t("announced amounts, not outturn"),
    ]
    st.html(markup.finding(title, said, evidence))
    return title


# --- key figures ------------------------------------------------------------------------------------------


def _key_figures(atlas: Atlas, rows: pd.DataFrame, paid: Remaining) -> None:
    cards = [
        _per_card(t("Investment per village"), funds.ratio(rows, "capex_yuan", "villages"), "village"),
        _per_card(t("Subsidy per village"), funds.ratio(rows, "subsidy_yuan", "villages"), "village"),
        _per_card(t("Investment per household"), funds.ratio(rows, "capex_yuan", "households"), "household"),
        _per_card(t("Investment per resident"), funds.ratio(rows, "capex_yuan", "persons"), "person"),
    ]
    st.html(markup.cards(cards))
    st.html(markup.credit(t("Villages: as contracted, with what the ledger added or removed, else as listed. The indicator “Investment per village” (I11) divides by the villages announced with the amount.")))  # fmt: skip
    lever = funds.leverage(atlas, rows)
    remaining = markup.card_text(
        t("Granted and not yet paid"),
        *figures.money_parts(paid.remaining_yuan),
        paid.evidence,
        _paid_note(paid),
    )
    share = markup.card_text(
        t("Share of the grant paid"),
        figures.percent(paid.paid_percent, paid.paid_yuan, paid.granted_yuan),
        "",
        paid.evidence,
        _left_out_words(paid.left_out),
    )
    said = figures.sentence([t("(K − r·K) / S: the firms' own share of construction per unit of subsidy"), _left_out_words(lever.left_out)])  # fmt: skip
    leverage = markup.card_text(t("Leverage"), figures.decimal(lever.value), "", lever.evidence, said)
    st.html(markup.cards([share, remaining, leverage]))


def _per_card(title: str, one: Ratio, unit: str) -> markup.Html:
    if one.value is None:
        note = {
            "village": t("no project has both the amount and its villages"),
            "household": t("no list of villages with all their households is on record"),
            "person": t("no list of villages with all their residents is on record"),
        }[unit]
        return markup.card_text(title, figures.unknown(), "", None, note)
    said = t(
        "{amount} / {n}", amount=figures.money(one.numerator), n=figures.value_text(one.denominator, unit)
    )
    note = figures.sentence([said, nt("over {n} project", "over {n} projects", one.projects, n=figures.count(one.projects)), _left_out_words(one.left_out)])  # fmt: skip
    return markup.card_text(title, *figures.money_parts(one.value), one.evidence, note)


def _left_out_words(n: int) -> str | None:
    return (
        nt(
            "{n} project left out: an amount or a count is missing",
            "{n} projects left out: an amount or a count is missing",
            n,
            n=figures.count(n),
        )
        if n
        else None
    )


def _paid_note(paid: Remaining) -> str:
    if paid.paid_yuan is None:
        return t("no payment is on record here")
    said: list[str | None] = []
    if paid.without_payment:
        said.append(nt("{n} project without a payment on record counts as unpaid", "{n} projects without a payment on record count as unpaid", paid.without_payment, n=figures.count(paid.without_payment)))  # fmt: skip
    if paid.overpaid_projects:
        said.append(nt("{n} project was paid more than granted, by {amount}", "{n} projects were paid more than granted, by {amount} together", paid.overpaid_projects, n=figures.count(paid.overpaid_projects), amount=figures.money(paid.overpaid_yuan)))  # fmt: skip
    return figures.sentence(said)


# --- from the request to the payment ----------------------------------------------------------------------


def _steps(rows: pd.DataFrame, paid: Remaining) -> None:
    sums = {step: funds.summed(rows, column) for step, column in funds.STEPS.items()}
    capex = funds.summed(rows, "capex_yuan")
    st.html(markup.heading(_steps_title(sums, paid), _weakest([*sums.values(), capex])))
    table = [(t("Investment announced"), capex), *((t(STEPS[step]), one) for step, one in sums.items())]
    known = [pair for pair in table if pair[1].yuan is not None]
    left, right = st.columns([3, 2], gap="medium")
    with left:
        bars = [
            markup.Bar(
                label,
                one.yuan,
                bound(one) + figures.money(one.yuan),
                None,
                "var(--atlas-money-4)" if n else "var(--atlas-money-2)",
            )
            for n, (label, one) in enumerate(known)
        ]
        if bars:
            st.html(markup.bar_table(bars, t("From the request to the payment")))
        else:
            st.html(markup.notice("unknown", t("No project of this place has an amount on record.")))
    with right:
        headers = [t("Amount of"), t("Projects counted"), t("Their villages"), t("Left out")]
        cells = [[label, figures.count(one.projects), figures.count(one.villages), excluded(one)] for label, one in table]  # fmt: skip
        st.html(markup.data_table(headers, cells, "lrrw", t("What each sum covers")))


def _weakest(sums: Iterable[Sum]) -> str | None:
    kinds = [one.evidence for one in sums if one.evidence]
    return funds.weakest(kinds) if kinds else None


def _steps_title(sums: dict[str, Sum], paid: Remaining) -> str:
    if paid.remaining_yuan is not None:
        return t("{amount} of the grants is still to be paid", amount=figures.money(paid.remaining_yuan))
    known = [step for step, one in sums.items() if one.yuan is not None]
    if not known:
        return t("Requests, grants and payments are not on record")
    return t("On record up to: {step}", step=t(STEPS[known[-1]]))
