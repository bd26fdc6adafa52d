"""Villages shared among operators (area responsibility): an allocation near their targets.

Load is measured in yuan (`basis="cost"`) or in villages (`basis="villages"`, the way of 2004). The allocation makes the
greatest deviation from an operator's target, as a share of that target, as small as it can: whole counties first, on
HiGHS; then villages change hands to even out, the last ones exactly (planning/sharing/split.py). Village by village in
one model gave no answer in a minute at 20,000 villages and 4 operators. What is proven is proven of the units asked
for: of villages, that no split of them is more even, or by how much one could be at most.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planning.inputs import InputError, numbers, require, unique_ids
from planning.sharing import pieces, split
from planning.sharing.targets import Basis, target_loads
from planning.solver.search import IsCancelled, Run

Units = Literal["villages", "counties", "connected_counties"]

NOTHING = 1e-6  # of a target: nobody looks for less

ROUNDS = 4  # in which as many villages as can be split exactly are given out anew


@dataclass(frozen=True)
class Sharing:
    """An allocation. villages: place_id, county_id, operator_id (missing where the cost is unknown), cost_yuan.

    fairness: as given by `fairness`, measured on the basis of cost. `split_counties` have more than one operator.
    `without_cost` villages have no known cost: with basis "cost" nobody was given them.
    """

    villages: pd.DataFrame
    fairness: pd.DataFrame
    basis: Basis
    units: Units
    greatest_deviation_share: float  # on the basis asked for
    counties_only_deviation_share: float  # before villages evened it out
    split_counties: int
    without_cost: int
    run: Run

    @property
    def least_possible_share(self) -> float | None:
        """No allocation of these units has a smaller greatest deviation; None where nothing is proven."""
        if self.run.gap_absolute is None:
            return None
        return max(0.0, self.greatest_deviation_share - self.run.gap_absolute)


def share_out(
    villages: pd.DataFrame,
    share: pd.Series,
    *,
    basis: Basis = "cost",
    units: Units = "villages",
    carry_over: pd.Series | None = None,
    neighbours: Iterable[tuple[str, str]] = (),
    time_limit_s: float = 10.0,
    gap_deviation: float = 1e-3,
    is_cancelled: IsCancelled | None = None,
) -> Sharing:
    """Allocate villages so that the greatest deviation from the targets is least.

    villages: place_id, county_id, cost_yuan. share: by operator, adds up to 1; who has 0 gets nothing.
    units: "villages" evens out below the county, "counties" keeps them whole, "connected_counties"
    gives each operator one piece of whole counties in each connected part of the land (`neighbours`).
    carry_over: what each operator still owes from the year before, in the unit of the basis.
    The search ends when the deviation is proven within `gap_deviation`, or when time is up. `run` of the result is
    about the units asked for: with villages, its gap is to the most even split of villages, not of counties.
    """
    ids = unique_ids(villages, "villages", "place_id")
    require(villages, "villages", ["county_id"])
    if villages["county_id"].isna().any():
        raise InputError("villages.county_id", "a county for each village", "some are empty")
    cost = numbers(villages, "villages", "cost_yuan")
    load = cost if basis == "cost" else np.ones(len(ids))
    is_shared = ~np.isnan(load)
    goal = target_loads(share, float(load[is_shared].sum()), carry_over)
    county, county_ids = pd.factorize(villages["county_id"].to_numpy(dtype=object))
    county_load = np.zeros(len(county_ids))
    np.add.at(county_load, county[is_shared], load[is_shared])
    edges = _edges(neighbours, county_ids) if units == "connected_counties" else None
    by_county, run = pieces.allocate(county_load, goal.to_numpy(), edges, time_limit_s, gap_deviation, is_cancelled)
    owner = np.where(is_shared, by_county[county], -1)
    whole = deviation(_loads(owner, load, len(goal)), goal.to_numpy())
    if units == "villages":
        owner = even_out(owner, county, load, goal.to_numpy(), gap_deviation)
        owner, least = to_the_last(owner, county, load, goal.to_numpy(), gap_deviation, is_cancelled)
        run = _proven(run, deviation(_loads(owner, load, len(goal)), goal.to_numpy()), least, gap_deviation)
    borne = goal / goal.sum() if goal.sum() else share
    return _sharing(villages, owner, goal, borne, load, basis, units, whole, run)


def share_by_count(villages: pd.DataFrame, share: pd.Series, **options: Any) -> Sharing:
    """The way of 2004: as many villages as the share says, whatever they cost."""
    return share_out(villages, share, basis="villages", **options)


def fairness(operator_of: pd.Series, cost_yuan: pd.Series, share: pd.Series) -> pd.DataFrame:
    """Per operator: villages, cost_yuan, target_yuan, over_yuan, over_share (of the target).

    Both series run along the villages; those without operator or cost are not part of it. Fifty villages
    of 120,000 yuan against a target of 5,000,000 are 0.2 over. over_share is missing where the target is 0.
    """
    is_known = operator_of.notna().to_numpy() & cost_yuan.notna().to_numpy()
    owner, cost = operator_of[is_known], cost_yuan[is_known].astype(float)
    grouped = cost.groupby(owner.to_numpy()).agg(["size", "sum"]).reindex(share.index, fill_value=0)
    target = target_loads(share, float(cost.sum()))
    table = pd.DataFrame({"villages": grouped["size"].astype(int), "cost_yuan": grouped["sum"], "target_yuan": target})
    table["over_yuan"] = table["cost_yuan"] - table["target_yuan"]
    table["over_share"] = table["over_yuan"] / table["target_yuan"].where(table["target_yuan"] > 0)
    return table.rename_axis("operator_id").reset_index()


def deviation(loads: NDArray[np.float64], goal: NDArray[np.float64]) -> float:
    """The greatest |load - target| as a share of the target; of no target, as a share of the whole."""
    if not goal.sum():
        return 0.0
    measured_by = np.where(goal > 0, goal, goal.sum())
    return float(np.max(np.abs(loads - goal) / measured_by))


def even_out(
    owner: NDArray[np.int64],
    county: NDArray[np.int64],
    load: NDArray[np.float64],
    goal: NDArray[np.float64],
    near_enough: float = 1e-3,
) -> NDArray[np.int64]:
    """Villages go from who has too much to who has too little, out of as few counties as may be.

    First each pair of giver and taker is settled, the larger villages first: what remains is less than a
    village. Then single villages are exchanged, as long as that helps and the deviation is not near enough:
    exchanges split more counties. Never worse than before. `owner` is -1 for nobody.
    """
    best, least = owner, deviation(_loads(owner, load, len(goal)), goal)
    for pick in [_worth] * 2 * len(goal) + [_exchange] * 4 * len(goal):
        if pick is _exchange and least <= near_enough:
            break
        owner = best if pick is _exchange else owner  # settling may help only after several pairs
        over = _loads(owner, load, len(goal)) - goal
        giver, taker = int(np.argmax(over)), int(np.argmin(np.where(goal > 0, over, np.inf)))
        given, taken = pick(owner, county, load, giver, taker, min(over[giver], -over[taker]))
        owner = owner.copy()
        owner[given], owner[taken] = taker, giver
        now = deviation(_loads(owner, load, len(goal)), goal)
        if now < least:
            best, least = owner, now
    return best


def to_the_last(
    owner: NDArray[np.int64],
    county: NDArray[np.int64],
    load: NDArray[np.float64],
    goal: NDArray[np.float64],
    near_enough: float = 1e-3,
    is_cancelled: IsCancelled | None = None,
) -> tuple[NDArray[np.int64], float]:
    """An allocation at least as even, and the deviation that no split of the villages falls below.

    Few villages are split exactly. Of more, as many as can be are given out anew while the others stay, those of
    counties that are split already first. Where it is near enough, no further county is split for less.
    """
    bearers = np.flatnonzero(goal > 0)
    given = np.flatnonzero(owner >= 0)
    size = split.most_villages(len(bearers))
    is_all = len(given) <= size
    least = 0.0
    if len(given) and np.ptp(load[given]) == 0 and load[given[0]] > 0:
        least = split.least_of_equal(len(given), goal[bearers] / load[given[0]])
    for number in range(1 if is_all else ROUNDS):
        now = deviation(_loads(owner, load, len(goal)), goal)
        is_near = now - least <= (near_enough if number else NOTHING)
        if is_near or not len(given) or (is_cancelled is not None and is_cancelled()):
            break
        free = _to_give_anew(owner, county, given, number)[:size]
        tried = owner.copy()
        tried[free] = -1
        left = goal - _loads(tried, load, len(goal))
        tried[free] = bearers[split.most_even(load[free], left[bearers], goal[bearers])]
        reached = deviation(_loads(tried, load, len(goal)), goal)
        least = reached if is_all else least
        is_worth_it = (
            now - least > near_enough or not (_is_split(tried, county, given) & ~_is_split(owner, county, given)).any()
        )
        owner = tried if reached < now and is_worth_it else owner
    return owner, least


def _to_give_anew(
    owner: NDArray[np.int64], county: NDArray[np.int64], given: NDArray[np.int64], number: int
) -> NDArray[np.int64]:
    """Villages county by county, those of split counties first, the others in an order that `number` varies."""
    is_split = _is_split(owner, county, given)
    order = np.random.default_rng(number).permutation(len(is_split))
    return given[np.lexsort((given, order[county[given]], ~is_split[county[given]]))]


def _is_split(owner: NDArray[np.int64], county: NDArray[np.int64], given: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Per county whether several operators hold villages of it."""
    held = np.unique(np.stack([county[given], owner[given]]), axis=1)[0]
    return np.asarray(np.bincount(held, minlength=int(county.max()) + 1) > 1)


