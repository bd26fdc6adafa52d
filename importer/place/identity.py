"""Which place of the register a row is about: by code, by code of another year, or by names along the hierarchy.

A place is found under a place, or not at all. What lies above must be known: from the row itself, from the declaration
(`about`), or because the name is of a level whose names stand for themselves in this country (provinces, counties). A
code that is given and wrong is never overruled by a name. A looser reading of a name is tried only where the stricter
ones found nothing, and counts only where it finds exactly one place. What stays open is listed with candidates.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from importer.place import candidates, names
from importer.place.agreement import Agreement, given_in, home_of
from importer.place.code_book import CodeBook
from importer.place.crosswalk import Crosswalk, Translation
from importer.place.found import Found
from importer.place.register_names import RegisterNames
from importer.place.tree import PlaceTree
from importer.values import NOTHING

HOW_NAMED = ("name", "name_without_suffix", "name_without_remark")
ENOUGH_ALIKE = 0.5  # of a file's codes, to be taken for the register's
STANDS_FOR_ITSELF = 0.9  # of a level's names, that are different: then a name tells its place in the whole country


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

    @property
    def are_of_another_year(self) -> bool:
        """Whether a code that the register does not have may have been right in its time."""
        return self.as_of is not None and self.as_of != self.register_as_of


@dataclass(frozen=True)
class Matches:
    """Per row: the place, how it was found, the rule that is broken (None: none), and what it could be."""

    place_id: NDArray[np.object_]
    how: NDArray[np.object_]
    rule: NDArray[np.object_]
    candidates: NDArray[np.object_]

    def how_counts(self) -> Counter[str]:
        return Counter(str(how) for how in self.how if how is not None)


@dataclass(frozen=True)
class _Asked:
    """What a batch of rows is asked with."""

    rows: pd.DataFrame
    only_settlements: bool
    suffixes: Sequence[str]
    codes: Codes
    about: str | None

    def of(self, positions: NDArray[np.int64]) -> _Asked:
        """The same of some of the rows."""
        return replace(self, rows=self.rows.iloc[positions].reset_index(drop=True), only_settlements=True)


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
        self.tree = PlaceTree(table, self.levels, endings)
        self.names = RegisterNames(table, self.tree, aliases)
        self._codes = CodeBook(self.tree)
        self.telling = self._telling_levels(table)
        self._agreement = Agreement(self.tree, self.names, self._codes, self.telling)

    def _telling_levels(self, table: pd.DataFrame) -> list[str]:
        """Levels whose names stand for themselves, from above: the first below the nation, and those nearly without
        namesakes.
        """
        upper = self.levels[1:-1]
        count = table[table["level"].isin(upper)].groupby("level")["name"].agg(["size", "nunique"])
        share = (count["nunique"] / count["size"]).to_dict()
        return [level for level in upper if level == upper[0] or share.get(level, 0) >= STANDS_FOR_ITSELF]

    def name_of(self, place_id: str) -> str:
        return self.tree.name_of(place_id)

    def has_codes_like(self, codes: pd.Series) -> bool:
        """Whether half of some codes could be the register's: known, mended, of a place above, or of nearly the right
        length and beginning with one. A list with numbers of its own has few such.
        """
        given = codes.dropna()
        alike = np.zeros(len(given), dtype=bool)
        for way in (self._codes.places, self._codes.mended, self._codes.upper):
            alike |= pd.notna(way(given))
        is_long = np.array([self._codes.is_nearly_whole(str(code)) for code in given], dtype=bool)
        alike |= is_long & pd.notna(self._codes.beginnings(given))
        return given.empty or bool(alike.mean() >= ENOUGH_ALIKE)

    def homes_of(self, said: Sequence[str], level: str) -> list[set[str]]:
        """For each name of a level: the places of the lowest telling level that hold one so called."""
        endings = self.tree.endings_of(level)
        index = self.names.index(level, endings, [None])[1]
        keys = names.keys(pd.Series(said, dtype=object), endings)[1].to_numpy(dtype=object)
        hits = index.hits(keys, np.full(len(keys), None, dtype=object))
        homes = [{self.tree.above(place, self.telling[-1]) for place in hits.places(n)} for n in range(len(keys))]
        return [{place for place in one if place is not None} for one in homes]

    # --- matching -------------------------------------------------------------------------------------------

    def match(
        self,
        rows: pd.DataFrame,
        *,
        only_settlements: bool = True,
        suffixes: Sequence[str] = (),
        codes: Codes | None = None,
        about: str | None = None,
    ) -> Matches:
        """Find the place of each row. Columns used: code, name, and <level>_code, <level>_name of the levels above.

        `about`: the place that all rows lie in. With `only_settlements` false a row is about the lowest place that it
        names. Rules: place_missing, code_unknown, code_damaged, code_split, parent_unknown, parent_ambiguous,
        above_missing (a name alone, that tells no place), name_unknown, name_ambiguous, place_above_meant, code_or_name
        (each leads to another place), code_elsewhere, outside_about, and the remark code_and_name_disagree.
        """
        asked = _Asked(rows, only_settlements, suffixes, codes or Codes(), about)
        found = Found(len(rows), about)
        self._by_code(asked, found)
        self._agreement.check(rows, found, suffixes, about)
        self._by_names(asked, found)
        self._names_of_found(asked, found)
        if about is not None:
            inside = np.array([place is None or self.tree.lies_in(place, about) for place in found.place], dtype=bool)
            found.refuse(~inside, "outside_about")
        return Matches(found.place, found.how, found.rule, found.candidates)

    # --- codes --------------------------------------------------------------------------------------------

    def _by_code(self, asked: _Asked, found: Found) -> None:
        if "code" not in asked.rows:
            return
        given = asked.rows["code"]
        level = self.levels[-1] if asked.only_settlements else None
        found.take(self._codes.places(given, level), "code")
        changed = asked.codes.translated(given)
        if changed is not None:
            # A code of the old list may since have been given to another place: the change goes first.
            found.forget(changed.is_changed)
            moved = self._codes.places(changed.codes, level)
            found.take(np.where(changed.is_changed, moved, NOTHING), "crosswalk")
            split = pd.notna(changed.candidates)
            found.say(split & pd.isna(found.place), "code_split", changed.candidates)
        still = given.where(pd.isna(found.place) & pd.isna(found.rule), None)
        found.take(self._codes.mended(still, level), "code_mended")
        if asked.only_settlements:
            found.narrow(np.where(pd.isna(found.place), self._codes.upper(still), NOTHING))
        is_open = given.notna().to_numpy() & pd.isna(found.place) & pd.isna(found.rule)
        found.code_failed = is_open & (pd.isna(found.within) | (found.within == asked.about))

    # --- names --------------------------------------------------------------------------------------------

    def _by_names(self, asked: _Asked, found: Found) -> None:
        """Down the hierarchy: the place above that a row names, then what it names within it."""
        may_name = pd.isna(found.place) & pd.isna(found.rule)
        self._find_above(asked, found, may_name)
        wrong = may_name & found.code_failed
        if asked.codes.are_of_another_year and wrong.any():  # gone since: names speak, within what it begins with
            found.narrow(np.where(wrong & pd.isna(found.lowest), self._codes_begun(asked), NOTHING))
        else:
            self._say_wrong_codes(asked, found, wrong)
        target = may_name & pd.isna(found.rule)
        if "name" in asked.rows:
            named = target & asked.rows["name"].notna().to_numpy()
            upper = [] if asked.only_settlements else self.levels[1:-1]
            for levels in filter(None, (upper, self.levels[-1:])):  # 长春 is the city before it is a village
                still = named & pd.isna(found.place) & pd.isna(found.rule)
                self.find(asked.rows["name"], levels, asked.suffixes, still, found)
            if asked.only_settlements:
                self._say_too_high(asked, found, named & pd.isna(found.place) & pd.isna(found.rule))
            found.say(named & pd.isna(found.place), "name_unknown")
        unnamed = target & ~given_in(asked.rows, "name")
        if not asked.only_settlements:
            found.take(np.where(unnamed, found.lowest, NOTHING), "name")
        has_code = asked.rows["code"].notna().to_numpy() if "code" in asked.rows else np.zeros(len(unnamed), dtype=bool)
        found.say(unnamed & has_code & pd.isna(found.place), "code_unknown")
        found.say(unnamed & pd.isna(found.place), "place_missing")
        self._by_group(asked, found)
        candidates.for_unknown_names(self.tree, self.names, asked.rows, found, asked.suffixes)

    def _say_too_high(self, asked: _Asked, found: Found, wanted: NDArray[np.bool_]) -> None:
        """Rows that name a county where a village is asked for: a total, or a table of another kind."""
        above = Found(len(asked.rows), asked.about)
        above.within = found.within
        self.find(asked.rows["name"], self.telling, asked.suffixes, wanted, above)
        found.say(wanted & pd.notna(above.place), "place_above_meant")

    def _by_group(self, asked: _Asked, found: Found) -> None:
        """Townships that have no namesake, where nothing else is said of what lies above: believed where nearly all of
        the batch lie in one county, and hold the villages that the rows name.
        """
        is_upper = np.array([place is not None and self.tree.level[place] != self.levels[-1] for place in found.alone])
        rows = np.flatnonzero(is_upper & (found.rule == "above_missing"))
        if not len(rows) or "name" not in asked.rows:
            return
        few, named = asked.of(rows), Found(len(rows))
        named.narrow(found.alone[rows])
        self.find(few.rows["name"], self.levels[-1:], asked.suffixes, few.rows["name"].notna().to_numpy(), named)
        home = home_of(self.tree, named.place, self.telling[-1], among=len(rows))
        inside = np.array(
            [home is not None and self.tree.lies_in(place, home) for place in found.alone[rows]], dtype=bool
        )
        group = rows[inside]
        found.within[group] = found.alone[group]
        found.place[group], found.how[group] = named.place[inside], named.how[inside]
        rules = np.where(pd.isna(named.place) & pd.isna(named.rule), "name_unknown", named.rule)
        found.rule[group], found.candidates[group] = rules[inside], named.candidates[inside]

    def _find_above(self, asked: _Asked, found: Found, wanted: NDArray[np.bool_]) -> None:
        """The lowest place above that each row names, level by level; `within` gets narrower. A name that tells too
        little by itself (德宏州) is believed once the row names a place inside it.
        """
        alone_candidates = np.full(len(asked.rows), None, dtype=object)
        for level in self.levels[1:-1]:
            still = wanted & pd.isna(found.rule)
            above = Found(len(asked.rows))
            above.within = np.where(pd.isna(found.within), found.alone, found.within)
            is_named = self._one_above(asked, level, still, above)
            is_alone = still & pd.notna(above.alone)
            alone_candidates = np.where(is_alone, above.candidates, alone_candidates)
            found.say(still & pd.notna(above.rule) & ~is_alone, "parent_ambiguous", above.candidates)
            missed = still & is_named & pd.isna(above.place) & ~is_alone
            found.say(missed & pd.isna(found.alone), "parent_unknown")
            found.say(missed, "above_missing", alone_candidates)
            found.alone = np.where(is_alone, above.alone, np.where(still & pd.notna(above.place), NOTHING, found.alone))
            is_apart = self.tree.are_apart(above.place, found.within)
            found.say(still & is_apart, "parent_unknown")
            found.narrow(np.where(is_apart, NOTHING, above.place), is_named=True)
        found.say(wanted & pd.notna(found.alone), "above_missing", alone_candidates)

    def _one_above(self, asked: _Asked, level: str, still: NDArray[np.bool_], above: Found) -> NDArray[np.bool_]:
        """Find what rows name in the columns of one level above; whether they name anything there."""
        is_named = np.zeros(len(asked.rows), dtype=bool)
        if f"{level}_code" in asked.rows:
            given = asked.rows[f"{level}_code"].where(still, None)
            is_named |= given.notna().to_numpy()
            changed = asked.codes.translated(given)
            spelt = given if changed is None else changed.codes
            above.take(self._codes.places(spelt, level), "code")
            above.take(self._codes.mended(spelt, level), "code_mended")
        if f"{level}_name" in asked.rows:
            given = asked.rows[f"{level}_name"]
            by_name = still & given.notna().to_numpy()
            is_named |= by_name
            self.find(given, [level], asked.suffixes, by_name & pd.isna(above.place), above)
            lower = [other for other in self.telling if self.levels.index(other) > self.levels.index(level)]
            still = by_name & pd.isna(above.place) & pd.isna(above.rule)
            for below in lower[
                :1
            ]:  # 市: 仙桃市, a county's equal; never the other way, which would tell less than asked
                self.find(given, [below], asked.suffixes, still, above)
        return is_named

    def _codes_begun(self, asked: _Asked) -> NDArray[np.object_]:
        given = asked.rows["code"]
        changed = asked.codes.translated(given)
        return self._codes.beginnings(given if changed is None else changed.codes)

    def _say_wrong_codes(self, asked: _Asked, found: Found, wrong: NDArray[np.bool_]) -> None:
        if not wrong.any():
            return
        given = asked.rows["code"].where(wrong, None)
        damaged = np.array([code is not None and self._codes.is_damaged(str(code)) for code in given], dtype=bool)
        found.say(wrong & damaged & asked.only_settlements, "code_damaged")
        found.say(wrong, "code_unknown")
        told = asked.rows, found, asked.suffixes, np.flatnonzero(wrong)
        candidates.for_wrong_codes(self.tree, self._codes, self.names, *told)

    def find(
        self,
        wanted_names: pd.Series,
        levels: Sequence[str],
        suffixes: Sequence[str],
        asked: NDArray[np.bool_],
        found: Found,
    ) -> None:
        """Places of some levels by name inside the place above, from the strictest reading to the loosest.

        Without a place above a hit counts only where the level's names stand for themselves; else it is a candidate of
        `above_missing`.
        """
        if not asked.any():
            return
        rows = np.flatnonzero(asked)
        given = wanted_names.iloc[rows].reset_index(drop=True)
        within = found.within[rows]
        endings = [self.tree.endings_of(level, suffixes) for level in levels]
        readings = [names.keys(given, of_level) for of_level in endings]
        indexes = [self.names.index(level, some, within) for level, some in zip(levels, endings, strict=True)]
        for n, how in enumerate(HOW_NAMED):
            still = np.flatnonzero(pd.isna(found.place[rows]) & pd.isna(found.rule[rows]))
            hits = [
                index[n].hits(keys[n].to_numpy(dtype=object)[still], within[still])
                for index, keys in zip(indexes, readings, strict=True)
            ]
            counts = sum((hit.count for hit in hits), np.zeros(len(still), dtype=np.int64))
            for hit, level, keys, some in zip(hits, levels, readings, endings, strict=True):
                one = np.flatnonzero((counts == 1) & (hit.count == 1))
                is_told = pd.notna(within[still[one]]) | self._tell(level, n, keys, some, still[one], hit.first[one])
                sure, alone = one[is_told], one[~is_told]
                found.place[rows[still[sure]]], found.how[rows[still[sure]]] = hit.first[sure], how
                found.rule[rows[still[alone]]] = "above_missing"
                found.alone[rows[still[alone]]] = hit.first[alone]
                for position in alone[: candidates.ROWS]:
                    found.candidates[rows[still[position]]] = candidates.listed(self.tree, [hit.first[position]])
            several = np.flatnonzero(counts > 1)
            found.rule[rows[still[several]]] = "name_ambiguous"
            for position in several[: candidates.ROWS]:
                places = [place for hit in hits for place in hit.places(int(position))]
                found.candidates[rows[still[position]]] = candidates.listed(self.tree, places)

    def _tell(
        self,
        level: str,
        reading: int,
        keys: Sequence[pd.Series],
        endings: Sequence[str],
        rows: NDArray[np.int64],
        places: NDArray[np.object_],
    ) -> NDArray[np.bool_]:
        """Whether names tell their places by themselves: 东安 is 东安县 where there is one; 东安区 never is."""
        if level not in self.telling:
            return np.zeros(len(rows), dtype=bool)
        if reading == 0:
            return np.ones(len(rows), dtype=bool)
        held = names.keys(pd.Series([self.tree.name[place] for place in places], dtype=object), endings)
        is_short = (keys[0].iloc[rows] == keys[reading].iloc[rows]).to_numpy(dtype=bool)
        return np.asarray(is_short | (held[0] == held[reading]).to_numpy(dtype=bool))

    # --- both ---------------------------------------------------------------------------------------------

    def _names_of_found(self, asked: _Asked, found: Found) -> None:
        """A row found by its code whose name is another: where its name leads to one other place nearby, or nothing
        above it speaks for the code, nobody can tell which is meant. A code that only the crosswalk made counts less
        than a name: villages were renumbered with their county.
        """
        differs = np.flatnonzero(found.rule == "code_and_name_disagree")
        if not len(differs):
            return
        few = asked.of(differs)
        named = Found(len(differs), asked.about)
        self._find_above(few, named, np.ones(len(differs), dtype=bool))
        nearby = np.array([self.tree.above(place, self.telling[-1]) for place in found.place[differs]], dtype=object)
        named.narrow(np.where(pd.isna(named.within), nearby, NOTHING))
        if "name" in few.rows:
            self.find(few.rows["name"], self.levels[-1:], asked.suffixes, pd.isna(named.rule), named)
        is_made = found.how[differs] == "crosswalk"
        other = pd.notna(named.place) & (named.place != found.place[differs])
        for n in np.flatnonzero(other)[: candidates.ROWS]:
            places = [found.place[differs[n]], named.place[n]]
            found.candidates[differs[n]] = candidates.listed(self.tree, places)
        doubtful = other | is_made | ~found.is_confirmed[differs]
        found.forget(differs[doubtful])
        found.rule[differs[doubtful]] = np.where(is_made, "name_unknown", "code_or_name")[doubtful]
        better = other & is_made
        found.place[differs[better]], found.how[differs[better]] = named.place[better], named.how[better]
        found.rule[differs[better]], found.candidates[differs[better]] = None, None
