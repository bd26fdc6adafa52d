"""What "sharing among operators" asks of its reader, beside the cost model."""

from __future__ import annotations

from typing import Any

from atlas.look.language import mark
from atlas.planner.inputs import Choice, Input, Lines, Number, ten_thousand
from atlas.planner.sharing.answers import FLAT, MODEL

OPERATORS = Lines(
    "operators",
    mark("Operators: name, revenue, profit, market share"),
    usual_is_words=True,
    left_out=(),
    help=mark(
        "one line each; any unit: each column is turned into shares of its sum. Without figures of your own the "
        "operators bear equal parts."
    ),
)


def _weight(measure: str, word: str) -> Number:
    return Number(f"w_{measure}", word, low=0.0, high=100.0, step=0.5, width=130)


WEIGHTS = {
    "revenue": _weight("revenue", mark("Weight of revenue")),
    "profit": _weight("profit", mark("Weight of profit")),
    "market": _weight("market", mark("Weight of market share")),
}
BASIS = Choice(
    "basis",
    mark("Load is measured in"),
    codes={"cost": mark("cost"), "villages": mark("number of villages")},
    usual="cost",
)
UNITS = Choice(
    "units",
    mark("What is given out"),
    codes={
        "villages": mark("whole ⟨outlined_plural⟩ first, villages to even out"),
        "counties": mark("whole ⟨outlined_plural⟩ only"),
        "connected_counties": mark("whole ⟨outlined_plural⟩ in one piece"),
    },
    usual="villages",
    as_box=True,
)
COST = Choice(
    "cost",
    mark("Cost of a village"),
    codes={MODEL: mark("the cost model"), FLAT: mark("the same for each")},
    usual=MODEL,
    left_out=(MODEL,),
)
FLAT_COST = Number("flat", mark("Cost of each village"), unit=ten_thousand, low=0.1, high=1e6, step=1.0, usual=12.0)
OWED = Lines(
    "owed",
    mark("Owed from the year before: name, amount"),
    unit=ten_thousand,
    help=mark(
        "Unfinished work comes first, on top of the operator's share of the rest; a negative amount is work done "
        "beforehand. Shared by number, it counts as so many villages of the mean cost."
    ),
)
SECONDS = Number("seconds", mark("Time limit (seconds)"), low=2.0, high=60.0, step=1.0, usual=10.0, is_whole=True)
#: Of the year after: the sharing itself does not depend on them.
ETA = Number(
    "eta",
    mark("η: how fast shares follow the market (0–1)"),
    low=0.0,
    high=1.0,
    step=0.1,
    usual=0.5,
    is_saved=False,
)
PENALTY = Number(
    "penalty",
    mark("Penalty, % of what is unfinished"),
    low=0.0,
    high=100.0,
    step=1.0,
    usual=10.0,
    is_saved=False,
)
DONE = Lines("done", mark("Finished, % (name, percent; all is finished where not named)"), is_saved=False)
INPUTS: tuple[Input[Any], ...] = (
    OPERATORS,
    *WEIGHTS.values(),
    BASIS,
    UNITS,
    COST,
    FLAT_COST,
    OWED,
    SECONDS,
    ETA,
    PENALTY,
    DONE,
)
