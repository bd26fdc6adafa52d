"""What a row that found no place could have meant: a few places in words, for a person to choose from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from importer.place import names
from importer.place.alike import alike
from importer.place.code_book import CodeBook
from importer.place.found import Found
from importer.place.register_names import RegisterNames
from importer.place.tree import PlaceTree

SHOWN = 5
ROWS = 200  # of a batch, that get candidates
NAMES_COMPARED = 5_000  # with one that is unknown, to find those alike


def listed(tree: PlaceTree, place_ids: Sequence[str]) -> str:
    """ "431122 东安县 (永州市)" for the first few; where the places above those differ, with them, too."""
    parents = {place: tree.parent.get(place) for place in sorted(place_ids)[:SHOWN]}
    higher = {place: tree.parent.get(str(parent)) for place, parent in parents.items()}
    are_apart = len(set(higher.values())) > 1
    return "; ".join(
        f"{place} {tree.name_of(place)}{_within(tree, parent, higher[place] if are_apart else None)}"
        for place, parent in parents.items()
    )


def _within(tree: PlaceTree, *places: str | None) -> str:
    named = ", ".join(tree.name_of(place) for place in places if place is not None)
    return f" ({named})" if named else ""


def for_unknown_names(
    tree: PlaceTree, register: RegisterNames, rows: pd.DataFrame, found: Found, suffixes: Sequence[str]
) -> None:
    """The most alike names inside the place above, where the row's own name is not there."""
    is_open = np.isin(found.rule, ("name_unknown", "parent_unknown")) & pd.notna(found.within)
    unknown = np.flatnonzero(is_open & pd.isna(found.candidates))[:ROWS]
    if len(unknown) and "name" in rows:
        _suggest(tree, register, rows["name"], found.within, suffixes, unknown, found.candidates)


def for_wrong_codes(
    tree: PlaceTree,
    codes: CodeBook,
    register: RegisterNames,
    rows: pd.DataFrame,
    found: Found,
    suffixes: Sequence[str],
    wrong: NDArray[np.int64],
) -> None:
    """For codes that no place has: places one digit away that bear the row's name, else alike names inside the place
    that the row names or the code begins with. Nothing outside a place above that is known.
    """
    wrong = wrong[:ROWS]
    settlement = tree.levels[-1]
    endings = tree.endings_of(settlement, suffixes)
    said = rows["name"].iloc[wrong] if "name" in rows else pd.Series([None] * len(wrong), dtype=object)
    keys = names.keys(said.reset_index(drop=True), endings)[2]
    for row, key in zip(wrong, keys, strict=True):
        within = found.within[row]
        near = [
            place for place in codes.near(str(rows["code"].iloc[row])) if within is None or tree.lies_in(place, within)
        ]
        if key is not None and near:
            held = names.keys(pd.Series([tree.name[place] for place in near], dtype=object), endings)[2]
            near = [place for place, one in zip(near, held, strict=True) if one == key]
        if near:
            found.candidates[row] = listed(tree, near)
    open_rows = wrong[pd.isna(found.candidates[wrong])]
    if len(open_rows) and "name" in rows:
        begun = codes.beginnings(rows["code"])
        inside = np.where(pd.isna(found.within), begun, found.within)
        known = open_rows[pd.notna(inside[open_rows])]
        _suggest(tree, register, rows["name"], inside, suffixes, known, found.candidates)


def _suggest(
    tree: PlaceTree,
    register: RegisterNames,
    said: pd.Series,
    within: NDArray[np.object_],
    suffixes: Sequence[str],
    rows: NDArray[np.int64],
    candidates: NDArray[np.object_],
) -> None:
    if not len(rows):
        return
    endings = tree.endings_of(tree.levels[-1], suffixes)
    index = register.index(tree.levels[-1], endings, within[rows])[1]
    keys = names.keys(said.iloc[rows], endings)[1]
    for row, key in zip(rows, keys, strict=True):
        if key is not None and (close := _alike(key, *index.inside(within[row]))):
            candidates[row] = listed(tree, close)


def _alike(key: str, near: NDArray[np.object_], place_ids: NDArray[np.object_]) -> list[str]:
    """Places whose key is the name's own, else the three most alike; a province holds too many to compare."""
    same: list[str] = place_ids[near == key].tolist()
    if same or len(near) > NAMES_COMPARED:
        return same
    close = alike(key, near)
    return place_ids[np.isin(near, close)].tolist() if close else []
