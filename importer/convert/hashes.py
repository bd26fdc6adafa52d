"""64 bits for each row of some columns, the same whenever the row says the same.

Every word of eight bytes goes through two odd factors and a shift, each of which can be undone, so that two texts of
which one word differs never meet; any two others do once in about 2^64 pairs.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from importer.read.chunk import positions

Hashes = NDArray[np.uint64]
WORD_BYTES = 8
FIRST, SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
NONE = np.uint64(0x2545F4914F6CDD1D)  # of an empty cell
HALF = np.uint64(32)


def of_rows(columns: Iterable[pa.Array | pd.Series], rows: int) -> Hashes:
    """One for each row; the order of the columns counts."""
    hashed = np.zeros(rows, dtype=np.uint64)
    for column in columns:
        hashed = _mixed(hashed, of_cells(_arrow(column) if isinstance(column, pd.Series) else column))
    return hashed


def of_cells(column: pa.Array) -> Hashes:
    """One for each value of a column: of a text by its bytes, of a number by its bits, of a day, of yes and no."""
    if pa.types.is_dictionary(column.type):
        return np.append(of_cells(column.dictionary), NONE)[positions(column)]
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        hashed = _of_texts(column)
    else:
        bits = column.to_numpy(zero_copy_only=False).view(np.uint64)
        hashed = _mixed(np.zeros(len(column), dtype=np.uint64), bits)
    if column.null_count:
        hashed[column.is_null().to_numpy(zero_copy_only=False)] = NONE
    return hashed


def _arrow(column: pd.Series) -> pa.Array:
    """Texts as they are; the bits of numbers; what else there is (days, yes and no) as a dictionary of texts."""
    if pd.api.types.is_float_dtype(column.dtype):
        numbers = column.to_numpy(dtype=float)
        return pa.array(numbers.view(np.int64), mask=np.isnan(numbers))
    if column.dtype == "str":
        texts = pa.array(column.array)
        return texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    where, different = pd.factorize(column.to_numpy(dtype=object), use_na_sentinel=True)
    return pa.DictionaryArray.from_arrays(pa.array(where, mask=where < 0), pa.array(map(str, different), pa.string()))


def _mixed(hashed: Hashes, words: Hashes) -> Hashes:
    mixed = hashed ^ (words * FIRST)
    mixed ^= mixed >> HALF
    mixed *= SECOND
    mixed ^= mixed >> HALF
    return mixed


def _of_texts(column: pa.Array) -> Hashes:
    """Eight bytes after the other of all texts at once, of fewer and fewer as the shorter ones end."""
    starts, lengths, words = _laid_out(column)
    hashed = _mixed(np.zeros(len(column), dtype=np.uint64), lengths.astype(np.uint64))
    at: NDArray[np.int64] | slice = slice(None)
    for done in range(0, int(lengths.max(initial=0)), WORD_BYTES):
        left = lengths - done
        if not (left > 0).all():
            at = np.flatnonzero(left > 0)
            left = left[at]
        beyond = (WORD_BYTES * (WORD_BYTES - np.minimum(left, WORD_BYTES))).astype(np.uint64)  # bits of the next text
        hashed[at] = _mixed(hashed[at], words[starts[at] + done] << beyond)
    return hashed


def _laid_out(column: pa.Array) -> tuple[NDArray[np.int64], NDArray[np.int64], Hashes]:
    """Where each text begins, its length in bytes, and the eight bytes from each place on."""
    _, offsets, letters = column.buffers()
    kind = np.dtype(np.int64 if pa.types.is_large_string(column.type) else np.int32)
    places = np.frombuffer(offsets, kind, len(column) + 1, column.offset * kind.itemsize).astype(np.int64)
    first, last = int(places[0]), int(places[-1])
    padded = np.zeros(last - first + WORD_BYTES, dtype=np.uint8)
    if last > first:
        padded[:-WORD_BYTES] = np.frombuffer(letters, np.uint8, last - first, first)
    words: Hashes = np.ndarray(len(padded) - WORD_BYTES + 1, np.dtype("<u8"), padded, strides=(1,))
    return places[:-1] - first, np.diff(places), words
