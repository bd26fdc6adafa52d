"""Which rows of a table are about something: those that the declaration speaks of, without totals, remarks and
signatures; and what an empty cell below a filled one says.
"""

from __future__ import annotations

import dataclasses
import re
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from importer.convert.batch import Batch
from importer.convert.declared import Declaration
from importer.read.chunk import Chunk, LeftOut
from importer.values import NOTHING, folded, house_words

NO_PLACE = "row_is_no_place"
BRACKETS = re.compile(r"[(（\[【].*[)）\]】]")
EXAMPLES, SHOWN = 3, 30  # cells of a column that is not used, and characters of each
ROWS_LOOKED_AT = 1_000
Carried = dict[str, str | None]  # header → what its last filled cell said, from one piece of a file to the next


def only(declaration: Declaration, chunk: Chunk) -> Chunk:
    """Rows that the declaration speaks of; the others belong to another one."""
    keep = np.ones(len(chunk.frame), dtype=bool)
    for column, values in declaration.only.items():
        keep &= chunk.frame[column].isin(values).to_numpy()
    if keep.all():
        return chunk
    geometry = None if chunk.geometry is None else chunk.geometry[keep]
    return dataclasses.replace(
        chunk,
        frame=chunk.frame[keep].reset_index(drop=True),
        row_numbers=chunk.row_numbers[keep],
        geometry=geometry,
    )


def unused_columns(declaration: Declaration, chunk: Chunk) -> tuple[LeftOut, ...]:
    """Columns of a file that fill no field and choose no row, with what stands in them; those without a cell are left
    unsaid.
    """
    used = {*declaration.needs, *(name for wide in declaration.wide for name, _ in wide.matching(chunk.frame))}
    return tuple(
        LeftOut("column", str(name), "not_declared", ", ".join(known.drop_duplicates().head(EXAMPLES).str[:SHOWN]))
        for name in chunk.frame.columns
        if name not in used and len(known := chunk.frame[name].head(ROWS_LOOKED_AT).dropna())
    )


# --- totals, remarks, signatures ------------------------------------------------------------------------


def find_no_places(declaration: Declaration, batch: Batch) -> NDArray[np.bool_]:
    """Rows between and below those about places: a total, a remark, who filled in the form. They are rejected by one
    rule of their own, and nothing else is said of them.
    """
    is_none = np.zeros(len(batch.texts), dtype=bool)
    if declaration.content.place != "settlement" or declaration.strict or batch.texts.empty:
        return is_none
    may_be = ~_has_code(declaration, batch.texts)
    said = np.full(len(is_none), None, dtype=object)
    for cells in [*_naming(declaration, batch.texts), _first_filled(batch.texts)]:
        where, different = pd.factorize(cells.to_numpy(dtype=object), use_na_sentinel=True)
        known = np.array([*(_is_no_place(str(text)) for text in different), False], dtype=bool)[where] & may_be
        said = np.where(known & pd.isna(said), cells.to_numpy(dtype=object), said)
        is_none |= known
    rules = np.where(is_none, NO_PLACE, NOTHING)
    batch.find(rules, field="place_id", column=", ".join(_headers(declaration, batch.texts)), values=pd.Series(said))
    return is_none


def _has_code(declaration: Declaration, texts: pd.DataFrame) -> NDArray[np.bool_]:
    """A row with a code of its own is about a place, whatever that is called."""
    has = np.zeros(len(texts), dtype=bool)
    column = declaration.columns.get("code")
    for header in column.columns if column is not None else ():
        has |= texts[header].str.contains(r"[0-9]{3}", regex=True).fillna(False).to_numpy(dtype=bool)
    return has


def _headers(declaration: Declaration, texts: pd.DataFrame) -> list[str]:
    named = [
        header
        for name, column in declaration.columns.items()
        if name in ("code", "name") or name.endswith(("_code", "_name"))
        for header in column.columns
    ]
    return [header for header in dict.fromkeys(named) if header in texts]


def _naming(declaration: Declaration, texts: pd.DataFrame) -> list[pd.Series]:
    return [texts[header] for header in _headers(declaration, texts)]


def _first_filled(texts: pd.DataFrame) -> pd.Series:
    first = texts.iloc[:, 0]
    for n in range(1, min(texts.shape[1], 3)):
        first = first.where(first.notna(), texts.iloc[:, n])
    return first


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
    frame = chunk.frame.copy()
    frame.loc[rows, :] = None
    geometry = chunk.geometry
    if geometry is not None:
        geometry = geometry.copy()
        geometry[rows] = None
    return dataclasses.replace(chunk, frame=frame, geometry=geometry)


# --- cells that are filled in the first row of a group --------------------------------------------------


def filled_down(declaration: Declaration, chunk: Chunk, carried: Carried) -> Chunk:
    """Empty cells of the declared columns say what the last filled one above them says; a new place of a column begins
    the columns after it anew. `carried` is kept up to date.
    """
    if not declaration.fill_down or chunk.frame.empty:
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
    return dataclasses.replace(chunk, frame=frame)
