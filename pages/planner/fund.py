"""Fund: what share of the operators' revenue a universal-service fund takes, now and in later years."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from atlas.files import take_away
from atlas.look import blocks, cards, figures, tables, theme
from atlas.look.language import current, pick, t
from atlas.planner.fund import charts as fund_charts
from atlas.planner.fund import text as fund_text
from atlas.planner.fund.text import Published, Start
from atlas.planner.scenario import panel as scenario_panel
from atlas.planner.scenario.panel import Answer, Input
from atlas.planner.subsidy import text as subsidy_text
from atlas.published import quotation_panel
from atlas.published.quotation_panel import Quoted
from atlas.view import controls, inputs
from atlas.view.page import Page
from atlas.view.state import View
from ground.units import TEN_THOUSAND
from indicators.database import Atlas
from indicators.published.quotations import quotation, value
from planning.money import fund

PAGE = Page(
    url_path="fund",
    order=45,
    icon=":material/savings:",
    title=lambda: t("Fund"),
    section=lambda: t("Planning"),
)
#: Uses of the published figures that the example is made of.
FACTOR_FIRST, FACTOR_LAST = "fund_factor_first", "fund_factor_last"
NEED_FIRST, NEED_LAST = "fund_need_first", "fund_need_last"
#: Uses of those that stand beside the answer.
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
MOST_YEARS = 30


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    heading = st.container()
    left, right = st.columns([2, 3], gap="large")
    published = _published(atlas)
    with left:
        start, years, growth, given = _asked(view, published)
    table = fund.projection(
        start.need,
        start.base,
        years=years,
        need_growth=growth[0],
        base_growth=growth[1],
        first_year=start.year,
    )
    evidence = "modelled" if start.is_foreign else "assumed"
    with heading:
        first, last = table["share"].iloc[0], table["share"].iloc[-1]
        words = t(
            "The fund takes {first} of the operators' revenue, and {last} in {year}",
            first=figures.percent(100 * first),
            last=figures.percent(100 * last),
            year=str(table["year"].iloc[-1]),
        )
        whose = quotation(atlas, FACTOR_LAST) if start.is_foreign else None
        said = [pick({"zh": whose["name_zh"], "en": whose["name_en"]})] if whose else []
        st.html(blocks.finding(words, [*said, t("contribution factor f = need ÷ base")], evidence))
    with right:
        _answer(atlas, view, start, table, published if start.is_foreign else None, evidence)
    bases = _bases(atlas, view, start, evidence)
    _reaction(atlas, start, evidence)
    quotation_panel.beside(atlas, QUOTED)
    scenario_panel.bar(atlas, view, _scenario(given | {"bases": bases}, table))


def _published(atlas: Atlas) -> Published | None:
    """The figures of the example, where the profile declares all of them with their years."""
    found = [quotation(atlas, use) for use in (FACTOR_LAST, NEED_FIRST, NEED_LAST)]
    if any(one is None or pd.isna(one["value"]) or pd.isna(one["date_from"]) for one in found):
        return None
    factor, first, last = (one for one in found if one is not None)
    years = (int(one["date_from"].year) for one in (first, last))
    return Published(float(factor["value"]), float(first["value"]), float(last["value"]), *years)


# --- what is asked ----------------------------------------------------------------------------------------


def _asked(view: View, published: Published | None) -> tuple[Start, int, tuple[float, float], dict[str, Input]]:
    """Where it starts, for how many years, growth of need and base a year, and the inputs as used."""
    options = {"published": t("The published fund"), "own": t("Own figures")}
    if published is None:
        options.pop("published")
    kind = inputs.choice(view, "start", t("Start from"), options, next(iter(options)))
    given: dict[str, Input] = {"start": kind}
    if kind == "published" and published is not None:
        start, years = published.start(), published.years
        st.html(tables.fact_list(_start_facts(published, start)))
    else:
        start, own = _own(view)
        given, years = given | own, 5
    count = inputs.number(
        view, "years", t("Years to look ahead"), float(years), low=1.0, high=MOST_YEARS, step=1.0, is_whole=True
    )
    proposed = round(100 * start.need_growth, 2)
    need = inputs.number(
        view, "need_growth", t("Growth of the need (% a year)"), proposed, low=-50.0, high=100.0, step=0.5
    )
    base = inputs.number(view, "base_growth", t("Growth of the base (% a year)"), 0.0, low=-50.0, high=100.0, step=0.5)
    given |= {"years": count, "need_growth": need, "base_growth": base}
    growth = start.need_growth if need == proposed else need / 100  # the last need is the published one
    return start, int(count), (growth, base / 100), given


def _start_facts(published: Published, start: Start) -> list[tuple[str, str, str | None]]:
    return [
        (t("Need, {year}", year=str(start.year)), start.money(start.need), "declared"),
        (t("Contribution factor"), figures.percent(published.factor_percent), "declared"),
        (t("Base = need ÷ factor"), start.money(start.base), "modelled"),
    ]


def _own(view: View) -> tuple[Start, dict[str, Input]]:
    unit = subsidy_text.unit()
    need = inputs.number(
        view, "need", t("Need ({unit} a year)", unit=unit), 100_000.0, low=0.0, high=1e9, step=10_000.0
    )
    base = inputs.number(
        view,
        "base",
        t("Base: revenue that contributes ({unit} a year)", unit=unit),
        10_000_000.0,
        low=1.0,
        high=1e10,
        step=100_000.0,
    )
    year = inputs.number(
        view, "year", t("First year"), float(view.as_of.year), low=1990.0, high=2100.0, step=1.0, is_whole=True
    )
    start = Start(TEN_THOUSAND * need, TEN_THOUSAND * base, int(year), False, 0.05)
    return start, {"need": need, "base": base, "year": year}


# --- the answer -------------------------------------------------------------------------------------------


def _answer(
    atlas: Atlas, view: View, start: Start, table: pd.DataFrame, published: Published | None, evidence: str
) -> None:
    first, last = table.iloc[0], table.iloc[-1]
    in_row = [
        cards.card_text(
            t("Contribution factor, {year}", year=str(row["year"])), figures.percent(100 * row["share"]), "", evidence
        )
        for row in (first.to_dict() | {"year": start.year}, last.to_dict() | {"year": int(last["year"])})
    ]
    st.html(cards.cards(in_row))
    st.html(blocks.formula(fund_text.formula(start)))
    if published is not None:
        st.html(blocks.formula(published.formula()))
    if table["is_beyond_base"].any():
        year = str(table.loc[table["is_beyond_base"], "year"].iloc[0])
        words = t("From {year} on the fund would need more than the whole base: another base is needed.", year=year)
        st.html(blocks.notice("warning", words))
    remark = t("contribution factor, %; ● published, ○ projected")
    st.html(blocks.heading(t("Year by year"), evidence, remark))
    points = _points(atlas) if published is not None else pd.DataFrame({"year": [], "percent": []})
    st.altair_chart(fund_charts.factor(table, points, theme.tokens(), current()), theme=None, key="fund_chart")
    headers = [t("Year"), t("Need"), t("Base"), t("Contribution factor"), t("Remark")]
    rows = fund_text.year_rows(table, start)
    st.html(tables.data_table(headers, rows, "lrrrl", t("Year by year")))
    said = [(t("Formula"), fund_text.formula(start))]
    take_away.answer(
        atlas, view, t("Year by year"), fund_text.year_file(table, start), said, "fund", is_simulated=False
    )


def _points(atlas: Atlas) -> pd.DataFrame:
    """The two published factors, each at the beginning of the quarter that it was of."""
    found = [one for use in (FACTOR_FIRST, FACTOR_LAST) if (one := quotation(atlas, use)) is not None]
    rows = [(day.year + (day.month - 1) / 12, one["value"]) for one in found if not pd.isna(day := one["date_from"])]
    return pd.DataFrame(rows, columns=["year", "percent"]).dropna()


def _bases(atlas: Atlas, view: View, start: Start, evidence: str) -> str:
    """The same need on other bases; gives back what was typed."""
    unit = t("million US dollars") if start.is_foreign else subsidy_text.unit()
    remark = t("one line each: name, amount a year ({unit})", unit=unit)
    st.html(blocks.heading(t("Other bases"), None, remark))
    text = inputs.lines(view, "bases", t("Bases, line by line"), placeholder=t("All telecom revenue, 30000000"))
    if not text:
        return ""
    bases, refused = fund_text.read_bases(text, 1e6 if start.is_foreign else TEN_THOUSAND)
    for line, why in refused:
        st.html(blocks.notice("warning", t("Line {n}: {why}", n=line, why=why)))
    if not bases.empty:
        rows = fund_text.base_rows(fund.other_bases(start.need, bases), start)
        headers = [t("Base"), t("Amount"), t("Contribution factor")]
        st.html(tables.data_table(headers, rows, "lrr", t("Other bases")))
    return text


def _reaction(atlas: Atlas, start: Start, evidence: str) -> None:
    """What customers' reaction adds, for the elasticities that are published."""
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
    st.html(tables.data_table(headers, fund_text.reaction_rows(start, wanted), "lrr", t("If customers react")))


def _scenario(given: dict[str, Input], table: pd.DataFrame) -> Answer:
    return Answer(
        question="fund",
        inputs=given,
        results={
            "first_share": table["share"].iloc[0],
            "last_share": table["share"].iloc[-1],
            "last_year": table["year"].iloc[-1],
        },
        is_demonstration=False,
        of_place=False,
    )
