"""A mixed-integer model given to HiGHS: bounded time, a gap that is told, and never less than the start.

HiGHS gives the same answer to the same model each time, unless the clock or a person ended it: then the
best found so far is returned, `is_reproducible` is false, and the gap says how far it can be from the best.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Status = Literal["optimal", "time_limit", "cancelled", "infeasible"]
IsCancelled = Callable[[], bool]

_STATUS: dict[str, Status] = {  # by the name of a HighsModelStatus
    "kOptimal": "optimal",
    "kModelEmpty": "optimal",
    "kTimeLimit": "time_limit",
    "kInterrupt": "cancelled",
    "kHighsInterrupt": "cancelled",
    "kInfeasible": "infeasible",
    "kUnboundedOrInfeasible": "infeasible",
}


class SolverFailed(RuntimeError):
    """HiGHS could not work with a model; the message is the state it gave."""


@dataclass(frozen=True)
class Run:
    """How an answer was found, and the most that a better one could gain; None where nothing is proven.

    gap_share: of the answer. gap_absolute: in the unit of what was minimised or maximised; read this
    one where the answer itself should be 0, as with a deviation.
    """

    status: Status
    gap_share: float | None
    gap_absolute: float | None
    seconds: float
    solver: str
    solver_version: str

    @property
    def is_reproducible(self) -> bool:
        """The same inputs give the same answer: neither the clock nor a person ended the search."""
        return self.status in ("optimal", "infeasible")


@dataclass(frozen=True)
class Model:
    """Columns with cost, bounds and kind, and rows `row_low <= matrix @ x <= row_high`.

    `matrix` is sparse, rows x columns; `is_integer` marks the columns that take whole values only.
    """

    cost: NDArray[np.float64]
    matrix: Any
    row_low: NDArray[np.float64]
    row_high: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    is_integer: NDArray[np.bool_]


@dataclass(frozen=True)
class Solution:
    """`values` is None when there is none (infeasible) or none was found in time."""

    values: NDArray[np.float64] | None
    objective: float | None
    run: Run


def minimise(
    model: Model,
    *,
    time_limit_s: float,
    gap_share: float = 0.0,
    gap_absolute: float = 1e-6,
    start: NDArray[np.float64] | None = None,
    is_cancelled: IsCancelled | None = None,
) -> Solution:
    """The least `cost @ x`, to a gap or until time is up. `start` is a feasible answer to improve on.

    Raises SolverFailed when HiGHS does not take the model, ValueError when the time is not positive.
    """
    if not time_limit_s > 0:
        raise ValueError(f"time_limit_s: expected more than 0, found {time_limit_s}")
    solver = _solver(model, time_limit_s, gap_share, gap_absolute)
    if start is not None:
        given = highspy.HighsSolution()
        given.col_value = start.tolist()
        solver.setSolution(given)
    if is_cancelled is not None:
        # The search proper asks; presolve does not, and is covered by the time limit.
        solver.cbMipInterrupt += lambda event: event.interrupt() if is_cancelled() else None
    solver.run()
    return _solution(solver, model, start)


def _solver(model: Model, time_limit_s: float, gap_share: float, gap_absolute: float) -> Any:
    solver = highspy.Highs()
    solver.silent()
    for option, value in (
        ("time_limit", float(time_limit_s)),
        ("mip_rel_gap", float(gap_share)),
        ("mip_abs_gap", float(gap_absolute)),
    ):
        solver.setOptionValue(option, value)
    if solver.passModel(_as_lp(model)) == highspy.HighsStatus.kError:
        raise SolverFailed("HiGHS does not take the model: not all numbers in it are finite")
    return solver


def _as_lp(model: Model) -> Any:
    matrix = sparse.csc_array(model.matrix)
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = matrix.shape
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = model.cost, model.low, model.high
    lp.row_lower_, lp.row_upper_ = model.row_low, model.row_high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = matrix.indptr.astype(np.int32)
    lp.a_matrix_.index_ = matrix.indices.astype(np.int32)
    lp.a_matrix_.value_ = matrix.data.astype(np.float64)
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    lp.integrality_ = [kinds[int(whole)] for whole in model.is_integer]
    return lp


def _solution(solver: Any, model: Model, start: NDArray[np.float64] | None) -> Solution:
    status = _STATUS.get(solver.getModelStatus().name)
    if status is None:
        raise SolverFailed(f"HiGHS ended with: {solver.modelStatusToString(solver.getModelStatus())}")
    info = solver.getInfo()
    has_answer = (
        status != "infeasible"
        and info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    )
    values = np.asarray(solver.getSolution().col_value) if has_answer else None
    if values is None and status != "infeasible" and start is not None:
        values = start  # the clock ended it before HiGHS had looked at the start
    if values is not None:
        values = np.where(model.is_integer, np.round(values), values)
    share, absolute = _gaps(info, bool(model.is_integer.any())) if has_answer else (None, None)
    run = Run(status, share, absolute, float(solver.getRunTime()), "HiGHS", solver.version())
    return Solution(values, None if values is None else float(model.cost @ values), run)


def _gaps(info: Any, is_mixed: bool) -> tuple[float | None, float | None]:
    """From answer and bound, as a share of the answer and as it is: HiGHS gives infinity where the answer is 0."""
    if not is_mixed:
        return 0.0, 0.0
    answer, bound = info.objective_function_value, info.mip_dual_bound
    if not (math.isfinite(answer) and math.isfinite(bound)):
        return None, None
    distance = max(0.0, answer - bound)
    if distance <= 1e-9:
        return 0.0, 0.0
    return (distance / abs(answer) if answer else None), distance
