"""Lots in a search: villages that are chosen from a least number on, or not at all.

The relaxation of a lot (no village without its lot, no lot without its villages) is as tight as can be: both ends of
it, shut and open, are whole. So for given prices each lot is settled by itself, which gives a proven bound and tells
what is in doubt: lots that are nearly worth as much shut as open, and villages that nearly were, or were not, in
theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse

from planning.solver.highs import Model

Array = np.ndarray[Any, np.dtype[np.float64]]
Places = np.ndarray[Any, np.dtype[np.int64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class Lots:
    """of: per column the lot it is a village of, -1 where it is none. least: villages, per lot. own: the column that
    opens a lot, per lot. named: so many rows come before those of the lots."""

    of: Places
    least: Places
    own: Places
    named: int

    @classmethod
    def none(cls, model: Model) -> Lots:
        nothing = np.array([], dtype=np.int64)
        return cls(np.full(len(model.gain), -1), nothing, nothing, len(model.row_low))

    def beside(self, columns: int) -> Lots:
        """The same with so many columns more that are in no lot."""
        return Lots(np.concatenate([self.of, np.full(columns, -1)]), self.least, self.own, self.named)


@dataclass(frozen=True)
class Settled:
    """The best answer where every row has a price. x: whole. if_open: the villages of each lot, were it open.

    doubt: what it would cost to have a column the other way, but for its lot. margin: of each lot, open against shut.
    """

    x: Array
    if_open: Mask
    doubt: Array
    margin: Array


def settle(model: Model, lots: Lots, reduced: Array) -> Settled:
    """`reduced`: what a column brings beyond what its rows cost."""
    x = np.where(reduced > 0, model.high, model.low)
    doubt = np.abs(reduced)
    members = np.flatnonzero(lots.of >= 0)
    if_open = np.zeros(len(x), dtype=bool)
    if len(members) == 0:
        return Settled(x, if_open, doubt, np.zeros(len(lots.least)))
    wish = np.where(model.low > 0, np.inf, reduced)[members]
    members = members[np.lexsort((-wish, lots.of[members]))]
    lot, count = lots.of[members], len(lots.least)
    sizes = np.bincount(lot, minlength=count)
    first = np.cumsum(sizes) - sizes
    rank = np.arange(len(members)) - first[lot]
    wished = (reduced[members] > 0) | (model.low[members] > 0)
    wishes = np.bincount(lot, wished, count).astype(np.int64)
    taken = np.maximum(lots.least, wishes)
    if_open[members] = rank < taken[lot]
    margin = np.bincount(lot, reduced[members] * if_open[members], count) + reduced[lots.own]
    is_forced = (np.bincount(lot, model.low[members], count) > 0) | (model.low[lots.own] > 0)
    margin = np.where(is_forced, np.inf, margin)
    x[lots.own] = margin > 0
    x[members] = if_open[members] & (margin > 0)[lot]
    last = np.where(taken > wishes, reduced[members][first + taken - 1], 0.0)
    doubt[members] = np.where(
        (taken == sizes)[lot] & (lots.least == sizes)[lot], np.inf, np.abs(reduced[members] - last[lot])
    )
    return Settled(x, if_open, doubt, margin)


def wrong(x: Array, best: Settled, lots: Lots, reduced: Array) -> Array:
    """Per column what its being as in `x` costs, at most; where a lot as such is wrong, each of its columns has it
    all.
    """
    found = np.where(np.isfinite(best.doubt), best.doubt, 0.0) * np.abs(x - best.x)
    is_wrong = np.abs(x[lots.own] - best.x[lots.own]) > 0
    if not is_wrong.any():
        return found
    of = lots.of.copy()
    of[lots.own] = np.arange(len(lots.own))
    has_lot = of >= 0
    missing = np.bincount(of[has_lot], (reduced * (best.x - x))[has_lot], len(lots.own))
    is_of_wrong = has_lot.copy()
    is_of_wrong[has_lot] = is_wrong[of[has_lot]]
    differs = is_of_wrong & (x != best.x)
    found[is_of_wrong] = 0.0
    found[differs] = np.maximum(missing, 0.0)[of[differs]]
    return found


def all_or_none(lots: Lots) -> Mask:
    """Villages that are chosen exactly where their lot is: those of lots that are taken whole."""
    sizes = np.bincount(lots.of[lots.of >= 0], minlength=len(lots.least))
    is_whole = np.append(lots.least == sizes, False)  # the last is what -1 finds
    return np.asarray(is_whole[lots.of], dtype=bool)


def tied(lots: Lots, follows: Mask, is_free: Mask) -> scipy.sparse.csc_matrix:
    """Columns of `is_free`, each with the villages that stand and fall with it: those that `follows` names in its lot.

    Shape: columns of the model × free columns.
    """
    free = np.flatnonzero(is_free)
    number = np.full(len(is_free), -1)
    number[free] = np.arange(len(free))
    villages = np.flatnonzero((lots.of >= 0) & follows & ~is_free)
    villages = villages[number[lots.own[lots.of[villages]]] >= 0]
    rows = np.concatenate([free, villages])
    columns = np.concatenate([number[free], number[lots.own[lots.of[villages]]]])
    return scipy.sparse.csc_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(is_free), len(free)))
