"""Finds out what a file is, and reads it: the one door through which files come in."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from importer import columnar, limits, spreadsheet, text_file, vector_file
from importer.chunk import Chunk, FileOptions, Look
from importer.errors import DeclarationProblem, FileMissing, FileUnreadable, said

HEAD_BYTES = 4096
ZIP, OLE, PARQUET, SQLITE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1", b"SQLite format 3"
SHAPEFILE = b"\x00\x00\x27\x0a"
WORKBOOKS, VECTORS = ("xlsx", "xls", "ods"), ("geojson", "shapefile", "geopackage")


def look(path: Path, options: FileOptions | None = None) -> Look:
    """What a file is, by its content first and its name second. Raises FileUnreadable, FileTooLarge, FileMissing."""
    options = options or FileOptions()
    file_format = options.format or format_of(path)
    if file_format in WORKBOOKS:
        return spreadsheet.look(path, options, file_format)
    if file_format == "geojson" and vector_file.is_empty_collection(path):
        return Look(format=file_format, columns=(), has_geometry=True, notes=("0 features",))
    if file_format in VECTORS:
        return vector_file.look(path, options, file_format)
    return columnar.look(path, options) if file_format == "parquet" else text_file.look(path, options)


def read(path: Path, options: FileOptions | None = None, chunk_rows: int = 100_000) -> Iterator[Chunk]:
    """Yield the file in chunks of about `chunk_rows` rows; one chunk at least, also of an empty table."""
    options = options or FileOptions()
    file_format = options.format or format_of(path)
    if file_format in WORKBOOKS:
        yield from spreadsheet.read(path, options, chunk_rows, file_format)
    elif file_format == "geojson" and vector_file.is_empty_collection(path):
        yield Chunk(pd.DataFrame(), np.array([], dtype=np.int64), np.array([], dtype=object))
    elif file_format in VECTORS:
        yield from vector_file.read(path, options, chunk_rows, file_format)
    elif file_format == "parquet":
        yield from columnar.read(path, options, chunk_rows)
    else:
        yield from text_file.read(path, options, chunk_rows)


def format_of(path: Path) -> str:
    """One of chunk.FORMATS."""
    if not path.is_file():
        raise FileMissing(str(path), "a file", "no such file", "put it there")
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    if not head:
        raise FileUnreadable(path.name, "a table", "an empty file", "export it again")
    for magic, kind in ((OLE, "xls"), (PARQUET, "parquet"), (SQLITE, "geopackage"), (SHAPEFILE, "shapefile")):
        if head.startswith(magic):
            return kind
    if head.startswith(ZIP):
        return _format_in_archive(path)
    return _format_of_text(path, head)


def _format_in_archive(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise FileUnreadable(
            path.name, "an undamaged archive", said(error), "export the file again"
        ) from error
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    if "content.xml" in names:
        return "ods"
    if any(name.lower().endswith(".shp") for name in names):
        return "shapefile"
    raise FileUnreadable(
        path.name,
        "a workbook or a zipped Shapefile",
        ", ".join(names[:10]),
        "unpack it and hand in the table",
    )


def _format_of_text(path: Path, head: bytes) -> str:
    limits.refuse_large(path, limits.FILE_BYTES)
    start = head.decode("utf-8", errors="replace")
    if vector_file.is_geojson(start):
        return "geojson"
    if start.lstrip("\ufeff \t\r\n").lower().startswith(("<!doctype", "<html", "<?xml", "<table")):
        raise FileUnreadable(
            path.name,
            "a table",
            "a web page or XML"
            + (" under the name of a workbook" if path.suffix in (".xls", ".xlsx") else ""),
            "open it in a spreadsheet and save it as xlsx or CSV",
        )
    text_file.refuse_binary(path)
    return "csv"


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
        raise FileMissing(str(exact), "a file", "no such file", f"put it at {exact}")
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
        f"a path inside {folder}",
        repr(pattern),
        "name a file inside that folder, without links that lead out",
    )
