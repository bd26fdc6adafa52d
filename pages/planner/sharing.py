"""Sharing among operators (area responsibility): targets, who builds where, how fair it is, and next year's shares."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from atlas.files import take_away
from atlas.look import blocks, cards, figures, html, tables
from atlas.look.language import nt, pick, t
from atlas.pieces.panels import sources_line
from atlas.planner import scope as plan_scope
from atlas.planner.cost import inputs as cost_inputs
from atlas.planner.cost import text as cost_text
from atlas.planner.cost.inputs import CostAsked
from atlas.planner.scenario import panel as scenario_panel
from atlas.planner.scenario.panel import Answer, Input
from atlas.planner.sharing import answers as sharing_answers
from atlas.planner.sharing import map as sharing_map
from atlas.planner.sharing import text as sharing_text
from atlas.planner.sharing.answers import Asked, Shared
from atlas.planner.sharing.text import Operators
from atlas.planner.subsidy import text as subsidy_text
from atlas.view import controls, inputs
from atlas.view.page import Page
from atlas.view.state import View
from atlas.work import patience
from ground.units import TEN_THOUSAND
from indicators import facts
from indicators.database import Atlas
from indicators.demand import shared_villages
from planning.cost.parameters import ParameterError
from planning.cost.technologies import VillagesError
from planning.inputs import InputError
from planning.sharing import allocate as sharing

PAGE = Page(
    url_path="sharing",
    order=43,
    icon=":material/groups:",
    title=lambda: t("Sharing among operators"),
    section=lambda: t("Planning"),
)
USUAL_OPERATORS = 3
MOST_SHOWN = 200


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    heading = st.container()
    controls.filters(atlas, view)
    plan_scope.said(atlas, view)
    n = plan_scope.count(atlas, view)
    if n == 0 or n > sharing_answers.MOST_VILLAGES:
        _not_here(heading, n)
        return
    left, right = st.columns([2, 3], gap="large")
    with left:
        asked, given, operators = _asked(atlas, view)
    evidence = shared_villages.evidence_of(sharing_answers.rows(atlas, view))
    with right:
        found = None if asked is None else _found(atlas, view, asked)
        if found is not None and asked is not None:
            _answer(atlas, view, found, asked, evidence)
            _map(atlas, view, found, asked, evidence)
    with heading:
        _title(atlas, view, found, evidence)
    if found is None or asked is None:
        return
    _before_and_after(found, evidence)
    _counties(atlas, view, found, asked, evidence)
    _next_year(atlas, view, found, asked, operators)
    sources_line(atlas, ["village", "village_status"])
    scenario_panel.bar(atlas, view, _scenario(atlas, view, found, given, evidence))


def _not_here(heading: st.delta_generator.DeltaGenerator, n: int) -> None:
    with heading:
        st.html(blocks.finding(t("Villages shared among operators")))
    if n == 0:
        words = t(
            "No village here is known to be unconnected under this standard at this date: there is nothing to share."
        )
        st.html(blocks.notice("empty", words))
        return
    words = t(
        "{n} unconnected villages are too many at once (at most {most}): choose a province or a smaller place above.",
        n=figures.count(n),
        most=figures.count(sharing_answers.MOST_VILLAGES),
    )
    st.html(blocks.notice("info", words))


def _title(atlas: Atlas, view: View, found: Shared | None, evidence: str) -> None:
    if found is None:
        st.html(blocks.finding(t("Villages shared among operators")))
        return
    before, after = sharing_text.largest(found.by_count), sharing_text.largest(found.by_cost)
    words = t(
        "shared by cost, the greatest deviation from a target is {after}; counted, it is {before}",
        after=figures.percent(None if after is None else 100 * after),
        before=figures.percent(None if before is None else 100 * before),
    )
    title = plan_scope.headline(atlas, view, evidence, words)
    st.html(blocks.finding(title, [t("area responsibility")], evidence))
    if evidence == "simulated":
        st.html(
            blocks.notice(
                "info",
                t(
                    "States or positions are simulated: this is a demonstration. A register of villages with surveyed "
                    "positions makes it a plan."
                ),
            )
        )


# --- what is asked ----------------------------------------------------------------------------------------


def _asked(atlas: Atlas, view: View) -> tuple[Asked | None, dict[str, Input], Operators]:
    usual = _usual_operators(atlas)
    text = inputs.lines(
        view,
        "operators",
        t("Operators: name, revenue, profit, market share"),
        default=usual,
        help=t(
            "one line each; any unit: each column is turned into shares of its sum. Without figures of your own the "
            "operators bear equal parts."
        ),
    )
    operators = sharing_text.read_operators(text)
    for line, why in operators.refused:
        st.html(blocks.notice("warning", t("Line {n}: {why}", n=line, why=why)))
    mix = _mix(view, operators)
    given: dict[str, Input] = {
        "operators": "" if text == usual else text,
        **{f"w_{name}": weight for name, weight in mix.items()},
    }
    basis = inputs.choice(
        view, "basis", t("Load is measured in"), {"cost": t("cost"), "villages": t("number of villages")}, "cost"
    )
    units = inputs.choice(view, "units", t("What is given out"), _units(atlas), "villages", as_box=True)
    flat, cost = _cost(atlas, view)
    owed_text, owed = _owed(view, operators)
    seconds = inputs.number(
        view, "seconds", t("Time limit (seconds)"), 10.0, low=2.0, high=60.0, step=1.0, is_whole=True
    )
    given |= {"basis": basis, "units": units, "seconds": seconds}
    given |= {"cost": "flat", "flat": flat} if cost is None else cost.to_save()
    given |= {"owed": owed_text} if owed_text else {}
    try:
        share = sharing.targets(operators.frame, mix)
    except InputError as error:
        st.html(blocks.notice("warning", t("These targets cannot be used: {why}", why=error)))
        return None, given, operators
    if share.at_a_loss:
        names = figures.sentence(share.at_a_loss)
        st.html(blocks.notice("info", t("{names}: a loss counts as no profit, not against the others.", names=names)))
    asked = Asked(
        tuple((str(one), float(part)) for one, part in share.share.items()),
        "villages" if basis == "villages" else "cost",
        units,  # type: ignore[arg-type]
        TEN_THOUSAND * flat if cost is None else None,
        seconds,
        cost,
        tuple((name, TEN_THOUSAND * amount) for name, amount in owed.items()),
    )
    return asked, given, operators


def _owed(view: View, operators: Operators) -> tuple[str, dict[str, float]]:
    """What is carried over from the year before, by operator, in 10,000."""
    text = inputs.lines(
        view,
        "owed",
        t("Owed from the year before ({unit}): name, amount", unit=subsidy_text.unit()),
        help=t(
            "Unfinished work comes first, on top of the operator's share of the rest; a negative amount is work done "
            "beforehand. Shared by number, it counts as so many villages of the mean cost."
        ),
    )
    owed, refused = sharing_text.read_owed(text, operators.frame["operator_id"].tolist())
    for line, why in refused:
        st.html(blocks.notice("warning", t("Line {n}: {why}", n=line, why=why)))
    return text, owed


def _usual_operators(atlas: Atlas) -> str:
    """The profile's operators, each with an equal part: their revenues are not in the atlas."""
    names = [pick(name) for name in facts.operators(atlas).values()] or ["A", "B", "C"]
    return "\n".join(f"{name}, 1" for name in names[:USUAL_OPERATORS])


