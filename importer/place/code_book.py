"""The codes of a register: as a file writes them, without the zeros that pad them, mended where that is certain.

A code is mended by taking off what is no part of any code (blanks, dashes, quotes, zeros behind), and only where a
place of the register has what is left. Digits that are lost or wrong are never put back: they make candidates.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from importer.place.tree import PlaceTree

NO_PART = re.compile(r"[\W_]+")
DIGITS = "0123456789"
MOST_LOST = 2  # digits of a code, by which it is still taken for one
LEAST_PADDING = 3  # zeros behind a whole code that are no slip of the finger: surveys write 12 digits and 7 zeros
SETTLEMENTS_TRIED = 2_000  # of a register, to see how its codes are made


class CodeBook:
    """Built once for a register; every answer costs what is asked."""

    def __init__(self, tree: PlaceTree) -> None:
        self._level, self._parent, self._levels = tree.level, tree.parent, tree.levels
        self._short = self._short_codes()
        settlements = [place for place, one in self._level.items() if one == self._levels[-1]]
        tried = settlements[:: max(1, len(settlements) // SETTLEMENTS_TRIED)]
        self._beginnings = self._beginnings_of(tried)
        lengths = {len(place) for place in tried if place.isascii() and place.isdigit()}
        is_numbered = len(lengths) == 1 and all(place.isdigit() for place in tried)
        self._length = lengths.pop() if is_numbered else None  # of a settlement's code, where all are numbers alike

    # --- what a code stands for -------------------------------------------------------------------------------

    def places(self, codes: pd.Series, level: str | None = None) -> NDArray[np.object_]:
        """The place of each code, of one level or of any; None where there is none."""
        return _each(codes, lambda code: self._any_place(code, level))

    def mended(self, codes: pd.Series, level: str | None = None) -> NDArray[np.object_]:
        """The place of what is left of each code without what is no part of it; None where nothing certain is."""
        return _each(codes, lambda code: self._mended(code, level))

    def upper(self, codes: pd.Series) -> NDArray[np.object_]:
        """The place above the settlements that a partial code stands for: 43, 4311, 431122, 431122000000."""
        levels = self._levels[1:-1]
        return _each(codes, lambda code: self._place_of(code, levels) or self._place_of(_squeezed(code), levels))

    def beginnings(self, codes: pd.Series) -> NDArray[np.object_]:
        """The lowest place above whose code each code begins with; None where codes do not hold the hierarchy."""
        return _each(codes, self._beginning_of)

    def is_damaged(self, code: str) -> bool:
        """Whether a code cannot be one of the register's, by its length or its letters."""
        return self._length is not None and not (code.isdigit() and len(code) == self._length)

    def is_nearly_whole(self, code: str) -> bool:
        """Whether a code is as long as a settlement's, or has lost or won a digit or two."""
        return self._length is None or abs(len(_squeezed(code)) - self._length) <= MOST_LOST

    def near(self, code: str) -> list[str]:
        """Settlements whose code has one digit more, less, or other than this one."""
        bare = _squeezed(code)
        if self._length is None or not bare.isdigit() or abs(len(bare) - self._length) > 1:
            return []
        return sorted({one for one in _one_step(bare) if self._level.get(one) == self._levels[-1]})

    def _any_place(self, code: str, level: str | None) -> str | None:
        levels = [level] if level else self._levels[1:]
        if level is None and self._level.get(code) == self._levels[0]:
            return code  # a total of the whole country; by its code only, since its name may be a place's
        return self._place_of(code, levels)

    def _place_of(self, code: str, levels: Sequence[str]) -> str | None:
        for one in levels:
            for spelt in (code, f"{code}-{one}"):
                if self._level.get(spelt) == one:
                    return spelt
        for one in levels:
            if place := self._short[one].get(_bare(code)):
                return place
        return None

    def _mended(self, code: str, level: str | None) -> str | None:
        bare = _squeezed(code)
        if found := self._any_place(bare, level) if bare != code else None:
            return found
        if self._length is None:
            return None
        padding = bare[self._length :]
        is_padded = len(padding) >= LEAST_PADDING and not padding.strip("0")
        return self._any_place(bare[: self._length], level) if is_padded else None

    def _beginning_of(self, code: str) -> str | None:
        for level, length in self._beginnings:
            if len(code) > length and self._level.get(code[:length]) == level:
                return code[:length]
        return next((place for n in range(len(code) - 1, 1, -1) if (place := self._shortest(code[:n]))), None)

    def _shortest(self, beginning: str) -> str | None:
        """A place above by a beginning that is its whole code without padding: 4311 of 431188100203."""
        levels = self._levels[1:-1] if self._beginnings else []
        return next((place for one in levels if (place := self._short[one].get(beginning))), None)

    # --- made once ------------------------------------------------------------------------------------------

    def _short_codes(self) -> dict[str, dict[str, str]]:
        """Per level: codes without the zeros and level endings that pad them → place_id, where that is unique."""
        short: dict[str, dict[str, str]] = {level: {} for level in self._levels}
        for place_id, level in self._level.items():
            if level == self._levels[-1]:
                continue  # the zeros that end a village's code are part of it
            bare = _bare(place_id.removesuffix(f"-{level}"))
            short[level][bare] = "" if bare in short[level] else place_id
        return short

    def _beginnings_of(self, settlements: Sequence[str]) -> list[tuple[str, int]]:
        """(level, length) of the levels whose codes begin every settlement's code, the lowest first."""
        found = []
        above: list[str | None] = list(settlements)
        for level in reversed(self._levels[1:-1]):
            above = [self._parent.get(place) if place is not None else None for place in above]
            lengths = {len(place) if place is not None else 0 for place in above}
            begins = all(
                a is not None and a in self._level and one.startswith(a)
                for one, a in zip(settlements, above, strict=True)
            )
            if len(lengths) == 1 and begins:
                found.append((level, lengths.pop()))
        return found


def _each(codes: pd.Series, read: Callable[[str], str | None]) -> NDArray[np.object_]:
    """An answer per code, asked once for each different one."""
    where, different = pd.factorize(codes.to_numpy(dtype=object), use_na_sentinel=True)
    found = [read(str(code)) for code in different]
    return np.asarray(np.array([*found, None], dtype=object)[where])


def _squeezed(code: str) -> str:
    return NO_PART.sub("", code)


def _bare(code: str) -> str:
    """Without the zeros behind it that pad a code of a higher level; codes of settlements have none to lose."""
    return code.rstrip("0") or code


def _one_step(code: str) -> Iterator[str]:
    """All codes with one digit more, one less, one other, or two neighbours exchanged."""
    for n in range(len(code) + 1):
        for digit in DIGITS:
            yield code[:n] + digit + code[n:]
            if n < len(code):
                yield code[:n] + digit + code[n + 1 :]
        if n < len(code):
            yield code[:n] + code[n + 1 :]
        if n + 1 < len(code):
            yield code[:n] + code[n + 1] + code[n] + code[n + 2 :]
