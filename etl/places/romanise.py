"""Latin names for places that declare none. A source declaration names the method and the endings."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pypinyin import lazy_pinyin

Suffixes = Sequence[tuple[str, str]]


def pinyin(name: str, suffixes: Suffixes) -> str:
    """`新田县` → `Xintian County`: the stem in pinyin, the first ending that fits in English."""
    for ending, english in suffixes:
        stem = name.removesuffix(ending)
        if stem != name and len(stem) > 1:
            return "".join(lazy_pinyin(stem)).capitalize() + english
    return "".join(lazy_pinyin(name)).capitalize()


METHODS: dict[str, Callable[[str, Suffixes], str]] = {"pinyin": pinyin}
