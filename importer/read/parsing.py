"""Finds out what a file is, and takes it apart. Runs in a confined process only: `importer.files` sees to that."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from importer.errors import FileMissing, FileUnreadable, said
from importer.read import columnar, geojson, limits, spreadsheet, text_file, vector_file
from importer.read.chunk import FileOptions, Look, Piece, piece

HEAD_BYTES = 4096
ZIP, OLE, PARQUET, SQLITE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1", b"SQLite format 3"
SHAPEFILE = b"\x00\x00\x27\x0a"
WORKBOOKS, VECTORS = ("xlsx", "xls", "ods"), ("geojson", "shapefile", "geopackage")


def look(path: Path, options: FileOptions, scratch: Path) -> Look:
    """What a file is, by its content first and its name second. Raises FileUnreadable, FileTooLarge, FileMissing."""
    file_format = options.format or format_of(path)
    if file_format in WORKBOOKS:
        return spreadsheet.look(path, options, file_format)
    if file_format == "geojson" and geojson.is_empty_collection(path):
        return Look(format=file_format, columns=(), has_geometry=True, notes=("0 features",))
    if file_format in VECTORS:
        return vector_file.look(path, options, file_format, scratch)
    return columnar.look(path, options) if file_format == "parquet" else text_file.look(path, options)


def read(path: Path, options: FileOptions, chunk_rows: int, scratch: Path) -> Iterator[Piece]:
    """Yield the file in pieces of about `chunk_rows` rows; one at least, also of an empty table."""
    file_format = options.format or format_of(path)
    if file_format in WORKBOOKS:
        yield from spreadsheet.read(path, options, chunk_rows, file_format)
    elif file_format == "geojson" and geojson.is_empty_collection(path):
        yield piece((), (), np.array([], dtype=np.int64), np.array([], dtype=object))
    elif file_format in VECTORS:
        yield from vector_file.read(path, options, chunk_rows, file_format, scratch)
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
        raise FileUnreadable(path.name, "an undamaged archive", said(error), "export the file again") from error
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
    if geojson.looks_like(start):
        return "geojson"
    if start.lstrip("\ufeff \t\r\n").lower().startswith(("<!doctype", "<html", "<?xml", "<table")):
        raise FileUnreadable(
            path.name,
            "a table",
            "a web page or XML" + (" under the name of a workbook" if path.suffix in (".xls", ".xlsx") else ""),
            "open it in a spreadsheet and save it as xlsx or CSV",
        )
    text_file.refuse_binary(path)
    return "csv"
