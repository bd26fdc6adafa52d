"""Which place of the register a row is about: by code, by code of another year, or by names along the hierarchy.

A looser reading of a name is tried only where the stricter ones found nothing, and counts only where it finds
exactly one place below the place above. What stays open is listed with candidates and never guessed.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from importer import names
from importer.crosswalk import Crosswalk
from importer.values import NOTHING

CANDIDATES_SHOWN = 5
ROWS_WITH_CANDIDATES = 200
HOW_NAMED = ("name", "name_without_suffix", "name_without_remark")


@dataclass(frozen=True)
class Codes:
    """How the codes of a file relate to the register's."""

    as_of: date | None = None  # of the file's codes
    register_as_of: date | None = None
    crosswalk: Crosswalk | None = None


@dataclass(frozen=True)
class Matches:
    """Per row: the place, how it was found, the rule that is broken (None: none), and what it could be."""

    place_id: NDArray[np.object_]
    how: NDArray[np.object_]
    rule: NDArray[np.object_]
    candidates: NDArray[np.object_]

    def how_counts(self) -> Counter[str]:
        return Counter(str(how) for how in self.how if how is not None)


class Register:
    """All places of a country, ready to be looked up. Built once; matching is by joins, not by loops."""

    def __init__(
        self, places: pd.DataFrame, levels: Sequence[str], aliases: pd.DataFrame | None = None
    ) -> None:
        """`places`: place_id, level, parent_id, name; `levels` from the nation to the settlement.

        `aliases`: name, place_id: other names of places.
        """
        self.levels = list(levels)
        table = places[["place_id", "level", "parent_id", "name"]].reset_index(drop=True)
        self._level = dict(zip(table["place_id"], table["level"], strict=True))
        self._parent = dict(zip(table["place_id"], table["parent_id"], strict=True))
        self._name = dict(zip(table["place_id"], table["name"], strict=True))
        self._table = table
        self._aliases = aliases
        self._indexes: dict[tuple[str, tuple[str, ...]], list[pd.DataFrame]] = {}
        self._short = self._short_codes()

    def _short_codes(self) -> dict[str, dict[str, str]]:
        """Per level: codes without the zeros and level endings that pad them → place_id, where that is unique."""
        short: dict[str, dict[str, str]] = {level: {} for level in self.levels}
        for place_id, level in self._level.items():
            if level == self.levels[-1]:
                continue  # the zeros that end a village's code are part of it
            bare = _bare(place_id.removesuffix(f"-{level}"))
            short[level][bare] = "" if bare in short[level] else place_id
        return short

    def name_of(self, place_id: str) -> str:
        return str(self._name.get(place_id, place_id))

    def match(
        self,
        rows: pd.DataFrame,
        *,
        only_settlements: bool = True,
        suffixes: Sequence[str] = (),
        codes: Codes | None = None,
    ) -> Matches:
        """Find the place of each row. Columns used: code, name, and <level>_code, <level>_name of the levels above.

        With `only_settlements` false a row is about the lowest place that it names. Rules: place_missing, code_unknown, code_split,
        parent_unknown, name_unknown, name_ambiguous, and the remark code_and_name_disagree.
        """
        state = _Rows(len(rows))
        self._by_code(rows, state, codes or Codes(), only_settlements)
        self._by_names(rows, state, suffixes, only_settlements)
        self._compare(rows, state, suffixes)
        return Matches(state.place, state.how, state.rule, state.candidates)

    # --- codes --------------------------------------------------------------------------------------------

    def _by_code(self, rows: pd.DataFrame, state: _Rows, codes: Codes, only_settlements: bool) -> None:
        if "code" not in rows:
            return
        given = rows["code"].to_numpy(dtype=object)
        has_code = pd.notna(given)
        level = self.levels[-1] if only_settlements else None
        found = self._places_of(rows["code"], level)
        state.take(found, "code")
        if codes.crosswalk is not None and codes.as_of and codes.register_as_of:
            changed = codes.crosswalk.translate(rows["code"], codes.as_of, codes.register_as_of)
            # A code of the old list may since have been given to another place: the change goes first.
            state.put(
                np.where(changed.is_changed, self._places_of(changed.codes, level), NOTHING), "crosswalk"
            )
            state.place[changed.is_changed & (state.how == "code")] = None
            split = pd.notna(changed.candidates)
            state.say(split & pd.isna(state.place), "code_split", changed.candidates)
        state.code_failed = has_code & pd.isna(state.place)

    def _places_of(self, codes: pd.Series, level: str | None) -> NDArray[np.object_]:
        """place_id of each code, as the register writes it or without the zeros that pad it; None where unknown."""
        where, different = pd.factorize(codes.to_numpy(dtype=object), use_na_sentinel=True)
        found = [self._place_of(str(code), level) for code in different]
        return np.asarray(np.array([*found, None], dtype=object)[where])

    def _place_of(self, code: str, level: str | None) -> str | None:
        levels = [level] if level else self.levels[1:]
        for one in levels:
            for spelt in (code, f"{code}-{one}"):
                if self._level.get(spelt) == one:
                    return spelt
        for one in levels:
            if place := self._short[one].get(_bare(code)):
                return place
        return None

    # --- names --------------------------------------------------------------------------------------------

    def _by_names(
        self, rows: pd.DataFrame, state: _Rows, suffixes: Sequence[str], only_settlements: bool
    ) -> None:
        """Down the hierarchy: the place above that a row names, then what it names within it."""
        open_rows = pd.isna(state.place) & (state.rule != "code_split")
        within = np.full(len(rows), None, dtype=object)
        lowest = np.full(len(rows), None, dtype=object)
        failed = np.zeros(len(rows), dtype=bool)
        for level in self.levels[1:-1]:
            found, is_named = self._above(rows, level, within, suffixes, open_rows & ~failed)
            failed |= is_named & pd.isna(found)
            within = np.where(pd.notna(found), found, within)
            lowest = np.where(pd.notna(found), found, lowest)
        state.say(open_rows & failed, "parent_unknown")
        target = open_rows & ~failed
        if "name" in rows:
            named = target & rows["name"].notna().to_numpy()
            levels = [self.levels[-1]] if only_settlements else self.levels[:0:-1]
            for level in levels:
                self._find(rows["name"], level, within, suffixes, named & pd.isna(state.place), state)
        if not only_settlements:
            is_lowest = target & pd.isna(state.place) & pd.notna(lowest) & _unnamed(rows)
            state.take(np.where(is_lowest, lowest, NOTHING), "name")
        state.say(target & state.code_failed & pd.isna(state.place) & _unnamed(rows), "code_unknown")
        state.say(target & pd.isna(state.place) & ~state.code_failed & _unnamed(rows), "place_missing")
        self._suggest(rows, state, within)

    def _above(
        self,
        rows: pd.DataFrame,
        level: str,
        within: NDArray[np.object_],
        suffixes: Sequence[str],
        wanted: NDArray[np.bool_],
    ) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
        """The places of one level that rows name, and which rows name one."""
        found = np.full(len(rows), None, dtype=object)
        is_named = np.zeros(len(rows), dtype=bool)
        if f"{level}_code" in rows:
            codes = rows[f"{level}_code"]
            is_named |= wanted & codes.notna().to_numpy()
            found = np.where(wanted, self._places_of(codes, level), NOTHING)
        if f"{level}_name" in rows:
            by_name = rows[f"{level}_name"]
            asked = wanted & by_name.notna().to_numpy() & pd.isna(found)
            is_named |= wanted & by_name.notna().to_numpy()
            state = _Rows(len(rows))
            self._find(by_name, level, within, suffixes, asked, state)
            found = np.where(pd.isna(found), state.place, found)
        return found, is_named

    def _find(
        self,
        wanted_names: pd.Series,
        level: str,
        within: NDArray[np.object_],
        suffixes: Sequence[str],
        asked: NDArray[np.bool_],
        state: _Rows,
    ) -> None:
        """Places of a level by name inside the place above, from the strictest reading to the loosest."""
        if not asked.any():
            return
        rows = np.flatnonzero(asked)
        sought = pd.DataFrame({"row": rows, "within": within[rows]})
        sought["within"] = sought["within"].where(sought["within"].notna(), None)
        readings = names.keys(wanted_names.iloc[rows].reset_index(drop=True), suffixes)
        for how, key, index in zip(HOW_NAMED, readings, self._index(level, suffixes), strict=True):
            still = pd.isna(state.place[rows]) & (state.rule[rows] != "name_ambiguous")
            asking = sought[still].assign(key=key[still].to_numpy())
            hits = self._hits(asking[asking["key"].notna()], index, level)
            counts = hits.groupby("row")["place_id"].agg(["size", "first"])
            one = counts[counts["size"] == 1]
            state.place[one.index.to_numpy(dtype=np.int64)] = one["first"].to_numpy(dtype=object)
            state.how[one.index.to_numpy(dtype=np.int64)] = how
            self._say_ambiguous(hits, counts[counts["size"] > 1].index.to_numpy(dtype=np.int64), state)
        missing = rows[pd.isna(state.place[rows]) & pd.isna(state.rule[rows])]
        mask = np.zeros(len(asked), dtype=bool)
        mask[missing] = True
        state.say(mask, "name_unknown")

    def _hits(self, asking: pd.DataFrame, index: pd.DataFrame, level: str) -> pd.DataFrame:
        """Pairs of row and place: equal keys, and the place lies inside the place above, at whatever distance."""
        free = asking[asking["within"].isna()]
        parts = [free.merge(index, on="key")[["row", "place_id"]]]
        bound = asking[asking["within"].notna()]
        if len(bound):
            levels_above = {self._level[place] for place in bound["within"].unique()}
            for above in levels_above:
                inside = index.assign(within=self._ancestors(index["place_id"], level, above))
                parts.append(bound.merge(inside, on=["key", "within"])[["row", "place_id"]])
        return pd.concat(parts, ignore_index=True).drop_duplicates()

    def _ancestors(self, place_ids: pd.Series, level: str, above: str) -> pd.Series:
        """The place of the level `above` that each place of `level` lies in."""
        steps = self.levels.index(level) - self.levels.index(above)
        up = place_ids
        for _ in range(steps):
            up = up.map(self._parent)
        return up

    def _say_ambiguous(self, hits: pd.DataFrame, rows: NDArray[np.int64], state: _Rows) -> None:
        if not len(rows):
            return
        state.rule[rows] = "name_ambiguous"
        shown = rows[:ROWS_WITH_CANDIDATES]
        chosen = hits[hits["row"].isin(shown)]
        for row, places in chosen.groupby("row")["place_id"]:
            state.candidates[int(row)] = self._listed(places.tolist())

    def _listed(self, place_ids: Sequence[str]) -> str:
        """ "431122 东安县 (永州市)" for the first few."""
        shown = [
            f"{place} {self.name_of(place)} ({self.name_of(str(self._parent.get(place)))})"
            for place in sorted(place_ids)[:CANDIDATES_SHOWN]
        ]
        return "; ".join(shown)

    def _index(self, level: str, suffixes: Sequence[str]) -> list[pd.DataFrame]:
        """Per reading of a name: key → place_id of the places of a level, their aliases included."""
        asked = (level, tuple(suffixes))
        if asked not in self._indexes:
            places = self._table.loc[self._table["level"] == level, ["place_id", "name"]]
            if self._aliases is not None:
                of_level = self._aliases[self._aliases["place_id"].map(self._level) == level]
                places = pd.concat([places, of_level[["place_id", "name"]]], ignore_index=True)
            readings = names.keys(places["name"], suffixes)
            self._indexes[asked] = [
                pd.DataFrame({"key": key, "place_id": places["place_id"]}).dropna().drop_duplicates()
                for key in readings
            ]
        return self._indexes[asked]

    def _suggest(self, rows: pd.DataFrame, state: _Rows, within: NDArray[np.object_]) -> None:
        """The most alike names inside the place above, for the first rows whose name is unknown."""
        unknown = np.flatnonzero((state.rule == "name_unknown") & pd.notna(within))[:ROWS_WITH_CANDIDATES]
        if not len(unknown) or "name" not in rows:
            return
        village = self._table[self._table["level"] == self.levels[-1]]
        for above in {self._level[place] for place in within[unknown]}:
            inside = self._ancestors(village["place_id"], self.levels[-1], above)
            for row in unknown:
                if self._level[within[row]] == above:
                    near = village[inside == within[row]]
                    alike = difflib.get_close_matches(
                        str(rows["name"].iloc[row]), near["name"], n=3, cutoff=0.5
                    )
                    if alike:
                        state.candidates[row] = self._listed(
                            near.loc[near["name"].isin(alike), "place_id"].tolist()
                        )

    # --- both ---------------------------------------------------------------------------------------------

    def _compare(self, rows: pd.DataFrame, state: _Rows, suffixes: Sequence[str]) -> None:
        """A row found by its code whose name is quite another: worth saying."""
        if "name" not in rows:
            return
        by_code = np.flatnonzero(np.isin(state.how, ("code", "crosswalk")) & rows["name"].notna().to_numpy())
        if not len(by_code):
            return
        said = names.keys(rows["name"].iloc[by_code].reset_index(drop=True), suffixes)[2]
        held = pd.Series([self._name[place] for place in state.place[by_code]], dtype=object)
        differs = (said != names.keys(held, suffixes)[2]).to_numpy(dtype=bool)
        state.rule[by_code[differs]] = "code_and_name_disagree"
        for row in by_code[differs][:ROWS_WITH_CANDIDATES]:
            state.candidates[row] = self._listed([state.place[row]])


