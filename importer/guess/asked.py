"""What a file does not tell by itself: questions, each with the answers that it could have.

A draft takes the likeliest answer only where nothing speaks for another; else it takes none, the column stays out, and
a person is asked. Answers come back as a mapping from a question's key to an answer's.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

Words = Mapping[str, str]  # zh, en
Answers = Mapping[str, str]  # key of a question → key of the answer that a person gave


@dataclass(frozen=True)
class Answer:
    """One way to understand it; `key` is what the declaration gets: a field, a factor, a code."""

    key: str
    says: Words


@dataclass(frozen=True)
class Question:
    """`key` is unique in a file ("about", "unit:总投资"); `taken` is the answer in force, None where none is."""

    key: str
    asks: Words
    saw: str
    answers: tuple[Answer, ...]
    taken: str | None = None


def words(entry: str, **fields: str) -> Words:
    """A sentence of questions.toml in both languages, with its fields filled in."""
    return {language: text.format(**fields) for language, text in _texts()[entry].items()}


@cache
def _texts() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("questions.toml").read_text(encoding="utf-8"))
