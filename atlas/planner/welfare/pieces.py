"""What the page of welfare is made of: raising the money, giving it away, and where a mark-up does least harm."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from atlas.files import take_away
from atlas.look import blocks, cards, figures, tables, theme
from atlas.look.html import Html
from atlas.look.language import current, mark, t
from atlas.planner.inputs import yuan
from atlas.planner.question import Asking, Worked
from atlas.planner.welfare import charts, inputs, text
from atlas.published import quotation_panel
from atlas.published.quotation_panel import Quoted
from indicators.published.quotations import value
from planning.inputs import InputError
from planning.money import welfare
from planning.money.welfare import Reading

LABEL = mark("Welfare")
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


@dataclass(frozen=True)
class Asked:
    """What is raised, how this country's figure is read, and the own assumption: lost per unit, low and high."""

    raised_yuan: float
    reading: Reading
    own: tuple[float, float]


Raised = Worked[Asked, pd.DataFrame]


# --- raising the money ------------------------------------------------------------------------------------


def asked(ask: Asking) -> Asked:
    raised = ask(inputs.RAISED)
    if raised == inputs.USUAL_RAISED:
        st.html(blocks.credit(t("a round amount to begin with; put in the subsidy that is meant")))
    reading = "extra"
    if words := text.two_readings(ask.atlas):
        reading = ask(inputs.READING)
        st.html(blocks.credit(words))
    ask.hold(inputs.READING, reading)
    own = ask(inputs.OWN_LOW), ask(inputs.OWN_HIGH)
    return Asked(yuan(raised), "total" if reading == "total" else "extra", own)


def finding(raised: Raised) -> Html:
    table = raised.found
    dearest = table.loc[table["total_high"].idxmax()]
    words = t(
        "Raising {amount} costs society up to {total}",
        amount=figures.money(raised.asked.raised_yuan),
        total=figures.money(dearest["total_high"]),
    )
    return blocks.finding(words, [dearest["words"]], "assumed")


def by_source(raised: Raised) -> None:
    st.html(
        blocks.heading(
            t("What raising the money costs"),
            "assumed",
            t("what one unit raised costs in all; the line is the unit itself"),
        )
    )
    if raised.asked.raised_yuan:
        chart = charts.costs(raised.found, raised.asked.raised_yuan, theme.tokens(), current())
        st.altair_chart(chart, theme=None, key="welfare_chart")


def sources(raised: Raised) -> None:
    table = raised.found
    headers = [
        t("Source of the money"),
        t("Per unit"),
        t("Evidence"),
        t("Read as"),
        t("Lost on the way"),
        t("Cost in all"),
    ]
    rows = text.source_rows(table)
    st.html(tables.data_table(headers, rows, "wrlwrr", t("What raising the money costs")))
    said = [(t("Raised"), figures.money(raised.asked.raised_yuan))]
    take_away.answer(
        raised.atlas,
        raised.view,
        t("What raising the money costs"),
        text.source_file(table),
        said,
        "welfare",
        is_simulated=False,
    )


# --- giving it away ---------------------------------------------------------------------------------------


def targeting(raised: Raised) -> None:
    st.html(
        blocks.heading(
            t("A discount for all, or for those who would not subscribe without it"),
            "assumed",
            t("what one more subscriber costs, in prices of the service"),
        )
    )
    left, right = st.columns([2, 3], gap="large")
    with left:
        epsilon = raised.ask(inputs.EPSILON, usual=value(raised.atlas, ELASTICITY) or inputs.EPSILON.usual)
        discount = raised.ask(inputs.DISCOUNT)
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
        st.html(blocks.formula(text.targeting_formula(found, epsilon, discount / 100)))


def mark_ups(raised: Raised) -> None:
    st.html(
        blocks.heading(
            t("Where a mark-up does least harm"),
            "assumed",
            t("(price − cost) ÷ price = k ÷ |ε|: the less demand reacts, the more it can bear (Ramsey)"),
        )
    )
    left, right = st.columns([2, 3], gap="large")
    with left:
        number = raised.ask(inputs.RAMSEY)
        known = [
            (t("long-distance calls"), LONG_DISTANCE, -0.7),
            (t("access (less elastic)"), ACCESS_LOW, -0.02),
            (t("access (more elastic)"), ELASTICITY, -0.03),
        ]
        usual = "\n".join(f"{words}, {value(raised.atlas, use) or fallback}" for words, use, fallback in known)
        typed = raised.ask(inputs.SERVICES, usual=usual)
    services, refused = text.read_services(typed)
    with right:
        for line, why in refused:
            st.html(blocks.notice("warning", t("Line {n}: {why}", n=line, why=why)))
        try:
            rows = text.markup_rows(text.markups(services, number))
        except InputError:
            st.html(blocks.notice("empty", t("No service to show.")))
            return
        headers = [
            t("Service"),
            t("Elasticity ε"),
            t("Mark-up, % of the price"),
            t("Against the least elastic"),
        ]
        st.html(tables.data_table(headers, rows, "lrrr", t("Where a mark-up does least harm")))


def published_beside(raised: Raised) -> None:
    quotation_panel.beside(raised.atlas, QUOTED)
