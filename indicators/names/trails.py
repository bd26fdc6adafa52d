"""A question as a way down: the places that it names before the name, in however many words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from indicators.names.alphabet import Sign
from indicators.names.question import INITIALS, READ, WRITTEN, Word, together
from indicators.names.register import FULL, SHORT, Numbers, Register
from indicators.names.texts import BEGINS, EXACT

MOST_TRAILS = 32
MOST_STEPS = 5
MOST_NAMES = 120  # looked up for one question
FEWEST_LETTERS = 2  # of a name that leads on: a single letter is no place that people mean
LONGEST_NAME = 24  # signs of a name that leads on; Latin ones are long
NOWHERE: Numbers = np.empty(0, dtype=np.int32)
CUTS = frozenset(range(FEWEST_LETTERS, 13))  # signs of a name that is not set apart from what follows
LEFT_OUT = 3  # letters at least that an abbreviated name leaves out


@dataclass(frozen=True, eq=False)
class Scope:
    """Places and all that lies in them; none is nested in another."""

    first: Numbers
    until: Numbers

    def holds(self, numbers: Numbers) -> NDArray[np.bool_]:
        """Which places are these or lie in them."""
        at = np.searchsorted(self.first, numbers, side="right") - 1
        found: NDArray[np.bool_] = (at >= 0) & (numbers < self.until[at])
        return found

    def is_inside(self, numbers: Numbers) -> NDArray[np.bool_]:
        """Which places lie in them."""
        found: NDArray[np.bool_] = self.holds(numbers) & ~np.isin(numbers, self.first)
        return found


@dataclass(frozen=True, eq=False)
class Trail:
    """What is left of a question behind `steps` places, and where to look for it; nowhere in particular: None."""

    scope: Scope | None
    rest: tuple[Word, ...]
    steps: int


class Walk:
    """Reads one question, in all ways that it can be: names are looked up once each, and only so many."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self._known: dict[tuple[int, ...], Numbers] = {}
        self._signs: list[Sequence[Sign]] = []  # as long as they are held nobody else has their identities

    def trails(self, words: tuple[Word, ...]) -> list[Trail]:
        """All ways to read words, the whole of them as a name first."""
        return list(islice(self._trails(words, None, 0), MOST_TRAILS))

    def _trails(self, words: tuple[Word, ...], scope: Scope | None, steps: int) -> Iterator[Trail]:
        yield Trail(scope, words, steps)
        if steps == MOST_STEPS:
            return
        for count in range(1, len(words)):
            ways = [way for way in together(words[:count]) if way.kind != INITIALS]
            inside = self._inside([way.signs for way in ways], scope)
            if inside is not None:
                yield from self._trails(words[count:], inside, steps + 1)
        first, *others = words
        for way in first.of_kind(WRITTEN, READ):
            for cut in sorted(way.cuts & CUTS, reverse=True):
                inside = self._inside([way.signs[:cut]], scope)
                if inside is not None:
                    rest = Word(first.typed, (way.after(cut),))
                    yield from self._trails((rest, *others), inside, steps + 1)

    def _inside(self, ways: Sequence[Sequence[Sign]], scope: Scope | None) -> Scope | None:
        named = [self._called(signs) for signs in ways if len(signs) <= LONGEST_NAME]
        numbers = np.unique(np.concatenate(named)) if named else NOWHERE
        if scope is not None:
            numbers = numbers[scope.is_inside(numbers)]
        if not len(numbers):
            return None
        until = self.register.until[numbers]
        is_outermost = np.concatenate([[True], numbers[1:] >= np.maximum.accumulate(until)[:-1]])
        return Scope(numbers[is_outermost], until[is_outermost])

    def _called(self, signs: Sequence[Sign]) -> Numbers:
        key = tuple(map(id, signs))
        if key not in self._known:
            if len(self._known) == MOST_NAMES:
                return NOWHERE
            self._signs.append(signs)
            self._known[key] = places_called(self.register, signs)[0]
        return self._known[key]


def places_called(register: Register, signs: Sequence[Sign]) -> tuple[Numbers, NDArray[np.uint8], NDArray[np.bool_]]:
    """Places of a name, each with how well it fits: 0 its whole name, 1 without the ending, 2 its official name begins
    so (and ends with the last letter given). The third: only a rare reading makes it fit."""
    group = register.places
    matches = group.texts.found(signs)
    is_called = matches.how <= BEGINS if len(signs) >= FEWEST_LETTERS else matches.how == EXACT
    rows, source = group.rows(matches.texts[is_called])
    how, is_rare = matches.how[is_called][source], matches.is_rare[is_called][source]
    numbers, said = group.entries[rows], group.said[rows]
    left = group.texts.length[matches.texts[is_called]][source] - len(signs)
    is_short = (said == FULL) & register.is_long[numbers] & (left >= LEFT_OUT)
    kept = (how == EXACT) | is_short
    fit = np.where(how == EXACT, said == SHORT, 2)[kept].astype(np.uint8)
    parts = [(numbers[kept], fit, is_rare[kept])]
    if len(signs) > FEWEST_LETTERS:
        parts.append(_with_last_letter(register, signs))
    numbers, fit, is_rare = (np.concatenate(column) for column in zip(*parts, strict=True))
    return numbers, fit, is_rare


def _with_last_letter(
    register: Register, signs: Sequence[Sign]
) -> tuple[Numbers, NDArray[np.uint8], NDArray[np.bool_]]:
    """Long official names of which the beginning and the last letter are given."""
    group = register.places
    matches = group.texts.found(signs[:-1])
    is_begun = matches.how == BEGINS
    texts, is_rare = matches.texts[is_begun], matches.is_rare[is_begun]
    last = group.texts.letters[group.texts.end[texts] - 1]
    is_last = np.isin(last, signs[-1].ids) & (group.texts.length[texts] - len(signs) >= LEFT_OUT)
    rows, source = group.rows(texts[is_last])
    numbers = group.entries[rows]
    kept = (group.said[rows] == FULL) & register.is_long[numbers]
    return numbers[kept], np.full(int(kept.sum()), 2, dtype=np.uint8), is_rare[is_last][source][kept]
