"""The places of a register as a tree: level, name, what lies above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray


class PlaceTree:
    """Every place of a country by its id."""

    def __init__(
        self, table: pd.DataFrame, levels: Sequence[str], endings: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        """`table`: place_id, level, parent_id, name; `levels` from the nation to the settlement.

        `endings`: per level the words that names may end with or not.
        """
        self.levels = list(levels)
        places, levels, parents, named = (table[name].tolist() for name in ("place_id", "level", "parent_id", "name"))
        self.level: Mapping[str, str] = dict(zip(places, levels, strict=True))
        self.parent: Mapping[str, str | None] = dict(zip(places, parents, strict=True))
        self.name: Mapping[str, str | None] = dict(zip(places, named, strict=True))
        self._endings = dict(endings or {})
        self._above: dict[tuple[str | None, str], str | None] = {}  # asked before: of places that others lie in

    def name_of(self, place_id: str) -> str:
        return str(self.name.get(place_id) or place_id)

    def above(self, place_id: str | None, level: str) -> str | None:
        """The place of a level that a place lies in, or is; None where there is none."""
        if place_id is None or self.level.get(place_id) == level:
            return place_id
        key = self.parent.get(place_id), level
        if key not in self._above:
            self._above[key] = self._from(*key)
        return self._above[key]

    def _from(self, place_id: str | None, level: str) -> str | None:
        for _ in self.levels:  # no more often: a register may be wrong, and a place its own ancestor
            if place_id is None or self.level.get(place_id) == level:
                return place_id
            place_id = self.parent.get(place_id)
        return None

    def lies_in(self, place_id: str | None, other: str) -> bool:
        """Whether a place lies in another, or is it."""
        return other in self.level and self.above(place_id, self.level[other]) == other

    def are_one_line(self, place: str, other: str) -> bool:
        """Whether one of two places lies in the other."""
        return self.lies_in(place, other) or self.lies_in(other, place)

    def are_apart(self, places: NDArray[np.object_], others: NDArray[np.object_]) -> NDArray[np.bool_]:
        """Pair by pair, whether both are known and neither lies in the other."""
        pairs = zip(places, others, strict=True)
        return np.array([a is not None and b is not None and not self.are_one_line(a, b) for a, b in pairs], dtype=bool)

    def chain(self, place_id: str) -> str:
        """ "东安县 (永州市, 湖南省)": a place with the names of those above, the nation left out."""
        above = [self.above(place_id, level) for level in reversed(self.levels[1:-1])]
        named = [self.name_of(place) for place in above if place is not None and place != place_id]
        return f"{self.name_of(place_id)} ({', '.join(named)})" if named else self.name_of(place_id)

    def endings_of(self, level: str, suffixes: Sequence[str] = ()) -> list[str]:
        return [*self._endings.get(level, ()), *suffixes]
