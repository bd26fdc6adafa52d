"""Places that are named in a title, the name of a sheet or of a file: a proposal of what a table is about, no more."""

from __future__ import annotations

import re
from collections.abc import Sequence

from importer.place.identity import Register
from importer.place.names import normal

SHORTEST = 2  # letters of a name, without its ending
LATIN_SHORTEST = 4


def named_in(register: Register, texts: Sequence[str]) -> list[str]:
    """place_ids of telling levels that the texts name, the lowest ones; with their full names, else without endings.

    Of namesakes those come first whose places above are named, too.
    """
    said = [normal(text) for text in texts]
    words = [normal(word) for text in texts for word in re.split(r"[^\w]+", text)]
    found = _named(register, said, words, is_short=False) or _named(register, said, words, is_short=True)
    tree = register.tree
    lowest = [one for one in found if not any(other != one and tree.lies_in(other, one) for other in found)]
    return sorted(lowest, key=lambda one: (-sum(tree.lies_in(one, other) for other in found), one))


def _named(register: Register, said: Sequence[str], words: Sequence[str], *, is_short: bool) -> set[str]:
    found = set()
    for level in register.telling:
        endings = tuple(map(normal, register.tree.endings_of(level)))
        for place_id, name in register.names.of_level(level):
            key = normal(name)
            if is_short:
                ending = max((one for one in endings if one and key.endswith(one)), key=len, default="")
                key = key.removesuffix(ending)
            if _stands_in(key, said, words):
                found.add(place_id)
    return found


def _stands_in(key: str, said: Sequence[str], words: Sequence[str]) -> bool:
    """Chinese names stand among other letters; names of an alphabet are words of their own, one or several."""
    if key.isascii():
        return len(key) >= LATIN_SHORTEST and (key in words or any(text == key for text in said))
    return len(key) >= SHORTEST and any(key in text for text in said)
