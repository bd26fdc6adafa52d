"""What "which villages first" asks of its reader, beside the cost model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from atlas.look.language import mark, pick
from atlas.planner.cost import text as cost_text
from atlas.planner.inputs import (
    LIMIT,
    Choice,
    Input,
    Lines,
    Number,
    OptionalCount,
    OptionalNumber,
    Several,
    Switch,
    ten_thousand,
)
from atlas.planner.priority.answers import MODEL, ONE, PRIORITY, PUBLISHED, THOUSANDS
from indicators import places
from indicators.chosen import selection
from indicators.database import Atlas

LABEL = mark("Which villages first")
MOST_BUDGET = 1e9  # of 10,000 yuan: 100 times what connecting all villages of a large country costs
AIMS = {"persons": mark("People"), "villages": mark("Villages"), "score": mark("Weighted score")}
BOUNDS = {"low": mark("low"), "central": mark("central"), "high": mark("high")}


def _groups(atlas: Atlas) -> Mapping[str, str]:
    """Policy categories that the register tells of its villages; they go by their own name."""
    return {one: one for one in selection.options(atlas).policy_categories if one != selection.UNSAID}


def _levels(atlas: Atlas) -> Mapping[str, str]:
    return {level: pick(names) for level, names in places.level_names(atlas).items()}


BASIS = Choice(
    "basis",
    mark("Cost from"),
    saved="plan_basis",
    codes={MODEL: mark("Cost model, village by village"), PUBLISHED: mark("Published range per village")},
    usual=MODEL,
    as_box=True,
)
BOUND = Choice("bound", mark("Of the range, take"), codes=BOUNDS, usual="central")
RANGE_OF = Choice(
    "published",
    mark("Technology"),
    codes={**cost_text.TECHNOLOGY_WORDS, "4g": mark("4G"), "5g": mark("5G")},
)
BUDGET = Number(
    "budget",
    mark("Budget"),
    saved="plan_budget",
    unit=ten_thousand,
    low=0.0,
    high=MOST_BUDGET,
    step=100.0,
    decimals=0,
)
AIM = Choice("aim", mark("Connect as many as possible"), saved="plan_aim", codes=AIMS)
#: Columns that a weighted score counts, each with its weight; one that counts nothing is not there.
WEIGHTS = {
    column: Number(f"w_{column}", word, low=0.0, high=1000.0, step=0.5, usual=usual, left_out=(0.0,))
    for column, word, usual in (
        (ONE, mark("Points per village"), 1.0),
        (THOUSANDS, mark("Points per 1,000 people"), 0.0),
        (PRIORITY, mark("Points per village of the priority groups"), 0.0),
    )
}
LEVEL = Choice("level", mark("Rules are for each place of this level"), codes=_levels)
MEASURE = Choice(
    "measure",
    mark("counted in"),
    codes={"villages": mark("number of villages"), "yuan": mark("10,000 ⟨currency⟩"), "persons": mark("people")},
    usual="villages",
)
LEAST = OptionalNumber("least", mark("at least"), low=0.0, high=1e9, step=1.0, decimals=0)
MOST = OptionalNumber("most", mark("at most"), low=0.0, high=1e9, step=1.0, decimals=0)
SINGLE_PLACES = Lines("places", mark("Rules of single places"), saved="plan_own")
GROUPS = Several("groups", mark("Priority groups"), codes=_groups)
FLOOR = OptionalNumber("floor", mark("of these at least (villages)"), low=0.0, high=1e6, step=1.0, decimals=0)
LOT = OptionalCount("lot", mark("Smallest lot: villages of one place, or none there"), low=1.0, high=10_000.0, step=1.0)
STARTED = Switch("started", mark("Started projects go first"), usual=True)
INPUTS: tuple[Input[Any], ...] = (
    BASIS,
    BOUND,
    RANGE_OF,
    BUDGET,
    AIM,
    *WEIGHTS.values(),
    LEVEL,
    MEASURE,
    LEAST,
    MOST,
    SINGLE_PLACES,
    GROUPS,
    FLOOR,
    LOT,
    STARTED,
    LIMIT,
)
