"""Which rows of a table are about something: those that the declaration speaks of, without totals, remarks and
signatures; and what an empty cell below a filled one says.
"""

from __future__ import annotations

import dataclasses
import re
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from importer.convert.batch import Batch
from importer.convert.declared import Declaration
from importer.convert.returned import ADDED, POSITION
from importer.read.chunk import SHEET_COLUMN, Chunk, LeftOut, Texts, positions, written
from importer.values import NOTHING, folded, house_words

NO_PLACE, HEADER_AGAIN = "row_is_no_place", "row_repeats_header"
FEWEST_HEADERS = 2
NUMBERED = re.compile(r" \(\d+\)$")
BRACKETS = re.compile(r"[(（\[【].*[)）\]】]")
EXAMPLES, SHOWN = 3, 30  # cells of a column that is not used, and characters of each
ROWS_LOOKED_AT = 1_000
Carried = dict[str, str | None]  # header → what its last filled cell said, from one piece of a file to the next


def only(declaration: Declaration, chunk: Chunk) -> Chunk:
    """Rows that the declaration speaks of; the others belong to another one."""
    keep = np.ones(len(chunk.texts), dtype=bool)
    for column, values in declaration.only.items():
        keep &= pc.is_in(written(chunk.texts.column(column)), pa.array(values, pa.string())).to_numpy(False)
    if keep.all():
        return chunk
    geometry = None if chunk.geometry is None else chunk.geometry[keep]
    return dataclasses.replace(
        chunk,
        cells=chunk.texts.kept(keep),
        row_numbers=chunk.row_numbers[keep],
        geometry=geometry,
    )


def unused_columns(declaration: Declaration, chunk: Chunk) -> tuple[LeftOut, ...]:
    """Columns of a file that fill no field and choose no row, with what stands in them; those without a cell are left
    unsaid.
    """
    headers = chunk.texts.columns
    used = {*declaration.needs, *(name for wide in declaration.wide for name, _ in wide.matching(headers))}
    unused = {
        name: _first_texts(chunk.texts, name)
        for name in headers
        if name not in used and name not in (*ADDED, *POSITION)
    }
    return tuple(
        LeftOut("column", name, "not_declared", ", ".join(text[:SHOWN] for text in some[:EXAMPLES]))
        for name, some in unused.items()
        if some
    )


def _first_texts(texts: Texts, name: str) -> list[str]:
    """The different texts of a column's first rows."""
    some: list[str] = written(texts.column(name).slice(0, ROWS_LOOKED_AT)).drop_null().unique().to_pylist()
    return some


# --- totals, remarks, signatures ------------------------------------------------------------------------


def find_no_places(declaration: Declaration, batch: Batch) -> NDArray[np.bool_]:
    """Rows between and below those about places: a total, a remark, who filled in the form. They are rejected by one
    rule of their own, and nothing else is said of them.
    """
    is_none = _find_headers(declaration, batch)
    may_total = declaration.content.place == "none" or "scope" in declaration.columns  # rows of totals are wanted
    if may_total or declaration.strict or not batch.cells.columns:
        return is_none
    may_be = np.flatnonzero(~is_none & ~_has_code(declaration, batch.cells))
    if not len(may_be):
        return is_none
    said = np.full(len(is_none), None, dtype=object)
    headers = _headers(declaration, batch.cells)
    for cells in [*(written(batch.cells.column(header)) for header in headers), _first_filled(batch.cells)]:
        coded = cells.take(pa.array(may_be)).dictionary_encode()
        texts = [*coded.dictionary.to_pylist(), ""]
        known = np.array([_is_no_place(text) for text in texts], dtype=bool)[positions(coded)]
        told = known & ~is_none[may_be]
        said[may_be[told]] = np.array(texts, dtype=object)[positions(coded)[told]]
        is_none[may_be[known]] = True
    rules = np.where(pd.notna(said), NO_PLACE, NOTHING)
    batch.find(rules, field="place_id", column=", ".join(headers), values=pa.array(said, pa.string()))
    return is_none


def _find_headers(declaration: Declaration, batch: Batch) -> NDArray[np.bool_]:
    """Rows that say the header again, as every printed page begins with it."""
    again = np.zeros(len(batch.cells), dtype=bool) if declaration.strict else headers_again(batch.cells)
    if again.any():
        said = [" ".join(filter(None, row)) for row in batch.cells.kept(again).frame.to_numpy(dtype=object)]
        values = np.full(len(again), None, dtype=object)
        values[again] = said
        rules = np.where(again, HEADER_AGAIN, NOTHING)
        batch.find(rules, field="place_id", column=", ".join(batch.cells.columns[:3]), values=pa.array(values))
    return again


def headers_again(texts: Texts) -> NDArray[np.bool_]:
    """Per row: whether every cell that is filled, two at least, says what stands above its column."""
    names = [name for name in texts.columns if name != SHEET_COLUMN]
    begin = np.zeros(len(texts), dtype=np.int64)
    for name in names:
        begin += _begins_as_header(texts.column(name), name)
    again = begin >= FEWEST_HEADERS
    if again.any():
        few = texts.kept(again)
        same = sum((_says_header(few.column(name), name) for name in names), np.zeros(len(few), dtype=np.int64))
        filled = few.frame[names].notna().sum(axis=1).to_numpy()
        again[again] = (same >= FEWEST_HEADERS) & (same == filled)
    return again


