"""Which place of the register an outline of a map belongs to: by code, or by name within the place above that it names.

A name counts where exactly one place has it, and one outline only. What stays open is listed with the places that it
could be.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.store import Store
from importer.place import names

CANDIDATES_SHOWN = 5
OUTLINES_WITH_CANDIDATES = 200
NAMES_COMPARED = 5_000  # beyond that only names that are the same
LIKENESS = 0.6


@dataclass(frozen=True)
class LevelPlaces:
    """The places that may be shown at a level, and how maps call them."""

    codes: Mapping[str, str]  # as maps write them → place_id
    places: pd.DataFrame  # place_id, name, parent_name
    ancestors: Mapping[str, frozenset[str]]  # place_id → the keys of the names of all places above it
    endings: tuple[str, ...]

    def by_code(self, code: str) -> str | None:
        return self.codes.get(code)

    def by_name(self, outlines: pd.DataFrame) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
        """place_id of each outline (columns name, parent: '' where not told), and where several fit, all of them.

        A looser reading of a name is tried where the stricter ones find nothing.
        """
        held = names.keys(self.places["name"], self.endings)
        asked = names.keys(outlines["name"].replace("", None), self.endings)
        within = names.keys(outlines["parent"].replace("", None), self.endings)[1]
        found = np.full(len(outlines), None, dtype=object)
        open_to: NDArray[np.object_] = np.full(len(outlines), None, dtype=object)
        for of_places, of_outlines in zip(held, asked, strict=True):
            listed = self.places["place_id"].groupby(of_places.to_numpy(dtype=object)).agg(list).to_dict()
            for row, (key, above) in enumerate(zip(of_outlines, within, strict=True)):
                if found[row] is None and open_to[row] is None and key in listed:
                    fits = [one for one in listed[key] if above is None or above in self.ancestors[one]]
                    found[row] = fits[0] if len(fits) == 1 else None
                    open_to[row] = fits if len(fits) > 1 else None
        return self._once(found, open_to)

    def _once(
        self, found: NDArray[np.object_], open_to: NDArray[np.object_]
    ) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
        """Two outlines of one name are as open as two places: the other may be one that the register lacks."""
        times = Counter(one for one in found if one is not None)
        for row, one in enumerate(found):
            if one is not None and times[one] > 1:
                found[row], open_to[row] = None, [one]
        return found, open_to

    def candidates(self, shown: pd.Series, open_to: NDArray[np.object_]) -> NDArray[np.object_]:
        """ "0112 Name (place above)" of the places that each outline could be; None where none is alike."""
        keys = names.keys(self.places["name"], self.endings)[1].fillna("").to_numpy(dtype=object)
        asked = names.keys(shown.replace("", None), self.endings)[1]
        made = np.full(len(shown), None, dtype=object)
        for row, (key, several) in enumerate(zip(asked, open_to, strict=True)):
            if row >= OUTLINES_WITH_CANDIDATES:
                break
            alike = several or (list(self._alike(key, keys)) if isinstance(key, str) else [])
            made[row] = self._listed(alike[:CANDIDATES_SHOWN]) or None
        return made

    def _alike(self, key: str, keys: NDArray[np.object_]) -> Iterator[str]:
        different = sorted(set(keys))
        few = len(different) <= NAMES_COMPARED
        for near in difflib.get_close_matches(key, different, n=3, cutoff=LIKENESS) if few else [key]:
            yield from self.places["place_id"].to_numpy(dtype=object)[keys == near]

    def _listed(self, place_ids: list[str]) -> str:
        known = self.places.set_index("place_id")
        rows = [(one, known.at[one, "name"], known.at[one, "parent_name"]) for one in place_ids]
        return "; ".join(f"{place} {name} ({above})" if above else f"{place} {name}" for place, name, above in rows)


def places_at(store: Store, level: str) -> LevelPlaces:
    """All places that may be shown at a level."""
    places = store.sql(
        """
        SELECT p.place_id, p.name, above.name AS parent_name
        FROM place AS p LEFT JOIN place AS above ON above.place_id = p.parent_id
        WHERE p.level = $1 OR p.place_id IN (SELECT place_id FROM place_at WHERE level = $1) ORDER BY 1
        """,
        [level],
    ).df()
    endings = store.profile.form.name_endings or {}
    every = tuple(dict.fromkeys(word for words in endings.values() for word in words))
    rows = store.sql(
        """
        SELECT w.place_id, above.name FROM place_within AS w JOIN place AS above ON above.place_id = w.ancestor_id
        WHERE w.ancestor_id <> w.place_id AND list_contains($1, w.place_id)
        """,
        [places["place_id"].tolist()],
    ).df()
    keys = names.keys(rows["name"], every)[1]
    inside = keys.groupby(rows["place_id"].to_numpy(dtype=object)).agg(frozenset).to_dict()
    codes = {place.removesuffix(f"-{level}"): place for place in places["place_id"]}
    ancestors = {place: inside.get(place, frozenset()) for place in places["place_id"]}
    return LevelPlaces(codes, places, ancestors, tuple(endings.get(level, ())) or every)
