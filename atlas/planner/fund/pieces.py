"""What the page of the fund is made of: the factor year by year, other bases, customers who react."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from atlas.files import take_away
from atlas.look import blocks, cards, figures, tables, theme
from atlas.look.html import Html
from atlas.look.language import current, mark, pick, t
from atlas.planner.fund import charts, inputs, text
from atlas.planner.fund.asked import FACTOR_FIRST, FACTOR_LAST, NEED_FIRST, NEED_LAST, Asked
from atlas.planner.inputs import ten_thousand
from atlas.planner.question import Worked
from atlas.published import quotation_panel
from atlas.published.quotation_panel import Quoted
from ground.units import TEN_THOUSAND
from indicators.database import Atlas
from indicators.published.quotations import quotation, value
from planning.money import fund

LABEL = mark("Fund")
#: Uses of the published figures that stand beside the answer.
QUOTED = (
    Quoted(FACTOR_FIRST, "percent"),
    Quoted(FACTOR_LAST, "percent"),
    Quoted(NEED_FIRST, "usd"),
    Quoted(NEED_LAST, "usd"),
    Quoted("fund_base_growth", "percent"),
    Quoted("fund_base_change", "percent"),
    Quoted("fund_paid_first", "usd"),
    Quoted("fund_paid_last", "usd"),
)
Projected = Worked[Asked, pd.DataFrame]


def finding(projected: Projected) -> Html:
    table, start = projected.found, projected.asked.start
    first, last = table["share"].iloc[0], table["share"].iloc[-1]
    words = t(
        "The fund takes {first} of the operators' revenue, and {last} in {year}",
        first=figures.percent(100 * first),
        last=figures.percent(100 * last),
        year=str(table["year"].iloc[-1]),
    )
    whose = quotation(projected.atlas, FACTOR_LAST) if start.is_foreign else None
    said = [pick({"zh": whose["name_zh"], "en": whose["name_en"]})] if whose else []
    return blocks.finding(words, [*said, t("contribution factor f = need ÷ base")], projected.evidence)


def year_by_year(projected: Projected) -> None:
    atlas, view, table, evidence = projected.atlas, projected.view, projected.found, projected.evidence
    start, published = projected.asked.start, projected.asked.published
    first, last = table.iloc[0], table.iloc[-1]
    in_row = [
        cards.card_text(
            t("Contribution factor, {year}", year=str(row["year"])), figures.percent(100 * row["share"]), "", evidence
        )
        for row in (first.to_dict() | {"year": start.year}, last.to_dict() | {"year": int(last["year"])})
    ]
    st.html(cards.cards(in_row))
    st.html(blocks.formula(text.formula(start)))
    if published is not None:
        st.html(blocks.formula(published.formula()))
    if table["is_beyond_base"].any():
        year = str(table.loc[table["is_beyond_base"], "year"].iloc[0])
        words = t("From {year} on the fund would need more than the whole base: another base is needed.", year=year)
        st.html(blocks.notice("warning", words))
    remark = t("contribution factor, %; ● published, ○ projected")
    st.html(blocks.heading(t("Year by year"), evidence, remark))
    points = _points(atlas) if published is not None else pd.DataFrame({"year": [], "percent": []})
    st.altair_chart(charts.factor(table, points, theme.tokens(), current()), theme=None, key="fund_chart")
    headers = [t("Year"), t("Need"), t("Base"), t("Contribution factor"), t("Remark")]
    rows = text.year_rows(table, start)
    st.html(tables.data_table(headers, rows, "lrrrl", t("Year by year")))
    said = [(t("Formula"), text.formula(start))]
    take_away.answer(atlas, view, t("Year by year"), text.year_file(table, start), said, "fund", is_simulated=False)


def _points(atlas: Atlas) -> pd.DataFrame:
    """The two published factors, each at the beginning of the quarter that it was of."""
    found = [one for use in (FACTOR_FIRST, FACTOR_LAST) if (one := quotation(atlas, use)) is not None]
    rows = [(day.year + (day.month - 1) / 12, one["value"]) for one in found if not pd.isna(day := one["date_from"])]
    return pd.DataFrame(rows, columns=["year", "percent"]).dropna()


def other_bases(projected: Projected) -> None:
    """The same need on other bases."""
    start = projected.asked.start
    unit = t("million US dollars") if start.is_foreign else ten_thousand()
    remark = t("one line each: name, amount a year ({unit})", unit=unit)
    st.html(blocks.heading(t("Other bases"), None, remark))
    typed = projected.ask(inputs.BASES)
    if not typed:
        return
    bases, refused = text.read_bases(typed, 1e6 if start.is_foreign else TEN_THOUSAND)
    for line, why in refused:
        st.html(blocks.notice("warning", t("Line {n}: {why}", n=line, why=why)))
    if not bases.empty:
        rows = text.base_rows(fund.other_bases(start.need, bases), start)
        headers = [t("Base"), t("Amount"), t("Contribution factor")]
        st.html(tables.data_table(headers, rows, "lrr", t("Other bases")))


def reaction(projected: Projected) -> None:
    """What customers' reaction adds, for the elasticities that are published."""
    atlas, start, evidence = projected.atlas, projected.asked.start, projected.evidence
    wanted = [(t("nobody reacts"), 0.0)]
    wanted += [
        (words, elasticity)
        for words, use in (
            (t("access, basic service"), "elasticity_access_high"),
            (t("long-distance calls"), "elasticity_long_distance"),
        )
        if (elasticity := value(atlas, use)) is not None
    ]
    remark = t("the contribution is added to the price, and customers buy less: need = f × base × (1 + f)^ε")
    st.html(blocks.heading(t("If customers react"), evidence, remark))
    headers = [t("Service"), t("Elasticity ε"), t("Contribution factor")]
    st.html(tables.data_table(headers, text.reaction_rows(start, wanted), "lrr", t("If customers react")))


def published_beside(projected: Projected) -> None:
    quotation_panel.beside(projected.atlas, QUOTED)
