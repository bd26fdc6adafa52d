"""Which villages first: the choice that brings most under a budget and rules, to a proven gap, beside the greedy
one.
"""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from atlas.files import take_away
from atlas.look import blocks, cards, figures, tables, theme
from atlas.look.language import pick, t
from atlas.pieces.panels import position_remark, sources_line
from atlas.planner import answer_map
from atlas.planner import scope as plan_scope
from atlas.planner.cost import answers as cost_answers
from atlas.planner.cost import inputs as cost_inputs
from atlas.planner.priority import (
    answers as priority_answers,
)
from atlas.planner.priority import (
    charts as priority_charts,
)
from atlas.planner.priority import (
    example as priority_example,
)
from atlas.planner.priority import (
    inputs as priority_inputs,
)
from atlas.planner.priority import (
    text as priority_text,
)
from atlas.planner.priority.answers import Answer, Asked
from atlas.planner.scenario import panel as scenario_panel
from atlas.published import quotation_panel
from atlas.published.quotation_panel import Quoted
from atlas.view import controls, paging
from atlas.view.page import Page
from atlas.view.page_part import page_part
from atlas.view.state import View
from atlas.work import patience
from indicators import register as places
from indicators.database import Atlas
from planning.cost.parameters import ParameterError
from planning.cost.technologies import VillagesError
from planning.priority.demands import Contradiction, PriorityError
from planning.priority.infeasible import Infeasible

PAGE = Page(
    url_path="priority",
    order=42,
    icon=":material/low_priority:",
    title=lambda: t("Which villages first"),
    section=lambda: t("Planning"),
    is_there=cost_inputs.has_parameters,
)
PER_PAGE = 20
MOST_PLACES = 20


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    heading = st.container()
    controls.filters(atlas, view)
    plan_scope.said(atlas, view)
    count = plan_scope.count(atlas, view)
    if not count or cost_answers.is_too_large(atlas, view):
        _nothing_to_plan(view, heading, count)
        _example()
        return
    left, right = st.columns([2, 3], gap="large")
    try:
        with left:
            asked, places_text = priority_inputs.asked(atlas, view)
        with right:
            found = priority_answers.plan(atlas, view, asked)
    except patience.Stopped:
        return
    except (ParameterError, VillagesError) as error:
        cost_inputs.refused(error)
        return
    if not isinstance(found, Answer):
        _cannot_be(atlas, view, heading, right, found)
        _example()
        return
    evidence = priority_answers.evidence(atlas, view)
    with heading:
        _title(atlas, view, asked, found, evidence)
    with right:
        _key_figures(asked, found, evidence)
        _remarks(atlas, view, asked, found, evidence)
        _map(atlas, view, found, evidence)
        _tradeoffs(atlas, view, asked, found, evidence)
    _places(atlas, view, asked, found, evidence)
    _villages(atlas, view, asked, found, evidence)
    scenario_panel.bar(atlas, view, _scenario(atlas, view, asked, places_text, found, evidence))
    _example()
    quotation_panel.beside(atlas, [Quoted("project_investment")])
    sources_line(atlas, ["model_parameter", "cost_parameter", "village_status", "project_village"])


def _nothing_to_plan(view: View, heading: DeltaGenerator, count: int) -> None:
    with heading:
        st.html(blocks.finding(t("Which villages first, under a budget"), [figures.day(view.as_of)]))
    if not count:
        words = t("No unconnected village is known here under this standard and date.")
        st.html(blocks.notice("empty", words))
        return
    words = t(
        "{n} unconnected villages are too many at once; choose a place below, with at most {most}.",
        n=figures.count(count),
        most=figures.count(cost_answers.MOST_VILLAGES),
    )
    st.html(blocks.notice("info", words))


# --- the answer ----------------------------------------------------------------------------------------------


