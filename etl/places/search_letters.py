"""How the letters of names are read, and which plainer letter stands for one of another spelling."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pandas as pd
from opencc import OpenCC

from etl.source_form import RegisterForm
from etl.store import Store

IDEOGRAPHS = range(0x4E00, 0xA000)
FIRST_IDEOGRAPH = "\u3400"
PINYIN = "pinyin"
#: A keyboard has no ü: how people write what pypinyin writes with a v.
UMLAUT = {"v": ("v", "u", "yu")}


def load_search_letters(store: Store) -> None:
    """Fill search_letter, where the register's names are romanised as Chinese ones are; else it stays empty.

    All letters that people type are there, not only those of names: a wrong one is known by its sound.
    """
    names_en = store.profile.the("places").told(RegisterForm).names_en
    if names_en is None or names_en.method != PINYIN:
        return
    held = store.sql("SELECT name FROM place UNION SELECT name FROM village").fetchall()
    named = {letter for (name,) in held for letter in name if letter >= FIRST_IDEOGRAPH}
    rows = [row for letter in sorted(named | set(map(chr, IDEOGRAPHS))) for row in _rows(letter)]
    store.insert("search_letter", pd.DataFrame(rows, columns=["letter", "is_sound", "position", "said"]))
    rest_on = "SELECT DISTINCT source_id FROM meta_lineage WHERE table_name IN ('place', 'village')"
    for (source_id,) in store.sql(rest_on).fetchall():
        store.trace_id("search_letter", source_id)


def _rows(letter: str) -> Iterator[tuple[str, bool, int, str]]:
    for position, syllable in enumerate(readings(letter)):
        yield letter, True, position, syllable
    simple = plain(letter)
    if simple != letter:
        yield letter, False, 0, simple


def readings(letter: str) -> list[str]:
    """All syllables that a letter is read as, without tones, the usual one first; none for what is no ideograph."""
    if letter < FIRST_IDEOGRAPH:
        return []
    from pypinyin import Style, lazy_pinyin, pinyin  # here: it takes half a second, and few builds need it

    known = [*lazy_pinyin(letter), *pinyin(letter, style=Style.NORMAL, heteronym=True)[0]]
    spelt = [form for syllable in known if syllable.isascii() for form in _forms(syllable)]
    return list(dict.fromkeys(spelt))


def _forms(syllable: str) -> list[str]:
    [*umlauts] = (mark for mark in UMLAUT if mark in syllable)
    return [syllable.replace(mark, form) for mark in umlauts for form in UMLAUT[mark]] or [syllable]


def plain(letter: str) -> str:
    """The letter in the spelling of the mainland, or itself."""
    simple = _converter().convert(letter)
    return simple if len(simple) == 1 else letter


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")