def _proven(run: Run, reached: float, least: float, near_enough: float) -> Run:
    """The run of the counties, as it stands for the villages. Within `near_enough` of the least nothing is left to
    search for, whatever ended the search among the counties."""
    gap = reached - least if reached - least > 1e-9 else 0.0
    is_done = gap <= near_enough and run.status != "stopped"
    return replace(run, status="optimal" if is_done else run.status, gap_share=gap, gap_absolute=gap)


def _exchange(
    owner: NDArray[np.int64],
    county: NDArray[np.int64],
    load: NDArray[np.float64],
    giver: int,
    taker: int,
    amount: float,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """One village of each, whose costs differ by about `amount`."""
    del county
    mine, yours = np.flatnonzero(owner == giver), np.flatnonzero(owner == taker)
    if not len(mine) or not len(yours):
        return mine[:0], yours[:0]
    yours = yours[np.argsort(load[yours], kind="stable")]
    place = np.clip(np.searchsorted(load[yours], load[mine] - amount), 0, len(yours) - 1)
    before = np.maximum(place - 1, 0)
    miss = np.abs(load[mine] - load[yours[np.stack([place, before])]] - amount)
    side, one = np.unravel_index(int(np.argmin(miss)), miss.shape)
    other = (place, before)[int(side)][one]
    return mine[one : one + 1], yours[other : other + 1]


def _worth(
    owner: NDArray[np.int64],
    county: NDArray[np.int64],
    load: NDArray[np.float64],
    giver: int,
    taker: int,
    amount: float,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of the giver worth about `amount`: from the smallest county that suffices, else from more of them."""
    del taker
    rows = np.flatnonzero((owner == giver) & (load > 0))
    if not len(rows) or amount <= 0:
        return rows[:0], rows[:0]
    of_county = np.bincount(county[rows], load[rows])
    is_enough = of_county[county[rows]] >= amount
    # Enough ones first, the smallest of them in front; then the large ones; within a county large before small.
    size = np.where(is_enough, of_county[county[rows]], -of_county[county[rows]])
    order = rows[np.lexsort((rows, -load[rows], county[rows], size, ~is_enough))]
    taken, left = [], amount
    for row in order:
        if load[row] <= left:
            taken.append(row)
            left -= load[row]
    # One more when it brings the giver nearer than stopping short does.
    others = np.setdiff1d(rows, taken)
    if len(others) and 2 * left > load[others].min():
        taken.append(others[np.argmin(load[others])])
    return np.asarray(taken, dtype=np.int64), rows[:0]


def _loads(owner: NDArray[np.int64], load: NDArray[np.float64], operators: int) -> NDArray[np.float64]:
    has_owner = owner >= 0
    return np.asarray(np.bincount(owner[has_owner], load[has_owner], operators), dtype=np.float64)


def _edges(neighbours: Iterable[tuple[str, str]], county_ids: Any) -> NDArray[np.int64]:
    """Pairs of numbers of counties, each once; counties without villages here are no part of it."""
    number = {county: n for n, county in enumerate(county_ids)}
    pairs = {
        (min(number[one], number[other]), max(number[one], number[other]))
        for one, other in neighbours
        if one in number and other in number and one != other
    }
    return np.asarray(sorted(pairs), dtype=np.int64).reshape(-1, 2)


def _sharing(
    villages: pd.DataFrame,
    owner: NDArray[np.int64],
    goal: pd.Series,
    borne: pd.Series,
    load: NDArray[np.float64],
    basis: Basis,
    units: Units,
    whole: float,
    run: Run,
) -> Sharing:
    names = np.array([*goal.index, None], dtype=object)  # the last one is nobody's, number -1
    table = villages[["place_id", "county_id", "cost_yuan"]].reset_index(drop=True)
    table.insert(2, "operator_id", pd.Series(names[owner], dtype=object))
    held = table[table["operator_id"].notna()].groupby("county_id")["operator_id"].nunique()
    return Sharing(
        villages=table,
        fairness=fairness(table["operator_id"], table["cost_yuan"], borne),
        basis=basis,
        units=units,
        greatest_deviation_share=deviation(_loads(owner, load, len(goal)), goal.to_numpy()),
        counties_only_deviation_share=whole,
        split_counties=int((held > 1).sum()),
        without_cost=int(table["cost_yuan"].isna().sum()),
        run=run,
    )
