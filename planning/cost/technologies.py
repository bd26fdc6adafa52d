"""What each technology costs in one village: construction and yearly operation.

    fibre      K = d·ρ·τ·c + node + H·take·drop          O = d·ρ·τ·upkeep + share·(node + drops)
    4G, 5G     K = N·site·g (·multiplier) + backhaul     O = share·(sites and microwave) + upkeep of fibre backhaul
    satellite  K = N·(terminal + cell·g)                 O = share·K + N·12·fee of the link

What households pay, for a line or a device of their own each month, is on no side: a satellite village has a terminal
and a small cell of the village, as others have a node or a mast.

d straight distance to the nearest connected node (km), ρ road factor, τ and g terrain factors of cables and
sites, H households, N = sites that carry H·take·busy-hour share·speed wanted, at least one. Prices are those of
their year; no inflation is added.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from planning.cost.parameters import Number, ParameterError, Parameters, Values

Array = np.ndarray[Any, np.dtype[np.float64]]
TERRAINS = ("plain", "hill", "mountain", "plateau")
#: As registers write them; anything else is refused, not guessed at.
TERRAIN_WORDS = {
    **{word: word for word in TERRAINS},
    "平原": "plain",
    "丘陵": "hill",
    "山区": "mountain",
    "山地": "mountain",
    "高原": "plateau",
}
UNKNOWN = "unknown"
MICROWAVE_NEAR_KM, MICROWAVE_MIDDLE_KM = 15.0, 30.0
MONTHS = 12


class VillagesError(ValueError):
    """Villages that the model cannot read: a negative distance, a terrain that no factor is known for."""


@dataclass(frozen=True)
class Villages:
    """Inputs of the model as arrays of one length; NaN is unknown, and so is terrain "unknown"."""

    distance_km: Array
    households: Array
    road_factor: Array  # NaN: the parameter's
    terrain: np.ndarray[Any, np.dtype[np.object_]]

    @classmethod
    def from_frame(cls, frame: pd.DataFrame) -> Villages:
        """Columns distance_km, households, terrain and, where routes were measured, road_factor; all may be absent.

        Raises VillagesError for a negative or infinite number, a road factor below 1, an unknown word.
        """
        return cls(
            distance_km=_numbers(frame, "distance_km", at_least=0),
            households=_numbers(frame, "households", at_least=0),
            road_factor=_numbers(frame, "road_factor", at_least=1),
            terrain=_terrain(frame),
        )

    def unknown_inputs(self) -> Array:
        """Per village the names of what is unknown, joined by ", "; "" where all is known."""
        unknown = {
            "distance_km": np.isnan(self.distance_km),
            "terrain": self.terrain == UNKNOWN,
            "households": np.isnan(self.households),
        }
        text = np.full(len(self.terrain), "", dtype=object)
        for name, is_unknown in unknown.items():
            text[is_unknown] = [f"{before}, {name}" if before else name for before in text[is_unknown]]
        return text

    def part(self, rows: Any) -> Villages:
        return Villages(self.distance_km[rows], self.households[rows], self.road_factor[rows], self.terrain[rows])

    def known_or_assumed(self, values: Values) -> Site:
        """Every input as a number; unknown ones are those that the parameters assume."""
        households = np.where(np.isnan(self.households), values["all.unknown_households"], self.households)
        return Site(
            distance_km=np.where(np.isnan(self.distance_km), values["all.unknown_distance_km"], self.distance_km),
            road_factor=np.where(np.isnan(self.road_factor), values["all.road_factor"], self.road_factor),
            subscribers=households * values["all.take_share"],
            cable_terrain=self._factor(values, "fibre"),
            site_terrain=self._factor(values, "site"),
        )

    def _factor(self, values: Values, of: str) -> Array:
        factors = [values[f"{of}.terrain_factor_{kind}"] for kind in (*TERRAINS, UNKNOWN)]
        return np.select(self._grounds, factors)

    @cached_property
    def _grounds(self) -> list[np.ndarray[Any, np.dtype[np.bool_]]]:
        """Who lies on which terrain: compared once, not in each of some hundred draws."""
        return [self.terrain == kind for kind in (*TERRAINS, UNKNOWN)]


@dataclass(frozen=True)
class Site:
    """A village as the formulas need it; arrays that broadcast."""

    distance_km: Array
    road_factor: Array
    subscribers: Array  # households
    cable_terrain: Array
    site_terrain: Array

    @property
    def route_km(self) -> Array:
        """Cable to be laid, made longer by roads and by terrain."""
        return self.distance_km * self.road_factor * self.cable_terrain


@dataclass(frozen=True)
class Cost:
    """Construction and yearly operation, per village."""

    capex_yuan: Array
    opex_yuan_per_year: Array


Formula = Callable[[Site, Values, float], Cost]


@dataclass(frozen=True)
class Technology:
    """`speed_key` names the parameter that says how fast it is."""

    technology_id: str
    speed_key: str
    cost: Formula


def _fibre(site: Site, values: Values, speed_mbps: float) -> Cost:
    del speed_mbps  # one cable carries any speed that is asked for
    in_village = values["fibre.node_capex"] + site.subscribers * values["fibre.drop_capex"]
    return Cost(
        site.route_km * values["fibre.cable_per_km"] + in_village,
        site.route_km * values["fibre.upkeep_per_km"] + in_village * values["fibre.opex_share"],
    )


def _sites(generation: str, backhaul: str) -> Formula:
    def cost(site: Site, values: Values, speed_mbps: float) -> Cost:
        sites = _cells(site, values, speed_mbps, generation)
        multiplier: Number = values["5g.cost_multiplier"] if generation == "5g" else 1.0
        towers = sites * values["4g.site_capex"] * multiplier * site.site_terrain
        share = values["4g.opex_share"]
        if backhaul == "microwave":
            whole = towers + _microwave(site.distance_km, values)
            return Cost(whole, whole * share)
        cable = site.route_km * values["fibre.cable_per_km"]
        return Cost(towers + cable, towers * share + site.route_km * values["fibre.upkeep_per_km"])

    return cost


def _microwave(distance_km: Array, values: Values) -> Array:
    """A link by its length; it goes straight, so neither roads nor terrain count."""
    bands = [distance_km < MICROWAVE_NEAR_KM, distance_km <= MICROWAVE_MIDDLE_KM]
    prices = [values["microwave.near_capex"], values["microwave.middle_capex"]]
    return np.select(bands, prices, default=values["microwave.far_capex"])


def _satellite(site: Site, values: Values, speed_mbps: float) -> Cost:
    """A terminal of the village that feeds a small cell; as many of them as the load needs."""
    cells = _cells(site, values, speed_mbps, "satellite")
    whole = cells * (values["satellite.terminal_capex"] + values["satellite.cell_capex"] * site.site_terrain)
    link = cells * values["satellite.fee_per_month"] * MONTHS
    return Cost(whole, whole * values["satellite.opex_share"] + link)


def _cells(site: Site, values: Values, speed_mbps: float, of: str) -> Array:
    load_mbps = site.subscribers * values["all.busy_hour_share"] * speed_mbps
    cells: Array = np.maximum(1, np.ceil(load_mbps / values[f"{of}.site_capacity_mbps"]))
    return cells


TECHNOLOGIES: dict[str, Technology] = {
    one.technology_id: one
    for one in (
        Technology("fibre", "fibre.speed_mbps", _fibre),
        Technology("4g_microwave", "4g.speed_mbps", _sites("4g", "microwave")),
        Technology("4g_fibre", "4g.speed_mbps", _sites("4g", "fibre")),
        Technology("5g_microwave", "5g.speed_mbps", _sites("5g", "microwave")),
        Technology("5g_fibre", "5g.speed_mbps", _sites("5g", "fibre")),
        Technology("satellite", "satellite.speed_mbps", _satellite),
    )
}


def fast_enough(parameters: Parameters, speed_mbps: float, among: tuple[str, ...] = tuple(TECHNOLOGIES)) -> list[str]:
    """Those whose usual speed is at least the one wanted; may be none. Raises ParameterError for a name of no
    technology.
    """
    if unknown := sorted(set(among) - TECHNOLOGIES.keys()):
        raise ParameterError(f"no technology {', '.join(unknown)}; there are {', '.join(TECHNOLOGIES)}")
    return [name for name in among if parameters[TECHNOLOGIES[name].speed_key].value >= speed_mbps]


def _numbers(frame: pd.DataFrame, column: str, *, at_least: float) -> Array:
    if column not in frame:
        return np.full(len(frame), np.nan)
    numbers = pd.to_numeric(frame[column]).to_numpy(dtype=float, na_value=np.nan)
    wrong = (numbers < at_least) | np.isinf(numbers)
    if wrong.any():
        row = frame.index[wrong][0]
        raise VillagesError(
            f"{column} of village {row}: expected a number of at least {at_least:g}, found {numbers[wrong][0]:g} "
            f"(and {int(wrong.sum()) - 1} more)"
        )
    return numbers


def _terrain(frame: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.object_]]:
    if "terrain" not in frame:
        return np.full(len(frame), UNKNOWN, dtype=object)
    words = frame["terrain"].astype(object)
    known = words.map(TERRAIN_WORDS)
    strange = words[known.isna() & words.notna()]
    if len(strange):
        raise VillagesError(
            f"terrain of village {strange.index[0]}: expected one of {', '.join(TERRAINS)} or nothing, "
            f"found {strange.iloc[0]!r} (and {len(strange) - 1} more)"
        )
    return known.where(known.notna(), UNKNOWN).to_numpy(dtype=object)
