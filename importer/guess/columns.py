"""A column taken for a field; and what columns may be that have no header, by their cells alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made_by
from typing import Any

import pandas as pd

from importer.guess.asked import Question
from importer.read.chunk import LeftOut

SHAPED = 0.5  # how sure a guess is that no header speaks for
MOSTLY = 0.9


@dataclass(frozen=True)
class Guess:
    """One column taken for one field."""

    field: str
    column: str
    sure: float  # 0 to 1
    saw: str
    understood: Mapping[str, Any] = made_by(default_factory=dict)  # words, scale, pad_to …


@dataclass(frozen=True)
class Tested:
    """What is left of a guess when its values were looked at: the guess, or why there is none."""

    guess: Guess | None
    question: Question | None = None
    left_out: LeftOut | None = None


def by_shape(columns: Mapping[str, pd.Series]) -> list[Guess]:
    """A code and a name among columns (header → known cells) that no header speaks for."""
    found = []
    if code := next((name for name, cells in columns.items() if _is_code(cells)), None):
        found.append(Guess("code", code, SHAPED, "no header; digits of one length, each different"))
    if name := next((name for name, cells in columns.items() if _is_name(cells)), None):
        found.append(Guess("name", name, SHAPED, "no header; texts that differ"))
    return found


def _is_code(cells: pd.Series) -> bool:
    lengths = cells.str.len()
    return bool(len(cells) and cells.str.fullmatch(r"\d{5,}").all() and lengths.nunique() == 1 and cells.is_unique)


def _is_name(cells: pd.Series) -> bool:
    has_letters = cells.str.contains(r"[^\W\d_]", regex=True) & ~cells.str.contains(r"\d{4}", regex=True)
    return bool(has_letters.mean() > MOSTLY and cells.nunique() > len(cells) / 2)