def _begins_as_header(cells: pa.Array, header: str) -> NDArray[np.bool_]:
    """Per cell, at little cost: most rows have no two cells of which this is true, and are looked at no closer."""
    is_coded = pa.types.is_dictionary(cells.type)
    different = cells.dictionary if is_coded else cells
    begins = np.zeros(len(different) + is_coded, dtype=bool)  # behind coded texts the empty cell
    for letter in _letters_of(header):
        told = pc.starts_with(different, letter).fill_null(False).to_numpy(zero_copy_only=False)
        begins[: len(different)] |= told
    if begins.any():  # 是 begins as 是否通光纤 does; half, for signs that are several letters when they are compared
        least = min(map(len, _parts_of(header))) // 2
        is_long = pc.greater_equal(pc.utf8_length(different), least).fill_null(False)
        begins[: len(different)] &= is_long.to_numpy(zero_copy_only=False)
    found: NDArray[np.bool_] = begins[positions(cells)] if is_coded else begins
    return found


def _says_header(cells: pa.Array, header: str) -> NDArray[np.bool_]:
    meant, coded = _parts_of(header), written(cells).dictionary_encode()
    says = np.array([*(text and _squeezed(text) in meant for text in coded.dictionary.to_pylist()), False], dtype=bool)
    found: NDArray[np.bool_] = says[positions(coded)]
    return found


@cache
def _parts_of(header: str) -> frozenset[str]:
    """是否已通 / 光纤 (2) is written 是否已通 over 光纤."""
    bare = NUMBERED.sub("", header)
    return frozenset(map(_squeezed, (header, bare, *bare.split(" / "))))


@cache
def _letters_of(header: str) -> frozenset[str]:
    """With which texts that say a header begin; each is compared as it is, which costs a fifth of ignoring its case."""
    first = {part[0] for part in (header, *_parts_of(header)) if part}
    return frozenset(form for letter in first for form in (letter, letter.lower(), letter.upper()))


def _squeezed(text: str) -> str:
    return "".join(folded(text).split())


def _has_code(declaration: Declaration, texts: Texts) -> NDArray[np.bool_]:
    """A row with a code of its own is about a place, whatever that is called."""
    has = np.zeros(len(texts), dtype=bool)
    column = declaration.columns.get("code")
    for header in column.columns if column is not None else ():
        is_code = pc.match_substring_regex(written(texts.column(header)), r"[0-9]{3}")
        has |= is_code.fill_null(False).to_numpy(zero_copy_only=False)
    return has


def _headers(declaration: Declaration, texts: Texts) -> list[str]:
    named = [
        header
        for name, column in declaration.columns.items()
        if name in ("code", "name") or name.endswith(("_code", "_name"))
        for header in column.columns
    ]
    return [header for header in dict.fromkeys(named) if header in texts.columns]


def totals(texts: Texts) -> NDArray[np.bool_]:
    """Per row: whether it begins as a total, a remark or a signature does, whatever its columns are."""
    first = _first_filled(texts).to_pylist() if texts.columns else [None] * len(texts)
    return np.array([text is not None and _is_no_place(text) for text in first], dtype=bool)


def _first_filled(texts: Texts) -> pa.StringArray:
    return pc.coalesce(*(written(texts.column(name)) for name in texts.columns[:3]))


def _is_no_place(text: str) -> bool:
    """小计, 合计（户）, 全县, 东安县合计, 注：…, 填表人：…, Total, Grand total, Notes: …"""
    word = folded(BRACKETS.sub("", text)).replace(" ", "")
    if _patterns()[0].fullmatch(word):
        return True
    return _patterns()[1].match(folded(text)) is not None


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """(a total, a remark or signature)."""
    words = house_words()["no_place"]
    whole, ends, begins = (_any(words[name]) for name in ("whole", "ends", "begins"))
    return re.compile(f"(?:{whole}|.*(?:{ends}))[:：]?"), re.compile(f"(?:{begins})\\s*(?:[:：]|$)")


def _any(texts: list[str]) -> str:
    return "|".join(re.escape(folded(text)) for text in sorted(texts, key=len, reverse=True))


def emptied(chunk: Chunk, rows: NDArray[np.bool_]) -> Chunk:
    """The piece with nothing in some of its rows, so that nothing else is found wrong with them."""
    if not rows.any():
        return chunk
    geometry = chunk.geometry
    if geometry is not None:
        geometry = geometry.copy()
        geometry[rows] = None
    return dataclasses.replace(chunk, cells=chunk.texts.emptied(rows), geometry=geometry)


# --- cells that are filled in the first row of a group --------------------------------------------------


def filled_down(declaration: Declaration, chunk: Chunk, carried: Carried) -> Chunk:
    """Empty cells of the declared columns say what the last filled one above them says; a new place of a column begins
    the columns after it anew. `carried` is kept up to date.
    """
    if not declaration.fill_down or not len(chunk.texts):
        return chunk
    frame = chunk.frame.copy()
    has_content = frame.notna().any(axis=1)
    begins = pd.Series(False, index=frame.index)  # a group of a column before this one begins here
    for name in declaration.fill_down:
        cells = frame[name]
        group = begins.cumsum()
        filled = cells.groupby(group).ffill()
        before = carried.get(name)
        filled = filled.where(filled.notna() | (group > 0), before)
        frame[name] = filled.astype(object).where(filled.notna() & has_content, None)
        last = filled.iloc[-1]
        carried[name] = None if pd.isna(last) else str(last)
        begins |= filled.notna() & (filled != filled.shift(fill_value=before))
    return dataclasses.replace(chunk, cells=frame)


def as_meant(declaration: Declaration, written_cells: Texts, filled: Texts, no_place: NDArray[np.bool_]) -> Texts:
    """The cells as they were written, the filled ones filled: a row that goes back to a clerk says what it meant."""
    if not declaration.fill_down or not len(filled):
        return written_cells
    mask = pa.array(no_place)
    arrays = [
        pc.if_else(mask, written(written_cells.column(name)), written(filled.column(name)))
        for name in written_cells.columns
    ]
    return Texts(written_cells.columns, arrays, len(filled))
