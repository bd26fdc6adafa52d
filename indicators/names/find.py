"""What answers a question, the best first: by name, part of a name, sound, initials, or nearly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ground.spelling import worded
from indicators.names import question
from indicators.names.alphabet import Sign, Sounds
from indicators.names.question import INITIALS, WRITTEN, Way, Word
from indicators.names.register import ALL_ENDINGS, Numbers, Register
from indicators.names.register import SHORT as WITHOUT_ENDING
from indicators.names.texts import BEGINS, EXACT, Matches
from indicators.names.trails import FEWEST_LETTERS, Trail, Walk, places_called

#: How well a name fits: as typed; with another form of the same ending; with another ending, or abbreviated. Then: it
#: begins so; a word of it does; it has it somewhere; its syllables begin so, all of them or the first. Then: one slip
#: away, for a letter that sounds alike; all letters sound alike; one slip away.
AS_TYPED, CALLED, OTHER_ENDING, BEGUN, WORD_BEGUN, HELD, SHORT, SHORT_BEGUN, NEAR, ALIKE, NEAR_AT_ALL = range(11)
MOST_ENDINGS = 4
MOST_DROPPED = 12  # places in a question at which a beginning that nobody knows may end
MOST_TURNED = 3  # words
MOST_NEAR = 4  # ways to read a question that are tried with a slip
PLACES, SETTLEMENTS = 0, 1
HOME_BITS, LENGTH_BITS, LEVEL_BITS, STEP_BITS = 22, 6, 4, 3


@dataclass(frozen=True, order=True)
class Hit:
    """A place or settlement by its number in the register; `order` sorts, the best first, and begins with the fit."""

    order: int
    kind: int
    number: int

    @property
    def fit(self) -> int:
        return self.order >> (1 + STEP_BITS + LEVEL_BITS + LENGTH_BITS + HOME_BITS)


@dataclass(frozen=True)
class Answer:
    """hits: the best, as many as asked for. total: of all. is_near: nothing has the name, these are like it."""

    hits: tuple[Hit, ...] = ()
    total: int = 0
    is_near: bool = False
    asked: tuple[tuple[Sign, ...], ...] = ()  # what to mark in the names

    @property
    def only(self) -> Hit | None:
        """The one that is meant: nothing else fits as well by its whole name, or nothing else fits at all."""
        if self.is_near or not self.hits:
            return None
        first, *others = self.hits
        if not others:
            return first if self.total == 1 else None
        return first if first.fit <= OTHER_ENDING and others[0].fit > first.fit else None


@dataclass
class Pile:
    """Hits as they come: order and number, one pile for places and one for settlements."""

    register: Register
    orders: tuple[list[NDArray[np.int64]], list[NDArray[np.int64]]] = field(default_factory=lambda: ([], []))
    numbers: tuple[list[Numbers], list[Numbers]] = field(default_factory=lambda: ([], []))

    def add(self, kind: int, numbers: Numbers, fit: NDArray[np.int64], length: Numbers, trail: Trail) -> None:
        """fit: twice how well, and one more for a rare reading."""
        register = self.register
        home = numbers if kind == PLACES else register.home[numbers]
        if trail.scope is not None:
            inside = trail.scope.is_inside(home) if kind == PLACES else trail.scope.holds(home)
            numbers, fit, length, home = numbers[inside], fit[inside], length[inside], home[inside]
        if not len(numbers):
            return
        level = register.level[numbers] if kind == PLACES else np.int64((1 << LEVEL_BITS) - 1)
        order = fit.astype(np.int64) << STEP_BITS | min(trail.steps, (1 << STEP_BITS) - 1)
        order = order << LEVEL_BITS | level
        order = order << LENGTH_BITS | np.minimum(length, (1 << LENGTH_BITS) - 1)
        self.orders[kind].append(order << HOME_BITS | home)
        self.numbers[kind].append(numbers)

    def answer(self, most: int, *, is_near: bool, asked: Iterable[tuple[Sign, ...]]) -> Answer:
        """The best of the pile, and how many there are."""
        best: list[Hit] = []
        total = 0
        for kind, size in ((PLACES, len(self.register.place_ids)), (SETTLEMENTS, len(self.register.numbers))):
            if not self.numbers[kind]:
                continue
            numbers, orders = np.concatenate(self.numbers[kind]), np.concatenate(self.orders[kind])
            is_there = np.zeros(size, dtype=bool)
            is_there[numbers] = True
            total += int(is_there.sum())
            best += _best(kind, numbers, orders, max(most, 2))
        hits = tuple(sorted(best)[: max(most, 2)])
        return Answer(hits, total, is_near, tuple(asked))


def _best(kind: int, numbers: Numbers, orders: NDArray[np.int64], most: int) -> list[Hit]:
    """The best, each once however many ways lead to it."""
    kept = np.arange(len(orders))
    wide = 4 * most
    while True:
        if len(orders) > wide:
            kept = np.argpartition(orders, wide)[:wide]
        ranked = kept[np.lexsort((numbers[kept], orders[kept]))]
        found: dict[int, int] = {}
        for position in ranked.tolist():
            found.setdefault(int(numbers[position]), int(orders[position]))
        if len(found) >= most or wide >= len(orders):
            return [Hit(order, kind, number) for number, order in list(found.items())[:most]]
        wide *= 4


def find(register: Register, asked: str, most: int) -> Answer:
    """What answers a question by name; where nothing does, what nearly does."""
    sounds = register.sounds
    words = question.words(asked, sounds)
    if not words:
        return Answer()
    walk = Walk(register)
    bare = tuple(word for word in words if worded(word.typed) not in register.kinds)
    for turned in (*_turned(words), *(_turned(bare) if 0 < len(bare) < len(words) else ())):
        answer = _by_name(register, walk.trails(turned), most)
        if answer.total:
            return answer
    return _nearly(walk, bare or words, most)


def _turned(words: tuple[Word, ...]) -> Iterator[tuple[Word, ...]]:
    """The place may stand behind the name."""
    yield words
    if 1 < len(words) <= MOST_TURNED:
        yield (*words[1:], words[0])
        yield words[::-1]


def _by_name(register: Register, ways_down: Sequence[Trail], most: int, best: int = SHORT_BEGUN) -> Answer:
    pile, asked = Pile(register), []
    for trail in ways_down:
        for way in question.together(trail.rest):
            if way.kind == INITIALS and best < SHORT:
                continue
            _add_places(pile, way, trail, best)
            for signs, ending in _shortened(register, way):
                _add_settlements(pile, Way(way.kind, signs, way.cuts), ending, trail, best)
                asked.append(signs)
            asked.append(way.signs)
    return pile.answer(most, is_near=False, asked=asked)


def _fit(way: Way, matches: Matches) -> NDArray[np.int64]:
    """Of matches that are not the whole name: how well, doubled."""
    if way.kind == INITIALS:
        return np.full(len(matches.texts), 2 * SHORT_BEGUN)
    return 2 * (matches.how.astype(np.int64) - BEGINS + BEGUN) + matches.is_rare


def _add_places(pile: Pile, way: Way, trail: Trail, best: int) -> None:
    group = pile.register.places
    if way.kind != INITIALS:
        numbers, fits, is_rare = places_called(pile.register, way.signs)
        pile.add(PLACES, numbers, 2 * fits.astype(np.int64) + is_rare, np.zeros_like(numbers), trail)
    if best < BEGUN:
        return
    matches = group.texts.found(way.signs)
    kept = _partly(way, matches)
    if way.kind == INITIALS:
        kept |= matches.how == EXACT
    rows, source = group.rows(matches.texts[kept])
    fit = np.where(matches.how == EXACT, 2 * SHORT, _fit(way, matches))[kept][source]
    length = group.texts.length[matches.texts[kept]][source]
    is_own = (group.said[rows] != WITHOUT_ENDING) | (fit == 2 * SHORT)
    pile.add(PLACES, group.entries[rows][is_own], fit[is_own], length[is_own], trail)


def _partly(way: Way, matches: Matches) -> NDArray[np.bool_]:
    """Which matches count that are not the whole name: of initials and of single letters only beginnings."""
    is_short = way.kind == INITIALS or len(way.signs) < FEWEST_LETTERS
    return matches.how == BEGINS if is_short else matches.how != EXACT


def _add_settlements(pile: Pile, way: Way, ending: int, trail: Trail, best: int) -> None:
    """ending: what was typed behind the signs, as a number in the register's endings."""
    group = pile.register.settlements
    is_single = len(way.signs) < FEWEST_LETTERS
    matches = group.texts.found(way.signs, only_whole=best < BEGUN or (bool(ending) and is_single))
    is_whole = matches.how == EXACT
    rows, source = group.rows(matches.texts[is_whole])
    if way.kind == INITIALS:
        fit = np.full(len(rows), 2 * SHORT)
    else:
        fit = 2 * _ending_fits(pile.register, group.said[rows], ending) + matches.is_rare[is_whole][source]
    pile.add(SETTLEMENTS, group.entries[rows], fit, np.zeros_like(rows), trail)
    if best < BEGUN:
        return
    kept = _partly(way, matches)
    rows, source = group.rows(matches.texts[kept])
    length = group.texts.length[matches.texts[kept]][source]
    pile.add(SETTLEMENTS, group.entries[rows], _fit(way, matches)[kept][source], length, trail)


