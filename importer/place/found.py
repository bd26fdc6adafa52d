"""What has been found out of each row so far."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray


class Found:
    """Arrays in step with the rows; None where nothing is known."""

    def __init__(self, count: int, about: str | None = None) -> None:
        """`about`: the place that all rows lie in, where one is declared."""
        self.place = np.full(count, None, dtype=object)
        self.how = np.full(count, None, dtype=object)
        self.rule = np.full(count, None, dtype=object)
        self.candidates = np.full(count, None, dtype=object)
        self.within = np.full(count, about, dtype=object)  # the place above that is known
        self.lowest = np.full(count, None, dtype=object)  # the lowest place above that the row itself names
        self.alone = np.full(count, None, dtype=object)  # the one place of its name in the country, which tells little
        self.code_failed = np.zeros(count, dtype=bool)
        self.is_confirmed = np.zeros(count, dtype=bool)  # what lies above speaks for the place that the code gives

    def take(self, places: NDArray[np.object_], how: str) -> None:
        """Places for the rows that have none yet."""
        rows = pd.notna(places) & pd.isna(self.place)
        self.place[rows], self.how[rows] = places[rows], how

    def forget(self, rows: NDArray[Any]) -> None:
        """The places of some rows, which were found in a wrong way."""
        self.place[rows], self.how[rows] = None, None

    def narrow(self, above: NDArray[np.object_], *, is_named: bool = False) -> None:
        """Places above that are known now, lower than what was known before."""
        rows = pd.notna(above)
        self.within = np.where(rows, above, self.within)
        if is_named:
            self.lowest = np.where(rows, above, self.lowest)

    def say(self, rows: NDArray[np.bool_], rule: str, candidates: NDArray[np.object_] | None = None) -> None:
        """A rule for the rows that break none yet."""
        chosen = rows & pd.isna(self.rule)
        self.rule[chosen] = rule
        if candidates is not None:
            self.candidates[chosen] = candidates[chosen]

    def refuse(self, rows: NDArray[np.bool_], rule: str) -> None:
        """A rule for rows whose place is not to be believed, whatever was said of them before."""
        self.forget(rows)
        self.rule[rows] = rule
