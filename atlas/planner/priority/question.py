"""Which villages first: the choice that brings most under a budget and rules, to a proven gap, beside the greedy
one.
"""

from __future__ import annotations

import numpy as np

from atlas.look import blocks
from atlas.look.language import mark, t
from atlas.planner import scope
from atlas.planner.cost import answers as cost_answers
from atlas.planner.cost import inputs as cost_inputs
from atlas.planner.priority import answers, inputs, pieces, rules_text, text
from atlas.planner.priority import tables as plan_tables
from atlas.planner.priority.answers import Answer, Asked
from atlas.planner.priority.asked import asked
from atlas.planner.question import SHARE, VILLAGES, NoAnswer, Question, Result, Worked
from atlas.planner.scenario.answer import Answer as ToSave
from atlas.view.state import View
from indicators import places
from indicators.database import Atlas
from planning.priority.demands import Contradiction, PriorityError
from planning.priority.infeasible import Infeasible

RESULTS = (
    Result("chosen_villages", mark("Villages chosen"), "village"),
    Result("newly_connected_persons", mark("People newly connected"), "person"),
    Result("cost_yuan", mark("Construction cost"), "yuan"),
    Result("reached", mark("Reached")),
    Result("greedy", mark("Greedy, for comparison")),
    Result("gap_share", mark("Gap"), SHARE),
)


def _answer(atlas: Atlas, view: View, asked: Asked) -> Answer:
    found = answers.plan(atlas, view, asked)
    if isinstance(found, Answer):
        return found
    raise _cannot_be(atlas, view, found)


def _cannot_be(atlas: Atlas, view: View, error: PriorityError) -> NoAnswer:
    """The rules that cannot be kept, by name."""
    evidence = answers.evidence(atlas, view)
    is_contradiction = isinstance(error, Contradiction)
    title = t("these rules contradict each other") if is_contradiction else t("these rules cannot be kept together")
    finding = blocks.finding(scope.headline(atlas, view, evidence, title), [], evidence)
    if isinstance(error, Contradiction):
        return NoAnswer(blocks.notice("warning", rules_text.contradiction(atlas, error)), finding=finding)
    if not isinstance(error, Infeasible):
        return NoAnswer(blocks.notice("warning", str(error)), finding=finding)
    within = t("No choice of villages keeps all rules within this budget.")
    never = t("No choice of villages keeps all rules; more money would not help.")
    words = within if rules_text.is_for_money(error) else never
    reasons = blocks.plain_list(rules_text.infeasible(atlas, error))
    return NoAnswer(blocks.notice("warning", words), reasons, finding=finding)


def _scenario(plan: Worked[Asked, Answer]) -> ToSave:
    level = plan.asked.level or places.levels(plan.atlas)[-2]
    table = answers.by_group(plan.found, level)
    return ToSave(
        question=QUESTION.name,
        inputs=plan.ask.given,
        results=_results(plan.found),
        is_demonstration=plan.is_simulated,
        tables={"village": cost_answers.rows(plan.atlas, plan.view)},
        run=text.run_of(plan.found.plan),
        by_place=dict(zip(table["group"], table["chosen"], strict=True)),
        place_unit="village",
        villages=plan_tables.mapped_villages(plan.found),
    )


def _results(answer: Answer) -> dict[str, object]:
    chosen = answer.plan.chosen
    known = len(chosen.villages) > chosen.people_unknown
    return {
        "chosen_villages": len(chosen.villages),
        "newly_connected_persons": chosen.population_persons if known else None,
        "cost_yuan": chosen.cost_yuan,
        "reached": chosen.objective,
        "greedy": answer.plan.greedy.objective,
        "gap_share": answer.plan.gap if np.isfinite(answer.plan.gap) else None,
    }


QUESTION = Question(
    name="priority",
    label=inputs.LABEL,
    inputs=inputs.INPUTS,
    shared=cost_inputs.shared,
    ask=asked,
    answer=_answer,
    evidence=lambda atlas, view, asked, found: answers.evidence(atlas, view),
    finding=pieces.finding,
    results=RESULTS,
    tables={"village": VILLAGES},
    is_there=cost_inputs.has_parameters,
    refuse=cost_answers.refuse,
    errors=cost_inputs.ERRORS,
    refused=cost_inputs.refused,
    beside=(pieces.key_figures, pieces.remarks, pieces.villages_map, pieces.tradeoffs),
    beneath=(pieces.place_by_place, pieces.chosen_villages, pieces.published_beside),
    always=(pieces.worked_example,),
    scenario=_scenario,
    sources=("model_parameter", "cost_parameter", "village_status", "project_village"),
)
