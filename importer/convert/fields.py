"""Hands each field's cells to the converter of its type, with what the declaration says about them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from importer import days, values
from importer.convert import columns
from importer.convert.declared import Column
from importer.place import quadkeys, written
from importer.read.chunk import positions
from importer.values import Converted

#: How a list that we keep ourselves writes figures and days, and the rule that anything else breaks.
PLAIN = {
    "number": (r"-?[0-9]+(\.[0-9]+)?", "not_a_number"),
    "count": (r"-?[0-9]+", "not_whole"),
    "date": (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "not_a_date"),
}
TEXTS = ("code", "text", "word", "quadkey")  # types whose values are texts


def convert(column: Column, cells: pa.Array) -> Converted:
    """The values of a column of cells; each cell that says nothing understandable has a problem.

    `cells` are strings, or a dictionary of strings where there are few. Plain cells are read together, the different
    texts of all others one by one; the values of a text are an Arrow array.
    """
    if column.field.type != "date":  # of which the plain ones tell no order
        column = settled(column, cells)
    found = None if pa.types.is_dictionary(cells.type) else columns.plain(column, cells)
    if found is None:
        return _by_text(column, cells)
    is_open = ~found.is_read & cells.is_valid().to_numpy(zero_copy_only=False)
    problem = np.full(len(cells), None, dtype=object)
    if not is_open.any():
        return Converted(found.values, problem)
    rest = _by_text(column, cells.filter(pa.array(is_open)))
    problem[is_open] = rest.problem
    if isinstance(found.values, pa.Array):
        return Converted(pc.replace_with_mask(found.values, is_open, rest.values), problem)
    found.values[is_open] = rest.values
    return Converted(found.values, problem)


def _by_text(column: Column, cells: pa.Array) -> Converted:
    """Every different text understood once, and the result handed to all cells that hold it."""
    coded = cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()
    read = carefully(column, pd.Series([*coded.dictionary.to_pylist(), None], dtype=object))
    where = positions(coded)  # -1, the empty cell, is the last
    found = np.asarray(read.values)
    if column.field.type in TEXTS:
        texts = pa.array(found[:-1].astype(object), pa.string(), from_pandas=True)
        return Converted(texts.take(coded.indices), read.problem[where])
    return Converted(found[where], read.problem[where])


def carefully(column: Column, cells: pd.Series) -> Converted:
    """The same by looking at each cell: what `convert` has to say."""
    read = _CONVERTERS[column.field.type](column, cells)
    if not column.strict or column.field.type not in PLAIN:
        return read
    pattern, rule = PLAIN[column.field.type]
    is_odd = (cells.notna() & ~cells.str.fullmatch(pattern).fillna(True).astype(bool)).to_numpy()
    return Converted(read.values, np.where(is_odd & pd.isna(read.problem), rule, read.problem))


def settled(column: Column, cells: pa.Array) -> Column:
    """The column with what its first cells decide: decimal sign, scale of shares, order of dates.

    A file is read in pieces, and every piece has to be read alike.
    """
    kind = column.field.type
    if kind in ("number", "count", "longitude", "latitude") and column.decimal is None:
        return dataclasses.replace(column, decimal=_decimal_of(column, cells))
    if kind == "share" and (column.decimal is None or column.scale is None):
        decimal = column.decimal or _decimal_of(column, cells)
        scale = column.scale or values.scale_of(_different(cells), decimal, column.unknown)
        return dataclasses.replace(column, decimal=decimal, scale=scale)
    if kind == "date" and column.date_order is None:
        return dataclasses.replace(column, date_order=days.date_order_of(_different(cells)))
    return column


def _decimal_of(column: Column, cells: pa.Array) -> str:
    written = cells.dictionary if pa.types.is_dictionary(cells.type) else cells
    if not pc.any(pc.match_substring(written, ",")).as_py():
        return "."
    return values.decimal_of(_different(cells), column.unknown)


def _different(cells: pa.Array) -> pd.Series:
    """The different texts of a column."""
    return pd.Series(cells.unique().to_pylist(), dtype=object)


def _code(column: Column, cells: pd.Series) -> Converted:
    """Codes; a word of the declaration may stand for the cell as it is written, or for the code in it."""
    known = _known(column, cells)
    if not column.words:
        return values.codes(known, pad_to=column.pad_to)
    meant = {values.folded(said): meaning for said, meaning in column.words.items()}

    def meaning_of(text: object) -> str | None:
        return meant.get(values.folded(text)) if isinstance(text, str) else None

    as_written = known.map(meaning_of).astype(object)
    code = pd.Series(np.asarray(values.codes(known).values), index=cells.index, dtype=object)
    said = as_written.where(as_written.notna(), code.map(meaning_of).astype(object))
    said = said.where(said.notna(), known)
    return values.codes(said, pad_to=column.pad_to)


def _known(column: Column, cells: pd.Series) -> pd.Series:
    """Without the cells that hold a word which the declaration says stands for nothing."""
    if not column.unknown:
        return cells
    nothing = {values.folded(word) for word in column.unknown}
    is_unknown = cells.map(lambda text: isinstance(text, str) and values.folded(text) in nothing).astype(bool)
    return cells.where(~is_unknown, None)


def _text(column: Column, cells: pd.Series) -> Converted:
    read = values.texts(cells)
    if not column.words and not column.unknown:
        return read
    said = pd.Series(np.asarray(read.values), index=cells.index, dtype=object)
    meant = said.map(lambda text: column.words.get(text, text) if isinstance(text, str) else None)
    return Converted(meant.where(~said.isin(column.unknown), None), read.problem)


def _number(column: Column, cells: pd.Series) -> Converted:
    return values.numbers(
        cells, decimal=column.decimal, unknown=column.unknown, scale=column.factor, unit=column.field.unit
    )


def _count(column: Column, cells: pd.Series) -> Converted:
    """A whole number; 1254.0 is one, 12.5 is not."""
    read = _number(column, cells)
    numbers = np.asarray(read.values, dtype=float)
    broken = np.isfinite(numbers) & (numbers != np.round(numbers))
    problem = np.where(broken, "not_whole", read.problem)
    return Converted(np.where(broken, np.nan, numbers), problem)


def _share(column: Column, cells: pd.Series) -> Converted:
    return values.shares(cells, scale=column.scale, decimal=column.decimal, unknown=column.unknown)


def _flag(column: Column, cells: pd.Series) -> Converted:
    return values.flags(cells, true=column.true, false=column.false, unknown=column.unknown)


def _date(column: Column, cells: pd.Series) -> Converted:
    return days.dates(_known(column, cells), order=column.date_order)


def _word(column: Column, cells: pd.Series) -> Converted:
    return values.categories(cells, column.words, unknown=column.unknown)


def _degrees(column: Column, cells: pd.Series) -> Converted:
    if column.order is not None:
        return written.points(cells, column.order, column.field.name, unknown=column.unknown)
    return written.degrees(cells, decimal=column.decimal, unknown=column.unknown)


def _quadkey(column: Column, cells: pd.Series) -> Converted:
    return quadkeys.keys(_known(column, cells))


_CONVERTERS = {
    "code": _code,
    "text": _text,
    "number": _number,
    "count": _count,
    "share": _share,
    "flag": _flag,
    "date": _date,
    "word": _word,
    "longitude": _degrees,
    "latitude": _degrees,
    "quadkey": _quadkey,
}
