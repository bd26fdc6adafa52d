"""The money line by line, by place or operator: on the page Funds and to take away."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from atlas.files import take_away
from atlas.look import badges, blocks, cards, figures, html, tables
from atlas.look.language import mark, pick, place_name, t
from atlas.look.words import originals
from atlas.pieces.panels import first_of
from atlas.view import inputs, questions, state
from atlas.view.state import View
from indicators import facts, places
from indicators.catalogue import catalogue
from indicators.database import Atlas
from indicators.projects import amounts, comparisons
from indicators.projects.amounts import Sum
from indicators.projects.comparisons import Line
from indicators.projects.scoped import Scope

STEPS = {
    "requested": mark("Requested"),
    "approved": mark("Approved"),
    "granted": mark("Granted"),
    "paid": mark("Paid"),
}
MOST_LINES = 60
PLACE, OPERATOR = "place", "operator"


def show(atlas: Atlas, view: View, scope: Scope, title: str) -> None:
    below = places.level_below(atlas, view.place_id)
    options = {OPERATOR: t("Operator")}
    if below:
        options = {PLACE: pick(places.level_names(atlas)[below])} | options
    st.html(blocks.heading(t("The money line by line")))
    by = inputs.choice(view, "by", t("By"), options, next(iter(options)))
    level = below if by == PLACE else None
    found = comparisons.lines(atlas, scope, level, "part_id" if by == PLACE else "operator_id")
    names = _line_names(atlas, amounts.of_projects(atlas, scope, level), by)
    cells = [_line_cells(view, line, names, by) for line in found[:MOST_LINES]]
    if words := first_of(MOST_LINES, len(found)):
        st.html(blocks.credit(words))
    headers = [
        options[by],
        t("Projects"),
        t("Villages"),
        t("Investment announced"),
        *(t(words) for words in STEPS.values()),
        *(questions.title(one) for one in comparisons.PER),
        t("Left out of the investment"),
        t("Evidence"),
    ]
    st.html(tables.data_table(headers, cells, "lrrrrrrrrrrwl", t("The money line by line")))
    is_simulated = any(line.capex.evidence == "simulated" for line in found)
    said = [(t("Place"), state.shown(atlas, view).name), (t("Amounts"), t("announced amounts, not outturn"))]
    take_away.answer(atlas, view, title, _as_file(found, names, options[by]), said, "funds", is_simulated=is_simulated)


def _line_names(atlas: Atlas, rows: pd.DataFrame, by: str) -> dict[str, str]:
    if by == OPERATOR:
        known = facts.operators(atlas)
        written = rows.dropna(subset=["operator_id"]).drop_duplicates("operator_id")
        found = {row["operator_id"]: originals.plain(atlas, row["operator"]) for row in written.to_dict("records")}
        return {"": t("operator unknown")} | {
            key: pick(known[key]) if key in known else name for key, name in found.items()
        }
    held = (places.place(atlas, key) for key in rows["part_id"].dropna().unique())
    named = {one.place_id: place_name(one.name, one.name_en) for one in held if one is not None}
    return {"": t("in no one of these places")} | named


def _line_cells(view: View, line: Line, names: dict[str, str], by: str) -> list[object]:
    name = names.get(line.key, line.key)
    label = html.link(name, view.link(place_id=line.key)) if by == PLACE and line.key else name
    return [
        label,
        figures.count(line.projects),
        figures.count(line.villages),
        bound(line.capex) + figures.money(line.capex.yuan) if line.capex.yuan is not None else figures.unknown(),
        *(figures.money(one.yuan) for one in line.steps.values()),
        *(cards.number(line.figures[one]) if line.figures else figures.DASH for one in comparisons.PER),
        excluded(line.capex),
        badges.badge(line.capex.evidence) if line.capex.evidence else "",
    ]


def _as_file(found: tuple[Line, ...], names: dict[str, str], label: str) -> pd.DataFrame:
    word = figures.unit_word("yuan")
    return pd.DataFrame(
        {
            label: [names.get(line.key, line.key) for line in found],
            t("Code"): [line.key for line in found],
            t("Projects"): [line.projects for line in found],
            t("Villages"): [line.villages for line in found],
            figures.bracketed(t("Investment announced"), word): [line.capex.yuan for line in found],
            **{
                figures.bracketed(t(words), word): [line.steps[step].yuan for line in found]
                for step, words in STEPS.items()
            },
            **{
                _per_header(one, word): [line.figures[one].value if line.figures else None for line in found]
                for one in comparisons.PER
            },
            t("Left out of the investment"): [excluded(line.capex) for line in found],
            t("Evidence"): [badges.evidence_word(line.capex.evidence) if line.capex.evidence else "" for line in found],
        }
    )


def _per_header(indicator_id: str, word: str) -> str:
    """An indicator's title; an amount of money with its unit."""
    is_money = catalogue()[indicator_id].unit == "yuan"
    title = questions.title(indicator_id)
    return figures.bracketed(title, word) if is_money else title


def bound(one: Sum) -> str:
    """The sign before a sum that holds a lower bound."""
    return "≥ " if one.at_least else ""


def excluded(one: Sum) -> str:
    """How many projects a sum leaves out, and why."""
    said = [
        t("{n} without an amount", n=figures.count(one.no_amount)) if one.no_amount else None,
        t("{n} in another currency", n=figures.count(one.other_currency)) if one.other_currency else None,
        t("{n} reach beyond this place", n=figures.count(one.beyond)) if one.beyond else None,
        t("{n} published as a lower bound, counted", n=figures.count(one.at_least)) if one.at_least else None,
    ]
    return figures.sentence(said) or t("none")
