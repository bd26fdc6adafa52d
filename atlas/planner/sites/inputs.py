"""What "where sites go" asks of its reader, beside the cost model."""

from __future__ import annotations

from typing import Any

from atlas.look.language import mark, t
from atlas.planner.cost import text as cost_text
from atlas.planner.inputs import LIMIT, Choice, Count, Input, Lines, Number, ten_thousand
from atlas.planner.sites import answers
from planning.cost.technologies import TERRAIN_WORDS, UNKNOWN

MOST_RADIUS_KM = 50.0
AIMS = {
    answers.SITES: mark("Most with so many sites"),
    answers.BUDGET: mark("Most with a budget"),
    answers.SHARE: mark("Fewest sites for a share"),
}
GENERATIONS = {"4g": mark("4G"), "5g": mark("5G")}
AIM = Choice("aim", mark("Cover"), saved="site_aim", codes=AIMS, usual=answers.SITES, as_box=True)
SITES = Count("sites", mark("Number of sites"), low=0, high=5000, step=1, usual=10)
BUDGET = Number(
    "budget",
    mark("Budget"),
    saved="site_budget",
    unit=ten_thousand,
    low=0.0,
    high=1e9,
    step=100.0,
    usual=500.0,
    decimals=0,
)
SHARE = Number(
    "share",
    mark("Share to be covered, of what candidates can reach"),
    saved="site_share",
    unit="%",
    low=0.0,
    high=100.0,
    step=1.0,
    usual=95.0,
    decimals=0,
)
WEIGH = Choice(
    "weigh",
    mark("Counted in"),
    codes={"people": mark("People"), "villages": mark("Villages")},
    usual="people",
)
CANDIDATES = Choice(
    "from",
    mark("Candidates"),
    codes={
        answers.UNCONNECTED: mark("Unconnected villages"),
        answers.ALL: mark("All villages"),
        answers.OWN: mark("Own list"),
    },
    usual=answers.UNCONNECTED,
    as_box=True,
)
OWN_LIST = Lines(
    "own",
    mark("One site a line: name, longitude, latitude"),
    saved="site_own",
    placeholder=mark("Site 1, 111.61, 26.42"),
)
EVERY = Count("every", mark("Every how many-th village is a candidate"), low=1, high=1000, step=1, usual=1)
GENERATION = Choice("generation", mark("Technology"), codes=GENERATIONS)


def _radius(terrain: str) -> Number:
    def words() -> str:
        return t("Radius (km), terrain {terrain}", terrain=t(cost_text.TERRAIN_WORDS[terrain]))

    return Number(f"km_{terrain}", words, low=0.1, high=MOST_RADIUS_KM, step=0.5, decimals=1)


RADIUS_KM = {terrain: _radius(terrain) for terrain in (*dict.fromkeys(TERRAIN_WORDS.values()), UNKNOWN)}
INPUTS: tuple[Input[Any], ...] = (
    AIM,
    SITES,
    BUDGET,
    SHARE,
    WEIGH,
    CANDIDATES,
    OWN_LIST,
    EVERY,
    GENERATION,
    *RADIUS_KM.values(),
    LIMIT,
)
