"""Finds out what a file is, and takes it apart. Runs in a confined process only: `importer.files` sees to that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from importer.read import archive, columnar, forms, geojson, kml, markup, records, sheets, text_file, vector_file
from importer.read.chunk import FileOptions, Look, Piece, piece
from importer.read.spreadsheet import Workbook

WORKBOOKS, PAGES = ("xlsx", "xls", "ods"), ("html", "spreadsheetml")
VECTORS = ("geojson", "geojsonseq", "esrijson", "shapefile", "geopackage")
#: Forms that are taken for each other: which of them a file has is for its content to say, whatever is declared.
FAMILIES = ((*WORKBOOKS, *PAGES), ("geojson", "geojsonseq", "esrijson", "json"))


def look(path: Path, options: FileOptions, scratch: Path) -> Look:
    """What a file is, by its content first and its name second. Raises FileUnreadable, FileTooLarge, FileMissing."""
    inside, file_format = _inside(path, options, scratch)
    found = _look(inside.path, inside.options, file_format, scratch)
    return replace(found, notes=(*inside.notes, *found.notes), left_out=(*inside.left_out, *found.left_out))


def read(path: Path, options: FileOptions, chunk_rows: int, scratch: Path) -> Iterator[Piece]:
    """Yield the file in pieces of about `chunk_rows` rows; one at least, also of an empty table."""
    inside, file_format = _inside(path, options, scratch)
    left_out = inside.left_out
    for one in _read(inside.path, inside.options, chunk_rows, file_format, scratch):
        yield replace(one, left_out=(*left_out, *one.left_out)) if left_out else one
        left_out = ()


def _inside(path: Path, options: FileOptions, scratch: Path) -> tuple[archive.Inside, str]:
    """The table to be read, of an archive the one in it, and its form."""
    found = forms.form_of(path) if _is_open(options) or forms.is_archive(path) else str(options.format)
    inside = archive.Inside(path, options)
    if found in (forms.ZIP_OF_A_TABLE, forms.GZ_OF_A_TABLE):
        inside = archive.unpacked(path, options, scratch, found == forms.ZIP_OF_A_TABLE)
        found = forms.form_of(inside.path)
        if found in (forms.ZIP_OF_A_TABLE, forms.GZ_OF_A_TABLE) or (found == "shapefile" and _is_zip(inside.path)):
            raise archive.nested_archive(path, ", ".join(inside.notes))
    declared = options.format
    is_of_family = any(declared in family and found in family for family in FAMILIES)
    return inside, found if declared is None or is_of_family else declared


def _is_open(options: FileOptions) -> bool:
    """Whether the content has to say what the form is."""
    return options.format is None or any(options.format in family for family in FAMILIES)


def _is_zip(path: Path) -> bool:
    return forms.head_of(path).startswith(forms.ZIP)


def _look(path: Path, options: FileOptions, file_format: str, scratch: Path) -> Look:
    if file_format in WORKBOOKS or file_format in PAGES:
        return sheets.look(path, options, _book(path, options, file_format, scratch), file_format)
    if file_format == "geojson" and geojson.is_empty_collection(path):
        return Look(format=file_format, columns=(), has_geometry=True, notes=("0 features",))
    if file_format in VECTORS:
        return vector_file.look(path, options, file_format, scratch)
    if file_format == "parquet":
        return columnar.look(path, options)
    return {"json": records.look, "kml": kml.look}.get(file_format, text_file.look)(path, options)


def _read(path: Path, options: FileOptions, chunk_rows: int, file_format: str, scratch: Path) -> Iterator[Piece]:
    if file_format in WORKBOOKS or file_format in PAGES:
        yield from sheets.read(path, options, _book(path, options, file_format, scratch), file_format, chunk_rows)
    elif file_format == "geojson" and geojson.is_empty_collection(path):
        yield piece((), (), np.array([], dtype=np.int64), np.array([], dtype=object))
    elif file_format in VECTORS:
        yield from vector_file.read(path, options, chunk_rows, file_format, scratch)
    elif file_format == "parquet":
        yield from columnar.read(path, options, chunk_rows)
    else:
        by_form = {"json": records.read, "kml": kml.read}
        yield from by_form.get(file_format, text_file.read)(path, options, chunk_rows)


def _book(path: Path, options: FileOptions, file_format: str, scratch: Path) -> sheets.Book:
    if file_format in WORKBOOKS:
        return Workbook(path, file_format, scratch)
    return sheets.Held(markup.sheets(path, options, file_format))
