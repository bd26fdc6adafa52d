"""Places of one level by the key of their name, also within a place above.

A question costs what is asked, not what there is: a register has 600,000 names, a clerk's table a hundred. And each
question is answered once: a million rows of the commonest name of a country would be as many times all its places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

PAIRS_AT_ONCE = 2_000_000  # of a question and a place with that name anywhere


@dataclass(frozen=True)
class Hits:
    """What was found for each name asked for: how many places, the first of them, and on demand all."""

    count: NDArray[np.int64]
    first: NDArray[np.object_]
    places: Callable[[int], list[str]]  # position of the name → place_ids


@dataclass(frozen=True)
class _Above:
    """Of each entry of the index: the number of the place of one level above that it lies in, −1 for none."""

    number: NDArray[np.int64]
    number_of: dict[str, int]
    order: NDArray[np.int64]  # entries by that number
    starts: NDArray[np.int64]  # of each number's entries in `order`, and the end


class _Questions:
    """Different pairs of a name (its number) and a place above (None: anywhere), and their answers."""

    def __init__(self, name: NDArray[np.int64], within: NDArray[np.object_]) -> None:
        self.name = name
        self.within = within
        self.count = np.zeros(len(name), dtype=np.int64)
        self.first = np.full(len(name), -1, dtype=np.int64)  # entry of the index


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
        names, different = pd.factorize(pairs["key"].to_numpy(dtype=object))
        order = np.argsort(names, kind="stable")
        self._key = pairs["key"].to_numpy(dtype=object)[order]
        self._place_id = pairs["place_id"].to_numpy(dtype=object)[order]
        self._number_of = dict(zip(different, range(len(different)), strict=True))
        self._starts = np.concatenate([[0], np.cumsum(np.bincount(names, minlength=len(different)))]).astype(
            np.int64
        )
        self._level_of = level_of
        self._ancestors = ancestors
        self._by_level: dict[str, _Above] = {}

    def hits(self, keys: NDArray[np.object_], within: NDArray[np.object_]) -> Hits:
        """Places with each key (None: no question) inside each place above (None: anywhere)."""
        names = np.fromiter((self._number_of.get(key, -1) for key in keys), np.int64, len(keys))
        asked = np.flatnonzero(names >= 0)
        questions, which = self._once(names[asked], within[asked])
        self._answer(questions)
        count = np.zeros(len(keys), dtype=np.int64)
        first = np.full(len(keys), None, dtype=object)
        count[asked] = questions.count[which]
        is_found = count[asked] > 0
        first[asked[is_found]] = self._place_id[questions.first[which[is_found]]]

        def places(position: int) -> list[str]:
            number = self._number_of.get(keys[position], -1)
            return [] if number < 0 else self._place_id[self._entries(number, within[position])].tolist()

        return Hits(count, first, places)

    def inside(self, place_id: str) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
        """Keys and place_ids of all that lies in a place above."""
        above = self._above(self._level_of[place_id])
        number = above.number_of.get(place_id)
        if number is None:
            return self._key[:0], self._place_id[:0]
        entries = above.order[above.starts[number] : above.starts[number + 1]]
        return self._key[entries], self._place_id[entries]

    def _once(
        self, names: NDArray[np.int64], within: NDArray[np.object_]
    ) -> tuple[_Questions, NDArray[np.int64]]:
        """The different questions, and for each row the one that it asks."""
        place, places = pd.factorize(within, use_na_sentinel=True)
        pairs = names * (len(places) + 1) + place + 1
        _, where, which = np.unique(pairs, return_index=True, return_inverse=True)
        return _Questions(names[where], within[where]), which

    def _answer(self, questions: _Questions) -> None:
        is_free = pd.isna(questions.within)
        free = questions.name[is_free]
        questions.count[is_free] = self._starts[free + 1] - self._starts[free]
        questions.first[is_free] = self._starts[free]
        levels = np.array(
            [
                None if anywhere else self._level_of[place]
                for place, anywhere in zip(questions.within, is_free, strict=True)
            ],
            dtype=object,
        )
        for level in dict.fromkeys(levels[~is_free]):
            self._answer_within(questions, np.flatnonzero(levels == level), self._above(level))

    def _answer_within(self, questions: _Questions, asked: NDArray[np.int64], above: _Above) -> None:
        wanted = np.array(
            [above.number_of.get(place, -2) for place in questions.within[asked]], dtype=np.int64
        )
        names = questions.name[asked]
        sizes = self._starts[names + 1] - self._starts[names]
        for part in _parts(sizes):
            which = np.repeat(np.arange(part.start, part.stop), sizes[part])
            begins = np.repeat(
                self._starts[names[part]] - (np.cumsum(sizes[part]) - sizes[part]), sizes[part]
            )
            entries = begins + np.arange(len(which))
            lies_in = above.number[entries] == wanted[which]
            found, at, count = np.unique(which[lies_in], return_index=True, return_counts=True)
            questions.count[asked[found]] = count
            questions.first[asked[found]] = entries[lies_in][at]

    def _entries(self, number: int, place_id: str | None) -> NDArray[np.int64]:
        entries = np.arange(self._starts[number], self._starts[number + 1])
        if place_id is None:
            return entries
        above = self._above(self._level_of[place_id])
        return entries[above.number[entries] == above.number_of.get(place_id, -2)]

    def _above(self, level: str) -> _Above:
        if level not in self._by_level:
            numbers, different = pd.factorize(
                np.array(self._ancestors(self._place_id, level), dtype=object), use_na_sentinel=True
            )
            order = np.argsort(numbers, kind="stable")
            starts = np.searchsorted(numbers[order], np.arange(len(different) + 1))
            number_of = dict(zip(different, range(len(different)), strict=True))
            self._by_level[level] = _Above(numbers.astype(np.int64), number_of, order, starts)
        return self._by_level[level]


def _parts(sizes: NDArray[np.int64]) -> Iterator[slice]:
    """Questions in turn, no more at once than have PAIRS_AT_ONCE places to be looked at, and one at least."""
    ends = np.cumsum(sizes)
    start = 0
    while start < len(sizes):
        done = ends[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, done + PAIRS_AT_ONCE, side="right")))
        yield slice(start, stop)
        start = stop
