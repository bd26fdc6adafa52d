"""A model knows whether an answer keeps its rows and bounds."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse

from planning.solver.highs import Model

#: 1 ≤ x + y ≤ 4 with 0 ≤ x ≤ 3 and 1 ≤ y ≤ 2.
MODEL = Model(
    gain=np.array([1.0, 1.0]),
    low=np.array([0.0, 1.0]),
    high=np.array([3.0, 2.0]),
    is_whole=np.array([False, True]),
    rows=scipy.sparse.csr_matrix([[1.0, 1.0]]),
    row_low=np.array([1.0]),
    row_high=np.array([4.0]),
)


@pytest.mark.parametrize(
    ("x", "holds"),
    [
        ((0.0, 1.0), True),
        ((2.0, 2.0), True),
        ((3.0, 1.0), True),
        ((3.0 + 1e-10, 1.0), True),  # rounded off
        ((3.1, 1.0), False),
        ((1.0, 2.5), False),
        ((-0.1, 2.0), False),
        ((1.0, 0.9), False),
        ((2.5, 2.0), False),
    ],
)
def test_an_answer_holds_within_rows_and_bounds(x: tuple[float, float], holds: bool) -> None:
    assert MODEL.holds(np.array(x)) is holds


def test_relaxed_is_the_same_without_whole_numbers() -> None:
    assert MODEL.relaxed().is_whole.tolist() == [False, False]
    assert MODEL.relaxed().rows is MODEL.rows
