"""The inputs of "fund" as widgets, and where the projection starts."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from atlas.look import figures, tables
from atlas.look.language import t
from atlas.planner.fund import inputs
from atlas.planner.fund.text import Published, Start
from atlas.planner.inputs import yuan
from atlas.planner.question import Asking
from indicators.database import Atlas
from indicators.published.quotations import quotation

#: Uses of the published figures that the example is made of.
FACTOR_FIRST, FACTOR_LAST = "fund_factor_first", "fund_factor_last"
NEED_FIRST, NEED_LAST = "fund_need_first", "fund_need_last"
OWN_YEARS, OWN_GROWTH = 5, 0.05


@dataclass(frozen=True)
class Asked:
    """Where it starts, for how many years, growth of need and base a year (0.1 is 10 %); published: the example, where
    it starts from that.
    """

    start: Start
    years: int
    need_growth: float
    base_growth: float
    published: Published | None


def asked(ask: Asking) -> Asked:
    published = _published(ask.atlas)
    kinds = (inputs.PUBLISHED, inputs.OWN) if published is not None else (inputs.OWN,)
    kind = ask(inputs.START, among=kinds)
    if kind == inputs.PUBLISHED and published is not None:
        start, years = published.start(), published.years
        st.html(tables.fact_list(_start_facts(published, start)))
    else:
        start, years, published = _own(ask), OWN_YEARS, None
    count = ask(inputs.YEARS, usual=float(years))
    proposed = round(100 * start.need_growth, 2)
    need = ask(inputs.NEED_GROWTH, usual=proposed)
    base = ask(inputs.BASE_GROWTH)
    growth = start.need_growth if need == proposed else need / 100  # the last need is the published one
    return Asked(start, int(count), growth, base / 100, published)


def _published(atlas: Atlas) -> Published | None:
    """The figures of the example, where the profile declares all of them with their years."""
    found = [quotation(atlas, use) for use in (FACTOR_LAST, NEED_FIRST, NEED_LAST)]
    if any(one is None or pd.isna(one["value"]) or pd.isna(one["date_from"]) for one in found):
        return None
    factor, first, last = (one for one in found if one is not None)
    years = (int(one["date_from"].year) for one in (first, last))
    return Published(float(factor["value"]), float(first["value"]), float(last["value"]), *years)


def _start_facts(published: Published, start: Start) -> list[tuple[str, str, str | None]]:
    return [
        (t("Need, {year}", year=str(start.year)), start.money(start.need), "declared"),
        (t("Contribution factor"), figures.percent(published.factor_percent), "declared"),
        (t("Base = need ÷ factor"), start.money(start.base), "modelled"),
    ]


def _own(ask: Asking) -> Start:
    need, base = ask(inputs.NEED), ask(inputs.BASE)
    year = ask(inputs.YEAR, usual=float(ask.view.as_of.year))
    return Start(yuan(need), yuan(base), int(year), False, OWN_GROWTH)
