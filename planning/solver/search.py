"""A search that always ends with an answer: HiGHS from a start that is one, and what may be said of the result.

HiGHS gives the same answer to the same model each time, unless the clock or a person ended it: then the
best found so far is returned, `is_reproducible` is false, and the gap says how far it can be from the best.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planning.inputs import InputError
from planning.solver import highs

IsCancelled = Callable[[], bool]


@dataclass(frozen=True)
class Run:
    """How an answer was found, and the most that a better one could gain; None where nothing is proven.

    gap_share: of the answer. gap_absolute: in the unit of what was optimised.
    """

    status: highs.Status
    gap_share: float | None
    gap_absolute: float | None
    seconds: float
    solver: str
    solver_version: str

    @property
    def is_reproducible(self) -> bool:
        """The same inputs give the same answer: neither the clock nor a person ended the search."""
        return self.status == "optimal"


#: Where there was nothing to decide.
NOT_NEEDED = Run("optimal", 0.0, 0.0, 0.0, "none", "0")


def improve(
    model: highs.Model,
    start: NDArray[np.float64],
    *,
    time_limit_s: float,
    gap_share: float = 0.0,
    is_cancelled: IsCancelled | None = None,
) -> tuple[NDArray[np.float64], Run]:
    """The best of a model, to a gap or until time is up, and at least as good as `start`, which must be feasible.

    Raises InputError when the time is not positive.
    """
    if not time_limit_s > 0:
        raise InputError("time_limit_s", "more than 0", time_limit_s)
    found = highs.solve(model, gap=gap_share, time_limit_s=time_limit_s, should_stop=is_cancelled, start=start)
    least = float(model.gain @ start)
    values = start if found.x is None or found.objective < least else found.x
    solver, version = highs.version().split(" ", 1)
    share, absolute = _gaps(float(model.gain @ values), found.bound)
    return values, Run(found.status, share, absolute, found.seconds, solver, version)


def _gaps(objective: float, bound: float) -> tuple[float | None, float | None]:
    if not math.isfinite(bound):
        return None, None
    distance = max(0.0, bound - objective)
    if distance <= 1e-9 * max(1.0, abs(objective)):
        return 0.0, 0.0
    return (distance / abs(objective) if objective else None), distance
