"""What was not read of a file, in words."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from importer.read.chunk import LeftOut


def part_words(part: str, language: str) -> str:
    """ "sheet", 工作表. A kind of part that nobody described is an error of ours: KeyError."""
    return _told(words()["part"][part], language)


def reason_words(reason: str, language: str) -> str:
    """Why a part was not read. A reason that nobody described is an error of ours: KeyError."""
    return _told(words()[reason], language)


def sentence(one: LeftOut, language: str) -> str:
    """ "column 备注: the declaration does not use it (已通)"."""
    seen = f" ({one.saw})" if one.saw else ""
    return f"{part_words(one.part, language)} {one.name}: {reason_words(one.reason, language)}{seen}"


def _told(entry: dict[str, str], language: str) -> str:
    return entry.get(language, entry["en"])


@cache
def words() -> dict[str, dict[str, Any]]:
    return tomllib.loads(Path(__file__).with_name("left_out.toml").read_text(encoding="utf-8"))