class _Rows:
    """What has been found out of each row so far."""

    def __init__(self, count: int) -> None:
        self.place = np.full(count, None, dtype=object)
        self.how = np.full(count, None, dtype=object)
        self.rule = np.full(count, None, dtype=object)
        self.candidates = np.full(count, None, dtype=object)
        self.code_failed = np.zeros(count, dtype=bool)

    def take(self, found: NDArray[np.object_], how: str) -> None:
        """Places for the rows that have none yet."""
        self._set(pd.notna(found) & pd.isna(self.place), found, how)

    def put(self, found: NDArray[np.object_], how: str) -> None:
        """Places for rows whatever was found before."""
        self._set(pd.notna(found), found, how)

    def _set(self, rows: NDArray[np.bool_], found: NDArray[np.object_], how: str) -> None:
        self.place[rows], self.how[rows] = found[rows], how

    def say(self, rows: NDArray[np.bool_], rule: str, candidates: NDArray[np.object_] | None = None) -> None:
        """A rule for the rows that break none yet."""
        chosen = rows & pd.isna(self.rule)
        self.rule[chosen] = rule
        if candidates is not None:
            self.candidates[chosen] = candidates[chosen]


def _unnamed(rows: pd.DataFrame) -> NDArray[np.bool_]:
    return np.ones(len(rows), dtype=bool) if "name" not in rows else rows["name"].isna().to_numpy(dtype=bool)


def _bare(code: str) -> str:
    """Without the zeros behind it that pad a code of a higher level; codes of settlements have none to lose."""
    return code.rstrip("0") or code
