"""Whether the place that a code gives is the one that the row speaks of: its own name, and the places above it.

A digit that was typed wrongly often makes the code of another village, also of one of the same name. So a code is
believed where nothing in the row contradicts it, or where what lies above speaks for it: the row's county, the place
that the file is declared to be about, or the county in which nearly all other rows of the batch lie.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from importer.place import names
from importer.place.code_book import CodeBook
from importer.place.found import Found
from importer.place.register_names import RegisterNames
from importer.place.tree import PlaceTree

BY_CODE = ("code", "code_mended", "crosswalk")
NEARLY_ALL = 0.9
FEWEST = 5  # rows that make a group

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Agreement:
    """`telling`: the levels whose names stand for themselves, from above."""

    tree: PlaceTree
    names: RegisterNames
    codes: CodeBook
    telling: Sequence[str]

    def check(self, rows: pd.DataFrame, found: Found, suffixes: Sequence[str], about: str | None) -> None:
        """Say `code_or_name` of rows whose code lies outside the place they name, and `code_and_name_disagree` of those
        whose own name, or township, is another; `is_confirmed` of the latter tells whether the place above agrees.
        """
        by_code = np.flatnonzero(np.isin(found.how, BY_CODE))
        if not len(by_code):
            return
        few = rows.iloc[by_code].reset_index(drop=True)
        places = found.place[by_code]
        name_differs = self._differs(few, "name", places, suffixes)
        same_name = ~name_differs & given_in(few, "name")
        apart, agreed, below = self._above(few, places, same_name, suffixes)
        apart &= found.how[by_code] != "crosswalk"  # the place may have moved to another county with its code
        home = home_of(self.tree, places[same_name & ~apart], self.telling[-1])
        is_home = np.array([home is not None and self.tree.lies_in(place, home) for place in places], dtype=bool)
        self._refuse(found, by_code[apart], "code_or_name")
        if home is not None:
            self._refuse(found, by_code[~is_home & ~agreed & ~given_in(few, "name")], "code_elsewhere")
        doubtful = (name_differs | below) & ~apart
        found.rule[by_code[doubtful]] = "code_and_name_disagree"
        found.is_confirmed[by_code] = agreed | is_home | (about is not None)
        for row in by_code[doubtful][:200]:
            found.candidates[row] = self._listed(found.place[row])

    def _refuse(self, found: Found, rows: NDArray[np.int64], rule: str) -> None:
        for row in rows[:200]:
            found.candidates[row] = self._listed(found.place[row])
        found.forget(rows)
        found.rule[rows] = rule

    def _listed(self, place: str) -> str:
        return f"{place} {self.tree.chain(place)}"

    def _above(
        self, rows: pd.DataFrame, places: NDArray[np.object_], same_name: Flags, suffixes: Sequence[str]
    ) -> tuple[Flags, Flags, Flags]:
        """Per row: whether a telling place above that it names is another, whether one is the same, and whether a lower
        one is another.
        """
        apart, agreed, below = (np.zeros(len(rows), dtype=bool) for _ in range(3))
        for level in self.tree.levels[1:-1]:
            given = given_in(rows, f"{level}_name") | given_in(rows, f"{level}_code")
            if not given.any():
                continue
            held = np.array([self.tree.above(place, level) for place in places], dtype=object)
            given &= pd.notna(held)
            differs = self._differs(rows, f"{level}_name", held, suffixes)
            differs &= ~self._means(rows, f"{level}_name", held, same_name)
            differs &= ~self._is_of_another_level(rows, level, places, differs, suffixes)
            differs |= self._code_differs(rows, f"{level}_code", level, held)
            if level in self.telling:
                apart |= given & differs
                agreed |= given & ~differs
            else:
                below |= given & differs
        return apart, agreed & ~apart, below

    def _differs(self, rows: pd.DataFrame, column: str, places: NDArray[np.object_], suffixes: Sequence[str]) -> Flags:
        """Whether a name is given that is none of its place's, in the loosest reading."""
        known = given_in(rows, column) & pd.notna(places)
        differs = np.zeros(len(rows), dtype=bool)
        if not known.any():
            return differs
        at = np.flatnonzero(known)
        written = np.array([self.tree.name[place] for place in places[at]], dtype=object)
        at = at[rows[column].iloc[at].to_numpy(dtype=object) != written]  # as most are: spares them the rest
        levels = np.array([self.tree.level[place] for place in places[at]], dtype=object)
        for level in dict.fromkeys(levels):
            some = at[levels == level]
            endings = self.tree.endings_of(level, suffixes)
            said = names.keys(rows[column].iloc[some].reset_index(drop=True), endings)[2]
            held = names.keys(pd.Series([self.tree.name[place] for place in places[some]], dtype=object), endings)[2]
            differs[some] = (said != held).to_numpy(dtype=bool)
            for n in np.flatnonzero(differs[some]):
                differs[some[n]] = said[n] not in self.names.other_keys(places[some[n]], endings)
        return differs

    def _means(self, rows: pd.DataFrame, column: str, held: NDArray[np.object_], same_name: Flags) -> Flags:
        """Rows whose place above is called otherwise by the whole file: nearly all rows that use the name, and agree in
        their own, lie in one place. A county that was renamed without a new code.
        """
        means = np.zeros(len(rows), dtype=bool)
        if column not in rows or not same_name.any():
            return means
        frame = pd.DataFrame({"said": rows[column], "held": held})[same_name & pd.notna(held)].dropna()
        counted = frame.value_counts(["said", "held"]).reset_index(name="n")
        counted["share"] = counted["n"] / counted.groupby("said")["n"].transform("sum")
        usual = counted[(counted["share"] >= NEARLY_ALL) & (counted["n"] >= FEWEST)]
        meaning = dict(zip(usual["said"], usual["held"], strict=True))
        return np.asarray(rows[column].map(meaning).to_numpy(dtype=object) == held) & given_in(rows, column)

    def _is_of_another_level(
        self, rows: pd.DataFrame, level: str, places: NDArray[np.object_], asked: Flags, suffixes: Sequence[str]
    ) -> Flags:
        """Rows that name their own county or province in another level's column: 仙桃市, a county's equal, under 市."""
        same = np.zeros(len(rows), dtype=bool)
        for other in [one for one in self.telling if one != level] if asked.any() else ():
            held = np.array([self.tree.above(place, other) for place in places], dtype=object)
            same |= asked & pd.notna(held) & ~self._differs(rows, f"{level}_name", held, suffixes)
        return same & given_in(rows, f"{level}_name")

    def _code_differs(self, rows: pd.DataFrame, column: str, level: str, held: NDArray[np.object_]) -> Flags:
        if column not in rows:
            return np.zeros(len(rows), dtype=bool)
        named = self.codes.places(rows[column], level)
        return np.asarray(pd.notna(named) & (named != held))


def home_of(tree: PlaceTree, places: NDArray[np.object_], level: str, among: int = 0) -> str | None:
    """The place of a level in which nearly all of some sure places lie; `among`: of so many, the unsure included."""
    above = pd.Series([tree.above(place, level) for place in places], dtype=object).dropna()
    if len(above) < FEWEST:
        return None
    counted = above.value_counts()
    return str(counted.index[0]) if counted.iloc[0] >= NEARLY_ALL * max(len(above), among) else None


def given_in(rows: pd.DataFrame, column: str) -> Flags:
    return rows[column].notna().to_numpy(dtype=bool) if column in rows else np.zeros(len(rows), dtype=bool)
