"""The letters of all names as numbers, and which of them a typed letter or syllable may stand for."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.uint16]
Points = NDArray[np.uint32]
CODE_POINTS = 0x110000
MOST_LETTERS = 1 << 16
NONE: Ids = np.empty(0, dtype=np.uint16)


def points(text: str) -> Points:
    """The code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


class Alphabet:
    """Letters that occur in names, numbered from 1; 0 stands between two names."""

    def __init__(self, texts: Iterable[Points]) -> None:
        is_there = np.zeros(CODE_POINTS, dtype=bool)
        for one in texts:
            is_there[one] = True
        is_there[0] = True
        numbers = np.cumsum(is_there, dtype=np.uint32) - 1
        self._count = min(int(numbers[-1]) + 1, MOST_LETTERS)
        is_there &= numbers < MOST_LETTERS
        self._number = np.where(is_there, numbers, 0).astype(np.uint16)

    def __len__(self) -> int:
        return self._count

    def numbers(self, text: Points) -> Ids:
        """The letters of a text; 0 for one that no name has."""
        return self._number[text]

    def ids(self, letters: Iterable[str]) -> Ids:
        """The numbers of those letters that occur."""
        found = (self.number(letter) for letter in letters)
        return np.array(sorted({number for number in found if number}), dtype=np.uint16)

    def number(self, letter: str) -> int:
        """0 for a letter that no name has."""
        return int(self._number[ord(letter)])


@dataclass(frozen=True, eq=False)
class Sign:
    """One letter or syllable of a question.

    ids: letters that it may stand for. whole: those it stands for if nothing is left to type; None: the same.
    usual: those for which this is the usual reading; None: all. alike: those that it may have been mistaken for.
    """

    ids: Ids
    whole: Ids | None = None
    usual: Ids | None = None
    alike: Ids = field(default_factory=lambda: NONE)


class Sounds:
    """How letters are read, and plainer letters for those of another spelling; empty where nothing is romanised."""

    def __init__(self, alphabet: Alphabet, readings: Mapping[str, list[str]], plain: Mapping[str, list[str]]) -> None:
        """readings: letter → syllables, the usual one first."""
        self.alphabet = alphabet
        self._readings = readings
        self._plain = plain
        letters: dict[str, list[str]] = defaultdict(list)
        usual: dict[str, list[str]] = defaultdict(list)
        for letter, syllables in readings.items():
            if alphabet.number(letter):
                usual[syllables[0]].append(letter)
                for syllable in syllables:
                    letters[syllable].append(letter)
        self._letters = {syllable: alphabet.ids(held) for syllable, held in letters.items()}
        self._usual = {syllable: alphabet.ids(held) for syllable, held in usual.items()}
        self.syllables = sorted(letters)
        self.longest = max(map(len, self.syllables), default=0)
        self._near: dict[str, set[str]] = defaultdict(set)  # a syllable with or without one of its letters → syllables
        for syllable in self.syllables:
            for form in _lessened(syllable):
                self._near[form].add(syllable)

    def __bool__(self) -> bool:
        return bool(self.syllables)

    def letter(self, typed: str) -> Sign:
        """What is written as it is, or in another spelling of the same letter."""
        written = (typed, *self._plain.get(typed, ()))
        sounds = {syllable for one in written for syllable in self._readings.get(one, ())}
        alike = _union([self._letters[one] for one in sounds if one in self._letters])
        return Sign(self.alphabet.ids(written), alike=alike)

    def syllable(self, typed: str) -> Sign:
        """Whatever is read so."""
        return Sign(self._letters.get(typed, NONE), usual=self._usual.get(typed, NONE))

    def begun(self, typed: str) -> Sign:
        """Whatever is read so or goes on from there: the last syllable may not be whole yet."""
        held = [self._letters[one] for one in self.beginning(typed)]
        return Sign(_union(held), self._letters.get(typed, NONE), self._usual.get(typed, NONE))

    def initial(self, typed: str) -> Ids:
        """Letters of which the usual reading begins so."""
        return _union([self._usual[one] for one in self.beginning(typed) if one in self._usual])

    def nearly(self, typed: str) -> Sign:
        """Whatever has a reading that is one slip away."""
        maybe = {one for form in _lessened(typed) for one in self._near.get(form, ())}
        return Sign(_union([self._letters[one] for one in maybe if one != typed and is_slip(one, typed)]))

    def is_syllable(self, typed: str) -> bool:
        return typed in self._letters

    def beginning(self, typed: str) -> list[str]:
        """Syllables that begin so."""
        return self.syllables[bisect_left(self.syllables, typed) : bisect_right(self.syllables, f"{typed}\x7f")]


def _lessened(syllable: str) -> set[str]:
    """A syllable, and what is left of it without any one letter."""
    return {syllable, *(syllable[:n] + syllable[n + 1 :] for n in range(len(syllable)))}


def is_slip(one: str, other: str) -> bool:
    """Whether one letter was added, left out, mistaken or exchanged with the next between two different words."""
    if abs(len(one) - len(other)) > 1:
        return False
    short, long = sorted((one, other), key=len)
    first = next((n for n, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[first:] == long[first + 1 :]
    rest_of_one, rest_of_other = one[first:], other[first:]
    return rest_of_one[1:] == rest_of_other[1:] or (
        rest_of_one[:2] == rest_of_other[:2][::-1] and rest_of_one[2:] == rest_of_other[2:]
    )


def _union(parts: list[Ids]) -> Ids:
    return np.unique(np.concatenate(parts)) if parts else NONE
