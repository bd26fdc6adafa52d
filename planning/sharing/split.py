"""The most even split of a few villages among operators, exactly.

Villages are halved; every way of giving out a half is one point, an amount per operator. The best split is the pair
of points that lies nearest to the targets, found with a tree instead of pair by pair: 20 villages among three operators
are 3^20 splits, but only 3^10 points on either side.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MOST_POINTS = 70_000  # of a half: a second or so
FEW_OPERATORS, FEW_POINTS = 4, 4_000  # beyond, a tree helps little, and nearly every pair is looked at
AT_ONCE = 256  # points looked up before the bound is tightened


def most_villages(operators: int) -> int:
    """So many villages can be split exactly among so many operators."""
    if operators < 2:
        return 10**9
    points = MOST_POINTS if operators <= FEW_OPERATORS else FEW_POINTS
    return 2 * int(math.log(points) / math.log(operators) + 1e-9)


def most_even(load: Floats, goal: Floats, measured_by: Floats) -> Ints:
    """The operator of each village. No other split has a smaller greatest |load - goal| / measured_by.

    load: of each village, at most `most_villages` of them. goal, measured_by: per operator; a goal may be below 0 where
    other villages have filled it already.
    """
    operators = len(goal)
    if operators < 2 or not len(load):
        return np.zeros(len(load), dtype=np.int64)
    assert len(load) <= most_villages(operators), "too many to be split exactly"
    order = np.argsort(-load, kind="stable")
    left, right = order[::2], order[1::2]  # alike in weight, so that many pairs come near
    one, one_way = _ways(load[left], operators)
    other, other_way = _ways(load[right], operators)
    first, second = _nearest((goal - one) / measured_by, other / measured_by)
    owner = np.empty(len(load), dtype=np.int64)
    owner[left] = _digits(one_way[first], len(left), operators)
    owner[right] = _digits(other_way[second], len(right), operators)
    return owner


def _nearest(wanted: Floats, offered: Floats) -> tuple[int, int]:
    """The pair of rows whose greatest difference is least. What was found so far bounds the search for the rest."""
    tree, best, least = KDTree(offered), (0, 0), math.inf
    for rows in np.array_split(np.random.default_rng(0).permutation(len(wanted)), len(wanted) // AT_ONCE + 1):
        apart, nearest = tree.query(wanted[rows], p=math.inf, distance_upper_bound=least)
        if apart.min() < least:
            row = int(np.argmin(apart))
            best, least = (int(rows[row]), int(nearest[row])), float(apart[row])
    return best


def _ways(load: Floats, operators: int) -> tuple[Floats, Ints]:
    """Amounts per operator, each once, and the number of a split that gives them (its digits are the operators)."""
    amounts = np.zeros((1, operators))
    for one in load:
        amounts = (amounts[:, None, :] + one * np.eye(operators)[None, :, :]).reshape(-1, operators)
    # Villages of one cost come to the same in many ways: once is enough.
    unique, first = np.unique(amounts.round(6), axis=0, return_index=True)
    return amounts[first] if len(unique) < len(amounts) else amounts, (
        first if len(unique) < len(amounts) else np.arange(len(amounts))
    )


def _digits(number: Any, length: int, base: int) -> Ints:
    """The last village is the last digit."""
    return np.array([int(number) // base**power % base for power in range(length - 1, -1, -1)], dtype=np.int64)


def least_of_equal(villages: int, goal: Floats) -> float:
    """The smallest greatest |n - goal| / goal that whole numbers of equal villages can have; `goal` in villages.

    A deviation is possible where whole numbers lie within it, and can add up to all villages.
    """
    goal = goal[goal > 0]
    if not len(goal) or not villages:
        return 0.0
    around = np.concatenate([np.floor(goal) - n for n in range(3)] + [np.ceil(goal) + n for n in range(3)])
    tried = np.unique(np.abs(np.maximum(around, 0.0) / np.tile(goal, 6) - 1))
    for deviation in tried:
        low = np.maximum(np.ceil(goal * (1 - deviation) - 1e-9), 0)
        high = np.floor(goal * (1 + deviation) + 1e-9)
        if (low <= high).all() and low.sum() <= villages <= high.sum():
            return float(deviation)
    return 0.0  # nothing can be said: no deviation is below 0
