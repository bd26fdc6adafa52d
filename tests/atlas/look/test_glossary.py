"""One word for one thing: the words that docs/glossary.md sets aside stand on no screen."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from atlas.look.language import read_catalogue

ROOT = Path(__file__).resolve().parents[3]


def set_aside() -> list[str]:
    """The last column of the glossary."""
    rows = [line for line in (ROOT / "docs/glossary.md").read_text(encoding="utf-8").splitlines() if line[:2] == "| "]
    return [word for row in rows[1:] for word in row.split("|")[-2].strip().split("、") if word]


def chinese(part: Any) -> Iterator[str]:
    """Every Chinese text of a declaration that is shown."""
    if isinstance(part, dict):
        yield from [part["zh"]] if isinstance(part.get("zh"), str) else []
        for one in part.values():
            yield from chinese(one)
    elif isinstance(part, list):
        for one in part:
            yield from chinese(one)


def shown() -> list[str]:
    texts = [
        text
        for message in read_catalogue("zh")
        if message.id
        for text in ([message.string] if isinstance(message.string, str) else message.string)
    ]
    for path in [ROOT / "data/china/profile.toml", *(ROOT / "data/china/sources").glob("*.toml")]:
        texts += chinese(tomllib.loads(path.read_text(encoding="utf-8")))
    return texts


def test_the_glossary_sets_words_aside() -> None:
    assert len(set_aside()) > 15


@pytest.mark.parametrize("word", set_aside())
def test_a_word_set_aside_is_nowhere(word: str) -> None:
    assert [text for text in shown() if word in text] == []


def test_no_blank_stands_before_a_percent_sign() -> None:
    assert [text for text in shown() if re.search(r"\d %(?!\()", text)] == []
