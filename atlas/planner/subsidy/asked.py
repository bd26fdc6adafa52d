"""The inputs of the subsidy calculator as widgets, and what is to be worked out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd
import streamlit as st

from atlas.look import blocks, figures, tables
from atlas.look.language import place_name, t
from atlas.look.words import originals
from atlas.planner.inputs import Number, yuan
from atlas.planner.question import Asking, NoAnswer
from atlas.planner.subsidy import inputs, text
from indicators.database import Atlas
from indicators.published import rules
from planning.money import subsidy
from planning.money.subsidy import Rule

MOST_SHARES = 3  # published shares of operation that the help names


@dataclass(frozen=True)
class Asked:
    """capex_yuan, opex_yuan: construction, and operation a year. on: the day of the contract, where one is known.

    evidence: the weakest of what is given.
    """

    rule: Rule
    capex_yuan: float
    opex_yuan: float
    on: date | None
    villages: int | None
    evidence: str


def asked(ask: Asking) -> Asked:
    """Raises NoAnswer until all is given."""
    project = _project(ask, rules.projects_with_cost(ask.atlas, ask.view.place_id))
    capex = _amount(ask, inputs.CAPEX, project, "capex_yuan")
    opex = _yearly_opex(ask, project, capex)
    signed = project["contract_date"] if project is not None else None
    on = None if signed is None or pd.isna(signed) else pd.Timestamp(signed).date()
    rule = _rule(ask, on)
    villages = None if project is None or pd.isna(project["planned_villages"]) else int(project["planned_villages"])
    evidence = "assumed" if project is None else _weaker(str(project["evidence"]))
    return Asked(rule, capex, opex, on, villages, evidence)


def _weaker(evidence: str) -> str:
    """The cost of operation is the reader's own assumption: the answer is no better than that."""
    return "simulated" if evidence == "simulated" else "assumed"


def _project(ask: Asking, known: pd.DataFrame) -> pd.Series | None:
    if known.empty:
        return None
    by_id = known.set_index("project_id", drop=False)
    chosen = ask(inputs.PROJECT, among=[inputs.OWN, *by_id.index])
    return None if chosen == inputs.OWN else by_id.loc[chosen]


def _amount(ask: Asking, one: Number, project: pd.Series | None, column: str) -> float:
    """Yuan; a project's own amount is shown and not asked for."""
    if project is not None:
        st.html(tables.fact_list([(one.label(), figures.money(project[column]), str(project["evidence"]))]))
        return float(project[column])
    return yuan(ask(one))


def _yearly_opex(ask: Asking, project: pd.Series | None, capex: float) -> float:
    """Yuan per year: the project's own where it was published, else a share of construction that the reader gives."""
    if project is not None and not pd.isna(project["opex_yearly_yuan"]):
        own = float(project["opex_yearly_yuan"])
        st.html(tables.fact_list([(t("Yearly operation O"), figures.money(own), str(project["evidence"]))]))
        return own
    return capex * ask(inputs.OPEX_PERCENT, help=_opex_help(ask.atlas)) / 100


def _opex_help(atlas: Atlas) -> str:
    """Where a share was published; it is an assumption everywhere else."""
    held = rules.published_opex_shares(atlas)
    if held.empty:
        return t("An assumption: no share is published.")
    listed = figures.listed(
        t(
            "{name}: {share}",
            name=place_name(row["name"], row["name_en"]),
            share=figures.percent(100 * row["share"]),
        )
        for row in held.head(MOST_SHARES).to_dict("records")
    )
    return t("An assumption. Published: {shares}.", shares=listed)


def _rule(ask: Asking, on: date | None) -> Rule:
    """The rule of the category chosen; what a document leaves open is asked for and never assumed."""
    held = subsidy.rules_from(rules.subsidy_rules(ask.atlas))
    rule = subsidy.applicable(held, ask(inputs.CATEGORY), None)
    assert rule is not None  # the options are those of the rules
    _then_in_force(held, rule, on, rules.category_names(ask.atlas))
    if rule.is_complete:
        return rule
    st.html(
        blocks.notice(
            "info",
            t(
                "{document} leaves the rate or the years of operation open for this category: give what is missing.",
                document=originals.plain(ask.atlas, rule.document),
            ),
        )
    )
    rate = _stated_rate(rule) or ask(inputs.RATE)
    years = ask(inputs.YEARS)
    if rate is None or years is None:
        raise NoAnswer(finding=blocks.finding(t("Subsidy calculator: the subsidy as worked out by the rule")))
    return subsidy.completed(rule, rate / 100 if rule.rate is None else None, int(years))


def _stated_rate(rule: Rule) -> float | None:
    """The rate that the rule states, shown and not asked for; in percent."""
    if rule.rate is None:
        return None
    st.html(tables.fact_list([(inputs.RATE.label(), figures.percent(100 * rule.rate), "declared")]))
    return 100 * rule.rate


def _then_in_force(held: list[Rule], rule: Rule, on: date | None, names: dict[str, dict[str, str]]) -> None:
    """Which categories had a rule on the day of the contract, where the chosen one had none."""
    then = subsidy.in_force(held, on) if on is not None else []
    if rule in then or not then:
        return
    listed = figures.listed(text.category_name(one.category, names) for one in then)
    st.html(
        blocks.notice(
            "info",
            t(
                "In force on {day}: {rules}. Choose one of them for the rule of that time.",
                day=figures.day(on),
                rules=listed,
            ),
        )
    )
