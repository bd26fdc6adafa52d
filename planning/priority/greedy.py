"""The plain way beside the best one: take what brings most per yuan as long as it fits."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from planning.priority.demands import Rows

Array = np.ndarray[Any, np.dtype[np.float64]]
ROUNDING = 1e-9


def greedy_choice(rows: Rows, *, floors_cheaply: bool = False) -> Array:
    """0 or 1 per variable of the model: started villages, then floors one after the other, then the rest by gain
    per yuan, dropping what no longer fits. It may miss a floor that a better choice meets; less often where floors
    are filled with what costs least per unit of theirs (`floors_cheaply`)."""
    return _Greedy(rows, floors_cheaply).run()


class _Greedy:
    """Plain lists and not arrays: a village is in two or three rules, and is looked at once."""

    def __init__(self, rows: Rows, floors_cheaply: bool) -> None:
        self.rows = rows
        self.floors_cheaply = floors_cheaply
        self.villages = len(rows.plannable)
        named = len(rows.table)
        columns = rows.model.rows[:named, : self.villages].tocsc()
        ends, rules, amounts = columns.indptr.tolist(), columns.indices.tolist(), columns.data.tolist()
        self.amounts = [
            list(zip(rules[first:last], amounts[first:last], strict=True)) for first, last in pairwise(ends)
        ]
        self.low: list[float] = rows.model.row_low[:named].tolist()
        self.most: list[float] = (
            rows.model.row_high[:named] + ROUNDING * np.maximum(1.0, np.abs(rows.model.row_high[:named]))
        ).tolist()
        self.reached = [0.0] * named
        self.is_taken = [False] * self.villages
        self.lot_of: list[int] = rows.lot_of.tolist()
        self.lot_least: list[int] = rows.lot_least.tolist()
        self.is_open = [False] * len(self.lot_least)
        self.is_refused = [False] * len(self.lot_least)
        self.order = self._by_gain_per_yuan()
        self.members: list[list[int]] = [[] for _ in self.lot_least]
        for village in self.order:
            if self.lot_of[village] >= 0:
                self.members[self.lot_of[village]].append(village)

    def _by_gain_per_yuan(self) -> list[int]:
        gain = self.rows.model.gain[: self.villages]
        cost = self.rows.model.rows[0, : self.villages].toarray().ravel()
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(gain > 0, gain / cost, 0.0)
        order: list[int] = np.lexsort((cost, -ratio)).tolist()
        return order

    def run(self) -> Array:
        self._take(np.flatnonzero(self.rows.model.low[: self.villages] > 0).tolist())
        self._fill_started_lots()
        floors = self.rows.model.rows[: len(self.low)].tocsr()
        for rule in range(len(self.low)):
            if self.low[rule] > self.reached[rule]:
                self._fill(rule, self._members_in_order(rule, floors[rule]))
        gain = self.rows.model.gain.tolist()
        for village in self.order:
            if gain[village] > 0:
                self._try(village)
        return np.array([*self.is_taken, *self.is_open], dtype=float)

    def _members_in_order(self, rule: int, row: Any) -> list[int]:
        """Villages of a floor: what brings most per yuan first, or what costs least per unit of the floor."""
        if not self.floors_cheaply:
            members = set(row.indices.tolist())
            return [village for village in self.order if village in members]
        cost = self.rows.model.rows[0, : self.villages].toarray().ravel()[row.indices]
        with np.errstate(divide="ignore", invalid="ignore"):
            per_unit = np.where(row.data > 0, cost / row.data, np.inf)
        ordered: list[int] = row.indices[np.argsort(per_unit, kind="stable")].tolist()
        return ordered

    def _fill(self, rule: int, members: list[int]) -> None:
        for village in members:
            if self.reached[rule] >= self.low[rule] - ROUNDING:
                return
            self._try(village)

    def _fill_started_lots(self) -> None:
        """A lot with a started village is open, and has to reach its least."""
        for lot, members in enumerate(self.members):
            if self.is_open[lot]:
                rest = [village for village in members if not self.is_taken[village]]
                self._take(rest[: max(0, self.lot_least[lot] - (len(members) - len(rest)))])

    def _try(self, village: int) -> None:
        """Take a village where it fits: with the first villages of its lot where that is not open yet."""
        lot = self.lot_of[village]
        if self.is_taken[village] or (lot >= 0 and self.is_refused[lot]):
            return
        if lot < 0 or self.is_open[lot]:
            if self._fits([village]):
                self._take([village])
            return
        bundle = self.members[lot][: self.lot_least[lot]]
        if self._fits(bundle):
            self._take(bundle)
        else:
            self.is_refused[lot] = True  # what is reached only grows: it will not fit later either

    def _fits(self, bundle: list[int]) -> bool:
        if len(bundle) == 1:
            return all(
                amount <= 0 or self.reached[rule] + amount <= self.most[rule]
                for rule, amount in self.amounts[bundle[0]]
            )
        added: dict[int, float] = {}
        for village in bundle:
            for rule, amount in self.amounts[village]:
                added[rule] = added.get(rule, 0.0) + amount
        return all(amount <= 0 or self.reached[rule] + amount <= self.most[rule] for rule, amount in added.items())

    def _take(self, bundle: list[int]) -> None:
        for village in bundle:
            self.is_taken[village] = True
            if self.lot_of[village] >= 0:
                self.is_open[self.lot_of[village]] = True
            for rule, amount in self.amounts[village]:
                self.reached[rule] += amount
