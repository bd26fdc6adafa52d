"""Finds the second row about the same thing, in files too long to be held."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from importer.convert.hashes import Hashes


class Repeats:
    """Remembers every key it was shown as 64 bits: 8 bytes a row.

    Two different keys share their 64 bits once in about 10^19 / n pairs; in five million rows that is one
    chance in a million that one good row is called a repetition.
    """

    def __init__(self) -> None:
        self._runs: list[Hashes] = []  # sorted, each at least twice as long as the next

    def mark(self, hashed: Hashes) -> NDArray[np.bool_]:
        """True for each row that came before, in these rows or in earlier ones; remembers the others."""
        again = pd.Series(hashed).duplicated().to_numpy() | self._holds(hashed)
        self._remember(np.sort(hashed[~again]))
        return np.asarray(again)

    def _holds(self, hashed: Hashes) -> NDArray[np.bool_]:
        order = np.argsort(hashed)  # sorted, they walk through each run from its beginning to its end
        wanted = hashed[order]
        is_held = np.zeros(len(hashed), dtype=bool)
        for run in self._runs:
            at = np.minimum(np.searchsorted(run, wanted), len(run) - 1)
            is_held |= run[at] == wanted
        held = np.empty(len(hashed), dtype=bool)
        held[order] = is_held
        return held

    def _remember(self, run: Hashes) -> None:
        """Runs of like length are merged, so that there are few and each key is sorted a few times only."""
        if len(run):
            self._runs.append(run)
        while len(self._runs) > 1 and len(self._runs[-2]) < 2 * len(self._runs[-1]):
            last = self._runs.pop()
            self._runs[-1] = np.sort(np.concatenate([self._runs[-1], last]), kind="stable")
