"""The bytes between a confined process and the one that asked: lengths, JSON, and columns of text as Arrow lays them
out.

Nothing that arrives is trusted to be what it says: each part has a bound, and every offset and letter is checked before
it is used. No object is ever rebuilt from the other side's description of it.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from ground import phrases
from importer import errors
from importer.errors import Problem
from importer.read.chunk import LeftOut, Piece

HEAD = struct.Struct("=cQ")  # kind, bytes that follow
SAYS, PIECE, PICTURE, PROBLEM, END = b"S", b"P", b"J", b"X", b"E"
PART_BYTES = 96 * 1024**2  # of one part, at most
PIECE_BYTES = 64 * 1024**2  # of the texts and shapes of one piece, at most
PIECE_CELLS = 4_000_000
LEFT_OUT_CHARACTERS, LEFT_OUT_PARTS = 400, 2_000
PROBLEMS = {
    one.__name__: one
    for one in (
        errors.FileMissing,
        errors.FileUnreadable,
        errors.FileTooLarge,
        errors.FileAltered,
        errors.DeclarationProblem,
    )
}
Read = Callable[[int], bytes]  # n → exactly n bytes, or fewer where the other side has ended


class Broken(Exception):
    """What arrived is not what a reader of ours sends."""


def part(kind: bytes, body: bytes) -> bytes:
    return HEAD.pack(kind, len(body)) + body


def parts(read: Read) -> Iterator[tuple[bytes, bytes]]:
    """(kind, body) until the other side says that it is done. Raises EOFError where it ends before."""
    while True:
        kind, length = HEAD.unpack(_whole(read, HEAD.size))
        if length > PART_BYTES:
            raise Broken(f"a part of {length:,} bytes")
        if kind == END:
            return
        yield kind, _whole(read, length)


def _whole(read: Read, length: int) -> bytes:
    body = read(length)
    if len(body) < length:
        raise EOFError
    return body


# --- problems -------------------------------------------------------------------------------------------


def from_problem(problem: Problem) -> bytes:
    parts = (problem.where, problem.expected, problem.found, problem.next_step)
    told = [type(problem).__name__, *map(phrases.plain, parts)]
    return part(PROBLEM, json.dumps(told).encode())


def to_problem(body: bytes) -> Problem:
    name, *told = json.loads(body)
    if name not in PROBLEMS or len(told) != 4:
        raise Broken("a problem of no known kind")
    try:
        return PROBLEMS[name](*(phrases.read(text, errors.SHOWN) for text in told))
    except ValueError as error:
        raise Broken(str(error)) from error


# --- pieces ---------------------------------------------------------------------------------------------


def from_piece(piece: Piece) -> bytes:
    """One piece: a head in JSON, then the buffers of each column in turn."""
    columns = [_one(column) for column in piece.cells.columns]
    lists = [*columns, pa.array(piece.row_numbers, pa.int64())]
    if piece.wkb is not None:
        lists.append(piece.wkb)
    buffers = [buffer for column in lists for buffer in column.buffers()]
    head = {
        "columns": piece.columns,
        "rows": len(piece.row_numbers),
        "has_geometry": piece.wkb is not None,
        "unreadable": piece.unreadable,
        "left_out": [[one.part, one.name, one.reason, one.saw] for one in piece.left_out],
        "lengths": [None if buffer is None else buffer.size for buffer in buffers],
    }
    text = json.dumps(head).encode()
    bodies = [buffer.to_pybytes() for buffer in buffers if buffer is not None]
    return part(PIECE, b"".join([struct.pack("=Q", len(text)), text, *bodies]))


def _one(column: pa.ChunkedArray) -> pa.Array:
    """A column in one run of memory that begins at its beginning."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return whole if whole.offset == 0 else pa.concat_arrays([whole])


def to_piece(body: bytes) -> Piece:
    """A piece again, once every length, offset and letter is as it must be. Raises Broken where one is not."""
    try:
        (length,) = struct.unpack_from("=Q", body)
        head = json.loads(body[8 : 8 + length])
        return _checked(head, _cut(body, 8 + length, head["lengths"]))
    except (struct.error, KeyError, TypeError, ValueError, pa.ArrowException) as error:
        raise Broken(str(error)) from error


def _cut(body: bytes, start: int, lengths: Sequence[int | None]) -> Iterator[pa.Buffer | None]:
    whole = pa.py_buffer(body)
    for length in lengths:
        if length is None:
            yield None
            continue
        if not 0 <= length <= len(body) - start:
            raise Broken("a column that is longer than what was sent")
        yield whole.slice(start, length)
        start += length


def _checked(head: dict[str, Any], buffers: Iterator[pa.Buffer | None]) -> Piece:
    rows, columns = int(head["rows"]), tuple(map(str, head["columns"]))
    if rows < 0 or rows * max(len(columns), 1) > PIECE_CELLS:
        raise Broken(f"{rows:,} rows of {len(columns):,} columns at once")
    cells = [_column(pa.string(), rows, buffers, 3) for _ in columns]
    numbers = _column(pa.int64(), rows, buffers, 2)
    wkb = _column(pa.binary(), rows, buffers, 3) if head["has_geometry"] else None
    return Piece(
        columns=columns,
        cells=pa.Table.from_arrays(cells, names=[str(n) for n in range(len(cells))]),
        row_numbers=np.asarray(numbers.to_numpy(zero_copy_only=False), dtype=np.int64),
        wkb=wkb,
        unreadable=tuple((int(row), str(rule), str(text)) for row, rule, text in head["unreadable"]),
        left_out=tuple(
            LeftOut(*(str(text)[:LEFT_OUT_CHARACTERS] for text in one)) for one in head["left_out"][:LEFT_OUT_PARTS]
        ),
    )


def _left_out(told: Sequence[object]) -> LeftOut:
    return LeftOut(*(str(text)[:LEFT_OUT_CHARACTERS] for text in told))


def _column(kind: pa.DataType, rows: int, buffers: Iterator[pa.Buffer | None], count: int) -> pa.Array:
    column = pa.Array.from_buffers(kind, rows, [next(buffers) for _ in range(count)])
    column.validate(full=True)
    return column
