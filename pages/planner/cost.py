"""Cost of connecting a village: one village by every technology, what moves it, and all unconnected ones of a place."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from atlas.files import take_away
from atlas.look import badges, blocks, cards, figures, tables, theme
from atlas.look.language import current, nt, t
from atlas.pieces.panels import sources_line
from atlas.planner import scope as plan_scope
from atlas.planner.cost import (
    answers as cost_answers,
)
from atlas.planner.cost import (
    charts as cost_charts,
)
from atlas.planner.cost import (
    inputs as cost_inputs,
)
from atlas.planner.cost import (
    text as cost_text,
)
from atlas.planner.cost.answers import HereCost
from atlas.planner.cost.inputs import CostAsked
from atlas.planner.scenario import panel as scenario_panel
from atlas.planner.scenario.panel import Answer
from atlas.published import costs as published_costs
from atlas.published import quotation_panel
from atlas.published.quotation_panel import Quoted
from atlas.view import controls, inputs
from atlas.view.page import Page
from atlas.view.state import View
from atlas.work import patience
from indicators import facts
from indicators.database import Atlas
from planning.cost.least import cost_by_technology
from planning.cost.parameters import ParameterError, Parameters
from planning.cost.technologies import VillagesError
from planning.cost.uncertainty import tornado

PAGE = Page(
    url_path="cost",
    order=41,
    icon=":material/cell_tower:",
    title=lambda: t("Cost of connecting a village"),
    section=lambda: t("Planning"),
    is_there=cost_inputs.has_parameters,
)
BARS = 8  # of a tornado
MOST_PARTS = 40
USUAL_SEED = 1


@dataclass(frozen=True)
class One:
    """The village that is asked about, as the cost model reads it, and what it costs by each technology.

    table: the technologies chosen among. others: all of them, so that what is given up can be seen.
    """

    frame: pd.DataFrame
    table: pd.DataFrame
    others: pd.DataFrame
    parameters: Parameters
    evidence: str

    @property
    def best(self) -> pd.Series | None:
        """The technology of the least present value; None where none is fast enough."""
        found = self.table[self.table["is_cheapest"]]
        return None if found.empty else found.iloc[0]


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    heading = st.container()
    controls.filters(atlas, view)
    plan_scope.said(atlas, view)
    left, right = st.columns([2, 3], gap="large")
    with left:
        asked, frame = _asked(atlas, view)
    try:
        one = _one(atlas, asked, frame)
    except (ParameterError, VillagesError) as error:
        cost_inputs.refused(error)
        return
    with right:
        _answer(one)
    _technologies(atlas, view, one)
    _what_moves_it(one, asked)
    _by_chance(atlas, view, asked, frame)
    published_costs.table(atlas)
    quotation_panel.beside(atlas, [Quoted("project_investment")])
    here = _here(atlas, view, asked)
    with heading:
        _title(atlas, view, one, here)
    cost_inputs.parameter_table(one.parameters, asked.technologies)
    scenario_panel.bar(atlas, view, _scenario(atlas, view, asked, one, here))
    sources_line(atlas, ["model_parameter", "cost_parameter", "village_status"])


# --- one village -------------------------------------------------------------------------------------------


def _asked(atlas: Atlas, view: View) -> tuple[CostAsked, pd.DataFrame]:
    st.html(blocks.heading(t("One village")))
    chosen = cost_inputs.technologies(atlas, view)
    speed = cost_inputs.speed(view)
    distance = inputs.optional_number(
        view,
        "km",
        t("Distance to the nearest connected node (km)"),
        low=0.0,
        high=2000.0,
        step=0.5,
        decimals=1,
    )
    words = {code: t(word) for code, word in cost_text.TERRAIN_WORDS.items()}
    terrain = inputs.choice(view, "terrain", t("Terrain"), words, "unknown", as_box=True)
    households = inputs.optional_number(
        view, "households", t("Households"), low=0.0, high=20_000.0, step=10.0, decimals=0
    )
    changed = cost_inputs.changed(atlas, view, chosen)
    takes_placed = cost_inputs.takes_placed(atlas, view)
    shares_trunk = cost_inputs.shares_trunk(view)
    frame = pd.DataFrame(
        {
            "distance_km": [float("nan") if distance is None else distance],
            "terrain": [None if terrain == "unknown" else terrain],
            "households": [float("nan") if households is None else households],
        }
    )
    return CostAsked(chosen, speed, changed, takes_placed, shares_trunk), frame


def _one(atlas: Atlas, asked: CostAsked, frame: pd.DataFrame) -> One:
    parameters = cost_inputs.parameters_of(atlas, asked)
    table, others = (
        cost_by_technology(frame, parameters, speed_mbps=asked.speed_mbps, technologies=among).droplevel(0)
        for among in (asked.technologies, cost_inputs.available(atlas))
    )
    return One(frame, table, others, parameters, cost_inputs.evidence(atlas))


def _title(atlas: Atlas, view: View, one: One, here: HereCost | None) -> None:
    """What all villages here cost together; where that was not worked out, what one costs."""
    if here is not None and here.by_technology:
        evidence = cost_answers.evidence(atlas, view)
        finding = nt(
            "{n} village, construction {amount}",
            "{n} villages, construction {amount}",
            int(here.whole["villages"]),
            n=figures.count(here.whole["villages"]),
            amount=cost_text.total_words(here.whole),
        )
        said = [cost_text.counted_technologies(here.by_technology)]
        st.html(blocks.finding(plan_scope.headline(atlas, view, evidence, finding), said, evidence))
        return
    best = one.best
    if best is None:
        words = t("None of these technologies is fast enough")
    else:
        words = t(
            "Connecting such a village costs {range} to build, by {technology}",
            range=figures.modelled_range(best["capex_yuan_low"], best["capex_yuan_high"]),
            technology=cost_text.technology(best.name),
        )
    st.html(
        blocks.finding(words, [t("the least present value of the technologies that are fast enough")], one.evidence)
    )


def _answer(one: One) -> None:
    best = one.best
    if best is None:
        words = t("None of these technologies reaches the speed wanted. Choose another one, or a lower speed.")
        st.html(blocks.notice("empty", words))
        return
    in_row = [
        cost_text.range_card(title, best, measure, one.evidence)
        for title, measure in (
            (t("Construction"), "capex_yuan"),
            (t("Operation a year"), "opex_yuan_per_year"),
            (t("Present value"), "present_value_yuan"),
        )
    ]
    st.html(cards.cards(in_row))
    st.html(blocks.formula(cost_text.formula(one.frame, one.parameters, str(best.name), best["capex_yuan"])))
    years = one.parameters["all.period_years"].value
    rate = one.parameters["all.discount_rate"].value
    words = t(
        "Present value: K + Σ O ÷ (1 + {rate})^t over {years} years, each year discounted by itself.",
        rate=figures.percent(100 * rate),
        years=figures.decimal(years),
    )
    st.html(blocks.credit(words))
    if unknown := cost_text.unknown_of(one.frame):
        words = t("Not given: {inputs}. The range is as wide as what they can be.", inputs=unknown)
        st.html(blocks.notice("unknown", words))


def _technologies(atlas: Atlas, view: View, one: One) -> None:
    st.html(blocks.heading(t("Technology by technology"), one.evidence, t("each with its range")))
    drawn = cost_charts.ranges(cost_text.for_ranges(one.others, one.best), theme.tokens(), view.lang)
    st.altair_chart(drawn, theme=None, key="cost_ranges")
    rows = cost_text.technology_rows(one.others, one.table)
    headers = cost_text.technology_headers()
    st.html(tables.data_table(headers, rows, "lrrrrrl", t("Technology by technology")))
    take_away.answer(
        atlas,
        view,
        t("Cost of connecting a village"),
        cost_text.readable(cost_text.named(one.others), {"technology": t("Technology")}),
        cost_text.said_of(one.frame, one.parameters),
        "cost-village",
        is_simulated=False,
    )


def _what_moves_it(one: One, asked: CostAsked) -> None:
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
    drawn = cost_charts.tornado(
        cost_text.for_tornado(moved, BARS), moved.attrs["central_yuan"], theme.tokens(), current()
    )
    st.altair_chart(drawn, theme=None)


def _by_chance(atlas: Atlas, view: View, asked: CostAsked, frame: pd.DataFrame) -> None:
    st.html(blocks.heading(t("All parameters at once, by chance")))
    with st.container(horizontal=True, vertical_alignment="bottom", key="noprint_chance"):
        is_wanted = inputs.switch(view, "chance", t("Draw {n} times", n=figures.count(cost_answers.DRAWS)))
        seed = inputs.number(view, "seed", t("Seed"), USUAL_SEED, low=0, high=999_999, step=1, is_whole=True, width=160)
    if not is_wanted:
        st.html(
            blocks.credit(t("Monte Carlo: low and high of each parameter are taken as its 5 and 95 percent quantile."))
        )
        return
    found = cost_answers.drawn(frame, atlas, asked, int(seed))
    quantiles = found.total_quantiles_yuan()
    words = t(
        "Nine in ten draws lie between {low} and {high}; seed {seed}.",
        low=figures.modelled(quantiles["p05_yuan"]),
        high=figures.modelled(quantiles["p95_yuan"]),
        seed=found.seed,
    )
    st.html(blocks.notice("info", words))
    drawn = cost_charts.draws(found.total_yuan, quantiles, theme.tokens(), view.lang)
    st.altair_chart(drawn, theme=None, key="cost_draws")


# --- all unconnected villages here -------------------------------------------------------------------------


def _here(atlas: Atlas, view: View, asked: CostAsked) -> HereCost | None:
    """What all of them cost together; None where that was not worked out."""
    count = plan_scope.count(atlas, view)
    if cost_answers.is_too_large(atlas, view):
        st.html(blocks.heading(t("All unconnected villages here")))
        words = t(
            "{n} unconnected villages are too many at once; choose a place below, with at most {most}.",
            n=figures.count(count),
            most=figures.count(cost_answers.MOST_VILLAGES),
        )
        st.html(blocks.notice("info", words))
        return None
    if not count:
        st.html(blocks.notice("empty", t("No unconnected village is known here under this standard and date.")))
        return None
    try:
        found = cost_answers.here(atlas, view, asked)
    except patience.Stopped:
        return None
    except (ParameterError, VillagesError) as error:
        cost_inputs.refused(error)
        return None
    evidence = cost_answers.evidence(atlas, view)
    st.html(
        blocks.heading(
            t("All {n} unconnected villages here", n=figures.count(count)),
            evidence,
            cost_text.standard_words(controls.standard_of(atlas, view), view.as_of),
        )
    )
    in_row = [
        cost_text.total_card(title, found.whole, measure, evidence)
        for title, measure in (
            (t("Construction"), "capex_yuan"),
            (t("Operation a year"), "opex_yuan_per_year"),
            (t("Present value"), "present_value_yuan"),
        )
    ]
    st.html(cards.cards(in_row))
    st.html(blocks.credit(cost_text.drawn_note(cost_answers.DRAWS, cost_answers.SEED, found.whole)))
    for kind, words in cost_text.remarks(found.unknown, count, asked.takes_placed, evidence):
        st.html(blocks.notice(kind, words))
    if asked.shares_trunk and found.apart_km:
        is_placed = asked.takes_placed and bool(cost_answers.rows(atlas, view)["is_placed"].any())
        st.html(blocks.notice(*cost_text.trunk_words(found.apart_km, found.tied_km, is_placed)))
    _parts(atlas, view, found, evidence)
    _tornado(found.moved, t("What moves the total"), evidence)
    return found


def _parts(atlas: Atlas, view: View, found: HereCost, evidence: str) -> None:
    rows = cost_text.part_rows(atlas, found.parts.head(MOST_PARTS), view)
    st.html(
        blocks.heading(
            t("Place by place"),
            evidence,
            t("P50 and P80 of each place by itself: they need not add up to those of the whole"),
        )
    )
    st.html(tables.data_table(cost_text.part_headers(), rows, "lrrrrr", t("Place by place")))
    take_away.answer(
        atlas,
        view,
        t("Cost of the unconnected villages, place by place"),
        cost_text.readable(
            cost_text.with_names(atlas, found.parts),
            {"name": t("Place"), "group": t("Code"), "villages": t("Unconnected villages")},
        ),
        [(t("Evidence"), badges.evidence_word(evidence))],
        "cost-places",
        is_simulated=evidence == "simulated",
    )


def _scenario(atlas: Atlas, view: View, asked: CostAsked, one: One, here: HereCost | None) -> Answer:
    """One village as asked, and all of the place where they were worked out."""
    is_simulated = here is not None and cost_answers.evidence(atlas, view) == "simulated"
    return Answer(
        question=PAGE.url_path,
        inputs={**asked.to_save(), **cost_text.village_to_save(one.frame)},
        results=cost_text.results(one.best, None if here is None else here.whole),
        is_demonstration=is_simulated,
        tables={"model_parameter": facts.model_parameters(atlas)}
        | ({} if here is None else {"village": cost_answers.rows(atlas, view)}),
        by_place={} if here is None else dict(zip(here.parts["group"], here.parts["capex_yuan_p50"], strict=True)),
        place_unit="yuan",
    )
