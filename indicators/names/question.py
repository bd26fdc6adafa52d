"""A question as words, and each word as the rows of signs that it may mean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product

from ground.spelling import folded, worded
from indicators.names import syllables
from indicators.names.alphabet import Sign, Sounds
from indicators.names.texts import LONGEST

MOST_WORDS = 10
MOST_WAYS = 8
FIRST_IDEOGRAPH = "\u2e80"  # from here on words are not set apart by blanks
WRITTEN, READ, INITIALS = 0, 1, 2  # a name as it is spelt, by its sound, by the first letters of its syllables
FEWEST_INITIALS, MOST_INITIALS = 2, 8
BETWEEN = re.compile(r"[\s,，、;；:：/／|｜›»>＞→\-－—()（）\[\]【】《》“”\"。]+")
JOINED = re.compile(r"['’‘`´]")
UMLAUT = re.compile(r"[uU]\u0308[\u0300-\u036f]*")
TONE = re.compile(r"(?<=[a-z])[1-5](?![0-9])")
RUN = re.compile(r"[a-z]+|[^a-z]", re.DOTALL)


@dataclass(frozen=True, eq=False)
class Way:
    """One meaning of a word or of several. `cuts`: after how many signs a place's name may end within it."""

    kind: int
    signs: tuple[Sign, ...]
    cuts: frozenset[int]

    def after(self, count: int) -> Way:
        """What is left behind the first signs."""
        cuts = frozenset(cut - count for cut in self.cuts if cut > count)
        return Way(self.kind, self.signs[count:], cuts)


@dataclass(frozen=True, eq=False)
class Word:
    """A word of a question with all that it may mean."""

    typed: str
    ways: tuple[Way, ...]

    def of_kind(self, *kinds: int) -> list[Way]:
        return [way for way in self.ways if way.kind in kinds]


def words(question: str, sounds: Sounds) -> tuple[Word, ...]:
    """The last words of a question; signs of punctuation and tones say nothing."""
    parts = [part for part in BETWEEN.split(question) if worded(part)]
    return tuple(_word(part, sounds) for part in parts[-MOST_WORDS:])


def together(rest: Sequence[Word]) -> Iterator[Way]:
    """What several words mean together: all of them spelt, or all of them read."""
    spelt = [word.of_kind(WRITTEN) for word in rest]
    if all(spelt):
        yield _joined(WRITTEN, [ways[0] for ways in spelt])
    heard = [word.of_kind(READ) or word.of_kind(WRITTEN) for word in rest]
    if any(word.of_kind(READ) for word in rest):
        for ways in islice(product(*heard), MOST_WAYS):
            yield _joined(READ, ways)
    short = [word.of_kind(INITIALS) for word in rest]
    if all(short):
        yield _joined(INITIALS, [ways[0] for ways in short])


def nearly(rest: Sequence[Word], sounds: Sounds) -> Iterator[Way]:
    """What several words may mean if there is one slip in the sound of them."""
    latin = "".join(_latin(word.typed) for word in rest)
    if sounds and latin and all(letter < FIRST_IDEOGRAPH for word in rest for letter in word.typed):
        for signs in syllables.nearly(latin[:LONGEST], sounds):
            yield _whole(READ, signs)


def alike(way: Way) -> Way:
    """The same with every letter taken for any that sounds like it."""
    return _whole(READ, tuple(Sign(sign.alike) for sign in way.signs))


def _whole(kind: int, signs: tuple[Sign, ...]) -> Way:
    return Way(kind, signs, frozenset())


def _joined(kind: int, ways: Sequence[Way]) -> Way:
    if len(ways) == 1:
        return Way(kind, ways[0].signs, ways[0].cuts)
    return _whole(kind, tuple(sign for way in ways for sign in way.signs)[:LONGEST])


def _word(typed: str, sounds: Sounds) -> Word:
    letters = worded(typed).replace(" ", "")[:LONGEST]
    signs = tuple(sounds.letter(letter) for letter in letters)
    cuts = {n for n in range(1, len(letters)) if max(letters[n - 1], letters[n]) >= FIRST_IDEOGRAPH}
    ways = [Way(WRITTEN, signs, frozenset(cuts))]
    if sounds and _latin(typed):
        ways += _read(typed, sounds)
        if letters.isascii() and letters.isalpha() and FEWEST_INITIALS <= len(letters) <= MOST_INITIALS:
            ways.append(_whole(INITIALS, syllables.initials(letters, sounds)))
    return Word(typed, tuple(ways))


def _latin(typed: str) -> str:
    return "".join(one for one in TONE.sub("", folded(typed)) if "a" <= one <= "z")


def _read(typed: str, sounds: Sounds) -> Iterator[Way]:
    """By sound, with the letters that are none of Latin as they stand; an apostrophe ends a syllable."""
    runs = [run for part in JOINED.split(_umlauts(typed)) for run in RUN.findall(TONE.sub("", folded(part)))]
    options: list[list[tuple[Sign, ...]]] = []
    for position, run in enumerate(runs):
        if not "a" <= run[0] <= "z":
            options.append([tuple(sounds.letter(letter) for letter in worded(run))])
            continue
        found = syllables.ways(run, sounds)
        if position < len(runs) - 1:  # only at the end of a word something is left to type
            found = [(*way[:-1], _finished(way[-1])) for way in found if _finished(way[-1]).ids.size]
        options.append(found)
    for ways in islice(product(*options), MOST_WAYS):
        signs = tuple(sign for way in ways for sign in way)[:LONGEST]
        yield Way(READ, signs, frozenset(range(1, len(signs))))


def _umlauts(typed: str) -> str:
    """ü, whatever its tone, as readings are kept: without its dots it would be another syllable."""
    return unicodedata.normalize("NFC", UMLAUT.sub("v", unicodedata.normalize("NFD", typed)))


def _finished(sign: Sign) -> Sign:
    return sign if sign.whole is None else Sign(sign.whole, usual=sign.usual)
