"""Unconnected villages of a place shared among operators, by their cost and, to compare, by their number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd
import streamlit as st

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


@st.cache_data(max_entries=8, show_spinner=False)
def answer(build_id: str, asked: Asked, _atlas: Atlas) -> Shared:
    """Kept per build and question. Raises InputError, ParameterError, VillagesError."""
    villages = priced(_atlas, asked)
    share = pd.Series(dict(asked.share))
    pairs = shared_villages.touching(_atlas, asked.within) if asked.units == "connected_counties" else ()
    held = {}
    for basis in ("cost", "villages"):
        held[basis] = sharing.share_out(
            villages,
            share,
            basis=basis,
            units=asked.units,
            neighbours=pairs,
            time_limit_s=asked.seconds / 2,
        )
    other = "villages" if asked.basis == "cost" else "cost"
    return Shared(held[asked.basis], held[other], villages)


def priced(atlas: Atlas, asked: Asked) -> pd.DataFrame:
    """place_id, name, county_id, cost_yuan of each unconnected village; construction only."""
    rows = shared_villages.rows(atlas, asked.within, asked.standard, asked.as_of)
    frame = rows[["place_id", "name", "county_id"]].copy()
    if asked.flat_yuan is not None:
        frame["cost_yuan"] = asked.flat_yuan
        return frame
    currency = str(facts.settings(atlas)["currency"].get("code", "CNY"))
    parameters = Parameters.from_frame(facts.model_parameters(atlas), currency)
    costs = cost_of_villages(
        rows[["distance_km", "terrain", "households"]], parameters, technologies=technologies(asked.standard)
    )
    return frame.assign(cost_yuan=costs["capex_yuan"])
