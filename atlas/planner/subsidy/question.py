"""Subsidy calculator: S = r · (K + n · O), with the numbers in it, for one project, several villages, or what if."""

from __future__ import annotations

from atlas.planner.question import Question
from atlas.planner.subsidy import inputs, pieces
from atlas.planner.subsidy.asked import Asked, asked
from atlas.view.state import View
from indicators.database import Atlas
from indicators.published import rules
from planning.money import subsidy
from planning.money.subsidy import Explanation


def _answer(atlas: Atlas, view: View, asked: Asked) -> Explanation:
    held = subsidy.rules_from(rules.subsidy_rules(atlas))
    return subsidy.explained(asked.rule, asked.capex_yuan, asked.opex_yuan, asked.on, held)


QUESTION = Question(
    name="subsidy",
    label=pieces.LABEL,
    inputs=inputs.INPUTS,
    ask=asked,
    answer=_answer,
    evidence=lambda atlas, view, asked, found: asked.evidence,
    finding=pieces.finding,
    is_there=lambda atlas: not rules.subsidy_rules(atlas).empty,
    is_of_place=False,
    before=(pieces.heading,),
    beside=(pieces.key_figures,),
    beneath=(pieces.what_if,),
    always=(pieces.several, pieces.what_applies),
)
