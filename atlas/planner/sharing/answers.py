"""Unconnected villages of a place shared among operators, by their cost and, to compare, by their number."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import pandas as pd

from atlas.kept.single_flight import SingleFlight
from atlas.look import figures
from atlas.look.language import t
from atlas.planner import scope
from atlas.planner.cost import answers as cost_answers
from atlas.planner.cost.inputs import CostAsked
from atlas.view.state import View
from atlas.work import patience
from atlas.work.patience import ShouldStop
from indicators.database import Atlas
from indicators.demand import shared_villages
from planning.sharing import allocate, targets
from planning.sharing.allocate import Sharing, Units
from planning.sharing.targets import Basis

MOST_VILLAGES = 60_000
MODEL, FLAT = "model", "flat"


@dataclass(frozen=True)
class Asked:
    """All that the sharing depends on beside the villages. share: (operator, share), adding up to 1; flat_yuan: the
    cost of each village where it is not taken from the cost model, which `cost` asks."""

    share: tuple[tuple[str, float], ...]
    basis: Basis
    units: Units
    flat_yuan: float | None
    seconds: float
    cost: CostAsked | None = None
    owed_yuan: tuple[tuple[str, float], ...] = ()  # of each operator, from the year before; below 0: done beforehand


@dataclass(frozen=True)
class Shared:
    """chosen: on the basis asked for. other: on the other one, with the same targets. villages: names and costs."""

    chosen: Sharing
    other: Sharing
    villages: pd.DataFrame

    @property
    def by_count(self) -> Sharing:
        return self.chosen if self.chosen.basis == "villages" else self.other

    @property
    def by_cost(self) -> Sharing:
        return self.chosen if self.chosen.basis == "cost" else self.other


_shared: SingleFlight[Hashable, Shared] = SingleFlight(8)


def answer(atlas: Atlas, view: View, asked: Asked) -> Shared:
    """Kept per build and question. Raises Stopped, InputError, ParameterError, VillagesError."""

    def make(should_stop: ShouldStop) -> Shared:
        return _made(atlas, view, asked, should_stop)

    words = t("Sharing the villages, at most {n} s…", n=figures.count(asked.seconds))
    return patience.answered(_shared, (*scope.key(atlas, view), asked), make, words, "sharing")


def _made(atlas: Atlas, view: View, asked: Asked, should_stop: ShouldStop) -> Shared:
    villages = priced(atlas, view, asked)
    pairs = shared_villages.touching(atlas, view.place_id) if asked.units == "connected_counties" else ()
    held = {}
    for basis in ("cost", "villages"):
        held[basis] = allocate.share_out(
            villages,
            pd.Series(dict(asked.share)),
            basis=basis,
            units=asked.units,
            carry_over=_owed(asked, villages, basis),
            neighbours=pairs,
            time_limit_s=asked.seconds / 2,
            is_cancelled=should_stop,
        )
    other = "villages" if asked.basis == "cost" else "cost"
    return Shared(held[asked.basis], held[other], villages)


def _owed(asked: Asked, villages: pd.DataFrame, basis: str) -> pd.Series | None:
    """What each operator owes, in the unit of the basis: money, or as many villages of middling cost."""
    if not asked.owed_yuan:
        return None
    yuan = pd.Series(dict(asked.owed_yuan)).reindex([name for name, _ in asked.share], fill_value=0.0)
    return yuan if basis == "cost" else targets.in_villages(yuan, villages["cost_yuan"])


def rows(atlas: Atlas, view: View) -> pd.DataFrame:
    """The villages that are shared: `shared_villages.rows` of those that are planned for."""
    return shared_villages.rows(atlas, view.place_id, view.standard, view.as_of, view.filters)


def total(atlas: Atlas, view: View, asked: Asked) -> pd.Series | None:
    """What all of them cost together (cost_answers.totals); None where each costs what the reader said."""
    if asked.cost is None:
        return None
    return cost_answers.of_some(atlas, scope.rows(atlas, view), asked.cost)


def priced(atlas: Atlas, view: View, asked: Asked) -> pd.DataFrame:
    """place_id, name, name_en, county_id, lon, lat, cost_yuan of each unconnected village; construction only."""
    frame = rows(atlas, view)[["place_id", "name", "name_en", "county_id", "lon", "lat"]].copy()
    if asked.cost is None:
        return frame.assign(cost_yuan=asked.flat_yuan)
    each = cost_answers.each_village(atlas, view, asked.cost)["capex_yuan"]
    return frame.assign(cost_yuan=each.reindex(frame["place_id"]).to_numpy())
