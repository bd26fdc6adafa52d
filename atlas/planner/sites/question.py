"""Where sites go: the best places for so many sites, or so much money, with their coverage on the map."""

from __future__ import annotations

from atlas.look import blocks
from atlas.look.language import mark, pick, t
from atlas.planner import scope
from atlas.planner.cost import answers as cost_answers
from atlas.planner.cost import inputs as cost_inputs
from atlas.planner.cost import text as cost_text
from atlas.planner.question import VILLAGES, NoAnswer, Question, Result, Worked
from atlas.planner.scenario.answer import Answer as ToSave
from atlas.planner.sites import answers, inputs, pieces, text
from atlas.planner.sites.answers import Answer, Asked
from atlas.planner.sites.asked import asked
from atlas.view import controls
from atlas.view.state import View
from indicators import facts, places
from indicators.database import Atlas
from planning.inputs import InputError
from planning.sites.cover import Siting
from planning.sites.reach import TooManyPairs

RESULTS = (
    Result("sites", mark("Sites")),
    Result("covered_villages", mark("Villages covered"), "village"),
    Result("covered_persons", mark("People covered"), "person"),
    Result("greedy", mark("Greedy, for comparison")),
    Result("cost_yuan", mark("Construction cost"), "yuan"),
)


def _refuse(atlas: Atlas, view: View) -> None:
    """Raises NoAnswer for a standard that no mast brings, with those for which sites can be planned."""
    if answers.fitting(atlas, view.standard):
        scope.refuse(atlas, view, answers.MOST_VILLAGES)
        return
    standard = controls.standard_of(atlas, view)
    words = t(
        "A mast does not bring {standard}: no sites can be planned for villages {without}. Choose another standard.",
        standard=pick(standard.name),
        without=pick(standard.unconnected),
    )
    others = [one for one in facts.standards(atlas) if one.dates and one.standard_id in answers.towers(atlas)]
    links = [
        (
            t("Plan sites for villages {without}", without=pick(one.unconnected)),
            view.link(standard=one.standard_id, as_of=one.dates[-1]),
        )
        for one in others
    ]
    finding = blocks.finding(QUESTION.title(), [cost_text.standard_words(standard, view.as_of)])
    raise NoAnswer(blocks.notice("warning", words, links), finding=finding)


def _scenario(sited: Worked[Asked, Answer]) -> ToSave:
    level = places.level_below(sited.atlas, sited.view.place_id) or places.levels(sited.atlas)[-2]
    return ToSave(
        question=QUESTION.name,
        inputs=sited.ask.given,
        results=_results(sited.found.siting),
        is_demonstration=sited.is_simulated,
        tables={"village": cost_answers.rows(sited.atlas, sited.view)},
        run=sited.found.siting.run,
        by_place=text.county_counts(sited.found, level),
        place_unit="village",
        villages=text.mapped_villages(sited.found),
    )


def _results(found: Siting) -> dict[str, object]:
    return {
        "sites": len(found.sites),
        "covered_villages": found.covered_villages,
        "covered_persons": found.covered_people_persons if found.weigh == "people" else None,
        "greedy": found.greedy_weight,
        "cost_yuan": found.spent_yuan,
    }


QUESTION = Question(
    name="sites",
    label=pieces.LABEL,
    inputs=inputs.INPUTS,
    shared=cost_inputs.shared,
    ask=asked,
    answer=answers.answer,
    evidence=lambda atlas, view, asked, found: cost_answers.evidence(atlas, view),
    finding=pieces.finding,
    results=RESULTS,
    tables={"village": VILLAGES},
    is_there=answers.has_towers,
    refuse=_refuse,
    errors=(InputError, TooManyPairs, *cost_inputs.ERRORS),
    refused=lambda error: t("This cannot be worked out: {why}", why=error),
    beside=(pieces.key_figures, pieces.sites_map, pieces.branches),
    beneath=(pieces.chosen_sites, pieces.files),
    scenario=_scenario,
    sources=("model_parameter", "village_status", "village"),
)
