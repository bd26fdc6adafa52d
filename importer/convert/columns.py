"""Reads the plain cells of a whole column at once: 12.5, 45.3%, 2016-08-30, 431122100201, 石桥村.

Each reader tells which cells it has read; the others are for `importer.values`, whose word on every cell is the one
that counts. A reader claims a cell only where it says exactly the same of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from importer import values
from importer.convert.declared import Column

Bools = NDArray[np.bool_]
DIGITS = r"-?[0-9]{1,15}"
NUMBER = {".": rf"^{DIGITS}(?:\.[0-9]{{1,15}})?$", ",": rf"^{DIGITS}(?:,[0-9]{{1,15}})?$"}
SHARE = {sign: pattern.replace("$", "%?$") for sign, pattern in NUMBER.items()}
DAY = r"^(?:19[5-9][0-9]|20[0-9][0-9])-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])$"  # days that every month has
FIRST_DAY, LAST_DAY = date(1950, 1, 1), date(2099, 12, 31)
# Letters that are one character however they are written: printable ASCII, Western letters with their accents, Chinese
# characters and their punctuation. Between words one blank.
LETTERS = r"[!-~\x{C0}-\x{FF}\x{3001}-\x{3029}\x{3400}-\x{4DBF}\x{4E00}-\x{9FFF}\x{FF01}-\x{FF5E}]+"
TEXT = rf"^{LETTERS}(?: {LETTERS})*$"


@dataclass(frozen=True)
class Plain:
    """What was read: one value per cell, and whether it was read at all. Values of the others mean nothing."""

    values: Any  # an array of NumPy, or of Arrow where they are texts
    is_read: Bools


def plain(column: Column, cells: pa.StringArray) -> Plain | None:
    """The plain cells of a column that is `settled`; None where no reader is sure of its kind."""
    is_plain = not column.strict and column.order is None
    reader = None if not is_plain else _READERS.get(column.field.type)
    return reader(column, cells) if reader is not None else None


# --- texts ------------------------------------------------------------------------------------------------


def _codes(column: Column, cells: pa.StringArray) -> Plain | None:
    """Figures only; zeros that a spreadsheet took away are put back."""
    if column.words or column.unknown:
        return None
    most = values.LONGEST_TEXT if column.pad_to is None else min(column.pad_to, values.LONGEST_TEXT)
    is_read = _true(pc.and_(pc.ascii_is_decimal(cells), pc.less_equal(pc.binary_length(cells), most)))
    return Plain(cells if column.pad_to is None else pc.ascii_lpad(cells, width=column.pad_to, padding="0"), is_read)


def _texts(column: Column, cells: pa.StringArray) -> Plain | None:
    if column.words or column.unknown:
        return None
    is_short = pc.less_equal(pc.binary_length(cells), values.LONGEST_TEXT)
    return Plain(cells, _true(pc.and_(is_short, pc.match_substring_regex(cells, TEXT))))


# --- numbers ----------------------------------------------------------------------------------------------


def _numbers(column: Column, cells: pa.StringArray) -> Plain:
    numbers, is_read = _read_numbers(column, cells)
    return Plain(numbers * column.factor, is_read)


def _counts(column: Column, cells: pa.StringArray) -> Plain:
    """Whole numbers; what is not whole is said cell by cell."""
    numbers = _numbers(column, cells)
    return Plain(numbers.values, numbers.is_read & (numbers.values == np.round(numbers.values)))


def _degrees(column: Column, cells: pa.StringArray) -> Plain:
    return Plain(*_read_numbers(column, cells))


def _shares(column: Column, cells: pa.StringArray) -> Plain:
    is_percent = _true(pc.ends_with(cells, "%"))
    bare = pc.replace_substring(cells, "%", "", max_replacements=1) if is_percent.any() else cells
    numbers, is_read = _read_numbers(column, bare)
    if is_percent.any():
        is_read &= _true(pc.match_substring_regex(cells, SHARE[column.decimal or "."]))
    shares = np.where(is_percent | (column.scale == "percent"), numbers / 100, numbers)
    is_read &= (shares >= -values.SHARE_SLACK) & (shares <= 1 + values.SHARE_SLACK)
    return Plain(np.where(shares < 0, 0.0, np.where(shares > 1, 1.0, shares)), is_read)


def _read_numbers(column: Column, cells: pa.StringArray) -> tuple[NDArray[np.float64], Bools]:
    """Numbers of at most 15 digits on either side; none of those that may be words for "unknown"."""
    decimal = column.decimal or "."
    is_read = _true(pc.match_substring_regex(cells, NUMBER[decimal]))
    numbers = np.full(len(cells), np.nan)
    written = cells if is_read.all() else cells.filter(pa.array(is_read))
    if decimal == ",":
        written = pc.replace_substring(written, ",", ".")
    numbers[is_read] = written.cast(pa.float64()).to_numpy(zero_copy_only=False)
    if doubtful := _numbers_among(values.unknown_words(column.unknown, set()), decimal):
        is_read &= ~np.isin(numbers, doubtful)
    return numbers, is_read


def _numbers_among(words: Collection[str], decimal: str) -> list[float]:
    read = (values.number(word.rstrip("%").strip(), decimal) for word in words)
    return [number for number in read if number is not None]


# --- days -------------------------------------------------------------------------------------------------


def _days(column: Column, cells: pa.StringArray) -> Plain | None:
    if column.unknown:
        return None
    is_read = _true(pc.match_substring_regex(cells, DAY))
    days = np.full(len(cells), None, dtype=object)
    written = cells if is_read.all() else cells.filter(pa.array(is_read))
    since = written.cast(pa.date32()).cast(pa.int32()).to_numpy(zero_copy_only=False)
    days[is_read] = _calendar()[since - (FIRST_DAY - date(1970, 1, 1)).days]
    return Plain(days, is_read)


@cache
def _calendar() -> NDArray[np.object_]:
    """Every day from FIRST_DAY to LAST_DAY: one object each, however many cells hold it."""
    count = (LAST_DAY - FIRST_DAY).days + 1
    return np.array([FIRST_DAY + timedelta(days=n) for n in range(count)], dtype=object)


def _true(mask: pa.BooleanArray) -> Bools:
    return np.asarray(mask.fill_null(False).to_numpy(zero_copy_only=False), dtype=bool)


_READERS: dict[str, Callable[[Column, pa.StringArray], Plain | None]] = {
    "code": _codes,
    "text": _texts,
    "number": _numbers,
    "count": _counts,
    "share": _shares,
    "date": _days,
    "longitude": _degrees,
    "latitude": _degrees,
}