def _ending_fits(register: Register, said: NDArray[np.int16], typed: int) -> NDArray[np.int64]:
    """Of names that are the same but for their ending."""
    begins = register.endings[typed][:1]
    same_word = [not typed or not one or one[:1] == begins for one in register.endings]
    is_alike = np.array(same_word)[np.maximum(said, 0)]
    fit = np.where(said == typed, AS_TYPED, np.where(is_alike, CALLED, OTHER_ENDING))
    return np.where(said == ALL_ENDINGS, OTHER_ENDING, fit).astype(np.int64)


def _shortened(register: Register, way: Way) -> Iterator[tuple[tuple[Sign, ...], int]]:
    """The signs as they are, and without the endings that settlements have, each with the ending that goes first."""
    yield way.signs, 0
    signs, first = way.signs, 0
    for _ in range(MOST_ENDINGS):
        last = np.flatnonzero(np.isin(register.ending_last, signs[-1].ids))
        ending = next((n for n in last.tolist() if _ends(register, signs, n)), 0)
        if not ending:
            return
        signs, first = signs[: -len(register.endings[ending])], first or ending
        yield signs, first


def _ends(register: Register, signs: Sequence[Sign], ending: int) -> bool:
    letters = register.ending_letters[ending]
    return len(letters) < len(signs) and all(
        letter in sign.ids for letter, sign in zip(reversed(letters), reversed(signs), strict=False)
    )