def _cannot_be(
    atlas: Atlas,
    view: View,
    heading: DeltaGenerator,
    right: DeltaGenerator,
    error: PriorityError,
) -> None:
    """The rules that cannot be kept, by name."""
    with heading:
        title = (
            t("these rules contradict each other")
            if isinstance(error, Contradiction)
            else t("these rules cannot be kept together")
        )
        evidence = priority_answers.evidence(atlas, view)
        st.html(blocks.finding(plan_scope.headline(atlas, view, evidence, title), [], evidence))
    with right:
        if isinstance(error, Contradiction):
            st.html(blocks.notice("warning", priority_text.contradiction(atlas, error)))
            return
        if not isinstance(error, Infeasible):
            st.html(blocks.notice("warning", str(error)))
            return
        within = t("No choice of villages keeps all rules within this budget.")
        never = t("No choice of villages keeps all rules; more money would not help.")
        st.html(blocks.notice("warning", within if priority_text.is_for_money(error) else never))
        st.html(blocks.plain_list(priority_text.infeasible(atlas, error)))


def _title(atlas: Atlas, view: View, asked: Asked, found: Answer, evidence: str) -> None:
    said = [priority_text.gap_words(found.plan), found.plan.solver]
    title = plan_scope.headline(atlas, view, evidence, priority_text.title(asked, found.plan))
    st.html(blocks.finding(title, said, evidence))


def _key_figures(asked: Asked, found: Answer, evidence: str) -> None:
    plan = found.plan
    of_all = t("of {n} unconnected", n=figures.count(len(found.programme.villages)))
    budget = t("budget {amount}", amount=figures.money(asked.budget_yuan))
    is_kept = plan.greedy.keeps_all_rules
    greedy = t("most per yuan first") if is_kept else t("breaks a rule that the best choice keeps")
    reached = priority_text.amount_parts(plan.chosen.objective, asked.aim)
    in_row = [
        (t("Villages chosen"), priority_text.amount_parts(len(plan.chosen.villages), "villages"), of_all),
        (t("Construction cost"), figures.money_parts(plan.chosen.cost_yuan), budget),
        *([] if asked.aim == "villages" else [(t("Reached"), reached, priority_text.gap_words(plan))]),
        (t("Greedy, for comparison"), priority_text.amount_parts(plan.greedy.objective, asked.aim), greedy),
    ]
    st.html(cards.cards([cards.card_text(title, *parts, evidence, note) for title, parts, note in in_row]))


def _remarks(atlas: Atlas, view: View, asked: Asked, found: Answer, evidence: str) -> None:
    row = priority_answers.spent(atlas, asked, found)
    if row is not None:
        is_placed = asked.cost.takes_placed and bool(found.programme.villages["is_placed"].any())
        st.html(blocks.notice("info", " ".join(priority_text.spent_words(row, is_placed))))
    for kind, words in priority_text.remarks(asked, found, evidence):
        st.html(blocks.notice(kind, words))
    if asked.aim == "score":
        st.html(blocks.formula(priority_text.score_formula(asked)))


def _map(atlas: Atlas, view: View, found: Answer, evidence: str) -> None:
    tokens = theme.tokens()
    chosen, rest = tokens["measured_border"], tokens["unknown"]
    level = places.level_below(atlas, view.place_id) or places.levels(atlas)[-2]
    points = priority_text.map_points(atlas, found, level, chosen, rest)
    answer_map.show(
        atlas,
        view,
        points,
        (),
        evidence=evidence,
        key="priority",
        alt=t("Chosen villages on the map"),
        title=t("Villages"),
        legend=[(chosen, t("chosen")), (rest, t("not chosen"))]
        if len(found.programme.villages) <= answer_map.MOST_POINTS
        else [(chosen, t("villages chosen, by place"))],
        notes=[position_remark(atlas, view.place_id)],
    )


