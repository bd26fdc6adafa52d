"""Cost of connecting: one village by every technology, what moves it, and all unconnected ones of a place."""

from __future__ import annotations

import pandas as pd

from atlas.look import blocks, figures
from atlas.look.language import mark, t
from atlas.planner import scope
from atlas.planner.cost import answers, pieces, village
from atlas.planner.cost import inputs as cost_inputs
from atlas.planner.cost.pieces import Costs
from atlas.planner.cost.text import MEASURE_WORDS, TECHNOLOGY_WORDS
from atlas.planner.cost.village import Asked
from atlas.planner.question import CODE, PARAMETERS, VILLAGES, Question, Result, Worked
from atlas.planner.scenario.answer import Answer
from atlas.view.state import View
from atlas.work import patience
from indicators import facts
from indicators.database import Atlas

RESULTS = (
    Result("technology", mark("Technology"), CODE, TECHNOLOGY_WORDS),
    Result("unconnected_villages", mark("Unconnected villages"), "village"),
    Result("village_capex_yuan", mark("One village: construction"), "yuan"),
    Result("village_present_value_yuan", mark("One village: present value"), "yuan"),
    Result("village_capex_low_yuan", mark("One village: construction, low"), "yuan"),
    Result("village_capex_high_yuan", mark("One village: construction, high"), "yuan"),
    Result("village_present_value_low_yuan", mark("One village: present value, low"), "yuan"),
    Result("village_present_value_high_yuan", mark("One village: present value, high"), "yuan"),
    Result("all_capex_p50_yuan", mark("All villages: construction, P50"), "yuan"),
    Result("all_capex_p80_yuan", mark("All villages: construction, P80"), "yuan"),
    Result("all_present_value_p50_yuan", mark("All villages: present value, P50"), "yuan"),
    Result("all_present_value_p80_yuan", mark("All villages: present value, P80"), "yuan"),
)


def _answer(atlas: Atlas, view: View, asked: Asked) -> Costs:
    """One village always; all of the place as far as they can be worked out."""
    one = village.one(atlas, asked)
    count = scope.count(atlas, view)
    if answers.is_too_large(atlas, view):
        words = t(
            "{n} unconnected villages are too many at once; choose a place below, with at most {most}.",
            n=figures.count(count),
            most=figures.count(answers.MOST_VILLAGES),
        )
        return Costs(one, None, blocks.notice("info", words))
    if not count:
        words = t("No unconnected village is known here under this standard and date.")
        return Costs(one, None, blocks.notice("empty", words))
    try:
        return Costs(one, answers.here(atlas, view, asked.cost))
    except patience.Stopped:
        return Costs(one, None)
    except cost_inputs.ERRORS as error:
        return Costs(one, None, blocks.notice("warning", cost_inputs.refused(error)))


def _scenario(priced: Worked[Asked, Costs]) -> Answer:
    """One village as asked, and all of the place where they were worked out."""
    atlas, view, here = priced.atlas, priced.view, priced.found.here
    tables = {"model_parameter": facts.model_parameters(atlas)}
    return Answer(
        question=QUESTION.name,
        inputs=priced.ask.given,
        results=_results(priced.found.one.best, None if here is None else here.whole),
        is_demonstration=here is not None and answers.evidence(atlas, view) == "simulated",
        tables=tables if here is None else tables | {"village": answers.rows(atlas, view)},
        by_place={} if here is None else dict(zip(here.parts["group"], here.parts["capex_yuan_p50"], strict=True)),
        place_unit="yuan",
    )


def _results(best: pd.Series | None, whole: pd.Series | None) -> dict[str, object]:
    found: dict[str, object] = {"technology": None if best is None else str(best.name)}
    of_one, of_all = ("_low", "", "_high"), ("_p50", "_p80")
    for prefix, row, ends in (("village_", best, of_one), ("all_", whole, of_all)):
        if row is not None:
            found |= {
                f"{prefix}{measure.removesuffix('_yuan')}{end}_yuan": float(row[f"{measure}{end}"])
                for measure in MEASURE_WORDS
                for end in ends
            }
    return found if whole is None else found | {"unconnected_villages": int(whole["villages"])}


QUESTION = Question(
    name="cost",
    label=pieces.LABEL,
    inputs=village.INPUTS,
    shared=cost_inputs.shared,
    ask=village.asked,
    answer=_answer,
    evidence=lambda atlas, view, asked, found: found.one.evidence,
    finding=pieces.finding,
    results=RESULTS,
    tables={"model_parameter": PARAMETERS, "village": VILLAGES},
    is_there=cost_inputs.has_parameters,
    errors=cost_inputs.ERRORS,
    refused=cost_inputs.refused,
    beside=(pieces.one_village,),
    beneath=(
        pieces.technologies,
        pieces.what_moves_it,
        pieces.by_chance,
        pieces.published_beside,
        pieces.all_here,
        pieces.what_it_rests_on,
    ),
    scenario=_scenario,
    sources=("model_parameter", "cost_parameter", "village_status"),
)
