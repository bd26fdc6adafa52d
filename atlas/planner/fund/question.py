"""Fund: what share of the operators' revenue a universal-service fund takes, now and in later years."""

from __future__ import annotations

import pandas as pd

from atlas.look.language import mark
from atlas.planner.fund import inputs, pieces
from atlas.planner.fund.asked import Asked, asked
from atlas.planner.question import SHARE, Question, Result, Worked
from atlas.planner.scenario.answer import Answer
from atlas.view.state import View
from indicators.database import Atlas
from planning.money import fund

RESULTS = (
    Result("first_share", mark("Contribution factor, first year"), SHARE),
    Result("last_share", mark("Contribution factor, last year"), SHARE),
    Result("last_year", mark("Last year")),
)


def _answer(atlas: Atlas, view: View, asked: Asked) -> pd.DataFrame:
    """planning.money.fund.projection: a row per year."""
    return fund.projection(
        asked.start.need,
        asked.start.base,
        years=asked.years,
        need_growth=asked.need_growth,
        base_growth=asked.base_growth,
        first_year=asked.start.year,
    )


def _scenario(projected: Worked[Asked, pd.DataFrame]) -> Answer:
    table = projected.found
    return Answer(
        question=QUESTION.name,
        inputs=projected.ask.given,
        results={
            "first_share": table["share"].iloc[0],
            "last_share": table["share"].iloc[-1],
            "last_year": table["year"].iloc[-1],
        },
        is_demonstration=False,
        of_place=False,
    )


QUESTION = Question(
    name="fund",
    label=pieces.LABEL,
    inputs=inputs.INPUTS,
    ask=asked,
    answer=_answer,
    evidence=lambda atlas, view, asked, found: "modelled" if asked.start.is_foreign else "assumed",
    finding=pieces.finding,
    results=RESULTS,
    is_of_place=False,
    beside=(pieces.year_by_year,),
    beneath=(pieces.other_bases, pieces.reaction, pieces.published_beside),
    scenario=_scenario,
)
