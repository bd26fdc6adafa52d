"""Places of one level by the key of their name, also within a place above.

A question costs what is asked, not what there is: a register has 600,000 names, a clerk's table a hundred. Pairs of a
row and a place are never made: a million rows of the commonest name would be as many times all places that have it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

UNKNOWN = -1  # the number of a name or place that the index does not have


@dataclass(frozen=True)
class Hits:
    """What was found for each name asked for: how many places, the first of them, and on demand all."""

    count: NDArray[np.int64]
    first: NDArray[np.object_]
    places: Callable[[int], list[str]]  # position of the name → place_ids


@dataclass(frozen=True)
class _Order:
    """The entries that lie in a place of one level above, sorted by their name and, within a name, by that place."""

    entry: NDArray[np.int64]
    code: NDArray[np.int64]  # rising: the name's number, times how many places there are, and the place's
    number_of: dict[str | None, int]  # of the places above

    def code_of(self, names: NDArray[np.int64], within: NDArray[np.object_]) -> NDArray[np.int64]:
        """One code per question; UNKNOWN, which no entry has, where there is no such name or no such place above."""
        above = np.fromiter((self.number_of.get(place, UNKNOWN) for place in within), np.int64, len(within))
        is_unknown = (names == UNKNOWN) | (above == UNKNOWN)
        return np.where(is_unknown, UNKNOWN, names * len(self.number_of) + above)

    def inside(self, place: str) -> NDArray[np.int64]:
        """The entries that lie in one place above."""
        number = self.number_of.get(place, UNKNOWN)
        return self.entry[self.code % max(len(self.number_of), 1) == number]


class NameIndex:
    """Built once; asked for every batch of rows."""

    def __init__(
        self,
        keys: pd.Series,
        place_ids: pd.Series,
        level_of: Mapping[str, str],
        ancestors: Callable[[NDArray[np.object_], str], list[str | None]],
    ) -> None:
        """`keys` may be None. `ancestors(place_ids, level)` names the places of a level above that places lie in."""
        pairs = pd.DataFrame({"key": keys, "place_id": place_ids}, dtype=object).dropna().drop_duplicates()
        self._key = pairs["key"].to_numpy(dtype=object)
        self._place_id = pairs["place_id"].to_numpy(dtype=object)
        self._name, different = pd.factorize(self._key)
        self._number_of = dict(zip(different, range(len(different)), strict=True))
        self._level_of = level_of
        self._ancestors = ancestors
        self._orders: dict[str | None, _Order] = {}

    def hits(self, keys: NDArray[np.object_], within: NDArray[np.object_]) -> Hits:
        """Places with each key (None: no question) inside each place above (None: anywhere)."""
        start, stop = np.zeros(len(keys), dtype=np.int64), np.zeros(len(keys), dtype=np.int64)
        first = np.full(len(keys), None, dtype=object)
        names = np.fromiter((self._number_of.get(key, UNKNOWN) for key in keys), np.int64, len(keys))
        levels = np.array([self._level_above(place) for place in within], dtype=object)
        for level in dict.fromkeys(levels):
            order, asked = self._order(level), np.flatnonzero(levels == level)
            codes = order.code_of(names[asked], within[asked])
            start[asked] = np.searchsorted(order.code, codes, side="left")
            stop[asked] = np.searchsorted(order.code, codes, side="right")
            found = asked[stop[asked] > start[asked]]
            first[found] = self._place_id[order.entry[start[found]]]

        def places(position: int) -> list[str]:
            entries = self._order(levels[position]).entry[start[position] : stop[position]]
            return self._place_id[entries].tolist()

        return Hits(stop - start, first, places)

    def inside(self, place_id: str) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
        """Keys and place_ids of all that lies in a place above."""
        entries = self._order(self._level_above(place_id)).inside(place_id)
        return self._key[entries], self._place_id[entries]

    def _level_above(self, place_id: str | None) -> str | None:
        return None if place_id is None else self._level_of[place_id]

    def _order(self, level: str | None) -> _Order:
        """By the places of a level above; by the name alone for None."""
        if level not in self._orders:
            number_of: dict[str | None, int] = {None: 0}
            above = np.zeros(len(self._name), dtype=np.int64)
            if level is not None:
                lies_in = np.array(self._ancestors(self._place_id, level), dtype=object)
                above, different = pd.factorize(lies_in, use_na_sentinel=True)
                number_of = dict(zip(different, range(len(different)), strict=True))
            entries = np.flatnonzero(above != UNKNOWN)
            codes = self._name[entries] * len(number_of) + above[entries]
            order = np.argsort(codes, kind="stable")
            self._orders[level] = _Order(entries[order], codes[order], number_of)
        return self._orders[level]