def _mix(view: View, operators: Operators) -> dict[str, float]:
    """Weights of the measures that were given."""
    words = {
        "revenue": t("Weight of revenue"),
        "profit": t("Weight of profit"),
        "market": t("Weight of market share"),
    }
    held = [name for name in words if name in operators.frame.columns]
    if len(held) < 2:
        return dict.fromkeys(held, 1.0)
    with st.container(horizontal=True):
        return {
            name: inputs.number(
                view, f"w_{name}", words[name], float(name == held[0]), low=0.0, high=100.0, step=0.5, width=130
            )
            for name in held
        }


def _units(atlas: Atlas) -> dict[str, str]:
    options = {
        "villages": t("whole counties first, villages to even out"),
        "counties": t("whole counties only"),
    }
    if shared_villages.touching(atlas, facts.settings(atlas)["nation"]["place_id"]):
        options["connected_counties"] = t("whole counties in one piece")
    return options


def _cost(atlas: Atlas, view: View) -> tuple[float, CostAsked | None]:
    """In 10,000 where each costs the same; else what the cost model is asked, as on the other pages of the planner."""
    has_model = cost_inputs.has_parameters(atlas)
    options = {"model": t("the cost model"), "flat": t("the same for each")}
    kind = inputs.choice(view, "cost", t("Cost of a village"), options, "model") if has_model else "flat"
    if kind != "model":
        return inputs.number(
            view,
            "flat",
            t("Cost of each village ({unit})", unit=subsidy_text.unit()),
            12.0,
            low=0.1,
            high=1e6,
            step=1.0,
        ), None
    chosen = cost_inputs.technologies(atlas, view)
    speed = cost_inputs.speed(view)
    changed = cost_inputs.changed(atlas, view, chosen)
    placed, shares = cost_inputs.takes_placed(atlas, view), cost_inputs.shares_trunk(view)
    return 0.0, CostAsked(chosen, speed, changed, placed, shares)


