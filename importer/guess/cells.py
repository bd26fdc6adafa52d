"""What the cells of a column are like: how well they fit a type, in words, and how they are to be read."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from importer import days, values
from importer.place import written
from importer.place.names import normal

FEW_WORDS = 12
LONG_TABLE = 0.6  # how well a code fits that stands in many rows
MANY_ROWS = 200
SERIAL = 0.5  # how well 1, 2, 3 … fits a code: better than nothing, worse than any other

Checked = tuple[float, str, dict[str, Any]]


def _fit(problem: np.ndarray) -> float:
    return float(pd.isna(problem).mean())


def _as_code(cells: pd.Series) -> Checked:
    lengths = cells.str.strip().str.len().value_counts()
    digits = cells.str.strip().str.fullmatch(r"\d+(\.0+)?")
    is_digits = digits.mean()
    repeated = 1 - cells.nunique() / len(cells)
    saw = f"{cells.nunique():,} different in {len(cells):,}; lengths {', '.join(map(str, sorted(lengths.index)[:4]))}"
    whole = lengths if not digits.any() else cells[digits].str.strip().str.len().value_counts()
    top = int(max(whole.index))
    lost = len(whole) == 2 and top - int(min(whole.index)) == 1 and is_digits > 0.9
    if _counts_up(cells):
        return SERIAL, f"{saw}; counts up, as numbers of rows do", {}
    return max(LONG_TABLE, 1 - repeated), saw, {"pad_to": top} if lost else {}


def _counts_up(cells: pd.Series) -> bool:
    """From 0 or 1 upwards, in even steps or with few numbers left out."""
    numbers = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=float)
    if len(numbers) < 3 or not np.isfinite(numbers).all() or numbers[0] not in (0, 1):
        return False
    steps = np.diff(numbers)
    return bool(np.all(steps > 0) and (numbers[-1] < 3 * len(numbers) or np.ptp(steps) == 0))


def _as_text(cells: pd.Series) -> Checked:
    numbers = pd.isna(values.numbers(cells).problem).mean()
    if numbers > 0.9:
        return 0.2, examples(cells), {}
    is_repeated = len(cells) > MANY_ROWS and cells.nunique() < len(cells) / MANY_ROWS
    return (0.8 if is_repeated else 1.0), examples(cells), {}


def _as_number(cells: pd.Series) -> Checked:
    read_cells = values.numbers(cells)
    decimal = values.decimal_of(cells)
    found = np.asarray(read_cells.values, dtype=float)
    saw = f"{np.nanmin(found):,.6g} … {np.nanmax(found):,.6g}" if np.isfinite(found).any() else "no numbers"
    return (
        _fit(read_cells.problem) * np.isfinite(found).any(),
        saw,
        {"decimal": ","} if decimal == "," else {},
    )


def _as_share(cells: pd.Series) -> Checked:
    decimal = values.decimal_of(cells)
    scale = values.scale_of(cells, decimal)
    fits = _fit(values.shares(cells, scale=scale, decimal=decimal).problem)
    return fits, f"{_as_number(cells)[1]}, read as {scale}", {"scale": scale}


def _as_flag(cells: pd.Series) -> Checked:
    counted = cells.str.strip().value_counts()
    known = pd.isna(values.flags(cells).problem)
    saw = ", ".join(f"{n:,} × {word}" for word, n in counted.head(4).items())
    return float(known.mean()) if len(counted) <= 2 * FEW_WORDS else 0.0, saw, {}


def _as_date(cells: pd.Series) -> Checked:
    order = days.date_order_of(cells)
    fits = _fit(days.dates(cells, order=order).problem)
    return fits, examples(cells), {"date_order": order} if order else {}


def _as_word(cells: pd.Series) -> Checked:
    counted = cells.str.strip().value_counts()
    if len(counted) > 4 * FEW_WORDS:
        return 0.0, "too many different words", {}
    saw = ", ".join(f"{n:,} × {word}" for word, n in counted.head(FEW_WORDS).items())
    return 0.9, saw, {"words": {str(word): normal(str(word)) for word in counted.index}}


def _as_longitude(cells: pd.Series) -> Checked:
    return _as_degrees(cells, 180)


def _as_latitude(cells: pd.Series) -> Checked:
    return _as_degrees(cells, 90)


def _as_degrees(cells: pd.Series, most: float) -> Checked:
    read_cells = written.degrees(cells)
    found = np.asarray(read_cells.values, dtype=float)
    if not np.isfinite(found).any():
        return 0.0, "no coordinates", {}
    saw = f"{np.nanmin(found):,.6g} … {np.nanmax(found):,.6g}"
    inside = np.nanmean(np.abs(found) <= most)
    return _fit(read_cells.problem) * max(float(inside), 0.6), saw, {}


def _as_quadkey(cells: pd.Series) -> Checked:
    fits = float(cells.str.fullmatch(r"[0-3]{8,30}").mean())
    return fits, examples(cells), {}


CHECKS = {
    "code": _as_code,
    "text": _as_text,
    "number": _as_number,
    "count": _as_number,
    "share": _as_share,
    "flag": _as_flag,
    "date": _as_date,
    "word": _as_word,
    "longitude": _as_longitude,
    "latitude": _as_latitude,
    "quadkey": _as_quadkey,
}


def shown(cells: pd.Series, most: int = 3) -> str:
    """Some different cells, in no language."""
    return ", ".join(text[:30] for text in cells.drop_duplicates().head(most))


def numbers_shown(cells: pd.Series) -> str:
    """The least and the largest number of a column, in no language."""
    plain = cells.str.rstrip("%％ ")
    found = np.asarray(values.numbers(plain, decimal=values.decimal_of(plain)).values, dtype=float)
    return f"{np.nanmin(found):,.6g} … {np.nanmax(found):,.6g}" if np.isfinite(found).any() else shown(cells)


def examples(cells: pd.Series) -> str:
    return "such as " + ", ".join(repr(text[:30]) for text in cells.drop_duplicates().head(3))
