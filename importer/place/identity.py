"""Which place of the register a row is about: by code, by code of another year, or by names along the hierarchy.

A looser reading of a name is tried only where the stricter ones found nothing, and counts only where it finds
exactly one place below the place above. What stays open is listed with candidates and never guessed.

More than 400 lines: one register, whose ways of matching share its tables.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from importer.place import names
from importer.place.alike import alike
from importer.place.crosswalk import Crosswalk, Translation
from importer.place.register_names import RegisterNames
from importer.values import NOTHING

CANDIDATES_SHOWN = 5
ROWS_WITH_CANDIDATES = 200
NAMES_COMPARED = 5_000  # with one that is unknown, to find those alike
SETTLEMENTS_TRIED = 2_000  # of a register, to see how its codes are made
HOW_NAMED = ("name", "name_without_suffix", "name_without_remark")


@dataclass(frozen=True)
class Codes:
    """How the codes of a file relate to the register's."""

    as_of: date | None = None  # of the file's codes
    register_as_of: date | None = None
    crosswalk: Crosswalk | None = None

    def translated(self, given: pd.Series) -> Translation | None:
        """Codes of the file as the register has them; None where nothing says how."""
        if self.crosswalk is None or self.as_of is None or self.register_as_of is None:
            return None
        return self.crosswalk.translate(given, self.as_of, self.register_as_of)


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
        self,
        places: pd.DataFrame,
        levels: Sequence[str],
        aliases: pd.DataFrame | None = None,
        endings: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """`places`: place_id, level, parent_id, name; `levels` from the nation to the settlement.

        `aliases`: name, place_id: other names of places, such as earlier ones. `endings`: per level the words that
        names may end with or not (市, 县, "Province"); a declaration may add its own.
        """
        self.levels = list(levels)
        # Objects: what is found is handed on as such, and text columns would be converted at every step.
        table = places[["place_id", "level", "parent_id", "name"]].reset_index(drop=True).astype(object)
        table = table.where(table.notna(), None)
        self._level = dict(zip(table["place_id"], table["level"], strict=True))
        self._parent = dict(zip(table["place_id"], table["parent_id"], strict=True))
        self._name = dict(zip(table["place_id"], table["name"], strict=True))
        self._endings = dict(endings or {})
        self._names = RegisterNames(table, self.levels, aliases)
        self._short = self._short_codes()
        self._beginnings = self._beginnings_of_codes()

    def _short_codes(self) -> dict[str, dict[str, str]]:
        """Per level: codes without the zeros and level endings that pad them → place_id, where that is unique."""
        short: dict[str, dict[str, str]] = {level: {} for level in self.levels}
        for place_id, level in self._level.items():
            if level == self.levels[-1]:
                continue  # the zeros that end a village's code are part of it
            bare = _bare(place_id.removesuffix(f"-{level}"))
            short[level][bare] = "" if bare in short[level] else place_id
        return short

    def _beginnings_of_codes(self) -> list[tuple[str, int]]:
        """(level, length) of the levels whose codes begin every settlement's code, the lowest first."""
        settlements = [place for place, level in self._level.items() if level == self.levels[-1]]
        tried = settlements[:: max(1, len(settlements) // SETTLEMENTS_TRIED)]
        found = []
        above: list[str | None] = list(tried)
        for level in reversed(self.levels[1:-1]):
            above = [self._parent.get(place) if place is not None else None for place in above]
            lengths = {len(place) if place is not None else 0 for place in above}
            begins = all(
                a is not None and a in self._level and one.startswith(a) for one, a in zip(tried, above, strict=True)
            )
            if len(lengths) == 1 and begins:
                found.append((level, lengths.pop()))
        return found

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

        With `only_settlements` false a row is about the lowest place that it names. Rules: place_missing, code_unknown,
        code_split, parent_unknown, name_unknown, name_ambiguous, code_or_name (each leads to another place), and the
        remark code_and_name_disagree.
        """
        state = _Rows(len(rows))
        told = codes or Codes()
        self._by_code(rows, state, told, only_settlements)
        self._by_names(rows, state, suffixes, told, only_settlements)
        self._compare(rows, state, suffixes, told)
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
        changed = codes.translated(rows["code"])
        if changed is not None:
            # A code of the old list may since have been given to another place: the change goes first.
            state.forget(changed.is_changed)
            state.take(np.where(changed.is_changed, self._places_of(changed.codes, level), NOTHING), "crosswalk")
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
        if level is None and self._level.get(code) == self.levels[0]:
            return code  # a total of the whole country; by its code only, since its name may be a place's
        for one in levels:
            if place := self._short[one].get(_bare(code)):
                return place
        return None

    # --- names --------------------------------------------------------------------------------------------

    def _by_names(
        self, rows: pd.DataFrame, state: _Rows, suffixes: Sequence[str], codes: Codes, only_settlements: bool
    ) -> None:
        """Down the hierarchy: the place above that a row names, then what it names within it.

        Where a row names none, its code does: 431122100999 is no village, and lies in the county 431122.
        """
        open_rows = pd.isna(state.place) & (state.rule != "code_split")
        within = np.full(len(rows), None, dtype=object)
        lowest = np.full(len(rows), None, dtype=object)
        failed = np.zeros(len(rows), dtype=bool)
        for level in self.levels[1:-1]:
            found, is_named = self._above(rows, level, within, suffixes, codes, open_rows & ~failed)
            failed |= is_named & pd.isna(found)
            within = np.where(pd.notna(found), found, within)
            lowest = np.where(pd.notna(found), found, lowest)
        state.say(open_rows & failed, "parent_unknown")
        if only_settlements and "code" in rows:
            within = np.where(pd.isna(within), self._begun(rows["code"], codes), within)
        state.within = within
        target = open_rows & ~failed
        if "name" in rows:
            named = target & rows["name"].notna().to_numpy()
            upper = [] if only_settlements else self.levels[1:-1]
            for levels in filter(None, (upper, self.levels[-1:])):  # 长春 is the city before it is a village
                asked = named & pd.isna(state.place) & (state.rule != "name_ambiguous")
                self._find(rows["name"], levels, within, suffixes, asked, state)
            missing = named & pd.isna(state.place)
            state.say(missing, "name_unknown")
        if not only_settlements:
            is_lowest = target & pd.isna(state.place) & pd.notna(lowest) & _unnamed(rows)
            state.take(np.where(is_lowest, lowest, NOTHING), "name")
        state.say(target & state.code_failed & pd.isna(state.place) & _unnamed(rows), "code_unknown")
        state.say(target & pd.isna(state.place) & ~state.code_failed & _unnamed(rows), "place_missing")
        self._suggest(rows, state, suffixes)

    def _begun(self, given: pd.Series, codes: Codes) -> NDArray[np.object_]:
        """The lowest place above whose code each code begins with; None where codes do not hold the hierarchy."""
        changed = codes.translated(given)
        where, different = pd.factorize(
            (given if changed is None else changed.codes).to_numpy(dtype=object), use_na_sentinel=True
        )
        found = [self._beginning_of(str(code)) for code in different]
        return np.asarray(np.array([*found, None], dtype=object)[where])

    def _beginning_of(self, code: str) -> str | None:
        for level, length in self._beginnings:
            if len(code) > length and self._level.get(code[:length]) == level:
                return code[:length]
        return None

    def _above(
        self,
        rows: pd.DataFrame,
        level: str,
        within: NDArray[np.object_],
        suffixes: Sequence[str],
        codes: Codes,
        wanted: NDArray[np.bool_],
    ) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
        """The places of one level that rows name, and which rows name one."""
        found = np.full(len(rows), None, dtype=object)
        is_named = np.zeros(len(rows), dtype=bool)
        if f"{level}_code" in rows:
            given = rows[f"{level}_code"]
            is_named |= wanted & given.notna().to_numpy()
            changed = codes.translated(given)
            found = self._places_of(given if changed is None else changed.codes, level)
            found = np.where(wanted, found, NOTHING)
        if f"{level}_name" in rows:
            by_name = rows[f"{level}_name"]
            asked = wanted & by_name.notna().to_numpy() & pd.isna(found)
            is_named |= wanted & by_name.notna().to_numpy()
            state = _Rows(len(rows))
            self._find(by_name, [level], within, suffixes, asked, state)
            found = np.where(pd.isna(found), state.place, found)
        return found, is_named

    def _find(
        self,
        wanted_names: pd.Series,
        levels: Sequence[str],
        within: NDArray[np.object_],
        suffixes: Sequence[str],
        asked: NDArray[np.bool_],
        state: _Rows,
    ) -> None:
        """Places of some levels by name inside the place above, from the strictest reading to the loosest."""
        if not asked.any():
            return
        rows = np.flatnonzero(asked)
        given = wanted_names.iloc[rows].reset_index(drop=True)
        endings = [self._all_endings(level, suffixes) for level in levels]
        readings = [names.keys(given, of_level) for of_level in endings]
        indexes = [
            self._names.index(level, of_level, within[rows]) for level, of_level in zip(levels, endings, strict=True)
        ]
        for n, how in enumerate(HOW_NAMED):
            still = np.flatnonzero(pd.isna(state.place[rows]) & (state.rule[rows] != "name_ambiguous"))
            hits = [
                index[n].hits(keys[n].to_numpy(dtype=object)[still], within[rows[still]])
                for index, keys in zip(indexes, readings, strict=True)
            ]
            counts = sum((hit.count for hit in hits), np.zeros(len(still), dtype=np.int64))
            for hit in hits:
                one = (counts == 1) & (hit.count == 1)
                state.place[rows[still[one]]], state.how[rows[still[one]]] = hit.first[one], how
            several = np.flatnonzero(counts > 1)
            state.rule[rows[still[several]]] = "name_ambiguous"
            for position in several[:ROWS_WITH_CANDIDATES]:
                found = [place for hit in hits for place in hit.places(int(position))]
                state.candidates[rows[still[position]]] = self._listed(found)

    def _all_endings(self, level: str, suffixes: Sequence[str]) -> list[str]:
        return [*self._endings.get(level, ()), *suffixes]

    def _listed(self, place_ids: Sequence[str]) -> str:
        """ "431122 东安县 (永州市)" for the first few."""
        shown = [
            f"{place} {self.name_of(place)} ({self.name_of(str(self._parent.get(place)))})"
            for place in sorted(place_ids)[:CANDIDATES_SHOWN]
        ]
        return "; ".join(shown)

    def _suggest(self, rows: pd.DataFrame, state: _Rows, suffixes: Sequence[str]) -> None:
        """For the first rows whose name, or place above, is unknown: the most alike names inside the place that is
        known.
        """
        is_open = np.isin(state.rule, ("name_unknown", "parent_unknown")) & pd.notna(state.within)
        unknown = np.flatnonzero(is_open)[:ROWS_WITH_CANDIDATES]
        if not len(unknown) or "name" not in rows:
            return
        endings = self._all_endings(self.levels[-1], suffixes)
        index = self._names.index(self.levels[-1], endings, state.within[unknown])[1]
        keys = names.keys(rows["name"].iloc[unknown], endings)[1]
        for row, key in zip(unknown, keys, strict=True):
            if key is not None and (alike := _alike(key, *index.inside(state.within[row]))):
                state.candidates[row] = self._listed(alike)

    # --- both ---------------------------------------------------------------------------------------------

    def _compare(self, rows: pd.DataFrame, state: _Rows, suffixes: Sequence[str], codes: Codes) -> None:
        """A row found by its code whose name is quite another is worth saying; where its names lead to one other place,
        nobody can tell which is meant."""
        if "name" not in rows:
            return
        by_code = np.flatnonzero(np.isin(state.how, ("code", "crosswalk")) & rows["name"].notna().to_numpy())
        if not len(by_code):
            return
        at_settlement = np.array([self._level[place] == self.levels[-1] for place in state.place[by_code]])
        endings = self._all_endings(self.levels[-1], suffixes)
        said = names.keys(rows["name"].iloc[by_code].reset_index(drop=True), endings)[2]
        held = pd.Series([self._name[place] for place in state.place[by_code]], dtype=object)
        differs = by_code[(said != names.keys(held, endings)[2]).to_numpy(dtype=bool)]
        state.rule[differs] = "code_and_name_disagree"
        for row in differs[:ROWS_WITH_CANDIDATES]:
            state.candidates[row] = self._listed([state.place[row]])
        self._contradict(rows, state, suffixes, codes, differs[np.isin(differs, by_code[at_settlement])])

    def _contradict(
        self,
        rows: pd.DataFrame,
        state: _Rows,
        suffixes: Sequence[str],
        codes: Codes,
        differs: NDArray[np.int64],
    ) -> None:
        """Rows whose code leads to one place and whose names, inside the place above, to one other, are rejected.

        A code that only the crosswalk made counts less than a name: villages were renumbered with their county.
        """
        if not len(differs):
            return
        named = _Rows(len(differs))
        self._by_names(rows.iloc[differs].reset_index(drop=True), named, suffixes, codes, only_settlements=True)
        is_made = state.how[differs] == "crosswalk"
        other = pd.notna(named.place) & pd.notna(named.within) & (named.place != state.place[differs])
        for n in np.flatnonzero(other)[:ROWS_WITH_CANDIDATES]:
            state.candidates[differs[n]] = self._listed([state.place[differs[n]], named.place[n]])
        doubtful = other | is_made
        state.forget(differs[doubtful])
        state.rule[differs[doubtful]] = np.where(is_made, "name_unknown", "code_or_name")[doubtful]
        better = other & is_made
        state.place[differs[better]], state.how[differs[better]] = named.place[better], named.how[better]
        state.rule[differs[better]], state.candidates[differs[better]] = None, None


def _alike(key: str, near: NDArray[np.object_], place_ids: NDArray[np.object_]) -> list[str]:
    """Places whose key is the name's own, else the three most alike; a province holds too many to compare."""
    same: list[str] = place_ids[near == key].tolist()
    if same or len(near) > NAMES_COMPARED:
        return same
    close = alike(key, near)
    return place_ids[np.isin(near, close)].tolist() if close else []


class _Rows:
    """What has been found out of each row so far."""

    def __init__(self, count: int) -> None:
        self.place = np.full(count, None, dtype=object)
        self.how = np.full(count, None, dtype=object)
        self.rule = np.full(count, None, dtype=object)
        self.candidates = np.full(count, None, dtype=object)
        self.within = np.full(count, None, dtype=object)  # the place above that is known
        self.code_failed = np.zeros(count, dtype=bool)

    def take(self, found: NDArray[np.object_], how: str) -> None:
        """Places for the rows that have none yet."""
        rows = pd.notna(found) & pd.isna(self.place)
        self.place[rows], self.how[rows] = found[rows], how

    def forget(self, rows: NDArray[Any]) -> None:
        """The places of some rows, which were found in a wrong way."""
        self.place[rows], self.how[rows] = None, None

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