def _found(atlas: Atlas, view: View, asked: Asked) -> Shared | None:
    try:
        return sharing_answers.answer(atlas, view, asked)
    except patience.Stopped:
        return None
    except (InputError, ParameterError, VillagesError) as error:
        st.html(blocks.notice("warning", t("The villages cannot be shared: {why}", why=error)))
        return None


# --- the answer -------------------------------------------------------------------------------------------


def _answer(atlas: Atlas, view: View, found: Shared, asked: Asked, evidence: str) -> None:
    in_row = [
        cards.card_text(t("Villages to share"), figures.compact(len(found.villages)), "", evidence),
        _total_card(atlas, view, found, asked, evidence),
        cards.card_text(
            t("Most off the target, counted"), _percent(sharing_text.largest(found.by_count)), "", evidence
        ),
        cards.card_text(t("Most off the target, by cost"), _percent(sharing_text.largest(found.by_cost)), "", evidence),
    ]
    st.html(cards.cards(in_row))
    st.html(blocks.credit(sharing_text.example()))
    if found.chosen.without_cost:
        words = nt(
            "{n} village has no known cost: nobody was given it.",
            "{n} villages have no known cost: nobody was given them.",
            found.chosen.without_cost,
            n=figures.count(found.chosen.without_cost),
        )
        st.html(blocks.notice("unknown", words))
    st.html(blocks.credit(_proof(found)))
    is_placed = bool(sharing_answers.rows(atlas, view)["is_placed"].fillna(True).any())
    if asked.cost is not None and asked.cost.takes_placed and is_placed:
        st.html(blocks.credit(cost_text.placed_words()))


def _total_card(atlas: Atlas, view: View, found: Shared, asked: Asked, evidence: str) -> html.Html:
    """P50 with P80 where the model prices the villages; shared out are central values."""
    whole = sharing_answers.total(atlas, view, asked)
    if whole is not None:
        return cost_text.total_card(t("Cost of construction"), whole, cost_text.CAPEX, evidence)
    amount = found.by_cost.fairness["cost_yuan"].sum()
    return cards.card_text(t("Cost of construction"), *figures.money_parts(amount), evidence)


def _before_and_after(found: Shared, evidence: str) -> None:
    st.html(
        blocks.heading(
            t("Before and after"), evidence, t("the same targets, once with villages counted and once weighted by cost")
        )
    )
    rows = sharing_text.load_rows(found.by_count, found.by_cost)
    st.html(tables.data_table(sharing_text.load_headers(), rows, "lrrrrrrr", t("Before and after")))


def _percent(share: float | None) -> str:
    return figures.percent(None if share is None else 100 * share)


def _proof(found: Shared) -> str:
    return figures.sentence(
        [
            t(
                "whole counties alone: {share} off",
                share=_percent(found.chosen.counties_only_deviation_share),
            ),
            t("counties with more than one operator: {n}", n=figures.count(found.chosen.split_counties)),
            sharing_text.proof_words(found.chosen),
        ]
    )


def _map(atlas: Atlas, view: View, found: Shared, asked: Asked, evidence: str) -> None:
    table = sharing_text.counties(atlas, found.chosen)
    sharing_map.show(atlas, view.place_id, table, [name for name, _ in asked.share], evidence)


