"""Where sites go: cover the most people with so many sites or so much money, or all with the fewest.

Maximal covering (Church and ReVelle 1974) and set covering (Toregas 1971) on HiGHS. "Covered" is the
distance branch of the 4G rule only, a village within the radius of a site; whether there is a signal at
committee, school and clinic is another branch, which is not modelled here, and `Siting.branch` says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from planning.inputs import InputError, at_least, numbers, unique_ids
from planning.sites import reach
from planning.solver.highs import Model
from planning.solver.search import IsCancelled, Run, improve

Weigh = Literal["people", "villages"]
BRANCH = "within_distance"
#: States of a village in the answer.
STATES = ("already_covered", "covered", "left_out", "out_of_reach", "without_position")


@dataclass(frozen=True)
class Siting:
    """An answer. Counts are of villages; people are of villages whose population is known.

    sites: the chosen ones, site_id, lon, lat, radius_km, cost_yuan (NaN where not given), villages and
    people_persons (each covered village counts for the nearest chosen site only, so that they add up).
    villages: place_id, state (one of STATES), site_id and distance_km of the nearest chosen site.
    """

    sites: pd.DataFrame
    villages: pd.DataFrame
    weigh: Weigh
    covered_villages: int
    covered_people_persons: float
    greedy_weight: float  # what choosing the best site next, again and again, covers
    weight: float  # what this answer covers: people or villages, as weighed
    spent_yuan: float | None
    without_position: int
    without_population: int
    candidates_without_position: int
    run: Run
    branch: str = BRANCH


@dataclass(frozen=True)
class _Problem:
    villages: pd.DataFrame  # all of them, with `state` as known before the search
    open_rows: NDArray[np.int64]  # rows of villages that a candidate could newly cover
    candidates: pd.DataFrame  # with a position, radius_km and cost_yuan
    km: Any  # sparse, open villages x candidates
    weight: NDArray[np.float64]  # per open village
    population: NDArray[np.float64]  # per village, NaN where unknown
    candidates_without_position: int


def maximal_cover(
    villages: pd.DataFrame,
    candidates: pd.DataFrame,
    *,
    radius_km: float | None = None,
    most_sites: int | None = None,
    budget_yuan: float | None = None,
    existing: pd.DataFrame | None = None,
    weigh: Weigh = "people",
    time_limit_s: float = 20.0,
    gap_share: float = 1e-4,
    is_cancelled: IsCancelled | None = None,
) -> Siting:
    """Cover the most people (or villages) with at most `most_sites` sites, a budget, or both.

    villages: place_id, lon, lat, population_persons (unknown allowed: counted, weighs nothing).
    candidates: site_id, lon, lat; radius_km where sites differ; cost_yuan where a budget is given.
    existing: site_id, lon, lat, radius_km; what they cover is no gain. Raises InputError, TooManyPairs.
    """
    if most_sites is None and budget_yuan is None:
        raise InputError("most_sites, budget_yuan", "at least one of the two", "neither")
    problem = _problem(villages, candidates, existing, radius_km, weigh)
    sites = len(problem.candidates) if most_sites is None else int(at_least(most_sites, 0, "most_sites"))
    budget = np.inf if budget_yuan is None else at_least(budget_yuan, 0.0, "budget_yuan")
    cost = _costs(problem, is_needed=budget_yuan is not None)
    greedy = _greedy(problem, sites, cost if budget_yuan is not None else None, budget)
    chosen, run = _maximise(problem, sites, cost, budget, greedy, time_limit_s, gap_share, is_cancelled)
    return _siting(problem, chosen, weigh, _covered_weight(problem, greedy), run)


def set_cover(
    villages: pd.DataFrame,
    candidates: pd.DataFrame,
    *,
    radius_km: float | None = None,
    least_share: float = 1.0,
    existing: pd.DataFrame | None = None,
    weigh: Weigh = "villages",
    is_cheapest: bool = False,
    time_limit_s: float = 20.0,
    gap_share: float = 1e-4,
    is_cancelled: IsCancelled | None = None,
) -> Siting:
    """The fewest (or cheapest) sites that cover `least_share` of what candidates can reach at all.

    Tables as in `maximal_cover`. Villages that no candidate reaches are `out_of_reach` in the answer:
    they are not part of the share. Raises InputError, TooManyPairs.
    """
    if not 0 <= least_share <= 1:
        raise InputError("least_share", "0 to 1", least_share)
    problem = _problem(villages, candidates, existing, radius_km, weigh)
    cost = _costs(problem, is_needed=True) if is_cheapest else np.ones(len(problem.candidates))
    greedy = _greedy(problem, len(cost), None, np.inf, least_share)
    chosen, run = _fewest(problem, cost, least_share, greedy, time_limit_s, gap_share, is_cancelled)
    return _siting(problem, chosen, weigh, _covered_weight(problem, greedy), run)


def _problem(
    villages: pd.DataFrame,
    candidates: pd.DataFrame,
    existing: pd.DataFrame | None,
    radius_km: float | None,
    weigh: Weigh,
) -> _Problem:
    unique_ids(villages, "villages", "place_id")
    unique_ids(candidates, "candidates", "site_id")
    placed = reach.has_position(candidates, "candidates")
    sites = candidates[placed].reset_index(drop=True)
    sites = sites.assign(radius_km=reach.radii(sites, "candidates", radius_km))
    state = np.where(reach.has_position(villages, "villages"), "left_out", "without_position").astype(object)
    rows = np.flatnonzero(state == "left_out")
    rows = _not_yet_covered(villages, existing, radius_km, state, rows)
    km = reach.within(villages.iloc[rows], sites, sites["radius_km"].to_numpy())
    is_reached = np.diff(km.indptr) > 0
    state[rows[~is_reached]] = "out_of_reach"
    population = _population(villages, weigh)
    weight = np.ones(len(villages)) if weigh == "villages" else np.where(np.isnan(population), 0.0, population)
    rows = rows[is_reached]
    marked = villages.assign(state=state)
    return _Problem(marked, rows, sites, km[is_reached], weight[rows], population, int((~placed).sum()))


def _not_yet_covered(
    villages: pd.DataFrame,
    existing: pd.DataFrame | None,
    radius_km: float | None,
    state: NDArray[np.object_],
    rows: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Notes in `state` what existing sites cover, and gives the rows of the rest."""
    if existing is None or existing.empty:
        return rows
    placed = existing[reach.has_position(existing, "existing")]
    near = reach.within(villages.iloc[rows], placed, reach.radii(placed, "existing", radius_km))
    is_covered = np.diff(near.indptr) > 0
    state[rows[is_covered]] = "already_covered"
    return np.asarray(rows[~is_covered])


