"""What the page of costs is made of: one village by every technology, what moves it, and all unconnected ones here."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from atlas.files import take_away
from atlas.look import badges, blocks, cards, figures, tables, theme
from atlas.look.html import Html
from atlas.look.language import current, mark, nt, t
from atlas.planner import scope
from atlas.planner.cost import answers, charts, parameter_text, text, village
from atlas.planner.cost import inputs as cost_inputs
from atlas.planner.cost.answers import HereCost
from atlas.planner.cost.village import Asked, One
from atlas.planner.question import Worked
from atlas.published import costs as published_costs
from atlas.published import quotation_panel
from atlas.published.quotation_panel import Quoted
from atlas.view import controls
from atlas.view.state import View
from indicators.database import Atlas
from planning.cost.uncertainty import tornado

BARS = 8  # of a tornado
MOST_PARTS = 40
LABEL = mark("Cost of connecting a village")


@dataclass(frozen=True)
class Costs:
    """One village, and all of the place; None where these were not worked out, with what is said instead, if any."""

    one: One
    here: HereCost | None
    said: Html | None = None


Priced = Worked[Asked, Costs]


def finding(priced: Priced) -> Html:
    """What all villages here cost together; where that was not worked out, what one costs."""
    atlas, view, one, here = priced.atlas, priced.view, priced.found.one, priced.found.here
    if here is not None and here.by_technology:
        evidence = answers.evidence(atlas, view)
        words = nt(
            "{n} village, construction {amount}",
            "{n} villages, construction {amount}",
            int(here.whole["villages"]),
            n=figures.count(here.whole["villages"]),
            amount=text.total_words(here.whole),
        )
        said = [text.counted_technologies(here.by_technology)]
        return blocks.finding(scope.headline(atlas, view, evidence, words), said, evidence)
    best = one.best
    if best is None:
        words = t("None of these technologies is fast enough")
    else:
        words = t(
            "Connecting such a village costs {range} to build, by {technology}",
            range=figures.modelled_range(best["capex_yuan_low"], best["capex_yuan_high"]),
            technology=text.technology(best.name),
        )
    remark = t("the least present value of the technologies that are fast enough")
    return blocks.finding(words, [remark], one.evidence)


def one_village(priced: Priced) -> None:
    one = priced.found.one
    best = one.best
    if best is None:
        words = t("None of these technologies reaches the speed wanted. Choose another one, or a lower speed.")
        st.html(blocks.notice("empty", words))
        return
    in_row = [
        text.range_card(title, best, measure, one.evidence)
        for title, measure in (
            (t("Construction"), "capex_yuan"),
            (t("Operation a year"), "opex_yuan_per_year"),
            (t("Present value"), "present_value_yuan"),
        )
    ]
    st.html(cards.cards(in_row))
    st.html(blocks.formula(parameter_text.formula(one.frame, one.parameters, str(best.name), best["capex_yuan"])))
    years = one.parameters["all.period_years"].value
    rate = one.parameters["all.discount_rate"].value
    words = t(
        "Present value: K + Σ O ÷ (1 + {rate})^t over {years} years, each year discounted by itself.",
        rate=figures.percent(100 * rate),
        years=figures.decimal(years),
    )
    st.html(blocks.credit(words))
    if unknown := text.unknown_of(one.frame):
        words = t("Not given: {inputs}. The range is as wide as what they can be.", inputs=unknown)
        st.html(blocks.notice("unknown", words))


def technologies(priced: Priced) -> None:
    atlas, view, one = priced.atlas, priced.view, priced.found.one
    st.html(blocks.heading(t("Technology by technology"), one.evidence, t("each with its range")))
    drawn = charts.ranges(text.for_ranges(one.others, one.best), theme.tokens(), view.lang)
    st.altair_chart(drawn, theme=None, key="cost_ranges")
    rows = text.technology_rows(one.others, one.table)
    headers = text.technology_headers()
    st.html(tables.data_table(headers, rows, "lrrrrrl", t("Technology by technology")))
    take_away.answer(
        atlas,
        view,
        t(LABEL),
        text.readable(text.named(one.others), {"technology": t("Technology")}),
        text.said_of(one.frame, one.parameters),
        "cost-village",
        is_simulated=False,
    )


def what_moves_it(priced: Priced) -> None:
    one, asked = priced.found.one, priced.asked.cost
    moved = tornado(one.frame, one.parameters, speed_mbps=asked.speed_mbps, technologies=asked.technologies)
    if moved.empty:
        return
    _tornado(moved, t("What moves the cost"), one.evidence)


def _tornado(moved: pd.DataFrame, title: str, evidence: str) -> None:
    words = t(
        "present value with one parameter at its low and its high end, all others central; at most {n}",
        n=BARS,
    )
    st.html(blocks.heading(title, evidence, words))
    drawn = charts.tornado(text.for_tornado(moved, BARS), moved.attrs["central_yuan"], theme.tokens(), current())
    st.altair_chart(drawn, theme=None)


def by_chance(priced: Priced) -> None:
    st.html(blocks.heading(t("All parameters at once, by chance")))
    with st.container(horizontal=True, vertical_alignment="bottom", key="noprint_chance"):
        is_wanted = priced.ask(village.CHANCE)
        seed = int(priced.ask(village.SEED))
    if not is_wanted:
        st.html(
            blocks.credit(t("Monte Carlo: low and high of each parameter are taken as its 5 and 95 percent quantile."))
        )
        return
    found = answers.drawn(priced.asked.frame, priced.atlas, priced.asked.cost, seed)
    quantiles = found.total_quantiles_yuan()
    words = t(
        "Nine in ten draws lie between {low} and {high}; seed {seed}.",
        low=figures.modelled(quantiles["p05_yuan"]),
        high=figures.modelled(quantiles["p95_yuan"]),
        seed=found.seed,
    )
    st.html(blocks.notice("info", words))
    drawn = charts.draws(found.total_yuan, quantiles, theme.tokens(), priced.view.lang)
    st.altair_chart(drawn, theme=None, key="cost_draws")


def published_beside(priced: Priced) -> None:
    published_costs.table(priced.atlas)
    quotation_panel.beside(priced.atlas, [Quoted("project_investment")])


def all_here(priced: Priced) -> None:
    atlas, view, asked, found = priced.atlas, priced.view, priced.asked.cost, priced.found.here
    count = scope.count(atlas, view)
    if answers.is_too_large(atlas, view):
        st.html(blocks.heading(t("All unconnected villages here")))
    if priced.found.said is not None:
        st.html(priced.found.said)
    if found is None:
        return
    evidence = answers.evidence(atlas, view)
    st.html(
        blocks.heading(
            t("All {n} unconnected villages here", n=figures.count(count)),
            evidence,
            text.standard_words(controls.standard_of(atlas, view), view.as_of),
        )
    )
    in_row = [
        text.total_card(title, found.whole, measure, evidence)
        for title, measure in (
            (t("Construction"), "capex_yuan"),
            (t("Operation a year"), "opex_yuan_per_year"),
            (t("Present value"), "present_value_yuan"),
        )
    ]
    st.html(cards.cards(in_row))
    st.html(blocks.credit(text.drawn_note(answers.DRAWS, answers.SEED, found.whole)))
    for kind, words in text.remarks(found.unknown, count, asked.takes_placed, evidence):
        st.html(blocks.notice(kind, words))
    if asked.shares_trunk and found.apart_km:
        is_placed = asked.takes_placed and bool(answers.rows(atlas, view)["is_placed"].any())
        st.html(blocks.notice(*text.trunk_words(found.apart_km, found.tied_km, is_placed)))
    _parts(atlas, view, found, evidence)
    _tornado(found.moved, t("What moves the total"), evidence)


def _parts(atlas: Atlas, view: View, found: HereCost, evidence: str) -> None:
    rows = text.part_rows(atlas, found.parts.head(MOST_PARTS), view)
    st.html(
        blocks.heading(
            t("Place by place"),
            evidence,
            t("P50 and P80 of each place by itself: they need not add up to those of the whole"),
        )
    )
    st.html(tables.data_table(text.part_headers(), rows, "lrrrrr", t("Place by place")))
    take_away.answer(
        atlas,
        view,
        t("Cost of the unconnected villages, place by place"),
        text.readable(
            text.with_names(atlas, found.parts),
            {"name": t("Place"), "group": t("Code"), "villages": t("Unconnected villages")},
        ),
        [(t("Evidence"), badges.evidence_word(evidence))],
        "cost-places",
        is_simulated=evidence == "simulated",
    )


def what_it_rests_on(priced: Priced) -> None:
    cost_inputs.parameter_table(priced.found.one.parameters, priced.asked.cost.technologies)