def _counties(atlas: Atlas, view: View, found: Shared, asked: Asked, evidence: str) -> None:
    table = sharing_text.counties(atlas, found.chosen)
    st.html(blocks.heading(t("Counties and operators"), evidence))
    rows = sharing_text.county_rows(table)
    with st.container(height=460 if len(rows) > 12 else "content"):
        headers = sharing_text.county_headers()
        st.html(tables.data_table(headers, rows[:MOST_SHOWN], "lllrrl", t("Counties and operators")))
    is_simulated = evidence == "simulated"
    said = [
        (t("Targets"), figures.sentence(f"{name} {_percent(part)}" for name, part in asked.share)),
        (t("How it was found"), _proof(found)),
    ]
    st.html(blocks.heading(t("Counties as a file"), evidence))
    take_away.answer(
        atlas,
        view,
        t("Counties and operators"),
        sharing_text.county_file(table),
        said,
        "sharing-counties",
        is_simulated=is_simulated,
    )
    st.html(blocks.heading(t("Villages as a file"), evidence))
    villages = sharing_text.village_file(found.chosen, found.villages, atlas)
    take_away.answer(
        atlas, view, t("Villages and operators"), villages, said, "sharing-villages", is_simulated=is_simulated
    )


def _next_year(atlas: Atlas, view: View, found: Shared, asked: Asked, operators: Operators) -> None:
    """Weights move towards the market; what is unfinished is carried over and costs a penalty."""
    st.html(
        blocks.heading(t("Next year"), "assumed", t("w ← w + η (market share − w); what is unfinished is owed first"))
    )
    left, right = st.columns([2, 3], gap="large")
    with left:
        eta = inputs.number(
            view, "eta", t("η: how fast shares follow the market (0–1)"), 0.5, low=0.0, high=1.0, step=0.1
        )
        penalty = inputs.number(
            view, "penalty", t("Penalty, % of what is unfinished"), 10.0, low=0.0, high=100.0, step=1.0
        )
        text = inputs.lines(view, "done", t("Finished, % (name, percent; all is finished where not named)"))
    share = pd.Series(dict(asked.share))
    done, refused = sharing_text.read_shares(text)
    refused += [(n, why) for n, why in sharing_text.strangers(text, share.index)]
    with right:
        for line, why in refused:
            st.html(blocks.notice("warning", t("Line {n}: {why}", n=line, why=why)))
        market, later = _later(share, operators, eta)
        ended = sharing_text.year_end(found.chosen, done, penalty / 100)
        rows = sharing_text.next_rows(share, later, ended)
        st.html(tables.data_table(sharing_text.next_headers(), rows, "lrrrrr", t("Next year")))
        own, owed = sharing_text.next_year(share if later is None else later, market, ended, TEN_THOUSAND)
        mix = dict.fromkeys(("w_revenue", "w_profit", "w_market"))
        wanted = inputs.with_inputs(view, operators=own, owed=owed or None, done=None, **mix)
        controls.page_button(t("Share next year's villages so"), PAGE.url_path, wanted, ":material/redo:")
        st.html(blocks.credit(t("It opens this page with next year's shares, and with what is carried over as owed.")))


def _later(share: pd.Series, operators: Operators, eta: float) -> tuple[pd.Series | None, pd.Series | None]:
    """Market shares and next year's weights, where a market share is given for each operator."""
    if "market" not in operators.frame.columns:
        st.html(
            blocks.credit(t("Next year's shares need a market share for each operator: the fourth value of its line."))
        )
        return None, None
    try:
        market = sharing.targets(operators.frame, {"market": 1.0}).share
        return market, sharing.next_share(share, market, eta)
    except InputError as error:
        st.html(blocks.notice("warning", t("These targets cannot be used: {why}", why=error)))
        return None, None


def _scenario(atlas: Atlas, view: View, found: Shared, given: dict[str, Input], evidence: str) -> Answer:
    held = shared_villages.counties_known(atlas, view.place_id, view.standard, view.as_of, view.filters)
    return Answer(
        question="sharing",
        inputs=given,
        results={
            "shared_villages": len(found.villages),
            "construction_yuan": found.chosen.villages["cost_yuan"].sum(),
            "counted_deviation_share": sharing_text.largest(found.by_count),
            "deviation_share": sharing_text.largest(found.by_cost),
            "split_counties": found.chosen.split_counties,
        },
        is_demonstration=evidence == "simulated",
        tables={"villages": found.villages},
        villages=sharing_text.mapped_villages(found),
        run=found.chosen.run,
        by_place=sharing_text.cost_by_county(found.chosen, held),
        place_unit="yuan",
    )
