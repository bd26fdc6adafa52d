"""Finds out what a file is, and reads it: the one door through which files come in.

No byte of a file is parsed here. A confined process does that, and hands over what it found.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from ground.phrases import phrase
from importer.errors import DeclarationProblem, FileMissing, said
from importer.read.chunk import Chunk, FileOptions, Look
from importer.sandbox import room


def look(path: Path, options: FileOptions | None = None) -> Look:
    """What a file is, by its content first and its name second. Raises FileUnreadable, FileTooLarge, FileMissing."""
    return room.look(_there(path), options or FileOptions())


def read(path: Path, options: FileOptions | None = None, chunk_rows: int = 100_000) -> Iterator[Chunk]:
    """Yield the file in chunks of about `chunk_rows` rows; one chunk at least, also of an empty table.

    Fewer rows where they are wide. To stop early, close the generator: the process that reads ends with it.
    """
    for piece in room.read(_there(path), options or FileOptions(), chunk_rows):
        yield piece.chunk()


def text_table(path: Path, delimiter: str) -> pd.DataFrame:
    """A CSV file as it is declared, or a Parquet file, with every column as text; empty cells are None.

    Raises FileUnreadable where it cannot be parsed, FileTooLarge beyond the limits.
    """
    frames = [piece.chunk().frame for piece in room.table(_there(path), delimiter)]
    return pd.concat(frames, ignore_index=True)


def _there(path: Path) -> Path:
    if not path.is_file():
        raise FileMissing(str(path), "a file", "no such file", "put it there")
    return path


def files_of(folder: Path, pattern: str, where: str = "file.path") -> list[Path]:
    """The files that a path, a folder or a glob names inside a folder, sorted; links that lead out are refused."""
    root = folder.resolve()
    given = Path(pattern)
    if given.is_absolute() or ".." in given.parts or ":" in pattern or "\\" in pattern or "\x00" in pattern:
        raise _leaves(where, folder, pattern)
    try:
        found = _matching(folder, pattern)
    except (OSError, ValueError) as error:  # too long for a name, or ** within one
        raise DeclarationProblem(where, "a path or a pattern of one", said(error), "mend it") from error
    if not found:
        exact = folder / given
        raise FileMissing(str(exact), "a file", "no such file", phrase("put it at {exact}", exact=exact))
    if any(not path.resolve().is_relative_to(root) for path in found):
        raise _leaves(where, folder, pattern)
    return sorted(found)


def _matching(folder: Path, pattern: str) -> list[Path]:
    exact = folder / pattern
    if exact.is_file():
        return [exact]
    if exact.is_dir():
        return [path for path in exact.iterdir() if path.is_file() and not path.name.startswith(".")]
    return [path for path in folder.glob(pattern) if path.is_file()] if pattern.strip() else []


def _leaves(where: str, folder: Path, pattern: str) -> DeclarationProblem:
    return DeclarationProblem(
        where,
        phrase("a path inside {folder}", folder=folder),
        repr(pattern),
        "name a file inside that folder, without links that lead out",
    )
