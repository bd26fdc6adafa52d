"""What a reader asks of "which villages first": cost, budget, aim and rules, as widgets."""

from __future__ import annotations

import streamlit as st

from atlas.look import blocks
from atlas.look.language import mark, pick, t
from atlas.planner.cost import answers as cost_answers
from atlas.planner.cost import inputs as cost_inputs
from atlas.planner.cost import text as cost_text
from atlas.planner.cost.inputs import CostAsked
from atlas.planner.priority import answers as priority_answers
from atlas.planner.priority import text as priority_text
from atlas.planner.priority.answers import Asked, PlaceQuota
from atlas.planner.subsidy import text as subsidy_text
from atlas.view import inputs
from atlas.view.state import View
from atlas.work import patience
from ground.units import TEN_THOUSAND
from indicators import register as places
from indicators.database import Atlas
from indicators.places import selection

MOST_BUDGET = 1e9  # of 10,000 yuan: 100 times what connecting all villages of a large country costs
BASES = {
    priority_answers.MODEL: mark("Cost model, village by village"),
    priority_answers.PUBLISHED: mark("Published range per village"),
}


def asked(atlas: Atlas, view: View) -> tuple[Asked, str]:
    """The question, and the rules of single places as they were typed."""
    with st.container(key="priority_cost"):
        st.html(blocks.heading(t("What a village costs")))
        cost, basis, bound, technology = _cost(atlas, view)
    st.html(blocks.heading(t("Budget and aim")))
    budget = TEN_THOUSAND * inputs.number(
        view,
        "plan_budget",
        t("Budget ({unit})", unit=subsidy_text.unit()),
        priority_answers.usual_budget_yuan(atlas, view, cost) / TEN_THOUSAND,
        low=0.0,
        high=MOST_BUDGET,
        step=100.0,
        decimals=0,
    )
    aim, weights = _aim(atlas, view)
    st.html(blocks.heading(t("Rules")))
    level, least, most, measure, own, text = _place_rules(atlas, view)
    categories, floor = _floor(atlas, view)
    lot = inputs.optional_number(
        view,
        "lot",
        t("Smallest lot: villages of one place, or none there"),
        low=1.0,
        high=10_000.0,
        step=1.0,
        decimals=0,
    )
    forces_started = inputs.switch(view, "started", t("Started projects go first"), True)
    limit = patience.limit_s(view)
    asked = Asked(
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
        lot_villages=None if lot is None else int(lot),
        forces_started=forces_started,
        limit_s=limit,
    )
    return asked, text


def _cost(atlas: Atlas, view: View) -> tuple[CostAsked, str, str, str]:
    published = priority_answers.published_for(atlas, view.standard)
    bases = BASES if len(published) else {priority_answers.MODEL: BASES[priority_answers.MODEL]}
    basis = inputs.choice(
        view,
        "plan_basis",
        t("Cost from"),
        {code: t(word) for code, word in bases.items()},
        priority_answers.MODEL,
        as_box=True,
    )
    bound = inputs.choice(
        view,
        "bound",
        t("Of the range, take"),
        {code: t(word) for code, word in priority_text.BOUND_WORDS.items()},
        "central",
    )
    if basis == priority_answers.PUBLISHED:
        names = {code: cost_text.technology(code) for code in published.index}
        usual = view.standard if view.standard in names else next(iter(names))
        technology = inputs.choice(view, "published", t("Technology"), names, usual)
        return (
            CostAsked(cost_inputs.usual(atlas, view.standard), cost_inputs.USUAL_SPEED_MBPS),
            basis,
            bound,
            technology,
        )
    chosen = cost_inputs.technologies(atlas, view)
    speed = cost_inputs.speed(view)
    changed = cost_inputs.changed(atlas, view, chosen)
    return CostAsked(chosen, speed, changed, cost_inputs.takes_placed(atlas, view)), basis, bound, ""


def _aim(atlas: Atlas, view: View) -> tuple[str, tuple[tuple[str, float], ...]]:
    """People, villages, or a score; people only where some population is known."""
    has_people = bool(cost_answers.rows(atlas, view)["population_persons"].notna().any())
    words = {code: t(word) for code, word in priority_text.AIM_WORDS.items() if has_people or code != "persons"}
    if not has_people and inputs.given(view, "plan_aim") == "persons":
        view = inputs.with_inputs(view, plan_aim=None)
    aim = inputs.choice(
        view, "plan_aim", t("Connect as many as possible"), words, "persons" if has_people else "villages"
    )
    if not has_people:
        text = t("No population is known here: villages are counted instead of people.")
        st.html(blocks.notice("unknown", text))
    if aim != "score":
        return aim, ()
    weights = [
        (
            column,
            inputs.number(
                view, f"w_{column}", t(word), 1.0 if column == "one" else 0.0, low=0.0, high=1000.0, step=0.5
            ),
        )
        for column, word in priority_text.SCORE_WORDS.items()
        if has_people or column != priority_answers.THOUSANDS
    ]
    counted = tuple((column, weight) for column, weight in weights if weight > 0)
    return (aim, counted) if counted else ("villages", ())


def _place_rules(
    atlas: Atlas, view: View
) -> tuple[str | None, float | None, float | None, str, tuple[PlaceQuota, ...], str]:
    """Least and most for every place of a level, and rules of single ones."""
    names = places.level_names(atlas)
    below = places.level_below(atlas, view.place_id) or places.level_listed_below(atlas, view.place_id)
    if below is None:
        return None, None, None, "villages", (), ""
    order = places.levels(atlas)
    options = {level: pick(names[level]) for level in order[order.index(below) : -1]}
    level = inputs.choice(view, "level", t("Rules are for each place of this level"), options, below)
    measures = {code: t(word) for code, word in priority_text.MEASURE_WORDS.items()}
    measure = inputs.choice(view, "measure", t("counted in"), measures, "villages")
    side = st.columns(2)
    with side[0]:
        least = inputs.optional_number(view, "least", t("at least"), low=0.0, high=1e9, step=1.0, decimals=0)
    with side[1]:
        most = inputs.optional_number(view, "most", t("at most"), low=0.0, high=1e9, step=1.0, decimals=0)
    factor = TEN_THOUSAND if measure == "yuan" else 1.0
    with st.expander(t("Rules of single places"), icon=":material/rule:"):
        st.html(
            blocks.credit(t("One line each: place or code, least, most, in villages; one of the two may be left out."))
        )
        text = inputs.lines(view, "plan_own", t("Place, least, most"))
    own, refused = priority_text.read_quotas(text, cost_text.names_at(atlas, view.place_id, level))
    for line in refused:
        st.html(blocks.notice("warning", priority_text.refused_words(line)))
    return level, _times(least, factor), _times(most, factor), measure, own, text


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def _floor(atlas: Atlas, view: View) -> tuple[tuple[str, ...], float | None]:
    """Priority groups, where the register says which village belongs to one."""
    held = [one for one in selection.options(atlas).policy_categories if one != selection.UNSAID]
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
    chosen = inputs.several(view, "groups", t("Priority groups"), {one: one for one in held}, tuple(held))
    floor = inputs.optional_number(
        view, "floor", t("of these at least (villages)"), low=0.0, high=1e6, step=1.0, decimals=0
    )
    return chosen, floor
