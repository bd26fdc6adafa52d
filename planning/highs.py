<<<<<<< HEAD
"""Linear and mixed-integer models on HiGHS: one thread, a time limit, a way to stop, and a proven bound."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
=======
"""A mixed-integer model given to HiGHS: bounded time, a gap that is told, and never less than the start.

HiGHS gives the same answer to the same model each time, unless the clock or a person ended it: then the
best found so far is returned, `is_reproducible` is false, and the gap says how far it can be from the best.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
>>>>>>> planB
from typing import Any, Literal

import highspy
import numpy as np
<<<<<<< HEAD
import scipy.sparse

Array = np.ndarray[Any, np.dtype[np.float64]]
Status = Literal["optimal", "time_limit", "stopped", "infeasible"]
ShouldStop = Callable[[], bool]
TOLERANCE = 1e-9  # of rows and of whole numbers; HiGHS's own 1e-6 is a yuan in a million
_STATUS: dict[Any, Status] = {
    highspy.HighsModelStatus.kOptimal: "optimal",
    highspy.HighsModelStatus.kModelEmpty: "optimal",
    highspy.HighsModelStatus.kTimeLimit: "time_limit",
    highspy.HighsModelStatus.kInterrupt: "stopped",
    highspy.HighsModelStatus.kInfeasible: "infeasible",
    highspy.HighsModelStatus.kUnboundedOrInfeasible: "infeasible",
}


class SolverError(RuntimeError):
    """The solver ended in a way that a bounded model should not come to."""
=======
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
>>>>>>> planB


@dataclass(frozen=True)
class Model:
<<<<<<< HEAD
    """Maximise gain·x where row_low ≤ rows·x ≤ row_high, low ≤ x ≤ high, and x is whole where `is_whole`."""

    gain: Array
    low: Array
    high: Array
    is_whole: np.ndarray[Any, np.dtype[np.bool_]]
    rows: scipy.sparse.csr_matrix
    row_low: Array
    row_high: Array

    def relaxed(self) -> Model:
        """The same without whole numbers: its best is a bound for this one."""
        return replace(self, is_whole=np.zeros(len(self.gain), dtype=bool))

    def holds(self, x: Array) -> bool:
        """Whether rows and bounds hold, but for what arithmetic rounds off."""
        reached = self.rows @ x
        slack = 1e-9 * np.maximum(1.0, np.abs(reached))
        return bool(
            (reached >= self.row_low - slack).all()
            and (reached <= self.row_high + slack).all()
            and (x >= self.low - TOLERANCE).all()
            and (x <= self.high + TOLERANCE).all()
        )


@dataclass(frozen=True)
class Solved:
    """`x` is None where nothing was found. `row_price`: of one more unit of each row's bound (linear models only)."""

    status: Status
    x: Array | None
    objective: float
    bound: float
    seconds: float
    row_price: Array | None = None


def solve(
    model: Model,
    *,
    gap: float = 0.0,
    time_limit_s: float = 60.0,
    should_stop: ShouldStop | None = None,
    start: Array | None = None,
) -> Solved:
    """Solve to a relative gap. Ends within the time limit, or within a second of `should_stop` saying so."""
    began = time.perf_counter()
    solver = _solver(gap, time_limit_s)
    if should_stop is not None:
        _listen(solver, should_stop)
    solver.passModel(_as_highs(model))
    if start is not None and model.is_whole.any():
        solution = highspy.HighsSolution()
        solution.col_value = start.tolist()
        solver.setSolution(solution)
    solver.run()
    return _read(solver, model, time.perf_counter() - began)


def version() -> str:
    return f"HiGHS {highspy.Highs().version()}"


def _solver(gap: float, time_limit_s: float) -> highspy.Highs:
    solver = highspy.Highs()
    options = {
        "output_flag": False,
        "threads": 1,
        "random_seed": 0,
        "time_limit": max(time_limit_s, 0.0),
        "mip_rel_gap": gap,
        "mip_abs_gap": 1e-6,
        "mip_feasibility_tolerance": TOLERANCE,
        "primal_feasibility_tolerance": TOLERANCE,
    }
    for name, value in options.items():
        solver.setOptionValue(name, value)
    return solver


def _listen(solver: highspy.Highs, should_stop: ShouldStop) -> None:
    def ask(event: Any) -> None:
        if should_stop():
            event.interrupt()

    for callback in (solver.cbSimplexInterrupt, solver.cbIpmInterrupt, solver.cbMipInterrupt):
        callback.subscribe(ask)


def _as_highs(model: Model) -> highspy.HighsLp:
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(model.gain), len(model.row_low)
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = model.gain, model.low, model.high
    lp.row_lower_, lp.row_upper_ = model.row_low, model.row_high
    rows = model.rows.tocsr()
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = rows.indptr, rows.indices, rows.data
    if model.is_whole.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[whole] for whole in model.is_whole.astype(int)]
    return lp


def _read(solver: highspy.Highs, model: Model, seconds: float) -> Solved:
    found = solver.getModelStatus()
    if found not in _STATUS:
        raise SolverError(f"HiGHS ended with {solver.modelStatusToString(found)}")
    status = _STATUS[found]
    info, solution = solver.getInfo(), solver.getSolution()
    is_mip = bool(model.is_whole.any())
    is_feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    if status == "infeasible" or not is_feasible:
        bound = info.mip_dual_bound if is_mip and status != "infeasible" else np.inf
        return Solved(status, None, np.nan, float(bound), seconds)
    x = np.array(solution.col_value)
    objective = float(model.gain @ x)
    if is_mip:
        return Solved(
            status, np.where(model.is_whole, np.round(x), x), objective, float(info.mip_dual_bound), seconds
        )
    bound = objective if status == "optimal" else np.inf
    return Solved(status, x, objective, bound, seconds, np.array(solution.row_dual))
=======
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
>>>>>>> planB
