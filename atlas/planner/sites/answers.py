"""Where sites go: the candidates and villages of a place, and the best choice of sites, kept per question."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from atlas.kept.single_flight import SingleFlight
from atlas.look.language import t
from atlas.planner import scope
from atlas.planner.cost import answers as cost_answers
from atlas.planner.cost import inputs as cost_inputs
from atlas.planner.cost.inputs import CostAsked
from atlas.view.state import View
from atlas.work import patience
from atlas.work.patience import ShouldStop
from indicators.database import Atlas
from indicators.demand import unconnected
from planning.cost.least import cost_of_villages
from planning.cost.technologies import TERRAIN_WORDS, UNKNOWN
from planning.sites import reach
from planning.sites.cover import Siting, Weigh, maximal_cover, set_cover

SITES, BUDGET, SHARE = "sites", "budget", "share"
UNCONNECTED, ALL, OWN = "unconnected", "all", "own"
MOST_VILLAGES = 20_000
MOST_CANDIDATES = 4_000
USUAL_CANDIDATES = 2_000
#: Towers of a generation, whichever way they are reached.
TOWERS = {"4g": ("4g_microwave", "4g_fibre"), "5g": ("5g_microwave", "5g_fibre")}
#: 5 km is the distance of the 4G rule; the radius of 5G is an assumption.
USUAL_RADIUS_KM = {"4g": 5.0, "5g": 2.0}


@dataclass(frozen=True)
class Asked:
    """The whole question, but for place, standard and date."""

    aim: Literal["sites", "budget", "share"]
    sites: int
    budget_yuan: float
    share: float  # 0 to 1, of what candidates can reach
    candidates: str
    every: int
    own: tuple[tuple[str, float, float], ...]  # name, longitude, latitude
    technology: str
    radius_km: tuple[tuple[str, float], ...]  # by terrain
    weigh: Weigh
    cost: CostAsked
    limit_s: float


@dataclass(frozen=True)
class Answer:
    """The sites chosen, and what the candidates are called."""

    siting: Siting
    candidates: pd.DataFrame
    villages: pd.DataFrame


_sitings: SingleFlight[Hashable, Answer] = SingleFlight(12)


def towers(atlas: Atlas) -> dict[str, tuple[str, ...]]:
    """The generations whose sites the atlas can price, each with the ways in which a site is reached."""
    held = cost_inputs.available(atlas)
    found = {name: tuple(code for code in codes if code in held) for name, codes in TOWERS.items()}
    return {name: codes for name, codes in found.items() if codes}


def fitting(atlas: Atlas, standard: str) -> dict[str, tuple[str, ...]]:
    """The generations whose sites bring a standard: a mast brings no fibre, and 4G no 5G."""
    brings = cost_inputs.usual(atlas, standard)
    return {name: codes for name, codes in towers(atlas).items() if set(codes) & set(brings)}


def has_towers(atlas: Atlas) -> bool:
    return bool(towers(atlas))


def where(atlas: Atlas, view: View, kind: str) -> pd.DataFrame:
    """Villages that may be candidates: the unconnected ones with a position, or all."""
    if kind == ALL:
        return unconnected.candidates(atlas, view.place_id, view.standard, view.as_of, view.filters)
    rows = cost_answers.rows(atlas, view)
    return rows[rows["lon"].notna()]


def usual_step(atlas: Atlas, view: View, kind: str) -> int:
    """Every how many-th village is a candidate, so that a search stays short."""
    return max(1, -(-len(where(atlas, view, kind)) // USUAL_CANDIDATES))


def least_step(atlas: Atlas, view: View, kind: str) -> int:
    return max(1, -(-len(where(atlas, view, kind)) // MOST_CANDIDATES))


def terrains(atlas: Atlas, view: View, kind: str) -> list[str]:
    """The terrains that candidates have, in the order of the model; UNKNOWN where some have none."""
    if kind == OWN:
        return [UNKNOWN]
    found = set(_terrain(where(atlas, view, kind)))
    return [one for one in (*dict.fromkeys(TERRAIN_WORDS.values()), UNKNOWN) if one in found] or [UNKNOWN]


def answer(atlas: Atlas, view: View, asked: Asked) -> Answer:
    """Raises Stopped, InputError, TooManyPairs, ParameterError, VillagesError."""

    def make(should_stop: ShouldStop) -> Answer:
        villages = cost_answers.rows(atlas, view).reset_index()
        candidates = _candidates(atlas, view, asked)
        return Answer(_solved(villages, candidates, asked, should_stop), candidates, villages)

    words = t("Looking for the best sites…")
    key = (*scope.key(atlas, view), asked)
    return patience.answered(_sitings, key, make, words, "sites")


def spent(atlas: Atlas, asked: Asked, found: Answer) -> pd.Series | None:
    """What the chosen sites cost together (cost_answers.totals); None where none was chosen."""
    chosen = found.candidates[found.candidates["site_id"].isin(found.siting.sites["site_id"])]
    if chosen.empty:
        return None
    ground = chosen["terrain"].where(chosen["terrain"] != UNKNOWN, None)
    return cost_answers.of_some(atlas, chosen.assign(terrain=ground), asked.cost)


def _solved(villages: pd.DataFrame, candidates: pd.DataFrame, asked: Asked, should_stop: ShouldStop) -> Siting:
    if asked.aim == SHARE:
        return set_cover(
            villages,
            candidates,
            least_share=asked.share,
            weigh=asked.weigh,
            time_limit_s=asked.limit_s,
            is_cancelled=should_stop,
        )
    return maximal_cover(
        villages,
        candidates,
        most_sites=asked.sites if asked.aim == SITES else None,
        budget_yuan=asked.budget_yuan if asked.aim == BUDGET else None,
        weigh=asked.weigh,
        time_limit_s=asked.limit_s,
        is_cancelled=should_stop,
    )


def _candidates(atlas: Atlas, view: View, asked: Asked) -> pd.DataFrame:
    """site_id, name, name_en, lon, lat, technology, terrain, radius_km, cost_yuan."""
    if asked.candidates == OWN:
        frame = pd.DataFrame(asked.own, columns=["name", "lon", "lat"])
        frame.index = pd.Index([f"own-{n}" for n in range(1, len(frame) + 1)])
        frame = frame.assign(
            name_en=None, terrain=None, households=float("nan"), distance_km=float("nan"), is_placed=False
        )
    else:
        frame = where(atlas, view, asked.candidates).iloc[:: asked.every]
    cost = cost_of_villages(
        cost_inputs.of_villages(frame, asked.cost),
        cost_inputs.parameters_of(atlas, asked.cost),
        speed_mbps=asked.cost.speed_mbps,
        technologies=asked.cost.technologies,
    )["capex_yuan"]
    sites = pd.DataFrame(
        {
            "site_id": frame.index.astype(str),
            "name": frame["name"].to_numpy(),
            "name_en": frame["name_en"].to_numpy(),
            "lon": frame["lon"].to_numpy(),
            "lat": frame["lat"].to_numpy(),
            "technology": asked.technology,
            "terrain": _terrain(frame),
            "cost_yuan": cost.to_numpy(),
            **{name: frame[name].to_numpy() for name in ("households", "distance_km", "is_placed")},
        }
    )
    return reach.with_radius(sites, {(asked.technology, ground): km for ground, km in asked.radius_km})


def _terrain(frame: pd.DataFrame) -> list[str]:
    return [TERRAIN_WORDS.get(word, UNKNOWN) if isinstance(word, str) else UNKNOWN for word in frame["terrain"]]