# --- nearly ------------------------------------------------------------------------------------------------


def _nearly(walk: Walk, words: tuple[Word, ...], most: int) -> Answer:
    """Names with one slip, in the place that was named; else what is found by a part of the question."""
    register = walk.register
    pile = Pile(register)
    for trail in walk.trails(words)[:MOST_NEAR]:
        _add_slips(pile, trail, register.sounds)
    found = pile.answer(most, is_near=True, asked=())
    if found.total:
        return found
    for rest in _less_of(words):
        found = _by_name(register, walk.trails(rest), most, best=OTHER_ENDING)
        if found.total:
            return Answer(found.hits, found.total, True, found.asked)
    return Answer()


def _add_slips(pile: Pile, trail: Trail, sounds: Sounds) -> None:
    for way in question.together(trail.rest):
        if way.kind != WRITTEN:
            continue
        forms = dict(reversed(list(_shortened(pile.register, way))))
        for kind, group in ((PLACES, pile.register.places), (SETTLEMENTS, pile.register.settlements)):
            for signs, ending in forms.items() if kind == SETTLEMENTS else [(way.signs, 0)]:
                texts, ranks = group.texts.near(signs)
                rows, source = group.rows(texts)
                fit = 2 * np.where(ranks[source], NEAR_AT_ALL, NEAR)
                if kind == SETTLEMENTS:  # those with the word that was typed behind the name come first
                    fit += _ending_fits(pile.register, group.said[rows], ending) > CALLED
                pile.add(kind, group.entries[rows], fit, group.texts.length[texts][source], trail)
        if sounds:
            for signs in forms:
                _add_whole(pile, question.alike(Way(way.kind, signs, way.cuts)), ALIKE, trail)
    for way in question.nearly(trail.rest, sounds):
        for signs, _ in _shortened(pile.register, way):
            _add_whole(pile, Way(way.kind, signs, way.cuts), NEAR_AT_ALL, trail)


def _add_whole(pile: Pile, way: Way, fit: int, trail: Trail) -> None:
    """All that consists of the signs."""
    for kind, group in ((PLACES, pile.register.places), (SETTLEMENTS, pile.register.settlements)):
        texts = group.texts.found(way.signs, only_whole=True).texts
        rows, source = group.rows(texts)
        pile.add(kind, group.entries[rows], np.full(len(rows), 2 * fit), group.texts.length[texts][source], trail)


def _less_of(words: tuple[Word, ...]) -> Iterator[tuple[Word, ...]]:
    """Less and less of the question, from the left: a whole word, or what ends inside one; then its last word."""
    many = 0
    for position, word in enumerate(words):
        if position:
            yield words[position:]
        written = word.of_kind(WRITTEN)
        for way in written:
            for cut in sorted(way.cuts):
                if len(way.signs) - cut >= FEWEST_LETTERS and many < MOST_DROPPED:
                    many += 1
                    yield (Word(word.typed, (way.after(cut),)), *words[position + 1 :])
    if len(words) > 1:
        yield words[:-1]
