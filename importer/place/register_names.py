"""The names of a register's places by level, as indexes that are made when they are asked for.

Of the whole level, or only of what lies in a few places above: thirty rows of three counties need not read the names of
600,000 villages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import pandas as pd
from numpy.typing import NDArray

from importer.place import names
from importer.place.name_index import NameIndex
from importer.place.tree import PlaceTree

FEW = 100  # places above, within which names are read alone

Asked = tuple[str, tuple[str, ...]]  # a level, and the endings that its names may go without


class RegisterNames:
    """Answers with one index per reading of a name: as written, without endings, without remarks."""

    def __init__(self, table: pd.DataFrame, tree: PlaceTree, aliases: pd.DataFrame | None) -> None:
        """`table`: place_id, level, name; `tree` is of the same places. `aliases`: name, place_id."""
        self._levels, self._level, self._parent = tree.levels, tree.level, tree.parent
        self._of_level = dict(list(table[["place_id", "name"]].groupby(table["level"], sort=False)))
        self._aliases = aliases
        self._whole: dict[Asked, list[NameIndex]] = {}
        self._part: dict[Asked, tuple[frozenset[str], list[NameIndex]]] = {}  # the last one asked for

    def index(self, level: str, endings: Sequence[str], within: Iterable[str | None]) -> list[NameIndex]:
        """Per reading, at least the places of a level that lie inside one of `within` (None: anywhere)."""
        asked = (level, tuple(sorted(set(endings))))
        if asked in self._whole:
            return self._whole[asked]
        places = set(within)
        above = frozenset(place for place in places if place is not None)
        if len(above) < len(places) or len(above) > FEW:
            return self._whole.setdefault(asked, self._made(self._named(level), endings))
        held, indexes = self._part.get(asked, (frozenset(), []))
        if not indexes or not above <= held:
            indexes = self._made(self._inside(level, above), endings)
            self._part[asked] = above, indexes
        return indexes

    def of_level(self, level: str) -> list[tuple[str, str]]:
        """(place_id, name) of every place of a level."""
        named = self._named(level)
        return [(place, str(name)) for place, name in zip(named["place_id"], named["name"], strict=True) if name]

    def other_keys(self, place_id: str, endings: Sequence[str]) -> frozenset[str | None]:
        """The loosest keys of the other names that a place has, such as earlier ones."""
        others = self._others.get(place_id, [])
        return frozenset(names.keys(pd.Series(others, dtype=object), endings)[2]) if others else frozenset()

    @cached_property
    def _others(self) -> Mapping[str, list[str]]:
        others: dict[str, list[str]] = {}
        for row in () if self._aliases is None else self._aliases.itertuples():
            others.setdefault(str(row.place_id), []).append(str(row.name))
        return others

    def _named(self, level: str) -> pd.DataFrame:
        return self._of_level.get(level, pd.DataFrame({"place_id": [], "name": []}, dtype=object))

    def _inside(self, level: str, above: frozenset[str]) -> pd.DataFrame:
        """The places of a level below some places, each once."""
        reached: set[str] = set()
        open_places = set(above)
        for _ in self._levels:  # no more often: a register may be wrong, and a place its own ancestor
            reached |= {place for place in open_places if self._level.get(place) == level}
            open_places = {child for place in open_places - reached for child in self._children.get(place, ())}
        return pd.DataFrame([(place, self._name[place]) for place in sorted(reached)], columns=["place_id", "name"])

    @cached_property
    def _children(self) -> Mapping[str | None, list[str]]:
        children: dict[str | None, list[str]] = {}
        for place, parent in self._parent.items():
            children.setdefault(parent, []).append(place)
        return children

    @cached_property
    def _name(self) -> Mapping[str, str]:
        everything = pd.concat(list(self._of_level.values()))
        return dict(zip(everything["place_id"], everything["name"], strict=True))

    def _made(self, places: pd.DataFrame, endings: Sequence[str]) -> list[NameIndex]:
        if self._aliases is not None:
            also = self._aliases[self._aliases["place_id"].isin(places["place_id"])]
            places = pd.concat([places, also[["place_id", "name"]]], ignore_index=True)
        readings = names.keys(places["name"], endings)
        return [NameIndex(key, places["place_id"], self._level, self._ancestors) for key in readings]

    def _ancestors(self, place_ids: NDArray, above: str) -> list[str | None]:
        """The place of the level `above` that each place of one level lies in."""
        if not len(place_ids):
            return []
        up: list[str | None] = place_ids.tolist()
        for _ in range(self._levels.index(self._level[place_ids[0]]) - self._levels.index(above)):
            up = [self._parent.get(place) if place is not None else None for place in up]
        return up
