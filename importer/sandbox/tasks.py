"""What a confined process does: one task, asked for in JSON, answered in parts. It ends afterwards."""

from __future__ import annotations

import dataclasses
import json
import os
import tempfile
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from ground.phrases import phrase
from importer.errors import FileTooLarge, FileUnreadable, Problem, said
from importer.read import declared_table, limits, parsing
from importer.read.chunk import FileOptions, Piece
from importer.sandbox import wire
from importer.sandbox.confine import confine

Write = Callable[[bytes], None]


def work(request: bytes, write: Write, scratch: Path) -> None:
    """Confine this process, do the task, and write its parts; whatever goes wrong is written, too."""
    asked = json.loads(request)
    limits.adopt(asked["limits"])
    os.chdir(scratch)
    tempfile.tempdir = str(scratch)
    readable, listed = ([Path(one) for one in asked[name]] for name in ("readable", "listed"))
    forced = confine(readable, [scratch], limits.READER_BYTES, asked["cpu_seconds"], listed)
    write(wire.part(wire.SAYS, json.dumps({"in_force": forced}).encode()))
    for part in _answers(asked, scratch):
        write(part)


def here(request: bytes) -> Generator[bytes]:
    """The same in a process that is confined already, part by part as they are taken."""
    with tempfile.TemporaryDirectory() as scratch:
        yield from _answers(json.loads(request), Path(scratch))


def _answers(asked: dict[str, Any], scratch: Path) -> Iterator[bytes]:
    """The parts of an answer, a problem among them, and the word that it ends."""
    path = Path(asked["path"] or "")
    try:
        yield from _parts(asked, path, scratch)
    except Problem as problem:
        yield wire.from_problem(problem)
    except (MemoryError, pa.ArrowMemoryError):
        yield wire.from_problem(too_large(path.name))
    except Exception as error:  # noqa: BLE001  a library's, on a file nobody thought of: the file's fault
        yield wire.from_problem(_unreadable(path, error, scratch))
    yield wire.part(wire.END, b"")


def _parts(asked: dict[str, Any], path: Path, scratch: Path) -> Iterator[bytes]:
    if asked["task"] == "nothing":
        return
    if asked["task"] == "table":
        for piece in declared_table.read(path, asked["delimiter"], asked["chunk_rows"]):
            yield from map(wire.from_piece, bounded(path, piece))
        return
    if asked["task"] == "photo":
        from importer.sandbox import picture  # with Pillow, which no table needs

        yield wire.part(wire.PICTURE, picture.jpeg(path))
        return
    told: dict[str, Any] = {
        name: tuple(one) if isinstance(one, list) else one for name, one in asked["options"].items()
    }
    options = FileOptions(**told)
    if asked["task"] == "look":
        found = dataclasses.asdict(parsing.look(path, options, scratch))
        yield wire.part(wire.SAYS, json.dumps({"look": found}).encode())
        return
    for piece in parsing.read(path, options, asked["chunk_rows"], scratch):
        yield from map(wire.from_piece, bounded(path, piece))


def bounded(path: Path, piece: Piece) -> Iterator[Piece]:
    """A piece in parts that the other side takes at once; its unreadable records go with the first."""
    rows, size = len(piece.row_numbers), piece.cells.nbytes + (0 if piece.wkb is None else piece.wkb.nbytes)
    most = wire.PIECE_CELLS // max(len(piece.columns), 1)
    if size <= wire.PIECE_BYTES and rows <= most:
        yield piece
        return
    if rows <= 1:
        raise too_large(path.name)
    half = rows // 2
    yield from bounded(path, _slice(piece, 0, half, piece.unreadable))
    yield from bounded(path, _slice(piece, half, rows, ()))


def _slice(piece: Piece, start: int, end: int, unreadable: tuple[tuple[int, str, str], ...]) -> Piece:
    return Piece(
        piece.columns,
        piece.cells.slice(start, end - start),
        piece.row_numbers[start:end],
        None if piece.wkb is None else piece.wkb.slice(start, end - start),
        unreadable,
    )


def too_large(name: str) -> FileTooLarge:
    return FileTooLarge(
        name,
        phrase("at most {most} MiB of memory while it is read", most=f"{limits.READER_BYTES // 1024**2:,}"),
        "more, or a fault that ends its reader",
        "delete single cells far away from the table, or export it as CSV",
    )


def _unreadable(path: Path, error: Exception, scratch: Path) -> FileUnreadable:
    found = f"{type(error).__name__}: {said(error)}".replace(str(path), path.name).replace(str(scratch), "")
    return FileUnreadable(path.name, "a file that can be read as what it is", found, "export it again")