def _population(villages: pd.DataFrame, weigh: Weigh) -> NDArray[np.float64]:
    if weigh == "villages" and "population_persons" not in villages.columns:
        return np.full(len(villages), np.nan)
    population = numbers(villages, "villages", "population_persons")
    if weigh == "people" and len(villages) and np.isnan(population).all():
        raise InputError("villages.population_persons", "a known population, or weighing villages", "all unknown")
    return population


def _costs(problem: _Problem, *, is_needed: bool) -> NDArray[np.float64]:
    if not is_needed and "cost_yuan" not in problem.candidates.columns:
        return np.full(len(problem.candidates), np.nan)
    cost = numbers(problem.candidates, "candidates", "cost_yuan")
    if is_needed and np.isnan(cost).any():
        raise InputError("candidates.cost_yuan", "a cost for each site", f"{int(np.isnan(cost).sum())} unknown")
    return cost


def _greedy(
    problem: _Problem,
    most_sites: int,
    cost: NDArray[np.float64] | None,
    budget: float,
    least_share: float | None = None,
) -> NDArray[np.int64]:
    """Again and again the site that newly covers most, by yuan where there is a budget; ends at the share."""
    by_site = problem.km.tocsc()
    by_village = problem.km
    gain = np.asarray((by_site > 0).T @ problem.weight, dtype=np.float64)
    is_covered = np.zeros(len(problem.weight), dtype=bool)
    wanted = np.inf if least_share is None else least_share * problem.weight.sum() - 1e-9
    chosen: list[int] = []
    left, covered = budget, 0.0
    price = np.maximum(cost, 1e-9) if cost is not None else np.ones(len(gain))
    while len(chosen) < most_sites and covered < wanted and len(gain):
        worth = np.where(price <= left, gain / price, 0.0) if cost is not None else gain
        best = int(np.argmax(worth))
        if worth[best] <= 1e-12:
            break
        chosen.append(best)
        left -= price[best] if cost is not None else 0.0
        near = by_site.indices[by_site.indptr[best] : by_site.indptr[best + 1]]
        for village in near[~is_covered[near]]:
            others = by_village.indices[by_village.indptr[village] : by_village.indptr[village + 1]]
            gain[others] -= problem.weight[village]
            is_covered[village] = True
            covered += problem.weight[village]
    return np.asarray(chosen, dtype=np.int64)


