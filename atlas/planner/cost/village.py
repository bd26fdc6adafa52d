"""The village that is asked about, by itself: its inputs as widgets, and what it costs by each technology."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from atlas.look import blocks, figures
from atlas.look.language import mark, t
from atlas.planner.cost import inputs as cost_inputs
from atlas.planner.cost import text as cost_text
from atlas.planner.cost.answers import DRAWS
from atlas.planner.cost.inputs import CostAsked
from atlas.planner.inputs import Choice, Count, Input, OptionalNumber, Switch
from atlas.planner.question import Asking
from indicators.database import Atlas
from planning.cost.least import cost_by_technology
from planning.cost.parameters import Parameters

UNKNOWN = "unknown"
KM = OptionalNumber(
    "km",
    mark("Distance to the nearest connected node"),
    unit="km",
    low=0.0,
    high=2000.0,
    step=0.5,
    decimals=1,
)
TERRAIN = Choice(
    "terrain",
    mark("Terrain"),
    codes=cost_text.TERRAIN_WORDS,
    usual=UNKNOWN,
    as_box=True,
    left_out=(UNKNOWN,),
)
HOUSEHOLDS = OptionalNumber("households", mark("Households"), low=0.0, high=20_000.0, step=10.0, decimals=0)
CHANCE = Switch("chance", lambda: t("Draw {n} times", n=figures.count(DRAWS)), is_saved=False)
SEED = Count("seed", mark("Seed"), low=0, high=999_999, step=1, usual=1, width=160, is_saved=False)
INPUTS: tuple[Input[Any], ...] = (KM, TERRAIN, HOUSEHOLDS, CHANCE, SEED)


@dataclass(frozen=True)
class Asked:
    """frame: one row with distance_km, terrain and households, missing where they were not given."""

    cost: CostAsked
    frame: pd.DataFrame


@dataclass(frozen=True)
class One:
    """The village that is asked about, as the cost model reads it, and what it costs by each technology.

    table: the technologies chosen among. others: all of them, so that what is given up can be seen.
    """

    frame: pd.DataFrame
    table: pd.DataFrame
    others: pd.DataFrame
    parameters: Parameters
    evidence: str

    @property
    def best(self) -> pd.Series | None:
        """The technology of the least present value; None where none is fast enough."""
        found = self.table[self.table["is_cheapest"]]
        return None if found.empty else found.iloc[0]


def asked(ask: Asking) -> Asked:
    st.html(blocks.heading(t("One village")))
    chosen, speed = cost_inputs.technologies(ask), ask(cost_inputs.SPEED)
    distance, terrain, households = ask(KM), ask(TERRAIN), ask(HOUSEHOLDS)
    changed = cost_inputs.changed(ask, chosen)
    placed, trunk = cost_inputs.takes_placed(ask), ask(cost_inputs.TRUNK)
    frame = pd.DataFrame(
        {
            "distance_km": [float("nan") if distance is None else distance],
            "terrain": [None if terrain == UNKNOWN else terrain],
            "households": [float("nan") if households is None else households],
        }
    )
    return Asked(CostAsked(chosen, speed, changed, placed, trunk), frame)


def one(atlas: Atlas, asked: Asked) -> One:
    """Raises ParameterError, VillagesError."""
    parameters = cost_inputs.parameters_of(atlas, asked.cost)
    speed = asked.cost.speed_mbps
    table, others = (
        cost_by_technology(asked.frame, parameters, speed_mbps=speed, technologies=among).droplevel(0)
        for among in (asked.cost.technologies, cost_inputs.available(atlas))
    )
    return One(asked.frame, table, others, parameters, cost_inputs.evidence(atlas))
