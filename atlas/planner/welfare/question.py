"""Welfare: what it costs society to raise the money, to give it to all or to those who need it, and where to add it."""

from __future__ import annotations

import pandas as pd

from atlas.look.language import mark
from atlas.planner.question import Question, Result, Worked
from atlas.planner.scenario.answer import Answer
from atlas.planner.welfare import inputs, pieces, text
from atlas.planner.welfare.pieces import Asked
from atlas.view.state import View
from indicators.database import Atlas
from planning.money import welfare

RESULTS = (
    Result("raised_yuan", mark("Raised"), "yuan"),
    Result("total_general_taxes_yuan", mark("Cost in all: general taxes"), "yuan"),
    Result("total_developed_yuan", mark("Cost in all: public money, developed countries"), "yuan"),
    Result("total_long_distance_yuan", mark("Cost in all: a levy on long-distance calls"), "yuan"),
    Result("total_here_yuan", mark("Cost in all: public money here"), "yuan"),
    Result("total_own_yuan", mark("Cost in all: own assumption"), "yuan"),
    Result("untargeted_prices", mark("Discount for all, times the price")),
    Result("targeted_prices", mark("Targeted discount, times the price")),
)


def _answer(atlas: Atlas, view: View, asked: Asked) -> pd.DataFrame:
    """planning.money.welfare.compare_sources: a row per source of the money."""
    return welfare.compare_sources(asked.raised_yuan, text.sources(atlas, asked.reading, asked.own))


def _scenario(raised: Worked[Asked, pd.DataFrame]) -> Answer:
    given = raised.ask.given
    epsilon, discount = (float(str(given[one.saved_name])) for one in (inputs.EPSILON, inputs.DISCOUNT))
    targeted = welfare.targeting(epsilon, discount / 100)
    return Answer(
        question=QUESTION.name,
        inputs=given,
        results={
            "raised_yuan": raised.asked.raised_yuan,
            **{f"total_{row['source_id']}_yuan": row["total_high"] for row in raised.found.to_dict("records")},
            "untargeted_prices": targeted.untargeted_prices,
            "targeted_prices": targeted.targeted_prices,
        },
        is_demonstration=False,
        of_place=False,
    )


QUESTION = Question(
    name="welfare",
    label=pieces.LABEL,
    inputs=inputs.INPUTS,
    ask=pieces.asked,
    answer=_answer,
    finding=pieces.finding,
    results=RESULTS,
    is_of_place=False,
    beside=(pieces.by_source,),
    beneath=(pieces.sources, pieces.targeting, pieces.mark_ups, pieces.published_beside),
    scenario=_scenario,
)
