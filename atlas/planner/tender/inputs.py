"""What "tender" asks of its reader: lots, bids given or simulated, and what comes first."""

from __future__ import annotations

from typing import Any

from atlas.look.language import mark
from atlas.planner.inputs import Choice, Input, Lines, Number, OptionalNumber, ten_thousand

GIVEN, SIMULATED = "given", "simulated"
SAVINGS, MOST_LOTS_FIRST = "savings", "most_lots"
LOTS = Lines(
    "lots",
    mark("Lots, line by line"),
    unit=ten_thousand,
    help=mark(
        "name, reserve; or name, construction cost K, yearly operation O and category: then the reserve is what "
        "the subsidy rule would pay"
    ),
)
SOURCE = Choice(
    "source",
    mark("Bids"),
    codes={GIVEN: mark("Bids given"), SIMULATED: mark("Simulated bids")},
    usual=GIVEN,
)
BIDS = Lines(
    "bids",
    mark("Bids, line by line"),
    unit=ten_thousand,
    help=mark(
        "bidder, lot or lots (L1;L2 is one price for both), price, and where it was examined: qualified yes or no"
    ),
)
BIDDERS = Number("bidders", mark("Bidders"), low=1.0, high=20.0, step=1.0, usual=4.0, is_whole=True)
LOW = Number("low", mark("Lowest price (% of the reserve)"), low=0.0, high=200.0, step=1.0, usual=80.0)
HIGH = Number("high", mark("Highest price (% of the reserve)"), low=0.0, high=200.0, step=1.0, usual=105.0)
PART = Number("part", mark("Chance that a bidder bids for a lot (%)"), low=0.0, high=100.0, step=5.0, usual=70.0)
SEED = Number("seed", mark("Seed"), low=0.0, high=1e9, step=1.0, usual=1.0, is_whole=True)
AIM = Choice(
    "aim",
    mark("What comes first"),
    codes={SAVINGS: mark("the least subsidy"), MOST_LOTS_FIRST: mark("as many lots as possible")},
    usual=SAVINGS,
)
MOST_LOTS = OptionalNumber("most_lots", mark("Most lots per bidder (empty: no limit)"), low=0.0, high=500.0, step=1.0)
SECONDS = Number("seconds", mark("Time limit (seconds)"), low=1.0, high=60.0, step=1.0, usual=10.0, is_whole=True)
INPUTS: tuple[Input[Any], ...] = (LOTS, SOURCE, BIDS, BIDDERS, LOW, HIGH, PART, SEED, AIM, MOST_LOTS, SECONDS)
