"""The plain way beside the best one: take what brings most per yuan as long as it fits."""

from __future__ import annotations

from typing import Any

import numpy as np

from planning.programme import Rows

Array = np.ndarray[Any, np.dtype[np.float64]]
ROUNDING = 1e-9


def greedy_choice(rows: Rows) -> Array:
    """0 or 1 per variable of the model: started villages, then floors one after the other, then the rest by gain
    per yuan, dropping what no longer fits. It may miss a floor that a better choice meets."""
    return _Greedy(rows).run()


class _Greedy:
    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.villages = len(rows.plannable)
        named = len(rows.table)
        self.columns = rows.model.rows[:named, : self.villages].tocsc()
        self.low, self.high = rows.model.row_low[:named], rows.model.row_high[:named]
        self.reached = np.zeros(named)
        self.x = np.zeros(len(rows.model.gain))
        self.is_refused = np.zeros(len(rows.lot_least), dtype=bool)
        order = self._by_gain_per_yuan()
        self.order = order
        self.members = [order[rows.lot_of[order] == lot] for lot in range(len(rows.lot_least))]

    def _by_gain_per_yuan(self) -> Any:
        gain = self.rows.model.gain[: self.villages]
        cost = self.rows.model.rows[0, : self.villages].toarray().ravel()
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(gain > 0, gain / cost, 0.0)
        return np.lexsort((cost, -ratio))

    def run(self) -> Array:
        for village in np.flatnonzero(self.rows.model.low[: self.villages] > 0):
            self._take(np.array([village]))
        self._fill_started_lots()
        floors = self.rows.model.rows[: len(self.low)].tocsr()
        for row in np.flatnonzero(self.low > 0):
            members = set(floors[row].indices.tolist())
            for village in (one for one in self.order if one in members):
                if self.reached[row] >= self.low[row] - ROUNDING:
                    break
                self._try(village)
        for village in self.order:
            if self.rows.model.gain[village] > 0:
                self._try(village)
        return self.x

    def _fill_started_lots(self) -> None:
        """A lot with a started village is open, and has to reach its least."""
        for lot, members in enumerate(self.members):
            short = self.rows.lot_least[lot] - int(self.x[members].sum())
            if 0 < short < self.rows.lot_least[lot]:
                rest = members[self.x[members] == 0]
                self._take(rest[:short])

    def _try(self, village: int) -> None:
        """Take a village where it fits: with the first villages of its lot where that is not open yet."""
        if self.x[village]:
            return
        lot = self.rows.lot_of[village]
        if lot < 0 or self.x[self.villages + lot]:
            bundle = np.array([village])
        elif self.is_refused[lot]:
            return
        else:
            bundle = self.members[lot][: self.rows.lot_least[lot]]
        if self._fits(bundle):
            self._take(bundle)
        elif len(bundle) > 1:
            self.is_refused[lot] = True  # what is reached only grows: it will not fit later either

    def _added(self, bundle: Any) -> Array:
        if len(bundle) > 1:
            return np.asarray(self.columns[:, bundle].sum(axis=1)).ravel()
        added = np.zeros(len(self.reached))
        part = slice(self.columns.indptr[bundle[0]], self.columns.indptr[bundle[0] + 1])
        added[self.columns.indices[part]] = self.columns.data[part]
        return added

    def _fits(self, bundle: Any) -> bool:
        added = self._added(bundle)
        over = self.reached + added > self.high + ROUNDING * np.maximum(1.0, np.abs(self.high))
        return not bool((over & (added > 0)).any())

    def _take(self, bundle: Any) -> None:
        self.reached += self._added(bundle)
        self.x[bundle] = 1.0
        lots = self.rows.lot_of[bundle]
        self.x[self.villages + lots[lots >= 0]] = 1.0
