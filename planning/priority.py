"""Which villages next under a budget: the best choice to a proven gap, with the plain greedy one beside it.

With many villages the linear relaxation is nearly whole: only as many villages are split as rules bind. So the
villages that its prices leave in doubt are chosen among exactly, all others being as the relaxation has them (the
"core" of a knapsack problem); what the relaxation reaches is the proven bound. With few villages,
or with lots, the whole mixed-integer model is solved.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from planning.greedy import greedy_choice
from planning.highs import Model, ShouldStop, Solved, Status, solve, version
from planning.infeasible import explain
from planning.programme import Programme, Rows, rows_of
from planning.relaxation import Relaxed, part, relax

Array = np.ndarray[Any, np.dtype[np.float64]]
GAP = 1e-4
TIME_LIMIT_S = 30.0
SMALL = 2000  # variables of a model that is solved whole at once
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
    best, bound, prices = _search(programme, rows, greedy, gap, began + time_limit_s, should_stop)
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
    model, plain = rows.model, rows.without_lots()
    best = _start(model, greedy)
    relaxed = relax(plain, greedy[: len(plain.gain)], until, should_stop)
    if relaxed.status == "infeasible":
        raise explain(programme, rows, should_stop)
    if relaxed.status != "optimal":
        return replace(best, status=relaxed.status), relaxed.bound, None
    bound = relaxed.bound
    if len(model.gain) > SMALL and programme.lot is None:
        for doubtful in CORES:
            if _gap(bound, best.objective) <= gap:
                break
            left_s = until - time.perf_counter()
            core = _core(
                model, relaxed, doubtful, gap=gap / 4, time_limit_s=left_s / 2, should_stop=should_stop
            )
            best = _better(best, core, model)
    elif _gap(bound, best.objective) > (gap if len(model.gain) > SMALL else 0.0):
        left_s = until - time.perf_counter()
        whole = solve(model, gap=gap, time_limit_s=left_s, should_stop=should_stop, start=best.x)
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


def _core(
    model: Model,
    relaxed: Relaxed,
    doubtful: int,
    *,
    gap: float,
    time_limit_s: float,
    should_stop: ShouldStop | None,
) -> Solved:
    """The best whole choice with all but the doubtful villages as in the relaxation.

    Doubtful: split ones, and those of least reduced gain, whose change costs least.
    """
    reduced = np.abs(model.gain - model.rows.T @ relaxed.row_price)
    fixed = np.round(relaxed.x)
    is_free = np.abs(relaxed.x - fixed) > 1e-7
    is_free[np.argsort(reduced, kind="stable")[:doubtful]] = True
    free = np.flatnonzero(is_free)
    solved = solve(
        part(model, model.rows.tocsc(), fixed, free),
        gap=gap,
        time_limit_s=time_limit_s,
        should_stop=should_stop,
    )
    if solved.x is None:
        return solved
    x = fixed.copy()
    x[free] = solved.x
    return replace(solved, x=x, objective=float(model.gain @ x))


def _without_idle(rows: Rows, x: Array) -> Array:
    """Villages that add nothing to the aim and that no rule needs are left out: they would only cost money."""
    villages = len(rows.plannable)
    idle = np.flatnonzero(
        (x[:villages] > 0.5) & (rows.model.gain[:villages] == 0) & (rows.model.low[:villages] == 0)
    )
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
