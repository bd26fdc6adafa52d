"""The rules that rows can break, in words: what is wrong and how to mend it, in both languages."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path


def rule(rule_id: str, language: str) -> tuple[str, str]:
    """(what is wrong, how to mend it), in English where the language has no words for it.

    A rule that nobody described is an error of ours: KeyError.
    """
    entry = rules()[rule_id]
    told = language if f"wrong_{language}" in entry else "en"
    return entry[f"wrong_{told}"], entry[f"mend_{told}"]


@cache
def rules() -> dict[str, dict[str, str]]:
    """rule_id → wrong_zh, wrong_en, mend_zh, mend_en."""
    return tomllib.loads(Path(__file__).with_name("rules.toml").read_text(encoding="utf-8"))
