"""Takes a word in Latin letters apart into syllables, in every way that there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from indicators.names.alphabet import Sign, Sounds

MOST_WAYS = 8  # xian is one syllable or two; of a long word only the ways with long syllables are tried
MOST_SLIPS = 24
LONGEST_SLIP = 7  # letters of a syllable, with one too many
Way = tuple[Sign, ...]


def ways(word: str, sounds: Sounds) -> list[Way]:
    """The word as syllables, those with the fewest first; of the last one only the beginning may be there."""
    found = []
    for parts in _parts(word, sounds, is_last_begun=True):
        *whole, last = parts
        found.append((*map(sounds.syllable, whole), sounds.begun(last)))
        if len(found) == MOST_WAYS:
            break
    return sorted(found, key=len)


def nearly(word: str, sounds: Sounds) -> Iterator[Way]:
    """The word as syllables of which one has a slip in it."""
    many = 0
    for first in range(len(word)):
        heads = list(_few(_parts(word[:first], sounds)))
        if not heads:
            continue
        for last in range(first + 1, min(len(word), first + LONGEST_SLIP) + 1):
            slip = sounds.nearly(word[first:last])
            tails = list(_few(_parts(word[last:], sounds))) if len(slip.ids) else []
            for head in heads:
                for tail in tails:
                    yield (*map(sounds.syllable, head), slip, *map(sounds.syllable, tail))
                    many += 1
                    if many == MOST_SLIPS:
                        return


def initials(word: str, sounds: Sounds) -> Way:
    """Each letter as the beginning of a syllable, in its usual reading."""
    return tuple(Sign(sounds.initial(letter)) for letter in word)


def _few(found: Iterator[Sequence[str]]) -> Iterator[Sequence[str]]:
    for _, one in zip(range(2), found, strict=False):
        yield one


def _parts(word: str, sounds: Sounds, *, is_last_begun: bool = False) -> Iterator[tuple[str, ...]]:
    """Long syllables before short ones. Only ways that lead to the end are followed."""
    count = len(word)
    steps: dict[int, list[int]] = {count: []}
    for begin in range(count - 1, -1, -1):
        ends = range(min(count, begin + sounds.longest), begin, -1)
        fits = [
            end
            for end in ends
            if end in steps
            and (
                sounds.is_syllable(word[begin:end])
                or (is_last_begun and end == count and bool(sounds.beginning(word[begin:])))
            )
        ]
        if fits:
            steps[begin] = fits
    return _followed(word, 0, steps) if 0 in steps else iter(())


def _followed(word: str, begin: int, steps: dict[int, list[int]]) -> Iterator[tuple[str, ...]]:
    if begin == len(word):
        yield ()
        return
    for end in steps[begin]:
        for rest in _followed(word, end, steps):
            yield (word[begin:end], *rest)
