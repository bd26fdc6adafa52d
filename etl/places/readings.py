"""How Chinese names are read aloud: syllables of pinyin without tones, characters of several readings included.

The library reads whole sentences by dividing them into words, which takes half a minute for a nation's villages. Names
are short: a phrase of its dictionary counts only where it is read otherwise than its characters are by themselves.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache

LONGEST_PHRASE = 4
INITIAL_VOWELS = ("a", "o", "e")
MARKS = dict.fromkeys(map(ord, "\u0300\u0301\u0304\u030c"))  # the four tones; the dots of ü stay


class Reader:
    """Reads names. What is declared goes before the library: a character or a phrase, its syllables with blanks."""

    def __init__(self, declared: Mapping[str, str]) -> None:
        told = {text: tuple(said.split()) for text, said in declared.items()}
        self._letters = {**_letters(), **{text: said[0] for text, said in told.items() if len(text) == 1}}
        self._phrases: dict[str, dict[str, tuple[str, ...]]] = {}
        for phrase, said in {**self._read_otherwise(), **told}.items():
            if len(phrase) > 1:
                self._phrases.setdefault(phrase[:2], {})[phrase] = said

    def word(self, text: str) -> str:
        """All syllables in one; one that begins with a vowel stands behind an apostrophe: Xi'an."""
        word, is_read = "", False
        for syllable, is_next_read in self.syllables(text):
            parted = is_read and is_next_read and syllable.startswith(INITIAL_VOWELS)
            word += f"'{syllable}" if parted else syllable
            is_read = is_next_read
        return word

    def syllables(self, text: str) -> Iterator[tuple[str, bool]]:
        """One after the other, and whether it was read; what is no Chinese character comes back as it is."""
        at = 0
        while at < len(text):
            phrase, said = self._phrase(text, at)
            for one in said:
                yield one, len(phrase) > 1 or phrase in self._letters
            at += len(phrase)

    def _phrase(self, text: str, at: int) -> tuple[str, tuple[str, ...]]:
        known = self._phrases.get(text[at : at + 2], {})
        held = max((phrase for phrase in known if text.startswith(phrase, at)), key=len, default="")
        letter = text[at]
        return (held, known[held]) if held else (letter, (self._letters.get(letter, letter),))

    def _read_otherwise(self) -> dict[str, tuple[str, ...]]:
        return {
            phrase: said
            for phrase, said in _phrases().items()
            if any(self._letters.get(letter) != one for letter, one in zip(phrase, said, strict=True))
        }


@cache
def _letters() -> dict[str, str]:
    from pypinyin.constants import PINYIN_DICT  # here: it takes half a second, and most declare no pinyin

    return {chr(code): _plain(said.split(",")[0]) for code, said in PINYIN_DICT.items()}


@cache
def _phrases() -> dict[str, tuple[str, ...]]:
    """Phrases that a name may hold, and of which every character has its syllable."""
    from pypinyin.constants import PHRASES_DICT  # as above

    return {
        phrase: tuple(_plain(one[0]) for one in said)
        for phrase, said in PHRASES_DICT.items()
        if len(phrase) == len(said) <= LONGEST_PHRASE
    }


def _plain(syllable: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", syllable).translate(MARKS))
