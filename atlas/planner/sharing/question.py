"""Sharing among operators (area responsibility): targets, who builds where, how fair it is, and next year's shares."""

from __future__ import annotations

from atlas.look import blocks, figures
from atlas.look.language import mark, t
from atlas.planner import scope
from atlas.planner.cost import inputs as cost_inputs
from atlas.planner.question import SHARE, VILLAGES, NoAnswer, Question, Result, Worked
from atlas.planner.scenario.answer import Answer
from atlas.planner.sharing import answers, inputs, pieces, text
from atlas.planner.sharing.answers import Shared
from atlas.planner.sharing.asked import Wanted, asked
from atlas.view.state import View
from indicators.database import Atlas
from indicators.demand import shared_villages
from planning.inputs import InputError

RESULTS = (
    Result("shared_villages", mark("Villages to share"), "village"),
    Result("construction_yuan", mark("Cost of construction"), "yuan"),
    Result("counted_deviation_share", mark("Most off the target, counted"), SHARE),
    Result("deviation_share", mark("Most off the target, by cost"), SHARE),
    Result("split_counties", mark("⟨Outlined_plural⟩ with more than one operator")),
)


def _refuse(atlas: Atlas, view: View) -> None:
    """Raises NoAnswer where there is nothing to share, or too much."""
    n = scope.count(atlas, view)
    if n == 0:
        words = t(
            "No village here is known to be unconnected under this standard at this date: there is nothing to share."
        )
        raise NoAnswer(blocks.notice("empty", words))
    if n > answers.MOST_VILLAGES:
        words = t(
            "{n} unconnected villages are too many at once (at most {most}): choose a ⟨region⟩ or a smaller place "
            "above.",
            n=figures.count(n),
            most=figures.count(answers.MOST_VILLAGES),
        )
        raise NoAnswer(blocks.notice("info", words))


def _answer(atlas: Atlas, view: View, wanted: Wanted) -> Shared:
    return answers.answer(atlas, view, wanted.sharing)


def _evidence(atlas: Atlas, view: View, wanted: Wanted, found: Shared) -> str:
    return shared_villages.evidence_of(answers.rows(atlas, view))


def _scenario(given: Worked[Wanted, Shared]) -> Answer:
    view, found = given.view, given.found
    held = shared_villages.counties_known(given.atlas, view.place_id, view.standard, view.as_of, view.filters)
    return Answer(
        question=QUESTION.name,
        inputs=given.ask.given,
        results={
            "shared_villages": len(found.villages),
            "construction_yuan": found.chosen.villages["cost_yuan"].sum(),
            "counted_deviation_share": text.largest(found.by_count),
            "deviation_share": text.largest(found.by_cost),
            "split_counties": found.chosen.split_counties,
        },
        is_demonstration=given.is_simulated,
        tables={"villages": found.villages},
        villages=text.mapped_villages(found),
        run=found.chosen.run,
        by_place=text.cost_by_county(found.chosen, held),
        place_unit="yuan",
    )


QUESTION = Question(
    name="sharing",
    label=pieces.LABEL,
    inputs=inputs.INPUTS,
    shared=cost_inputs.shared,
    ask=asked,
    answer=_answer,
    evidence=_evidence,
    finding=pieces.finding,
    results=RESULTS,
    tables={"villages": VILLAGES},
    refuse=_refuse,
    errors=(InputError, *cost_inputs.ERRORS),
    refused=lambda error: t("The villages cannot be shared: {why}", why=error),
    beside=(pieces.demonstration, pieces.key_figures, pieces.counties_map),
    beneath=(pieces.before_and_after, pieces.counties, pieces.next_year),
    scenario=_scenario,
    sources=("village", "village_status"),
)
