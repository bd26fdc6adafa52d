"""Rejected rows on their way out to a spreadsheet and back: what is added to them, and how cells are kept from being
taken for formulas.
"""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from importer.read.chunk import Chunk, Texts, written

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
QUOTE = "'"
QUOTED = r"^'+[=+\-@\t\r]"
ADDED = ("文件 file", "行 row", "问题 what is wrong", "改法 how to mend it")
POSITION = ("横坐标 x of the shape", "纵坐标 y of the shape")  # where the file has shapes and the rejects cannot


def safe_cell(cell: object) -> str:
    """A cell that a spreadsheet would take for a formula gets a quote before it; numbers stay numbers."""
    text = "" if cell is None else str(cell)
    if not text.lstrip(QUOTE).startswith(FORMULA_STARTS) or _is_number(text):
        return text
    return QUOTE + text


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", ""))
    except ValueError:
        return False
    return True


def restored(chunk: Chunk) -> Chunk:
    """Rows of a file of rejects as they were written: without the quotes that were put before them, and with a point
    where the original had a shape. Any other file is left as it is.
    """
    if not set(ADDED) <= set(chunk.texts.columns):
        return chunk
    texts = chunk.texts
    arrays = [_unquoted(written(texts.column(name))) for name in texts.columns]
    headers = [name[1:] if re.match(QUOTED, name) else name for name in texts.columns]
    whole = Texts(headers, arrays, len(texts))
    has_points = chunk.geometry is None and set(POSITION) <= set(texts.columns)
    geometry = _points(whole) if has_points else chunk.geometry
    return dataclasses.replace(chunk, cells=whole, geometry=geometry)


def _unquoted(cells: pa.StringArray) -> pa.StringArray:
    is_quoted = pc.match_substring_regex(cells, QUOTED).fill_null(False)
    return pc.if_else(is_quoted, pc.utf8_slice_codeunits(cells, 1), cells)


def _points(texts: Texts) -> np.ndarray:
    x, y = (_numbers(written(texts.column(name))) for name in POSITION)
    points = np.full(len(texts), None, dtype=object)
    known = np.isfinite(x) & np.isfinite(y)
    points[known] = shapely.points(x[known], y[known])
    return points


def _numbers(cells: pa.StringArray) -> np.ndarray:
    is_number = pc.match_substring_regex(cells, r"^-?[0-9]{1,12}(\.[0-9]{1,17})?$").fill_null(False)
    plain = pc.if_else(is_number, cells, pa.scalar(None, pa.string()))
    return np.asarray(pc.cast(plain, pa.float64()).to_numpy(zero_copy_only=False), dtype=float)
