"""What the unconnected villages of a place cost, worked out once per build and question."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace

import pandas as pd

from atlas.kept.single_flight import SingleFlight
from atlas.look.language import t
from atlas.planner import scope
from atlas.planner.cost import inputs as cost_inputs
from atlas.planner.cost.inputs import CostAsked
from atlas.view.state import View
from atlas.work import patience
from atlas.work.patience import ShouldStop
from ground.evidence import weakest
from indicators import places
from indicators.database import Atlas
from indicators.demand import unconnected
from planning.cost.least import cost_of_villages
from planning.cost.parameters import Parameters
from planning.cost.totals import cost_of_groups
from planning.cost.uncertainty import MonteCarlo, drawn_sums, drawn_totals, monte_carlo, tornado

MOST_VILLAGES = 60_000
ANSWERS_KEPT = 16
DRAWS = 500
SEED = 1  # of the draws behind a total: the same question has the same answer
ALL = "all"


@dataclass(frozen=True)
class HereCost:
    """whole, parts: planning.cost.totals and the quantiles of the draws, of all villages and of each place beneath, by
    its code; moved: the tornado. apart_km, tied_km: cable in a straight line if each village had its own, and as
    priced."""

    whole: pd.Series
    parts: pd.DataFrame
    moved: pd.DataFrame
    by_technology: dict[str, int]
    unknown: dict[str, int]  # input → villages of which it is not known
    apart_km: float
    tied_km: float


_here: SingleFlight[Hashable, HereCost] = SingleFlight(ANSWERS_KEPT)
_each: SingleFlight[Hashable, pd.DataFrame] = SingleFlight(4)


def is_too_large(atlas: Atlas, view: View) -> bool:
    return scope.count(atlas, view) > MOST_VILLAGES


def refuse(atlas: Atlas, view: View) -> None:
    """Raises NoAnswer where there are no villages to plan for, or too many."""
    scope.refuse(atlas, view, MOST_VILLAGES)


def rows(atlas: Atlas, view: View) -> pd.DataFrame:
    """The unconnected villages of the view; not to be altered."""
    return scope.rows(atlas, view)


def evidence(atlas: Atlas, view: View) -> str:
    """The weakest that a total rests on: the states of the villages, or the parameters of the model."""
    return weakest([unconnected.evidence_of(rows(atlas, view)), cost_inputs.evidence(atlas)])


def here(atlas: Atlas, view: View, asked: CostAsked) -> HereCost:
    """The total of the view's unconnected villages and of the places beneath. Raises Stopped, ParameterError,
    VillagesError.
    """

    def make(should_stop: ShouldStop) -> HereCost:
        del should_stop  # a few seconds at most: see MOST_VILLAGES
        held = rows(atlas, view)
        frame = cost_inputs.of_villages(held, asked)
        parameters = cost_inputs.parameters_of(atlas, asked)
        speed, codes = asked.speed_mbps, asked.technologies
        level = places.level_below(atlas, view.place_id) or places.levels(atlas)[-2]
        each = each_village(atlas, view, asked)
        apart = cost_inputs.of_villages(held, replace(asked, shares_trunk=None))
        return HereCost(
            whole=totals(frame, pd.Series(ALL, index=frame.index), parameters, asked).iloc[0],
            parts=totals(frame, held[f"{level}_id"], parameters, asked),
            moved=tornado(frame, parameters, speed_mbps=speed, technologies=codes),
            by_technology={str(k): int(n) for k, n in each["technology"].value_counts().items()},
            unknown=_unknown(each),
            apart_km=float(apart["distance_km"].sum()),
            tied_km=float(frame["distance_km"].sum()),
        )

    return patience.answered(_here, _key(atlas, view, asked), make, t("Working out the cost of each village…"), "here")


def totals(frame: pd.DataFrame, groups: pd.Series, parameters: Parameters, asked: CostAsked) -> pd.DataFrame:
    """Central sums with their bounds, and p05 to p95 of the same draws for all groups."""
    speed, codes = asked.speed_mbps, asked.technologies
    central = cost_of_groups(frame, groups, parameters, speed_mbps=speed, technologies=codes)
    drawn = drawn_totals(frame, groups, parameters, seed=SEED, draws=DRAWS, speed_mbps=speed, technologies=codes)
    return central.merge(drawn, on="group")


def of_some(atlas: Atlas, rows: pd.DataFrame, asked: CostAsked) -> pd.Series:
    """The same for some villages together: one row of `totals`."""
    frame = cost_inputs.of_villages(rows, asked)
    parameters = cost_inputs.parameters_of(atlas, asked)
    return totals(frame, pd.Series(ALL, index=frame.index), parameters, asked).iloc[0]


def chance_above(atlas: Atlas, rows: pd.DataFrame, asked: CostAsked, limit_yuan: float) -> float:
    """The share of the draws in which construction of some villages costs more than a limit."""
    frame = cost_inputs.of_villages(rows, asked)
    _, sums = drawn_sums(
        frame,
        pd.Series(ALL, index=frame.index),
        cost_inputs.parameters_of(atlas, asked),
        seed=SEED,
        draws=DRAWS,
        speed_mbps=asked.speed_mbps,
        technologies=asked.technologies,
    )
    return float((sums["capex_yuan"] > limit_yuan).mean())


def each_village(atlas: Atlas, view: View, asked: CostAsked) -> pd.DataFrame:
    """planning.cost.least.cost_of_villages of the view's unconnected villages; not to be altered."""

    def make() -> pd.DataFrame:
        frame = cost_inputs.of_villages(rows(atlas, view), asked)
        return cost_of_villages(
            frame,
            cost_inputs.parameters_of(atlas, asked),
            speed_mbps=asked.speed_mbps,
            technologies=asked.technologies,
        )

    return _each.get(_key(atlas, view, asked), make)


def drawn(frame: pd.DataFrame, atlas: Atlas, asked: CostAsked, seed: int) -> MonteCarlo:
    """Draws of the present value of one village; the same seed gives the same."""
    return monte_carlo(
        frame,
        cost_inputs.parameters_of(atlas, asked),
        seed=seed,
        draws=DRAWS,
        speed_mbps=asked.speed_mbps,
        technologies=asked.technologies,
    )


def _unknown(each: pd.DataFrame) -> dict[str, int]:
    listed = each["unknown_inputs"].str.split(", ").explode()
    return {str(name): int(n) for name, n in listed[listed != ""].value_counts().items()}


def _key(atlas: Atlas, view: View, asked: CostAsked) -> Hashable:
    return (*scope.key(atlas, view), asked)