def _covered_weight(problem: _Problem, chosen: NDArray[np.int64]) -> float:
    return float(problem.weight[np.diff(problem.km[:, chosen].indptr) > 0].sum()) if len(chosen) else 0.0


def _maximise(
    problem: _Problem,
    most_sites: int,
    cost: NDArray[np.float64],
    budget: float,
    greedy: NDArray[np.int64],
    time_limit_s: float,
    gap_share: float,
    is_cancelled: IsCancelled | None,
) -> tuple[NDArray[np.int64], Run]:
    """Columns: a site opened (whole), then a group of villages covered (0 to 1)."""
    groups, weight = _groups(problem)
    sites, covered = groups.shape[1], groups.shape[0]
    is_priced = np.isfinite(budget)
    limits = [np.ones(sites)] + ([cost] if is_priced else [])  # in yuan: the tolerance is 1e-6 of them
    matrix = sparse.block_array(
        [
            [groups, -sparse.eye_array(covered)],
            [sparse.csr_array(np.vstack(limits)), sparse.csr_array((len(limits), covered))],
        ]
    )
    row_low = np.concatenate([np.zeros(covered), np.full(len(limits), -np.inf)])
    most = [float(most_sites)] + ([budget] if is_priced else [])
    row_high = np.concatenate([np.full(covered, np.inf), most])
    model = _model(np.concatenate([np.zeros(sites), weight]), matrix, row_low, row_high, sites)
    return _solved(model, groups, greedy, time_limit_s, gap_share, is_cancelled)


def _fewest(
    problem: _Problem,
    cost: NDArray[np.float64],
    least_share: float,
    greedy: NDArray[np.int64],
    time_limit_s: float,
    gap_share: float,
    is_cancelled: IsCancelled | None,
) -> tuple[NDArray[np.int64], Run]:
    groups, weight = _groups(problem)
    sites, covered = groups.shape[1], groups.shape[0]
    total = weight.sum() or 1.0
    matrix = sparse.block_array(
        [
            [groups, -sparse.eye_array(covered)],
            [sparse.csr_array((1, sites)), sparse.csr_array((weight / total).reshape(1, -1))],
        ]
    )
    needed = least_share * weight.sum() / total - 1e-9
    row_low = np.concatenate([np.zeros(covered), [needed]])
    row_high = np.full(covered + 1, np.inf)
    model = _model(np.concatenate([-cost, np.zeros(covered)]), matrix, row_low, row_high, sites)
    if least_share == 1.0:
        model.low[sites:] = 1.0  # all of them: a plain set cover, which is solved faster
    return _solved(model, groups, greedy, time_limit_s, gap_share, is_cancelled)


