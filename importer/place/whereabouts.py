"""Where the rows of a source lie, in few bytes each: to say which lie elsewhere than most, and which place a table may
be about that does not say it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from importer.place.identity import Matches, Register

MOST = 0.75  # of the rows: then the table is about that place
FEWEST = 20  # rows; of fewer nothing can be said
NAMES_KEPT = 2_000  # that no place was found for, for want of a place above
LEAST_EMPTY = 0.3  # of the rows, where a column is filled in the first row of each group only
GAPS_PER_FILLED = 0.5  # of the filled cells, below which such a group begins
OPEN = ("above_missing", "parent_ambiguous", "name_ambiguous")
COLUMNS = ["file", "row_number", "value", "candidates"]


class Whereabouts:
    """Filled batch by batch. Ten bytes a row."""

    def __init__(self, register: Register | None) -> None:
        self._register = register
        self._number: dict[str | None, int] = {}  # of the places that rows lie in, in the order they came up
        self._files: list[str] = []
        self._parts: list[tuple[int, NDArray[np.int32], NDArray[np.int64], NDArray[np.object_]]] = []
        self.open_rows = 0  # for want of a place above
        self.open_names: dict[str, set[str]] = {}  # level → names that no place was found for
        self._filled: dict[str, list[int]] = {}  # field of a place above → rows with it, rows without, gaps begun

    def add(self, file: str, row_numbers: NDArray[np.int64], named: pd.DataFrame, matches: Matches) -> None:
        """Rows of a file, with their columns that name places."""
        self._count_filled(named)
        if self._register is None:
            return
        level, tree = self._register.telling[-1], self._register.tree
        at = np.flatnonzero(pd.notna(matches.place_id))
        above = [tree.above(place, level) for place in matches.place_id[at]]
        numbers = np.array([self._number.setdefault(place, len(self._number)) for place in above], dtype=np.int32)
        if file not in self._files:
            self._files.append(file)
        self._parts.append((self._files.index(file), numbers, row_numbers[at], matches.place_id[at]))
        self._keep_open(named, matches)

    def _count_filled(self, named: pd.DataFrame) -> None:
        has_name = named["name"].notna() if "name" in named else pd.Series(False, index=named.index)
        for field in named.columns.difference(["code", "name"]):
            filled = named[field].notna()
            count = self._filled.setdefault(str(field), [0, 0, 0])
            if count[0] or (len(filled) and filled.iloc[0]):  # the first row of the file has it
                count[0] += int(filled.sum())
                count[1] += int((~filled & has_name).sum())
                count[2] += int((~filled & has_name & filled.shift(fill_value=False)).sum())

    def filled_once(self) -> dict[str, tuple[int, int]]:
        """Fields of places above that seem to be filled in the first row of each group only: (filled, empty) rows."""
        return {
            field: (filled, empty)
            for field, (filled, empty, gaps) in self._filled.items()
            if filled and empty and empty >= LEAST_EMPTY * (filled + empty) and gaps >= GAPS_PER_FILLED * filled
        }

    def _keep_open(self, named: pd.DataFrame, matches: Matches) -> None:
        assert self._register is not None
        is_open = np.isin(matches.rule, OPEN)
        self.open_rows += int(is_open.sum())
        for level in self._register.levels[1:]:
            column = "name" if level == self._register.levels[-1] else f"{level}_name"
            kept = self.open_names.setdefault(level, set())
            if column in named and is_open.any() and len(kept) < NAMES_KEPT:
                kept.update(named[column][is_open].dropna().unique()[: NAMES_KEPT - len(kept)].tolist())

    def elsewhere(self) -> pd.DataFrame:
        """Rows outside the place in which most lie: file, row_number, value (their place), candidates (the usual one).

        None where no place holds most of them, as in a table of a province.
        """
        nothing = pd.DataFrame(columns=COLUMNS)
        if not self._parts or self._register is None:
            return nothing
        counts = np.bincount(np.concatenate([numbers for _, numbers, _, _ in self._parts]), minlength=1)
        usual = int(counts.argmax())
        place = list(self._number)[usual] if self._number else None
        if place is None or counts.sum() < FEWEST or not MOST * counts.sum() <= counts[usual] < counts.sum():
            return nothing
        tree = self._register.tree
        rows = [
            (self._files[file], int(row), f"{found} {tree.chain(found)}", f"{place} {tree.chain(place)}")
            for file, numbers, row_numbers, places in self._parts
            for row, found in zip(row_numbers[numbers != usual], places[numbers != usual], strict=True)
        ]
        return pd.DataFrame(rows, columns=COLUMNS)

    def could_be(self) -> list[tuple[str, int, int]]:
        """Places that the table may be about, by the names it uses: (place_id, names that lie there, names asked for),
        the likeliest first.
        """
        if self._register is None:
            return []
        levels = [level for level in self._register.levels[1:] if self.open_names.get(level)]
        for level in levels:  # from above: the names of townships tell more than those of villages
            said = sorted(self.open_names[level])
            if found := _common(self._register.homes_of(said, level)):
                return [(place, count, len(said)) for place, count in found]
        return []


def _common(homes: Sequence[set[str]]) -> list[tuple[str, int]]:
    """The places that hold most of the names, as long as they hold a good part of what the first one holds."""
    counted = Counter(place for one in homes for place in one).most_common(5)
    return [(place, count) for place, count in counted if count * 2 >= counted[0][1] and count * 4 >= len(homes)]
