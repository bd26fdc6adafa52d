"""The linear relaxation of a choice among very many villages under few rules.

HiGHS alone takes seconds to minutes for 50,000 columns and one full row. So it is given a few thousand columns at a time, the others staying where they are, and its prices tell
which others have to move ("sifting"). Whatever the prices are, they give a bound that is computed here and not
taken from the solver: max gain·x ≤ Σ max(r·low, r·high) + Σ price·bound, r = gain − rowsᵀ·price.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse

from planning.highs import Model, ShouldStop, Status, solve

Array = np.ndarray[Any, np.dtype[np.float64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
COLUMNS_AT_ONCE = 2000
NOTHING = 1e-9


@dataclass(frozen=True)
class Relaxed:
    """`x` may be split at a few places; `bound` holds for whole choices too, also where the search was cut short."""

    status: Status
    x: Array
    row_price: Array
    bound: float


def relax(model: Model, start: Array, until: float, should_stop: ShouldStop | None = None) -> Relaxed:
    """Solve without whole numbers from any choice `start` within the bounds, until `time.perf_counter()` is `until`."""
    x = np.clip(start, model.low, model.high)
    if not model.holds(x):
        feasible = _meet_rules(model, x, until, should_stop)
        if feasible.status != "optimal":
            return feasible
        x = feasible.x
    return _sift(model, x, _first_active(model, x), until, should_stop)


def _meet_rules(model: Model, x: Array, until: float, should_stop: ShouldStop | None) -> Relaxed:
    """A split choice that keeps all rules: the least shortfall of all demands, which has to come out as nothing."""
    columns = len(model.gain)
    demands = np.flatnonzero(model.row_low > 0)
    slack = scipy.sparse.csr_matrix(
        (np.ones(len(demands)), (demands, np.arange(len(demands)))), shape=(len(model.row_low), len(demands))
    )
    elastic = Model(
        gain=np.concatenate([np.zeros(columns), -1 / model.row_low[demands]]),
        low=np.concatenate([model.low, np.zeros(len(demands))]),
        high=np.concatenate([model.high, model.row_low[demands]]),
        is_whole=np.zeros(columns + len(demands), dtype=bool),
        rows=scipy.sparse.hstack([model.rows, slack], format="csr"),
        row_low=model.row_low,
        row_high=model.row_high,
    )
    lacking = np.maximum(model.row_low[demands] - model.rows[demands] @ x, 0.0)
    begin = np.concatenate([x, lacking])
    if not elastic.holds(begin):  # a cap is broken: what was taken beyond the forced villages is given back
        begin = np.concatenate([model.low, np.maximum(model.row_low - model.rows @ model.low, 0.0)[demands]])
    if not elastic.holds(begin):
        return Relaxed("infeasible", x, np.zeros(len(model.row_low)), -np.inf)
    found = _sift(elastic, begin, _first_active(elastic, begin), until, should_stop)
    if found.status == "optimal" and found.x[columns:].sum() > 1e-7:
        return Relaxed("infeasible", x, found.row_price, -np.inf)
    return replace(found, x=found.x[:columns], bound=float(model.gain @ model.high))


def _sift(model: Model, x: Array, is_active: Mask, until: float, should_stop: ShouldStop | None) -> Relaxed:
    """To the best split choice, from one in which the active columns can make all rules hold."""
    columns = model.rows.tocsc()
    x, is_active, price = x.copy(), is_active.copy(), np.zeros(len(model.row_low))
    bound = _bound(model, price)
    while True:
        left_s = until - time.perf_counter()
        if left_s <= 0 or (should_stop is not None and should_stop()):
            return Relaxed("time_limit" if left_s <= 0 else "stopped", x, price, bound)
        active = np.flatnonzero(is_active)
        solved = solve(
            part(model, columns, x, active).relaxed(), time_limit_s=left_s, should_stop=should_stop
        )
        if solved.status != "optimal" or solved.x is None or solved.row_price is None:
            status: Status = "stopped" if solved.status == "stopped" else "time_limit"
            return Relaxed(status, x, price, bound)
        x[active] = solved.x
        price = _signed(model, solved.row_price)
        bound = min(bound, _bound(model, price))
        reduced = model.gain - columns.T @ price
        wrong = np.where(is_active, 0.0, np.where(x > 0.5, -reduced, reduced))
        moving = np.flatnonzero(wrong > NOTHING)
        if len(moving) == 0 or bound - model.gain @ x <= NOTHING * max(1.0, abs(bound)):
            return Relaxed("optimal", x, price, bound)
        worst = np.argsort(-wrong[moving], kind="stable")[:COLUMNS_AT_ONCE]
        is_active[moving[worst]] = True


def part(model: Model, columns: Any, x: Array, active: Any) -> Model:
    """The model of the active columns, what the others take being settled."""
    others = x.copy()
    others[active] = 0.0
    taken = columns @ others
    slack = NOTHING * np.maximum(1.0, np.abs(taken))  # what sums round off must not make a rule impossible
    return Model(
        model.gain[active],
        model.low[active],
        model.high[active],
        model.is_whole[active],
        columns[:, active].tocsr(),
        model.row_low - taken - slack,
        model.row_high - taken + slack,
    )


def _nearest(model: Model, x: Array) -> Any:
    """Columns about as good per unit of the first row (the budget) as the last ones that `x` takes."""
    weight = model.rows[0].toarray().ravel()
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(weight > 0, model.gain / weight, np.inf)
    order = np.argsort(-ratio, kind="stable")
    threshold = int(np.searchsorted(np.cumsum(weight[order]), weight @ x))
    first = max(0, threshold - COLUMNS_AT_ONCE // 2)
    return order[first : first + COLUMNS_AT_ONCE]


def _first_active(model: Model, x: Array) -> Mask:
    """Columns to begin with: split ones, those of a single row (slack, beside villages), and the nearest."""
    is_active = np.abs(x - np.round(x)) > 0
    single = np.flatnonzero(np.diff(model.rows.tocsc().indptr) == 1)
    if len(single) <= COLUMNS_AT_ONCE:
        is_active[single] = True
    is_active[_nearest(model, x)] = True
    return is_active


def _signed(model: Model, price: Array) -> Array:
    """Prices with the sign that a bound can have: none of a bound that is not there."""
    price = np.where(np.isinf(model.row_high), np.minimum(price, 0.0), price)
    return np.where(np.isinf(model.row_low), np.maximum(price, 0.0), price)


def _bound(model: Model, price: Array) -> float:
    reduced = model.gain - model.rows.T @ price
    best = np.maximum(reduced * model.low, reduced * model.high).sum()
    with np.errstate(invalid="ignore"):
        settled = np.where(price > 0, price * model.row_high, np.where(price < 0, price * model.row_low, 0.0))
    return float(best + settled.sum())
