"""Words as they are compared: one form of each letter, whatever way somebody wrote it."""

from __future__ import annotations

import re
import unicodedata

SEPARATORS = re.compile(r"[\s\-_.,'’`´·•/]+")
MOST_ENDINGS = 4  # of one name


def folded(text: str) -> str:
    """For comparing: one form of each letter, no case, no accents, no blanks around."""
    if text.isascii():
        return " ".join(text.casefold().split())
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    if plain.isalnum():  # no mark among the letters, as in every Chinese name
        return plain
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def normal(name: str) -> str:
    """A name without case, accents, blanks and hyphens."""
    return SEPARATORS.sub("", folded(name)).replace("ß", "ss")


class _Letters(dict[int, str]):
    """Letters, digits and their marks as they are, a blank for whatever else there is."""

    def __missing__(self, point: int) -> str:
        letter = chr(point)
        self[point] = " " if unicodedata.category(letter)[0] in "PSZC" else letter
        return self[point]


_LETTERS = _Letters()


def worded(name: str) -> str:
    """A name as its words are compared, one blank between them: without case, accents, punctuation and symbols."""
    plain = folded(name)
    return plain if plain.isalnum() else " ".join(plain.translate(_LETTERS).split())


def without_one(key: str, endings: tuple[str, ...]) -> str:
    """Without the first of some endings that it has; an ending is never the whole name."""
    if key.endswith(endings):
        for one in endings:
            if key.endswith(one) and len(key) > len(one):
                return key.removesuffix(one)
    return key


def without(key: str, endings: tuple[str, ...]) -> str:
    """Without endings, one after the other: a village's committee, then the word for a village.

    endings: the longest first.
    """
    for _ in range(MOST_ENDINGS):
        shorter = without_one(key, endings)
        if shorter == key:
            return key
        key = shorter
    return key
