"""The inputs of "which villages first" as widgets, and the question that they make."""

from __future__ import annotations

import streamlit as st

from atlas.look import blocks
from atlas.look.language import t
from atlas.planner.cost import answers as cost_answers
from atlas.planner.cost import inputs as cost_inputs
from atlas.planner.cost import text as cost_text
from atlas.planner.cost.inputs import CostAsked
from atlas.planner.inputs import LIMIT, yuan
from atlas.planner.priority import answers as priority_answers
from atlas.planner.priority import inputs, rules_text
from atlas.planner.priority.answers import Asked, PlaceQuota
from atlas.planner.question import Asking
from indicators import places


def asked(ask: Asking) -> Asked:
    with st.container(key="priority_cost"):
        st.html(blocks.heading(t("What a village costs")))
        cost, basis, bound, technology = _cost(ask)
    st.html(blocks.heading(t("Budget and aim")))
    usual = priority_answers.usual_budget_yuan(ask.atlas, ask.view, cost) / yuan(1)
    budget = yuan(ask(inputs.BUDGET, usual=usual))
    aim, weights = _aim(ask)
    st.html(blocks.heading(t("Rules")))
    level, least, most, measure, own = _place_rules(ask)
    categories, floor = _floor(ask)
    return Asked(
        budget_yuan=budget,
        aim=aim,  # type: ignore[arg-type]
        weights=weights,
        basis=basis,  # type: ignore[arg-type]
        bound=bound,  # type: ignore[arg-type]
        cost=cost,
        technology=technology,
        level=level,
        least=least,
        most=most,
        measure=measure,  # type: ignore[arg-type]
        places=own,
        categories=categories,
        floor=floor,
        lot_villages=ask(inputs.LOT),  # type: ignore[arg-type]
        forces_started=ask(inputs.STARTED),
        limit_s=ask(LIMIT),
    )


def _cost(ask: Asking) -> tuple[CostAsked, str, str, str]:
    """What the model is asked, the basis, the bound, and the technology whose published range is taken."""
    published = priority_answers.published_for(ask.atlas, ask.view.standard)
    bases = (priority_answers.MODEL, priority_answers.PUBLISHED) if len(published) else (priority_answers.MODEL,)
    basis = ask(inputs.BASIS, among=bases)
    bound = ask(inputs.BOUND)
    if basis == priority_answers.PUBLISHED:
        technology = ask(inputs.RANGE_OF, among=list(published.index), usual=ask.view.standard)
        return cost_inputs.not_asked(ask), basis, bound, technology
    return cost_inputs.asked(ask), basis, bound, ""


def _aim(ask: Asking) -> tuple[str, tuple[tuple[str, float], ...]]:
    """People, villages, or a score; people only where some population is known."""
    has_people = bool(cost_answers.rows(ask.atlas, ask.view)["population_persons"].notna().any())
    if has_people:
        aim = ask(inputs.AIM, usual="persons")
    else:
        is_about_people = ask.said(inputs.AIM) == "persons"
        view = ask.changed({inputs.AIM: None}) if is_about_people else ask.view
        aim = ask(inputs.AIM, among=("villages", "score"), usual="villages", view=view)
        text = t("No population is known here: villages are counted instead of people.")
        st.html(blocks.notice("unknown", text))
    if aim != "score":
        return aim, ()
    weights = [
        (column, ask(one))
        for column, one in inputs.WEIGHTS.items()
        if has_people or column != priority_answers.THOUSANDS
    ]
    counted = tuple((column, weight) for column, weight in weights if weight > 0)
    if not counted:
        ask.hold(inputs.AIM, "villages")
    return (aim, counted) if counted else ("villages", ())


def _place_rules(ask: Asking) -> tuple[str | None, float | None, float | None, str, tuple[PlaceQuota, ...]]:
    """Least and most for every place of a level, and rules of single ones."""
    atlas, place_id = ask.atlas, ask.view.place_id
    below = places.level_below(atlas, place_id) or places.level_listed_below(atlas, place_id)
    if below is None:
        ask.hold(inputs.MEASURE, "villages")
        return None, None, None, "villages", ()
    order = places.levels(atlas)
    level = ask(inputs.LEVEL, among=order[order.index(below) : -1], usual=below)
    measure = ask(inputs.MEASURE)
    side = st.columns(2)
    with side[0]:
        least = ask(inputs.LEAST)
    with side[1]:
        most = ask(inputs.MOST)
    factor = yuan(1) if measure == "yuan" else 1.0
    with st.expander(inputs.SINGLE_PLACES.label(), icon=":material/rule:"):
        st.html(
            blocks.credit(t("One line each: place or code, least, most, in villages; one of the two may be left out."))
        )
        text = ask(inputs.SINGLE_PLACES)
    own, refused = rules_text.read_quotas(text, cost_text.names_at(atlas, place_id, level))
    for line in refused:
        st.html(blocks.notice("warning", rules_text.refused_words(line)))
    return level, _times(least, factor), _times(most, factor), measure, own


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def _floor(ask: Asking) -> tuple[tuple[str, ...], float | None]:
    """Priority groups, where the register says which village belongs to one."""
    held = tuple(inputs.GROUPS.options(ask.atlas))
    if not held:
        st.html(
            blocks.credit(
                t(
                    "No register says which villages are border, poor, minority or island villages: no floor can be "
                    "set for them."
                )
            )
        )
        return (), None
    return ask(inputs.GROUPS, usual=held), ask(inputs.FLOOR)
