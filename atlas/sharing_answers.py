"""Unconnected villages of a place shared among operators, by their cost and, to compare, by their number."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date

import pandas as pd

from atlas import figures, patience
from atlas.language import t
from atlas.patience import ShouldStop
from atlas.single_flight import SingleFlight
from indicators import facts, shared_villages
from indicators.database import Atlas
from planning import sharing
from planning.cost import cost_of_villages
from planning.parameters import Parameters
from planning.sharing import Basis, Sharing, Units
from planning.technologies import TECHNOLOGIES

MOST_VILLAGES = 60_000
MODEL, FLAT = "model", "flat"


@dataclass(frozen=True)
class Asked:
    """All that the sharing depends on. share: (operator, share), adding up to 1; flat_yuan: the cost of each village
    where it is not taken from the cost model."""

    within: str
    standard: str
    as_of: date
    share: tuple[tuple[str, float], ...]
    basis: Basis
    units: Units
    flat_yuan: float | None
    seconds: float
    owed_yuan: tuple[
        tuple[str, float], ...
    ] = ()  # of each operator, from the year before; below 0: done beforehand


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


def technologies(standard: str) -> tuple[str, ...]:
    """Those that a standard names; all where it names none."""
    own = tuple(one for one in TECHNOLOGIES if one == standard or one.startswith(f"{standard}_"))
    return own or tuple(TECHNOLOGIES)


_shared: SingleFlight[Hashable, Shared] = SingleFlight(8)


def answer(atlas: Atlas, asked: Asked) -> Shared:
    """Kept per build and question. Raises Stopped, InputError, ParameterError, VillagesError."""

    def make(should_stop: ShouldStop) -> Shared:
        return _made(atlas, asked, should_stop)

    words = t("Sharing the villages, at most {n} s…", n=figures.count(asked.seconds))
    return patience.answered(_shared, (str(atlas.path), asked), make, words, "sharing")


def _made(atlas: Atlas, asked: Asked, should_stop: ShouldStop) -> Shared:
    villages = priced(atlas, asked)
    pairs = shared_villages.touching(atlas, asked.within) if asked.units == "connected_counties" else ()
    held = {}
    for basis in ("cost", "villages"):
        held[basis] = sharing.share_out(
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
    return yuan if basis == "cost" else sharing.in_villages(yuan, villages["cost_yuan"])


def priced(atlas: Atlas, asked: Asked) -> pd.DataFrame:
    """place_id, name, county_id, lon, lat, cost_yuan of each unconnected village; construction only."""
    rows = shared_villages.rows(atlas, asked.within, asked.standard, asked.as_of)
    frame = rows[["place_id", "name", "county_id", "lon", "lat"]].copy()
    if asked.flat_yuan is not None:
        frame["cost_yuan"] = asked.flat_yuan
        return frame
    currency = str(facts.settings(atlas)["currency"].get("code", "CNY"))
    parameters = Parameters.from_frame(facts.model_parameters(atlas), currency)
    costs = cost_of_villages(
        rows[["distance_km", "terrain", "households"]], parameters, technologies=technologies(asked.standard)
    )
    return frame.assign(cost_yuan=costs["capex_yuan"])
