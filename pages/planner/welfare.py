"""Welfare: what it costs society to raise the money, to give it to all or to those who need it, and where to add it."""

from __future__ import annotations

import streamlit as st

from atlas.files import take_away
from atlas.look import blocks, cards, figures, tables, theme
from atlas.look.language import current, t
from atlas.planner.scenario import panel as scenario_panel
from atlas.planner.scenario.panel import Answer, Input
from atlas.planner.subsidy import text as subsidy_text
from atlas.planner.welfare import charts as welfare_charts
from atlas.planner.welfare import text as welfare_text
from atlas.published import quotation_panel
from atlas.published.quotation_panel import Quoted
from atlas.view import controls, inputs
from atlas.view.page import Page
from atlas.view.state import View
from ground.units import TEN_THOUSAND
from indicators.database import Atlas
from indicators.published.quotations import value
from planning.inputs import InputError
from planning.money import welfare
from planning.money.welfare import Reading

PAGE = Page(
    url_path="welfare",
    order=46,
    icon=":material/balance:",
    title=lambda: t("Welfare"),
    section=lambda: t("Planning"),
)
USUAL_RAISED = 10_000.0  # in 10,000: a round amount to begin with, nobody's subsidy
ELASTICITY, LONG_DISTANCE, ACCESS_LOW = (
    "elasticity_access_high",
    "elasticity_long_distance",
    "elasticity_access_low",
)
#: Uses of published figures that stand beside the answers.
QUOTED = (
    Quoted("public_money_developed"),
    Quoted("public_money_developed_in_all"),
    Quoted("public_money_developing"),
    Quoted("public_money_low"),
    Quoted("public_money_high"),
    Quoted("levy_long_distance"),
    Quoted("general_taxes_low"),
    Quoted("general_taxes_high"),
    Quoted(LONG_DISTANCE),
    Quoted(ACCESS_LOW),
    Quoted(ELASTICITY),
    Quoted("subscribers_gained", "percent"),
    Quoted("calls_lost", "percent"),
)


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    heading = st.container()
    given, results = _raising(atlas, view, heading)
    more, targeted = _targeting(atlas, view)
    services = _ramsey(atlas, view)
    quotation_panel.beside(atlas, QUOTED)
    answer = Answer(
        question="welfare",
        inputs=given | more | services,
        results=results | targeted,
        is_demonstration=False,
        of_place=False,
    )
    scenario_panel.bar(atlas, view, answer)


# --- raising the money ------------------------------------------------------------------------------------


def _raising(
    atlas: Atlas, view: View, heading: st.delta_generator.DeltaGenerator
) -> tuple[dict[str, Input], dict[str, float]]:
    left, right = st.columns([2, 3], gap="large")
    with left:
        raised, reading, own = _asked(atlas, view)
    table = welfare.compare_sources(raised * TEN_THOUSAND, welfare_text.sources(atlas, reading, own))
    dearest = table.loc[table["total_high"].idxmax()]
    with heading:
        words = t(
            "Raising {amount} costs society up to {total}",
            amount=figures.money(raised * TEN_THOUSAND),
            total=figures.money(dearest["total_high"]),
        )
        st.html(blocks.finding(words, [dearest["words"]], "assumed"))
    with right:
        st.html(
            blocks.heading(
                t("What raising the money costs"),
                "assumed",
                t("what one unit raised costs in all; the line is the unit itself"),
            )
        )
        if raised:
            chart = welfare_charts.costs(table, raised * TEN_THOUSAND, theme.tokens(), current())
            st.altair_chart(chart, theme=None, key="welfare_chart")
    headers = [
        t("Source of the money"),
        t("Per unit"),
        t("Evidence"),
        t("Read as"),
        t("Lost on the way"),
        t("Cost in all"),
    ]
    rows = welfare_text.source_rows(table)
    st.html(tables.data_table(headers, rows, "wrlwrr", t("What raising the money costs")))
    said = [(t("Raised"), figures.money(raised * TEN_THOUSAND))]
    take_away.answer(
        atlas,
        view,
        t("What raising the money costs"),
        welfare_text.source_file(table),
        said,
        "welfare",
        is_simulated=False,
    )
    results = {"raised_yuan": raised * TEN_THOUSAND}
    results |= {f"total_{row['source_id']}_yuan": row["total_high"] for row in table.to_dict("records")}
    return {"raised": raised, "reading": reading, "own_low": own[0], "own_high": own[1]}, results