def _groups(problem: _Problem) -> tuple[Any, NDArray[np.float64]]:
    """Villages that the same candidates reach stand or fall together: one row for all of them."""
    km = problem.km
    km.sort_indices()
    keys = [km.indices[km.indptr[row] : km.indptr[row + 1]].tobytes() for row in range(km.shape[0])]
    code, _ = pd.factorize(np.asarray(keys, dtype=object))
    _, first = np.unique(code, return_index=True)
    is_near = sparse.csr_array((km[first] > 0).astype(np.float64)) if len(first) else km
    weight = np.zeros(len(first))
    np.add.at(weight, code, problem.weight)
    return is_near, weight


def _model(
    gain: NDArray[np.float64],
    matrix: Any,
    row_low: NDArray[np.float64],
    row_high: NDArray[np.float64],
    sites: int,
) -> Model:
    is_site = np.arange(len(gain)) < sites
    rows = sparse.csr_matrix(matrix)
    return Model(gain, np.zeros(len(gain)), np.ones(len(gain)), is_site, rows, row_low, row_high)


def _solved(
    model: Model,
    groups: Any,
    greedy: NDArray[np.int64],
    time_limit_s: float,
    gap_share: float,
    is_cancelled: IsCancelled | None,
) -> tuple[NDArray[np.int64], Run]:
    sites = groups.shape[1]
    is_open = np.zeros(sites)
    is_open[greedy] = 1.0
    start = np.concatenate([is_open, np.minimum(groups @ is_open, 1.0)])
    values, run = improve(model, start, time_limit_s=time_limit_s, gap_share=gap_share, is_cancelled=is_cancelled)
    return np.flatnonzero(values[:sites] > 0.5), run


def _siting(problem: _Problem, chosen: NDArray[np.int64], weigh: Weigh, greedy_weight: float, run: Run) -> Siting:
    villages = problem.villages[["place_id", "state"]].reset_index(drop=True)
    nearest, km = _nearest(problem.km[:, chosen])
    is_covered = nearest >= 0
    rows = problem.open_rows[is_covered]
    villages["site_id"], villages["distance_km"] = pd.Series(pd.NA, villages.index, dtype=object), np.nan
    villages.loc[rows, "state"] = "covered"
    names = problem.candidates["site_id"].to_numpy(dtype=object)[chosen]
    villages.loc[rows, "site_id"] = names[nearest[is_covered]]
    villages.loc[rows, "distance_km"] = km[is_covered]
    known = np.nan_to_num(problem.population[rows])  # the unknown are counted in without_population
    sites = _chosen_sites(problem, chosen, nearest[is_covered], known)
    spent = sites["cost_yuan"].sum(skipna=False)
    return Siting(
        sites=sites,
        villages=villages,
        weigh=weigh,
        covered_villages=int(is_covered.sum()),
        covered_people_persons=float(known.sum()),
        greedy_weight=greedy_weight,
        weight=float(problem.weight[is_covered].sum()),
        spent_yuan=None if np.isnan(spent) else float(spent),
        without_position=int((villages["state"] == "without_position").sum()),
        without_population=int(np.isnan(problem.population).sum()),
        candidates_without_position=problem.candidates_without_position,
        run=run,
    )


def _nearest(km: Any) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Per village the nearest chosen site, -1 where none is within its radius."""
    nearest, least = np.full(km.shape[0], -1), np.full(km.shape[0], np.nan)
    for row in np.flatnonzero(np.diff(km.indptr)):
        span = slice(km.indptr[row], km.indptr[row + 1])
        best = int(np.argmin(km.data[span]))
        nearest[row], least[row] = km.indices[span][best], km.data[span][best]
    return nearest, least


def _chosen_sites(
    problem: _Problem,
    chosen: NDArray[np.int64],
    nearest: NDArray[np.int64],
    people_persons: NDArray[np.float64],
) -> pd.DataFrame:
    sites = problem.candidates.iloc[chosen].reset_index(drop=True)
    cost = sites["cost_yuan"] if "cost_yuan" in sites.columns else np.nan
    return sites[["site_id", "lon", "lat", "radius_km"]].assign(
        cost_yuan=cost,
        villages=np.bincount(nearest, minlength=len(chosen)),
        people_persons=np.bincount(nearest, people_persons, len(chosen)),
    )
