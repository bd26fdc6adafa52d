"""Finds the second row about the same thing, in files too long to be held."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray


class Repeats:
    """Remembers every key it was shown as 64 bits: 8 bytes a row.

    Two different keys share their 64 bits once in about 10^19 / n pairs; in five million rows that is one
    chance in a million that one good row is called a repetition.
    """

    def __init__(self) -> None:
        self._seen: NDArray[np.uint64] = np.empty(0, dtype=np.uint64)

    def mark(self, rows: pd.DataFrame) -> NDArray[np.bool_]:
        """True for each row that came before, in these rows or in earlier ones; remembers the others."""
        if rows.empty:
            return np.zeros(len(rows), dtype=bool)
        texts = rows.astype(object).where(rows.notna(), "")
        hashed = pd.util.hash_pandas_object(texts.astype(str), index=False).to_numpy(dtype=np.uint64)
        again = pd.Series(hashed).duplicated().to_numpy() | self._holds(hashed)
        self._seen = np.union1d(self._seen, hashed[~again])
        return np.asarray(again)

    def _holds(self, hashed: NDArray[np.uint64]) -> NDArray[np.bool_]:
        if not len(self._seen):
            return np.zeros(len(hashed), dtype=bool)
        at = np.searchsorted(self._seen, hashed)
        return np.asarray(self._seen[np.minimum(at, len(self._seen) - 1)] == hashed)
