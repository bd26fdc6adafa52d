"""The inputs of "where sites go" as widgets, and the question that they make."""

from __future__ import annotations

from typing import Any

import streamlit as st

from atlas.look import blocks, figures
from atlas.look.language import t
from atlas.planner.cost import answers as cost_answers
from atlas.planner.cost import inputs as cost_inputs
from atlas.planner.cost import text as cost_text
from atlas.planner.cost.inputs import CostAsked
from atlas.planner.inputs import LIMIT, yuan
from atlas.planner.question import Asking, NoAnswer
from atlas.planner.sites import answers, inputs, text
from atlas.planner.sites.answers import Asked
from atlas.view.inputs import SEPARATOR


def asked(ask: Asking) -> Asked:
    """Raises NoAnswer until a list that was asked for is there."""
    st.html(blocks.heading(t("What is wanted")))
    aim = ask(inputs.AIM)
    sites, budget_yuan, share = _how_much(ask, aim)
    weigh = _weigh(ask)
    st.html(blocks.heading(t("Candidate sites")))
    kind = ask(inputs.CANDIDATES)
    own = _own_list(ask) if kind == answers.OWN else ()
    every = 1 if kind == answers.OWN else _every(ask, kind)
    ask.hold(inputs.EVERY, every)
    st.html(blocks.heading(t("What a site covers and costs")))
    held = answers.fitting(ask.atlas, ask.view.standard)
    generation = ask(inputs.GENERATION, among=list(held))
    usual_km = answers.USUAL_RADIUS_KM[generation]
    grounds = answers.terrains(ask.atlas, ask.view, kind)
    radius = tuple((ground, ask(inputs.RADIUS_KM[ground], usual=usual_km)) for ground in grounds)
    return Asked(
        aim=aim,  # type: ignore[arg-type]
        sites=sites,
        budget_yuan=budget_yuan,
        share=share,
        candidates=kind,
        every=every,
        own=own,
        technology=generation,
        radius_km=radius,
        weigh=weigh,  # type: ignore[arg-type]
        cost=_cost(ask, held[generation]),
        limit_s=ask(LIMIT),
    )


def _cost(ask: Asking, held: tuple[str, ...]) -> CostAsked:
    """How a site may be reached: what was chosen on the other pages of the planner, as far as it is a site's."""
    wanted = (ask.said(cost_inputs.TECHNOLOGIES_WANTED) or "").split(SEPARATOR)
    chosen = tuple(code for code in held if code in wanted) or held
    listed = figures.listed(cost_text.technology(code) for code in chosen)
    st.html(blocks.credit(t("Sites are priced as: {technologies}.", technologies=listed)))
    speed = ask(cost_inputs.SPEED)
    changed = cost_inputs.changed(ask, chosen)
    return CostAsked(chosen, speed, changed, cost_inputs.takes_placed(ask))


def _how_much(ask: Asking, aim: str) -> tuple[int, float, float]:
    """Sites, budget in yuan, and share (0 to 1); only the one that the aim needs is asked for."""
    wanted: dict[str, Any] = {answers.SITES: inputs.SITES, answers.BUDGET: inputs.BUDGET, answers.SHARE: inputs.SHARE}
    values = {code: ask(one) if code == aim else one.usual for code, one in wanted.items()}
    sites, budget, share = int(values[answers.SITES]), values[answers.BUDGET], values[answers.SHARE] / 100
    ask.hold(inputs.SITES, sites)
    ask.hold(inputs.BUDGET, budget)
    ask.hold(inputs.SHARE, 100 * share)  # as files hold it that were written before
    return sites, yuan(budget), share


def _weigh(ask: Asking) -> str:
    if bool(cost_answers.rows(ask.atlas, ask.view)["population_persons"].notna().any()):
        return ask(inputs.WEIGH)
    text_words = t("No population is known here: villages are counted instead of people.")
    st.html(blocks.notice("unknown", text_words))
    ask.hold(inputs.WEIGH, "villages")
    return "villages"


def _every(ask: Asking, kind: str) -> int:
    return int(
        ask(
            inputs.EVERY,
            usual=answers.usual_step(ask.atlas, ask.view, kind),
            low=answers.least_step(ask.atlas, ask.view, kind),
            help=t("At most {n} candidates are tried.", n=figures.count(answers.MOST_CANDIDATES)),
        )
    )


def _own_list(ask: Asking) -> tuple[tuple[str, float, float], ...]:
    """Name, longitude, latitude of each. Raises NoAnswer where there is none."""
    own, refused = text.read_own(ask(inputs.OWN_LIST))
    for line in refused:
        st.html(blocks.notice("warning", t("This line cannot be read: {line}", line=line[:60])))
    if not own:
        raise NoAnswer(blocks.notice("info", t("Give at least one site.")))
    return own
