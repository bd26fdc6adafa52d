"""The linear relaxation of a choice among very many villages under few rules.

HiGHS alone takes seconds to minutes for 50,000 columns and one full row. So it is given a few thousand columns at a
time, the others staying where they are, and its prices tell which others have to move ("sifting"). Whatever the prices
are, they give a bound that is computed here and not taken from the solver: max gain·x ≤ Σ of the best that each
village, or each lot, can bring by itself beyond the prices, r·x with r = gain − rowsᵀ·price, + Σ price·bound.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse

from planning.priority.lots import Lots, Settled, all_or_none, settle, tied, wrong
from planning.solver.highs import Model, ShouldStop, Status, solve

Array = np.ndarray[Any, np.dtype[np.float64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
COLUMNS_AT_ONCE = 2000
KEPT = 4000  # columns that stay with the solver in any case: those least decided
IDLE_ROUNDS = 2  # after so many in which nothing pulls at it another column leaves it again
NOTHING = 1e-9


@dataclass(frozen=True)
class Relaxed:
    """`x` may be split at a few places; where the rules cannot be kept it misses them least. `bound` holds for whole
    choices too, also where the search was cut short.
    """

    status: Status
    x: Array
    row_price: Array
    bound: float


def relax(
    model: Model,
    start: Array,
    until: float,
    should_stop: ShouldStop | None = None,
    lots: Lots | None = None,
) -> Relaxed:
    """Solve without whole numbers from any choice `start` that keeps the bounds and the rules of the lots, until
    `time.perf_counter()` is `until`. `row_price`: of the rows before those of the lots."""
    lots = lots or Lots.none(model)
    x = np.clip(start, model.low, model.high)
    if not model.holds(x):
        feasible = _meet_rules(model, lots, x, until, should_stop)
        if feasible.status != "optimal":
            return feasible
        x = feasible.x
    return _sift(model, lots, x, _first_active(model, x), until, should_stop)


def _meet_rules(model: Model, lots: Lots, x: Array, until: float, should_stop: ShouldStop | None) -> Relaxed:
    """A split choice that keeps all rules: the least of all shortfalls and excesses, which has to come out as nothing.

    Begins with the start, or with no more than what is started already, whichever breaks rules less.
    """
    columns = len(model.gain)
    least = settle(model, lots, -model.rows[0].toarray().ravel() - 1e-9).x
    begin = min((x, least), key=lambda one: _broken(model, lots, one).sum())
    broken = _broken(model, lots, begin)
    rows = np.flatnonzero(broken > 0)
    scale = np.maximum(1.0, np.where(np.isfinite(model.row_low), model.row_low, model.row_high))[rows]
    side = np.where((model.rows[rows] @ begin) < model.row_low[rows], 1.0, -1.0)
    slack = scipy.sparse.csr_matrix((side, (rows, np.arange(len(rows)))), shape=(len(model.row_low), len(rows)))
    elastic = Model(
        gain=np.concatenate([np.zeros(columns), -1 / scale]),
        low=np.concatenate([model.low, np.zeros(len(rows))]),
        high=np.concatenate([model.high, broken[rows]]),
        is_whole=np.zeros(columns + len(rows), dtype=bool),
        rows=scipy.sparse.hstack([model.rows, slack], format="csr"),
        row_low=model.row_low,
        row_high=model.row_high,
    )
    begin = np.concatenate([begin, broken[rows]])
    found = _sift(elastic, lots.beside(len(rows)), begin, _first_active(elastic, begin), until, should_stop)
    if found.status == "optimal" and found.x[columns:].sum() > 1e-7:
        return Relaxed("infeasible", found.x[:columns], found.row_price, -np.inf)
    return replace(found, x=found.x[:columns], bound=float(model.gain @ model.high))


def _broken(model: Model, lots: Lots, x: Array) -> Array:
    """By how much each named row is missed."""
    reached = model.rows @ x
    missed = np.maximum(np.maximum(model.row_low - reached, reached - model.row_high), 0.0)
    missed[lots.named :] = 0.0
    missed[missed <= NOTHING * np.maximum(1.0, np.abs(reached))] = 0.0
    return missed


def _sift(
    model: Model,
    lots: Lots,
    x: Array,
    first_active: Mask,
    until: float,
    should_stop: ShouldStop | None,
) -> Relaxed:
    """To the best split choice, from one in which the active columns can make all rules hold."""
    columns = model.rows.tocsc()
    named = model.rows[: lots.named].tocsr()
    follows = all_or_none(lots)
    price, before = np.zeros(lots.named), -np.inf
    is_active, idle_rounds = first_active & ~follows, np.zeros(len(x), dtype=np.int64)
    is_active[lots.own[np.unique(lots.of[first_active & follows])]] = True
    bound = _bound(model, lots, price, model.gain, settle(model, lots, model.gain).x)
    while True:
        left_s = until - time.perf_counter()
        if left_s <= 0 or (should_stop is not None and should_stop()):
            return Relaxed("time_limit" if left_s <= 0 else "stopped", x, price, bound)
        together = tied(lots, follows, is_active)
        asked, others = part(model, columns, x, together, lots.named)
        solved = solve(asked.relaxed(), time_limit_s=left_s, should_stop=should_stop)
        if solved.status != "optimal" or solved.x is None or solved.row_price is None:
            status: Status = "stopped" if solved.status == "stopped" else "time_limit"
            return Relaxed(status, x, price, bound)
        x = others + together @ solved.x
        price = _signed(model, solved.row_price[: lots.named])
        reduced = model.gain - named.T @ price
        best = settle(model, lots, reduced)
        bound = min(bound, _bound(model, lots, price, reduced, best.x))
        astray = np.where(is_active | follows, 0.0, wrong(x, best, lots, reduced))
        moving = np.flatnonzero(astray > NOTHING)
        if len(moving) == 0 or bound - model.gain @ x <= NOTHING * max(1.0, abs(bound)):
            return Relaxed("optimal", x, price, bound)
        idle_rounds = np.where(is_active & (x == best.x) & ~_among_nearest(best, lots), idle_rounds + 1, 0)
        if model.gain @ x > before + NOTHING * max(1.0, abs(bound)):
            is_active &= idle_rounds < IDLE_ROUNDS
        before = float(model.gain @ x)
        worst = np.sort(astray[moving])[::-1][:COLUMNS_AT_ONCE][-1]
        is_active[moving[astray[moving] >= worst]] = True  # whole lots, so perhaps some more


def _among_nearest(best: Settled, lots: Lots) -> Mask:
    """Columns that are least decided; the others need not be asked again soon."""
    doubt = best.doubt.copy()
    doubt[lots.own] = np.abs(best.margin)
    if len(doubt) <= KEPT:
        return np.ones(len(doubt), dtype=bool)
    found: Mask = doubt <= np.partition(doubt, KEPT)[KEPT]
    return found


def part(model: Model, columns: Any, x: Array, together: scipy.sparse.csc_matrix, named: int) -> tuple[Model, Array]:
    """The model of some columns, or of columns that move together, and what the others take, which is settled.

    together: 1 where a column of the model (row) moves with one of the part (column). Rows of lots that none of
    them is in are left out; the `named` ones come first and are all there.
    """
    moving = np.flatnonzero(np.diff(together.tocsr().indptr))
    others = x.copy()
    others[moving] = 0.0
    taken = columns @ others
    slack = NOTHING * np.maximum(1.0, np.abs(taken))  # what sums round off must not make a rule impossible
    rows = (columns @ together).tocsr()
    rows.data[np.abs(rows.data) < 1e-15] = 0.0
    rows.eliminate_zeros()
    low = (
        np.asarray(together.multiply(model.low[:, None]).tocsr().max(axis=0).todense()).ravel()
        if together.shape[1]
        else np.zeros(0)
    )
    first = together.indices[together.indptr[:-1]]
    found = Model(
        together.T @ model.gain,
        low,
        model.high[first],
        model.is_whole[first],
        rows,
        model.row_low - taken - slack,
        model.row_high - taken + slack,
    )
    return _without_idle_rows(found, named), others


def _without_idle_rows(model: Model, named: int) -> Model:
    """Rows of lots that the bounds of the columns keep anyway are left out."""
    up, down = model.rows.maximum(0), model.rows.minimum(0)
    is_kept = (up @ model.high + down @ model.low > model.row_high) | (
        up @ model.low + down @ model.high < model.row_low
    )
    is_kept[:named] = True
    return replace(model, rows=model.rows[is_kept], row_low=model.row_low[is_kept], row_high=model.row_high[is_kept])


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
    named = len(price)
    price = np.where(np.isinf(model.row_high[:named]), np.minimum(price, 0.0), price)
    return np.where(np.isinf(model.row_low[:named]), np.maximum(price, 0.0), price)


def _bound(model: Model, lots: Lots, price: Array, reduced: Array, best: Array) -> float:
    low, high = model.row_low[: lots.named], model.row_high[: lots.named]
    with np.errstate(invalid="ignore"):
        settled = np.where(price > 0, price * high, np.where(price < 0, price * low, 0.0))
    return float(reduced @ best + settled.sum())
