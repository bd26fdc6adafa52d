"""A column taken for a field; and what columns may be that have no header, by their cells alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made_by
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

SHAPED = 0.5  # how sure a guess is that no header speaks for
MOSTLY = 0.9
EQUATOR_TO_POLE = 90


@dataclass(frozen=True)
class Guess:
    """One column taken for one field."""

    field: str
    column: str
    sure: float  # 0 to 1
    saw: str
    understood: Mapping[str, Any] = made_by(default_factory=dict)  # words, scale, pad_to …


def by_shape(frame: pd.DataFrame) -> list[Guess]:
    """Guesses for a file without a header: a code, a name, and a pair of coordinates where only one pair can be it."""
    columns = {str(name): frame[name].dropna().str.strip() for name in frame.columns}
    columns = {name: cells for name, cells in columns.items() if len(cells)}
    found = []
    if code := next((name for name, cells in columns.items() if _is_code(cells)), None):
        found.append(Guess("code", code, SHAPED, "no header; digits of one length, each different"))
    if name := next((name for name, cells in columns.items() if _is_name(cells)), None):
        found.append(Guess("name", name, SHAPED, "no header; texts that differ"))
    pairs = [pair for a, b in pairwise(columns) if (pair := _as_pair(a, columns[a], b, columns[b]))]
    if len(pairs) == 1:
        for axis, column in zip(("lon", "lat"), pairs[0], strict=True):
            found.append(Guess(axis, column, SHAPED, "no header; the one pair of columns that can be degrees"))
    return found


def _is_code(cells: pd.Series) -> bool:
    lengths = cells.str.len()
    return bool(cells.str.fullmatch(r"\d{5,}").all() and lengths.nunique() == 1 and cells.is_unique)


def _is_name(cells: pd.Series) -> bool:
    has_letters = cells.str.contains(r"[^\W\d_]", regex=True) & ~cells.str.contains(r"\d{4}", regex=True)
    return bool(has_letters.mean() > MOSTLY and cells.nunique() > len(cells) / 2)


def _as_pair(a: str, first: pd.Series, b: str, second: pd.Series) -> tuple[str, str] | None:
    """(longitude, latitude) of two neighbours, where one of them goes beyond the poles."""
    x, y = _degrees(first), _degrees(second)
    if x is None or y is None:
        return None
    if x > EQUATOR_TO_POLE >= y:
        return a, b
    return (b, a) if y > EQUATOR_TO_POLE >= x else None


def _degrees(cells: pd.Series) -> float | None:
    """The largest number of a column of degrees with decimals, without its sign; None where it is no such column."""
    if not cells.str.fullmatch(r"-?\d{1,3}\.\d{2,}").mean() > MOSTLY:
        return None
    most = float(np.nanmax(np.abs(pd.to_numeric(cells, errors="coerce").to_numpy(dtype=float))))
    return most if most <= 180 else None
