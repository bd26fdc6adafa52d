"""What the page "which villages first" is made of: key figures, map, what rules cost, places, villages, an example."""

from __future__ import annotations

import streamlit as st

from atlas.files import take_away
from atlas.look import blocks, cards, figures, tables, theme
from atlas.look.html import Html
from atlas.look.language import pick, t
from atlas.pieces import answer_map
from atlas.pieces.panels import position_remark
from atlas.planner import scope
from atlas.planner.priority import answers, charts, example, inputs, rules_text, text
from atlas.planner.priority import tables as plan_tables
from atlas.planner.priority.answers import Answer, Asked
from atlas.planner.question import Asking, Worked
from atlas.published import quotation_panel
from atlas.published.quotation_panel import Quoted
from atlas.view import paging
from atlas.view.page_part import page_part
from atlas.view.state import View
from atlas.work import patience
from indicators import places
from indicators.database import Atlas

PER_PAGE = 20
MOST_PLACES = 20
Planned = Worked[Asked, Answer]


def finding(plan: Planned) -> Html:
    said = [text.gap_words(plan.found.plan), plan.found.plan.solver]
    words = text.title(plan.asked, plan.found.plan)
    return blocks.finding(scope.headline(plan.atlas, plan.view, plan.evidence, words), said, plan.evidence)


def key_figures(planned: Planned) -> None:
    asked, found, evidence = planned.asked, planned.found, planned.evidence
    plan = found.plan
    of_all = t("of {n} unconnected", n=figures.count(len(found.programme.villages)))
    budget = t("budget {amount}", amount=figures.money(asked.budget_yuan))
    is_kept = plan.greedy.keeps_all_rules
    greedy = t("most per ⟨currency⟩ first") if is_kept else t("breaks a rule that the best choice keeps")
    reached = text.amount_parts(plan.chosen.objective, asked.aim)
    in_row = [
        (t("Villages chosen"), text.amount_parts(len(plan.chosen.villages), "villages"), of_all),
        (t("Construction cost"), figures.money_parts(plan.chosen.cost_yuan), budget),
        *([] if asked.aim == "villages" else [(t("Reached"), reached, text.gap_words(plan))]),
        (t("Greedy, for comparison"), text.amount_parts(plan.greedy.objective, asked.aim), greedy),
    ]
    st.html(cards.cards([cards.card_text(title, *parts, evidence, note) for title, parts, note in in_row]))


def remarks(plan: Planned) -> None:
    atlas, asked, found, evidence = plan.atlas, plan.asked, plan.found, plan.evidence
    row = answers.spent(atlas, asked, found)
    if row is not None:
        is_placed = asked.cost.takes_placed and bool(found.programme.villages["is_placed"].any())
        st.html(blocks.notice("info", " ".join(text.spent_words(row, is_placed))))
    for kind, words in text.remarks(asked, found, evidence):
        st.html(blocks.notice(kind, words))
    if asked.aim == "score":
        st.html(blocks.formula(text.score_formula(asked)))


def villages_map(plan: Planned) -> None:
    atlas, view, found, evidence = plan.atlas, plan.view, plan.found, plan.evidence
    tokens = theme.tokens()
    chosen, rest = tokens["measured_border"], tokens["unknown"]
    level = places.level_below(atlas, view.place_id) or places.levels(atlas)[-2]
    points = plan_tables.map_points(atlas, found, level, chosen, rest)
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


