"""Why a programme cannot be met: which demands fall short, and which single rule stands in the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse

from planning.priority.demands import BUDGET, STARTED, PriorityError, Programme, Rows, rows_of
from planning.priority.lots import settle
from planning.solver.highs import Model, ShouldStop, solve

Array = np.ndarray[Any, np.dtype[np.float64]]
LIMIT_S = 5.0  # per question: an explanation is not worth a long wait


@dataclass(frozen=True)
class Unmet:
    """A rule that cannot be kept: `least` is demanded, `reachable` is possible, in `measure`'s unit.

    For a rule that caps (`is_cap`), such as the budget under started villages, `least` is what they take and
    `reachable` what is allowed.
    """

    label: str
    group: Any
    measure: str
    least: float
    reachable: float
    is_cap: bool = False

    def __str__(self) -> str:
        of_group = "" if self.group is None else f" ({self.group})"
        if self.is_cap:
            return (
                f"{self.label}{of_group}: started villages take {self.least:,.0f} {self.measure} of "
                f"{self.reachable:,.0f}"
            )
        return f"{self.label}{of_group}: {self.least:,.0f} {self.measure} demanded, {self.reachable:,.0f} possible"


class Infeasible(PriorityError):
    """No choice keeps all rules. `unmet` says which demands fall short, with the budget and all caps kept;
    `any_of` names the rules of which dropping a single one would be enough."""

    def __init__(self, unmet: list[Unmet], any_of: list[str]) -> None:
        self.unmet = unmet
        self.any_of = any_of
        told = "; ".join(map(str, unmet)) or "the rules contradict each other"
        drop = f"; it would do to drop one of: {', '.join(any_of)}" if any_of else ""
        super().__init__(f"cannot be met: {told}{drop}")


def explain(
    programme: Programme, rows: Rows, should_stop: ShouldStop | None = None, nearest: Array | None = None
) -> Infeasible:
    """The reasons for a programme that was found infeasible. nearest: a split choice that misses the rules least; what
    falls short there is told where the whole one is not found in time."""
    unmet = _overfull(rows) or _short(rows, should_stop, nearest)
    any_of = [label for label, without in _without_each(programme) if _is_feasible(rows_of(without).model, should_stop)]
    return Infeasible(unmet, any_of)


def without(programme: Programme, label: str) -> Programme:
    """The same programme without one of its rules (a quota, the lots, the started villages)."""
    if label == STARTED:
        villages = programme.villages.drop(columns="is_started")
        return replace(programme, villages=villages)
    if programme.lot is not None and programme.lot.label == label:
        return replace(programme, lot=None)
    return replace(programme, quotas=tuple(quota for quota in programme.quotas if quota.label != label))


def _without_each(programme: Programme) -> Iterator[tuple[str, Programme]]:
    yield BUDGET, replace(programme, budget_yuan=float(np.nansum(programme.cost_yuan)))
    for label in programme.labels():
        yield label, without(programme, label)


def _is_feasible(model: Model, should_stop: ShouldStop | None) -> bool:
    anything = replace(model, gain=np.zeros(len(model.gain)))
    if solve(anything.relaxed(), time_limit_s=LIMIT_S, should_stop=should_stop).x is None:
        return False
    return solve(anything, time_limit_s=LIMIT_S, should_stop=should_stop).x is not None


def _overfull(rows: Rows) -> list[Unmet]:
    """Caps that the started villages alone break, with what their lots need beside them."""
    found = []
    for n, one in enumerate(rows.table.itertuples(index=False)):
        high = rows.model.row_high[n]
        if not np.isfinite(high):
            continue
        amounts = rows.model.rows[n].toarray().ravel()
        least = settle(rows.model, rows.lots, -amounts - 1e-12)  # nothing that need not be, the smallest first
        taken = float(amounts @ least.x)
        if taken > high + 1e-9 * max(1.0, abs(high)):
            unit = rows.unit[n]
            found.append(Unmet(one.label, one.group, one.measure, taken * unit, high * unit, is_cap=True))
    return found


def _short(rows: Rows, should_stop: ShouldStop | None, nearest: Array | None) -> list[Unmet]:
    """Demands that fall short where all of them are met as far as can be: the least sum of relative shortfalls."""
    demands = np.flatnonzero(np.isfinite(rows.table["least"]) & (rows.table["least"] > 0))
    model = _elastic(rows.model, demands)
    solved = solve(model, gap=1e-4, time_limit_s=LIMIT_S, should_stop=should_stop)
    if solved.x is not None and (solved.status == "optimal" or nearest is None):
        missing = solved.x[len(rows.model.gain) :]
    elif nearest is not None:
        missing = np.maximum(rows.model.row_low[demands] - rows.model.rows[demands] @ nearest, 0.0)
    else:
        return []
    found = []
    for demand, lacking in zip(demands, missing, strict=True):
        if lacking > 1e-7:
            one = rows.table.iloc[demand]
            least, unit = float(one["least"]), float(rows.unit[demand])
            possible = least - float(lacking) * unit
            if one["measure"] == "villages":
                possible = float(np.floor(possible + 1e-6))
            found.append(Unmet(str(one["label"]), one["group"], str(one["measure"]), least, possible))
    return found


def _elastic(model: Model, demands: Any) -> Model:
    """Every demand may fall short, at a price of one per demand missed whole."""
    count = len(demands)
    slack = scipy.sparse.csr_matrix((np.ones(count), (demands, np.arange(count))), shape=(model.rows.shape[0], count))
    return Model(
        gain=np.concatenate([np.zeros(len(model.gain)), -1 / model.row_low[demands]]),
        low=np.concatenate([model.low, np.zeros(count)]),
        high=np.concatenate([model.high, model.row_low[demands]]),
        is_whole=np.concatenate([model.is_whole, np.zeros(count, dtype=bool)]),
        rows=scipy.sparse.hstack([model.rows, slack], format="csr"),
        row_low=model.row_low,
        row_high=model.row_high,
    )
