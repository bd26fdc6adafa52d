"""Latin names for places that declare none. A source declaration names the method, the endings and the readings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence

from etl.places.readings import Reader

Suffixes = Sequence[tuple[str, str]]
Romanise = Callable[[str], str]
PEOPLE = "族"
MARKS = str.maketrans({"、": ", ", "。": ".", "“": '"', "”": '"', "《": '"', "》": '"', "「": '"', "」": '"'})
REMARKS = re.compile(r"(.+?)((?:\([^()]*\))+)")


class Pinyin:
    """`新田县` → `Xintian County`: the name in pinyin, one word; the first ending that fits in English.

    A name of one syllable keeps its kind, as official maps write it: `道县` → `Daoxian County`. Peoples before the
    ending are translated: `江华瑶族自治县` → `Jianghua Yao Autonomous County`. Remarks in brackets stay behind.
    """

    def __init__(self, suffixes: Suffixes, peoples: Mapping[str, str], readings: Mapping[str, str]) -> None:
        self._endings: dict[str, list[tuple[str, str]]] = {}
        self._kinds: dict[str, str] = {}
        for ending, english in suffixes:
            self._endings.setdefault(ending[-1], []).append((ending, english))
            self._kinds[english] = min(ending, self._kinds.get(english, ending), key=len)
        self._peoples = sorted(peoples.items(), key=lambda pair: -len(pair[0]))
        self._last_of_peoples = frozenset(one[-1] for one in peoples)
        self._reader = Reader(readings)

    def __call__(self, name: str) -> str:
        plain = unicodedata.normalize("NFKC", name).translate(MARKS).strip()
        if plain.endswith(")") and (remarked := REMARKS.fullmatch(plain)):
            remarks = re.findall(r"\(([^()]*)\)", remarked[2])
            return " ".join((self._name(remarked[1]), *(f"({self._name(one)})" for one in remarks if one)))
        return self._name(plain)

    def _name(self, name: str) -> str:
        for ending, english in self._endings.get(name[-1:], ()):
            if name == ending and len(ending) > len(self._kinds[english]):
                return english.strip()
            if name.endswith(ending) and len(name) > len(ending):
                return self._with_ending(name[: -len(ending)], ending, english)
        return self._word(name)

    def _with_ending(self, stem: str, ending: str, english: str) -> str:
        if ending.startswith(PEOPLE):  # the last people's own word for "people" went with the ending
            stem += PEOPLE
        stem, peoples = self._without_peoples(stem)
        kind = self._kinds[english]
        if len(stem) == 1 and not peoples and len(kind) == 1:
            stem += kind
        return " ".join(filter(None, (self._word(stem), peoples))) + english

    def _without_peoples(self, stem: str) -> tuple[str, str]:
        found: list[str] = []
        while stem[-1:] in self._last_of_peoples:
            held = next((pair for pair in self._peoples if stem.endswith(pair[0])), None)
            if held is None:
                break
            stem = stem[: -len(held[0])]
            found.insert(0, held[1])
        return stem, " and ".join(filter(None, (", ".join(found[:-1]), *found[-1:])))

    def _word(self, text: str) -> str:
        word = self._reader.word(text)
        return word[:1].upper() + word[1:]


METHODS: dict[str, Callable[[Suffixes, Mapping[str, str], Mapping[str, str]], Romanise]] = {"pinyin": Pinyin}