def _asked(atlas: Atlas, view: View) -> tuple[float, Reading, tuple[float, float]]:
    raised = inputs.number(
        view,
        "raised",
        t("Money to raise ({unit})", unit=subsidy_text.unit()),
        USUAL_RAISED,
        low=0.0,
        high=1e8,
        step=1000.0,
    )
    if raised == USUAL_RAISED:
        st.html(blocks.credit(t("a round amount to begin with; put in the subsidy that is meant")))
    reading = "extra"
    if words := welfare_text.two_readings(atlas):
        options = {"extra": t("1 plus the figure"), "total": t("the figure in all")}
        reading = inputs.choice(view, "reading", t("How the figure for this country is read"), options, "extra")
        st.html(blocks.credit(words))
    low = inputs.number(view, "own_low", t("Own assumption: lost per unit, low"), 0.3, low=0.0, high=10.0, step=0.1)
    high = inputs.number(view, "own_high", t("Own assumption: lost per unit, high"), 0.5, low=0.0, high=10.0, step=0.1)
    return raised, "total" if reading == "total" else "extra", (low, high)


# --- giving it away ---------------------------------------------------------------------------------------


def _targeting(atlas: Atlas, view: View) -> tuple[dict[str, Input], dict[str, float]]:
    st.html(
        blocks.heading(
            t("A discount for all, or for those who would not subscribe without it"),
            "assumed",
            t("what one more subscriber costs, in prices of the service"),
        )
    )
    left, right = st.columns([2, 3], gap="large")
    with left:
        epsilon = inputs.number(
            view,
            "epsilon",
            t("Elasticity of demand ε"),
            value(atlas, ELASTICITY) or -0.03,
            low=-5.0,
            high=-0.001,
            step=0.01,
        )
        discount = inputs.number(
            view, "discount", t("Discount δ (% of the price)"), 10.0, low=1.0, high=100.0, step=1.0
        )
    found = welfare.targeting(epsilon, discount / 100)
    with right:
        st.html(
            cards.cards(
                [
                    cards.card_text(
                        t("Discount for all"),
                        figures.decimal(found.untargeted_prices, 1),
                        t("times the price"),
                        "assumed",
                    ),
                    cards.card_text(
                        t("Targeted discount"),
                        figures.decimal(found.targeted_prices, 2),
                        t("times the price"),
                        "assumed",
                    ),
                    cards.card_text(t("So many times dearer"), figures.decimal(found.ratio, 0), "", "assumed"),
                    cards.card_text(t("New subscribers"), figures.percent(100 * found.added_share), "", "assumed"),
                ]
            )
        )
        st.html(blocks.formula(welfare_text.targeting_formula(found, epsilon, discount / 100)))
    results = {"untargeted_prices": found.untargeted_prices, "targeted_prices": found.targeted_prices}
    return {"epsilon": epsilon, "discount": discount}, results


def _ramsey(atlas: Atlas, view: View) -> dict[str, Input]:
    st.html(
        blocks.heading(
            t("Where a mark-up does least harm"),
            "assumed",
            t("(price − cost) ÷ price = k ÷ |ε|: the less demand reacts, the more it can bear (Ramsey)"),
        )
    )
    left, right = st.columns([2, 3], gap="large")
    with left:
        number = inputs.number(
            view, "ramsey", t("Ramsey number k (0 at cost, 1 a monopoly)"), 0.01, low=0.0, high=1.0, step=0.005
        )
        known = [
            (t("long-distance calls"), LONG_DISTANCE, -0.7),
            (t("access (less elastic)"), ACCESS_LOW, -0.02),
            (t("access (more elastic)"), ELASTICITY, -0.03),
        ]
        usual = "\n".join(f"{words}, {value(atlas, use) or fallback}" for words, use, fallback in known)
        text = inputs.lines(view, "services", t("Services, line by line: name, elasticity"), default=usual)
    services, refused = welfare_text.read_services(text)
    given: dict[str, Input] = {"ramsey": number, "services": "" if text == usual else text}
    with right:
        for line, why in refused:
            st.html(blocks.notice("warning", t("Line {n}: {why}", n=line, why=why)))
        try:
            rows = welfare_text.markup_rows(welfare_text.markups(services, number))
        except InputError:
            st.html(blocks.notice("empty", t("No service to show.")))
            return given
        headers = [
            t("Service"),
            t("Elasticity ε"),
            t("Mark-up, % of the price"),
            t("Against the least elastic"),
        ]
        st.html(tables.data_table(headers, rows, "lrrr", t("Where a mark-up does least harm")))
    return given
