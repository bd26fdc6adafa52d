"""Linear and mixed-integer models on HiGHS: one thread, a time limit, a way to stop, and a proven bound."""

from __future__ import annotations

import ctypes
import importlib.metadata
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import highspy
import numpy as np
import scipy.sparse

Array = np.ndarray[Any, np.dtype[np.float64]]
Status = Literal["optimal", "time_limit", "stopped", "infeasible"]
ShouldStop = Callable[[], bool]
TOLERANCE = 1e-9  # of rows and of whole numbers; HiGHS's own 1e-6 is a yuan in a million
#: Presolve compares columns pair by pair and hears neither the time limit nor a stop: on 50,000 columns with one full
#: row it took 143 s of a limit of 20 s, and none was needed without it (measured, HiGHS 1.16).
PRESOLVED = 3000
#: A start is given to HiGHS only where presolve is off: in set covers HiGHS 1.16 took a start of 19 sites for one of 15
#: in its reduced model, found nothing below, and called the start "optimal"; 16 was the optimum (measured).
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


@dataclass(frozen=True)
class Model:
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
    """Solve to a relative gap. Ends within the time limit, or within a second of `should_stop` saying so.

    `start`: a feasible answer that the result is never worse than.
    """
    began = time.perf_counter()
    is_large = len(model.gain) > PRESOLVED
    solver = _solver(gap, time_limit_s, is_large=is_large)
    if should_stop is not None:
        _listen(solver, should_stop)
    solver.passModel(_as_highs(model))
    if start is not None and is_large and model.is_whole.any():  # with presolve it misleads
        solution = highspy.HighsSolution()
        solution.col_value = start.tolist()
        solver.setSolution(solution)
    solver.run()
    found = _read(solver, model, time.perf_counter() - began)
    return found if start is None else _at_least(found, model, start)


def _at_least(found: Solved, model: Model, start: Array) -> Solved:
    """The start itself where the search, ended early, found nothing or worse."""
    objective = float(model.gain @ start)
    is_better = found.x is not None and found.objective >= objective
    if is_better or found.status == "infeasible":
        return found
    return replace(found, x=start, objective=objective)


def _swallow_banner() -> None:
    """The first solver of a process prints its name before any option can forbid it: it is made while standard output
    leads nowhere, so that no log has those lines."""
    try:
        held = os.dup(1)
    except OSError:  # no standard output: nothing to keep clean
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    flush = getattr(ctypes.CDLL(None), "fflush", None) if os.name == "posix" else None
    try:
        if flush is not None:
            flush(None)
        os.dup2(nowhere, 1)
        highspy.Highs()
        if flush is not None:
            flush(None)  # into nowhere, before the way is opened again
    finally:
        os.dup2(held, 1)
        os.close(held)
        os.close(nowhere)


_swallow_banner()  # when this file is read, once per process


def version() -> str:
    return f"HiGHS {importlib.metadata.version('highspy')}"


def _solver(gap: float, time_limit_s: float, *, is_large: bool) -> highspy.Highs:
    solver = highspy.Highs()
    options = {
        "output_flag": False,
        "presolve": "off" if is_large else "choose",
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
        return Solved(status, np.where(model.is_whole, np.round(x), x), objective, float(info.mip_dual_bound), seconds)
    bound = objective if status == "optimal" else np.inf
    return Solved(status, x, objective, bound, seconds, np.array(solution.row_dual))
