"""What rules cost, and what more money brings: the same programme solved again, with one thing changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from planning.priority.choose import GAP, Plan, best_plan
from planning.priority.demands import Programme
from planning.priority.infeasible import Infeasible, without
from planning.solver.highs import ShouldStop

POINTS = 12
LIMIT_S = 5.0


def price_of_rules(
    programme: Programme,
    plan: Plan,
    *,
    gap: float = GAP,
    time_limit_s: float = LIMIT_S,
    should_stop: ShouldStop | None = None,
) -> pd.DataFrame:
    """What each quota, the lots and the started villages cost, in the aim's unit ("the border floor costs 400 people").

    One solve per rule, without it. Columns: label, objective_without, cost (never negative), cost_low and cost_high,
    between which the true cost lies given both gaps, and status of the solve.
    """
    found = []
    for label in programme.labels():
        free = best_plan(without(programme, label), gap=gap, time_limit_s=time_limit_s, should_stop=should_stop)
        with_it, without_it = plan.chosen.objective, free.chosen.objective
        found.append(
            {
                "label": label,
                "objective_without": without_it,
                "cost": max(without_it - with_it, 0.0),
                "cost_low": max(without_it - plan.bound, 0.0),
                "cost_high": max(free.bound - with_it, 0.0),
                "status": free.status,
            }
        )
    columns = ["label", "objective_without", "cost", "cost_low", "cost_high", "status"]
    return pd.DataFrame(found, columns=columns)


def gain_of_more(
    programme: Programme,
    plan: Plan,
    *,
    added_yuan: float = 1e6,
    gap: float = 0.0,
    time_limit_s: float = LIMIT_S,
    should_stop: ShouldStop | None = None,
) -> tuple[float, float]:
    """What `added_yuan` more would bring, by solving again (a finite difference): least and most that it can be.

    Both are the same where both gaps are 0. With many villages the price in `plan.rules` says it more sharply.
    """
    richer = replace(programme, budget_yuan=programme.budget_yuan + added_yuan)
    more = best_plan(richer, gap=gap, time_limit_s=time_limit_s, should_stop=should_stop)
    least = max(more.chosen.objective - plan.bound, 0.0)
    return least, max(more.bound - plan.chosen.objective, 0.0)


def frontier(
    programme: Programme,
    *,
    budgets_yuan: Sequence[float] | None = None,
    points: int = POINTS,
    gap: float = 1e-3,
    time_limit_s: float = LIMIT_S,
    should_stop: ShouldStop | None = None,
) -> pd.DataFrame:
    """The aim against the budget: one row per budget, ascending. Without `budgets_yuan` these are `points` equal steps
    from nothing to the cost of all plannable villages, and the programme's own.

    Columns: budget_yuan, cost_yuan (spent), objective, bound, gap, greedy_objective, status. Budgets that the
    rules cannot be met with have status "infeasible" and no numbers. Ends early where `should_stop` says so.
    """
    whole_yuan = float(np.nansum(programme.cost_yuan))
    budgets = np.linspace(0, whole_yuan, points + 1)[1:] if budgets_yuan is None else np.asarray(budgets_yuan)
    asked = np.unique([*budgets, programme.budget_yuan] if budgets_yuan is None else budgets)
    found = []
    for budget in asked:
        if should_stop is not None and should_stop():
            break
        found.append(_point(replace(programme, budget_yuan=float(budget)), gap, time_limit_s, should_stop))
    columns = ["budget_yuan", "cost_yuan", "objective", "bound", "gap", "greedy_objective", "status"]
    return pd.DataFrame(found, columns=columns)


def _point(
    programme: Programme, gap: float, time_limit_s: float, should_stop: ShouldStop | None
) -> dict[str, float | str]:
    try:
        plan = best_plan(programme, gap=gap, time_limit_s=time_limit_s, should_stop=should_stop)
    except Infeasible:
        return {"budget_yuan": programme.budget_yuan, "status": "infeasible"}
    return {
        "budget_yuan": programme.budget_yuan,
        "cost_yuan": plan.chosen.cost_yuan,
        "objective": plan.chosen.objective,
        "bound": plan.bound,
        "gap": plan.gap,
        "greedy_objective": plan.greedy.objective if plan.greedy.keeps_all_rules else float("nan"),
        "status": plan.status,
    }