def tradeoffs(plan: Planned) -> None:
    atlas, view, asked, found, evidence = plan.atlas, plan.view, plan.asked, plan.found, plan.evidence
    try:
        more = answers.tradeoffs(atlas, view, asked, found)
    except patience.Stopped:
        return
    st.html(blocks.heading(t("What the rules cost"), evidence, t("what could be reached more without each")))
    rows = rules_text.rule_rows(atlas, more, asked.aim)
    if rows:
        headers = [t("Rule"), t("costs"), t("between")]
        st.html(tables.data_table(headers, rows, "lrr", t("What the rules cost")))
    else:
        st.html(blocks.credit(t("No rule but the budget is set.")))
    brings = rules_text.more_words(found.plan, more, asked.aim)
    st.html(tables.fact_list([(t("One more million ⟨currency⟩ brings"), brings, evidence)]))
    st.html(blocks.credit(rules_text.more_note(more)))
    words = t("line: the best choice; rings: greedy; dashes: this budget")
    st.html(blocks.heading(t("What each budget can reach"), evidence, words))
    unit = text.AIM_UNITS[asked.aim]
    drawn = charts.curve(more.curve, asked.budget_yuan, unit, theme.tokens(), view.lang)
    st.altair_chart(drawn, theme=None, key="priority_curve")
    if words := text.curve_words(more.curve):
        st.html(blocks.credit(words))


def place_by_place(plan: Planned) -> None:
    atlas, view, asked, found, evidence = plan.atlas, plan.view, plan.asked, plan.found, plan.evidence
    level = asked.level or places.levels(atlas)[-2]
    table = answers.by_group(found, level)
    has_people = bool(table["population_persons"].notna().any())
    headers = plan_tables.group_headers(pick(places.level_names(atlas)[level]), has_people)
    rows = plan_tables.group_rows(atlas, table.head(MOST_PLACES), view, has_people)
    words = t("the first {n} of {total}", n=figures.count(len(rows)), total=figures.count(len(table)))
    st.html(blocks.heading(t("Place by place"), evidence, words if len(table) > MOST_PLACES else ""))
    st.html(tables.data_table(headers, rows, "lrrr" + "r" * has_people, t("Place by place")))


def chosen_villages(plan: Planned) -> None:
    _villages(plan.atlas, plan.view, plan.asked, plan.found, plan.evidence)


@page_part
def _villages(atlas: Atlas, view: View, asked: Asked, found: Answer, evidence: str) -> None:
    """The chosen villages, page by page, and all of them as a file."""
    rows = answers.chosen_rows(found)
    st.html(
        blocks.heading(
            t("The chosen villages: {n}", n=figures.count(len(rows))),
            evidence,
            t("what brings most per ⟨currency⟩ first"),
        )
    )
    if rows.empty:
        st.html(blocks.notice("empty", t("Nothing can be connected with this budget.")))
        return
    page = paging.page_of(len(rows), PER_PAGE, "priority")
    first = (page - 1) * PER_PAGE
    has_people = bool(rows["population_persons"].notna().any())
    shown = plan_tables.village_rows(atlas, rows.iloc[first : first + PER_PAGE], first + 1, view, has_people)
    headers = plan_tables.village_headers(has_people)
    st.html(tables.data_table(headers, shown, "rllr" + "r" * has_people + "rl", t("The chosen villages")))
    take_away.answer(
        atlas,
        view,
        t(inputs.LABEL),
        plan_tables.readable(rows),
        plan_tables.said(atlas, asked, found, evidence),
        "priority",
        is_simulated=evidence == "simulated",
    )


def published_beside(plan: Planned) -> None:
    quotation_panel.beside(plan.atlas, [Quoted("project_investment")])


def worked_example(ask: Asking) -> None:
    """Four villages that can be checked by hand."""
    with st.expander(t("A worked example: four villages, 800,000 ⟨currency⟩"), icon=":material/school:"):
        left, right = st.columns([2, 3], gap="large")
        with left:
            headers = [t("Village"), t("Construction cost"), t("Population"), t("Category")]
            st.html(tables.data_table(headers, example.villages(), "lrrl", t("Villages")))
        with right:
            headers = [t("Choice"), t("Villages"), t("Population"), t("Construction cost")]
            st.html(tables.data_table(headers, example.rows(), "llrr", t("Choice")))
        words = t("A floor of one border village costs {people}.", people=example.price_of_floor())
        st.html(blocks.credit(words))
