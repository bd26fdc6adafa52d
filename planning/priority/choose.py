"""Which villages next under a budget: the best choice to a proven gap, with the plain greedy one beside it.

With many villages the linear relaxation is nearly whole: only as many villages are split as rules bind. So the villages
that its prices leave in doubt are chosen among exactly, all others being as the relaxation has them (the "core" of a
knapsack problem); what the relaxation reaches is the proven bound. With lots it is the lots that are in doubt, too,
each with the villages that go with it. With few villages, or where the cores do not do, the whole mixed-integer model
is solved.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from planning.priority.demands import Programme, Rows, rows_of
from planning.priority.greedy import greedy_choice
from planning.priority.infeasible import explain
from planning.priority.lots import Lots, Settled, all_or_none, settle, tied
from planning.priority.relaxation import Relaxed, part, relax
from planning.solver.highs import Model, ShouldStop, Solved, Status, solve, version

Array = np.ndarray[Any, np.dtype[np.float64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
GAP = 1e-4
TIME_LIMIT_S = 30.0
SMALL = 2000  # variables of a model that is solved whole at once
LOTS_PER_VILLAGES = 5  # one lot left in doubt for so many villages
CORES = (
    400,
    1500,
    6000,
)  # villages left in doubt beside those that the relaxation splits; more where few do not do


@dataclass(frozen=True)
class Choice:
    """Villages chosen and what they come to. `people_unknown` of them have no known population."""

    villages: pd.Index
    objective: float
    cost_yuan: float
    population_persons: float
    people_unknown: int
    keeps_all_rules: bool


@dataclass(frozen=True)
class Plan:
    """The best choice found. `gap` = (bound − objective) / objective: 0 is proven best.

    `status`: optimal (within the gap asked for), time_limit or stopped (the best found until then).
    `rules`: budget and quotas with least, most, reached and price, what one more unit of the bound would bring (a
    million for yuan), from the linear relaxation. `shadow_per_million_yuan` is the budget's price.
    `left_out_cost_unknown` villages could not be planned; `gain_unknown` of the others add nothing to the aim,
    since their people or scores are unknown.
    """

    status: Status
    chosen: Choice
    greedy: Choice
    bound: float
    gap: float
    rules: pd.DataFrame
    shadow_per_million_yuan: float
    shadow_method: str
    left_out_cost_unknown: int
    gain_unknown: int
    seconds: float
    solver: str


def best_plan(
    programme: Programme,
    *,
    gap: float = GAP,
    time_limit_s: float = TIME_LIMIT_S,
    should_stop: ShouldStop | None = None,
) -> Plan:
    """Choose the villages that bring most. Raises Infeasible, which names what cannot be met, and PriorityError."""
    began = time.perf_counter()
    rows = rows_of(programme)
    greedy = greedy_choice(rows)
    start = greedy if rows.model.holds(greedy) else greedy_choice(rows, floors_cheaply=True)
    best, bound, prices = _search(programme, rows, start, gap, began + time_limit_s, should_stop)
    if best.x is not None:
        best = replace(best, x=_without_idle(rows, best.x))
    chosen = _choice(programme, rows, best.x)
    found_gap = _gap(bound, chosen.objective)
    return Plan(
        status="optimal" if found_gap <= gap + 1e-12 or best.status == "optimal" else best.status,
        chosen=chosen,
        greedy=_choice(programme, rows, greedy),
        bound=bound,
        gap=found_gap,
        rules=_rules(rows, best.x, prices),
        shadow_per_million_yuan=float("nan") if prices is None else float(prices[0]),
        shadow_method="LP dual",
        left_out_cost_unknown=len(programme.villages) - len(rows.plannable),
        gain_unknown=int(np.isnan(programme.gain[rows.plannable]).sum()),
        seconds=time.perf_counter() - began,
        solver=version(),
    )


def _search(
    programme: Programme,
    rows: Rows,
    greedy: Array,
    gap: float,
    until: float,
    should_stop: ShouldStop | None,
) -> tuple[Solved, float, Array | None]:
    """The best solution, the least proven bound and the prices of budget and quotas."""
    model, lots = rows.model, rows.lots
    best = _start(model, greedy)
    relaxed = relax(model, greedy, until, should_stop, lots)
    if relaxed.status == "infeasible":
        raise explain(programme, rows, should_stop, nearest=relaxed.x)
    if relaxed.status != "optimal":
        return replace(best, status=relaxed.status), relaxed.bound, None
    bound, settled = relaxed.bound, settle(model, lots, _reduced(model, relaxed, lots))
    is_large = len(model.gain) > SMALL
    for doubtful in CORES if is_large else ():
        if _gap(bound, best.objective) <= gap:
            break
        left_s = (until - time.perf_counter()) / 2
        core = _core(rows, relaxed, settled, doubtful, gap / 4, left_s, should_stop)
        best = replace(_better(best, core, model), status="time_limit")
    if _gap(bound, best.objective) > (gap if is_large else 0.0):
        whole = _whole(rows, settled, best.x, gap, until - time.perf_counter(), should_stop)
        if whole.status == "infeasible" and best.x is None:
            raise explain(programme, rows, should_stop)
        best, bound = _better(best, whole, model), min(bound, whole.bound)
    return best, max(bound, best.objective), relaxed.row_price


def _start(model: Model, greedy: Array) -> Solved:
    """The greedy choice, where it keeps all rules, is what any search has to beat."""
    is_good = model.holds(greedy)
    objective = float(model.gain @ greedy) if is_good else -np.inf
    return Solved("time_limit", greedy if is_good else None, objective, np.inf, 0.0)


def _better(before: Solved, after: Solved, model: Model) -> Solved:
    """The better of two; the state is that of the later search."""
    if after.x is None or not model.holds(after.x):
        return replace(before, status=after.status if after.x is None else "time_limit")
    objective = float(model.gain @ after.x)
    if objective < before.objective:
        return replace(before, status=after.status)
    return replace(after, objective=objective)


def _reduced(model: Model, relaxed: Relaxed, lots: Lots) -> Array:
    """What each column brings beyond the prices of budget and quotas."""
    reduced: Array = model.gain - model.rows[: lots.named].T @ relaxed.row_price
    return reduced


def _core(
    rows: Rows,
    relaxed: Relaxed,
    settled: Settled,
    doubtful: int,
    gap: float,
    time_limit_s: float,
    should_stop: ShouldStop | None,
) -> Solved:
    """The best whole choice with all but the doubtful villages and lots as in the relaxation.

    Doubtful: split ones, and those whose change costs least. A doubtful lot is open or shut with all of its
    villages but those that are in doubt themselves.
    """
    lots = rows.lots
    fixed = np.round(relaxed.x)
    is_free = np.abs(relaxed.x - fixed) > 1e-7
    nearest = np.argsort(np.abs(settled.margin), kind="stable")[: max(doubtful // LOTS_PER_VILLAGES, 1)]
    is_free[lots.own[nearest]] = True
    is_member = lots.of >= 0
    has_free_lot, is_shut = np.zeros((2, len(fixed)), dtype=bool)
    has_free_lot[is_member] = is_free[lots.own][lots.of[is_member]]
    is_shut[is_member] = ~has_free_lot[is_member] & (fixed[lots.own][lots.of[is_member]] == 0)
    doubt = np.where(is_shut, np.inf, settled.doubt)
    doubt[lots.own] = np.inf  # chosen above
    doubt_first = np.argsort(doubt, kind="stable")[:doubtful]
    is_free[doubt_first[np.isfinite(doubt[doubt_first])]] = True
    is_free &= ~all_or_none(lots)  # all or nothing: its lot's column does for it
    fixed[has_free_lot & ~is_free & ~settled.if_open] = 0.0
    return _among(rows, settled, fixed, is_free, gap, time_limit_s, should_stop)


def _whole(
    rows: Rows,
    settled: Settled,
    before: Array | None,
    gap: float,
    time_limit_s: float,
    should_stop: ShouldStop | None,
) -> Solved:
    """Everything in doubt, but that all or none of a lot of this kind are chosen."""
    model, lots = rows.model, rows.lots
    is_tied = all_or_none(lots)
    if not is_tied.any():
        return solve(model, gap=gap, time_limit_s=time_limit_s, should_stop=should_stop, start=before)
    nothing = np.zeros(len(model.gain))
    return _among(rows, settled, nothing, ~is_tied, gap, time_limit_s, should_stop, before)


def _among(
    rows: Rows,
    settled: Settled,
    fixed: Array,
    is_free: Mask,
    gap: float,
    time_limit_s: float,
    should_stop: ShouldStop | None,
    before: Array | None = None,
) -> Solved:
    """The best whole choice of the free columns, with the villages tied to them; the others are settled."""
    model, lots = rows.model, rows.lots
    together = tied(lots, settled.if_open, is_free)
    asked, others = part(model, model.rows.tocsc(), fixed, together, lots.named)
    start = None if before is None else before[is_free]
    solved = solve(asked, gap=gap, time_limit_s=time_limit_s, should_stop=should_stop, start=start)
    if solved.x is None:
        return solved
    x = others + together @ solved.x
    return replace(solved, x=x, objective=float(model.gain @ x))


def _without_idle(rows: Rows, x: Array) -> Array:
    """Villages that add nothing to the aim and that no rule needs are left out: they would only cost money."""
    villages = len(rows.plannable)
    idle = np.flatnonzero((x[:villages] > 0.5) & (rows.model.gain[:villages] == 0) & (rows.model.low[:villages] == 0))
    idle = idle[rows.lot_of[idle] < 0]  # those of a lot may be what fills it
    x = x.copy()
    named = rows.model.rows[: len(rows.table)]
    columns = named.tocsc()
    reached, low = named @ x, rows.model.row_low[: len(rows.table)]
    for village in idle:
        without = reached - columns[:, [village]].toarray().ravel()
        if (without >= np.minimum(low, reached) - 1e-12).all():
            x[village], reached = 0.0, without
    return x


def _gap(bound: float, objective: float) -> float:
    """Relative to the objective; nothing reached under a positive bound is an infinite gap."""
    missing = max(bound - objective, 0.0)
    if missing <= 1e-9 * max(1.0, abs(bound)):
        return 0.0
    return missing / objective if objective > 0 else float("inf")


def _choice(programme: Programme, rows: Rows, x: Array | None) -> Choice:
    if x is None:
        return Choice(programme.villages.index[:0], 0.0, 0.0, 0.0, 0, keeps_all_rules=False)
    is_chosen = x[: len(rows.plannable)] > 0.5
    places = rows.plannable[is_chosen]
    people = _population(programme)[places]
    return Choice(
        villages=programme.villages.index[places],
        objective=float(rows.model.gain @ x),
        cost_yuan=float(programme.cost_yuan[places].sum()),
        population_persons=float(np.nansum(people)),
        people_unknown=int(np.isnan(people).sum()),
        keeps_all_rules=rows.model.holds(x),
    )


def _population(programme: Programme) -> Array:
    """Where a programme counts villages only, it may have no column of people: unknown, every one."""
    if "population_persons" not in programme.villages:
        return np.full(len(programme.villages), np.nan)
    return programme.population_persons


def _rules(rows: Rows, x: Array | None, prices: Array | None) -> pd.DataFrame:
    """Budget and quotas: what was demanded, what was reached, what one more unit of the bound brings."""
    named = len(rows.table)
    reached = np.full(named, np.nan) if x is None else rows.model.rows[:named] @ x * rows.unit
    price = np.full(named, np.nan) if prices is None else prices[:named]
    return rows.table.assign(reached=reached, price=price)