def _tradeoffs(atlas: Atlas, view: View, asked: Asked, found: Answer, evidence: str) -> None:
    try:
        more = priority_answers.tradeoffs(atlas, view, asked, found)
    except patience.Stopped:
        return
    st.html(blocks.heading(t("What the rules cost"), evidence, t("what could be reached more without each")))
    rows = priority_text.rule_rows(atlas, more, asked.aim)
    if rows:
        headers = [t("Rule"), t("costs"), t("between")]
        st.html(tables.data_table(headers, rows, "lrr", t("What the rules cost")))
    else:
        st.html(blocks.credit(t("No rule but the budget is set.")))
    brings = priority_text.more_words(found.plan, more, asked.aim)
    st.html(tables.fact_list([(t("One more million yuan brings"), brings, evidence)]))
    st.html(blocks.credit(priority_text.more_note(more)))
    words = t("line: the best choice; rings: greedy; dashes: this budget")
    st.html(blocks.heading(t("What each budget can reach"), evidence, words))
    unit = priority_text.AIM_UNITS[asked.aim]
    drawn = priority_charts.curve(more.curve, asked.budget_yuan, unit, theme.tokens(), view.lang)
    st.altair_chart(drawn, theme=None, key="priority_curve")
    if words := priority_text.curve_words(more.curve):
        st.html(blocks.credit(words))


def _places(atlas: Atlas, view: View, asked: Asked, found: Answer, evidence: str) -> None:
    level = asked.level or places.levels(atlas)[-2]
    table = priority_answers.by_group(found, level)
    has_people = bool(table["population_persons"].notna().any())
    headers = priority_text.group_headers(pick(places.level_names(atlas)[level]), has_people)
    rows = priority_text.group_rows(atlas, table.head(MOST_PLACES), view, has_people)
    words = t("the first {n} of {total}", n=figures.count(len(rows)), total=figures.count(len(table)))
    st.html(blocks.heading(t("Place by place"), evidence, words if len(table) > MOST_PLACES else ""))
    st.html(tables.data_table(headers, rows, "lrrr" + "r" * has_people, t("Place by place")))


@page_part
def _villages(atlas: Atlas, view: View, asked: Asked, found: Answer, evidence: str) -> None:
    """The chosen villages, page by page, and all of them as a file."""
    rows = priority_answers.chosen_rows(found)
    st.html(
        blocks.heading(
            t("The chosen villages: {n}", n=figures.count(len(rows))),
            evidence,
            t("what brings most per yuan first"),
        )
    )
    if rows.empty:
        st.html(blocks.notice("empty", t("Nothing can be connected with this budget.")))
        return
    page = paging.page_of(len(rows), PER_PAGE, "priority")
    first = (page - 1) * PER_PAGE
    has_people = bool(rows["population_persons"].notna().any())
    shown = priority_text.village_rows(atlas, rows.iloc[first : first + PER_PAGE], first + 1, view, has_people)
    headers = priority_text.village_headers(has_people)
    st.html(tables.data_table(headers, shown, "rllr" + "r" * has_people + "rl", t("The chosen villages")))
    take_away.answer(
        atlas,
        view,
        t("Which villages first"),
        priority_text.readable(rows),
        priority_text.said(atlas, asked, found, evidence),
        "priority",
        is_simulated=evidence == "simulated",
    )


def _scenario(
    atlas: Atlas, view: View, asked: Asked, places_text: str, found: Answer, evidence: str
) -> scenario_panel.Answer:
    level = asked.level or places.levels(atlas)[-2]
    table = priority_answers.by_group(found, level)
    return scenario_panel.Answer(
        question=PAGE.url_path,
        inputs=priority_text.to_save(asked, places_text),
        results=priority_text.results(found, asked),
        is_demonstration=evidence == "simulated",
        tables={"village": cost_answers.rows(atlas, view)},
        run=priority_text.run_of(found.plan),
        by_place=dict(zip(table["group"], table["chosen"], strict=True)),
        place_unit="village",
        villages=priority_text.mapped_villages(found),
    )


def _example() -> None:
    """Four villages that can be checked by hand."""
    with st.expander(t("A worked example: four villages, 800,000 yuan"), icon=":material/school:"):
        left, right = st.columns([2, 3], gap="large")
        with left:
            headers = [t("Village"), t("Construction cost"), t("Population"), t("Category")]
            st.html(tables.data_table(headers, priority_example.villages(), "lrrl", t("Villages")))
        with right:
            headers = [t("Choice"), t("Villages"), t("Population"), t("Construction cost")]
            st.html(tables.data_table(headers, priority_example.rows(), "llrr", t("Choice")))
        words = t("A floor of one border village costs {people}.", people=priority_example.price_of_floor())
        st.html(blocks.credit(words))
