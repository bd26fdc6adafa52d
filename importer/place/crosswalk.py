"""Codes change. A crosswalk says which code became which, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ground.phrases import phrase
from importer.errors import DeclarationProblem

LONGEST_CHAIN = 20


@dataclass(frozen=True)
class Translation:
    """Codes as the register has them; per code whether it was changed, and whether it was split among several."""

    codes: pd.Series
    is_changed: NDArray[np.bool_]
    candidates: NDArray[np.object_]  # None, or "new1; new2" where the old code was split


class Crosswalk:
    """Changes of codes. A change of a county's code also changes every longer code that begins with it."""

    def __init__(self, changes: pd.DataFrame) -> None:
        """`changes`: old_code, new_code (text), from_date (date), in any order.

        Raises DeclarationProblem where codes turn into each other in a circle.
        """
        self._changes: dict[str, list[tuple[date, str]]] = {}
        for row in changes.sort_values(["from_date", "old_code", "new_code"]).itertuples():
            if row.old_code != row.new_code:
                self._changes.setdefault(row.old_code, []).append((row.from_date, row.new_code))
        self._lengths = sorted({len(code) for code in self._changes}, reverse=True)

    def translate(self, codes: pd.Series, as_of: date, until: date) -> Translation:
        """Codes of one day as codes of a later one; only changes between the two count."""
        where, different = pd.factorize(codes.to_numpy(dtype=object), use_na_sentinel=True)
        found = [self._follow(str(code), as_of, until) for code in different]
        new = np.array([*(code for code, _ in found), None], dtype=object)[where]
        candidates = np.array([*(split for _, split in found), None], dtype=object)[where]
        translated = pd.Series(new, index=codes.index, dtype=object)
        is_changed = (translated.notna() & (translated != codes)).to_numpy(dtype=bool)
        return Translation(translated, is_changed, candidates)

    def _follow(self, code: str, as_of: date, until: date) -> tuple[str, str | None]:
        since = as_of
        for _ in range(LONGEST_CHAIN):
            step = self._step(code, since, until)
            if step is None:
                return code, None
            since, targets = step
            if len(targets) > 1:
                return code, "; ".join(targets)
            code = targets[0]
        raise DeclarationProblem(
            "the crosswalk of codes", "changes that end", phrase("a circle at {code}", code=code), "mend the crosswalk"
        )

    def _step(self, code: str, since: date, until: date) -> tuple[date, Sequence[str]] | None:
        """The next change of a code or of the longest beginning that has one: its day and what it becomes."""
        for length in self._lengths:
            if length > len(code):
                continue
            changes = [(day, new) for day, new in self._changes.get(code[:length], ()) if since < day <= until]
            if changes:
                day = changes[0][0]
                return day, [new + code[length:] for when, new in changes if when == day]
        return None


def former_names(changes: pd.DataFrame | None) -> pd.DataFrame | None:
    """Names that places bore before: name, place_id. A file of another year calls them so."""
    if changes is None or "old_name" not in changes:
        return None
    named = changes.dropna(subset=["old_name"])
    return named[["old_name", "new_code"]].set_axis(["name", "place_id"], axis=1).drop_duplicates()
