"""Reads xlsx, xls and ods workbooks: a sheet, its header lines, its cells as text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import python_calamine as calamine

from importer.errors import DeclarationProblem, FileUnreadable, said
from importer.read import limits
from importer.read.chunk import FileOptions, Look, Piece, piece
from importer.read.headers import ROWS_LOOKED_AT, clean, find_header, joined, looks_like_data

MOST_HEADER_ROWS = 5
Rows = list[list[str | None]]


def look(path: Path, options: FileOptions, file_format: str) -> Look:
    """What a workbook is; of several sheets the one with most cells is taken, and the note says so."""
    book = _open(path, file_format)
    name, note = _sheet_name(path, book, options)
    return _looked(path, options, file_format, book, name, note)[0]


def read(path: Path, options: FileOptions, chunk_rows: int, file_format: str) -> Iterator[Piece]:
    """Pieces of one sheet. Wholly empty rows are left out and counted in the numbering."""
    book = _open(path, file_format)
    name, note = _sheet_name(path, book, options)
    found, rows = _looked(path, options, file_format, book, name, note)
    width = len(found.columns)
    first = (found.header_row or 0) + (found.header_rows or 0) - 1 if found.header_row else 0
    kept = [
        (number, row)
        for number, row in enumerate(rows[first:], start=first + 1)
        if any(cell is not None for cell in row)
    ]
    for start in range(0, max(len(kept), 1), chunk_rows):
        some = kept[start : start + chunk_rows]
        cells = [pa.array([row[n] if n < len(row) else None for _, row in some], pa.string()) for n in range(width)]
        yield piece(found.columns, cells, np.array([number for number, _ in some], dtype=np.int64))


def _open(path: Path, file_format: str) -> calamine.CalamineWorkbook:
    if file_format == "xls":
        limits.refuse_large(path, limits.WHOLE_BYTES)
    else:
        limits.safe_archive(path)
    try:
        return calamine.CalamineWorkbook.from_path(str(path))
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise _unreadable(path, said(error)) from error


def _unreadable(path: Path, found: str) -> FileUnreadable:
    return FileUnreadable(
        path.name, "a workbook that can be opened", found, "open it in a spreadsheet and save it again"
    )


def _sheet_name(path: Path, book: calamine.CalamineWorkbook, options: FileOptions) -> tuple[str, str]:
    names = book.sheet_names
    if options.sheet is not None:
        if options.sheet not in names:
            raise DeclarationProblem(path.name, f"a sheet {options.sheet}", ", ".join(names), "mend file.sheet")
        return options.sheet, "as declared"
    sizes = {name: _size(path, book, name) for name in names}
    if not sizes:
        raise _unreadable(path, "no sheet")
    largest = max(names, key=lambda name: sizes[name])
    return largest, "the only one" if len(names) == 1 else f"the one with most cells of {', '.join(names)}"


def _size(path: Path, book: calamine.CalamineWorkbook, name: str) -> int:
    sheet = _sheet(path, book, name)
    return int(sheet.height * sheet.width)


def _sheet(path: Path, book: calamine.CalamineWorkbook, name: str) -> calamine.CalamineSheet:
    try:
        sheet = book.get_sheet_by_name(name)
    except (calamine.CalamineError, ValueError) as error:
        raise _unreadable(path, f"sheet {name}: {said(error)}") from error
    limits.refuse_sparse(path, name, sheet.height * sheet.width)
    return sheet


def _looked(
    path: Path,
    options: FileOptions,
    file_format: str,
    book: calamine.CalamineWorkbook,
    name: str,
    note: str,
) -> tuple[Look, Rows]:
    sheet = _sheet(path, book, name)
    limits.refuse_many_columns(path, sheet.width)
    rows = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    _spread_merged(sheet, rows)
    header_row, why = find_header(rows) if options.header_row is None else (options.header_row, "as declared")
    header_rows = options.header_rows or _header_rows(sheet, rows, header_row)
    columns = _columns(path, options, rows, header_row, header_rows)
    limits.refuse_columns(path, len(columns))
    found = Look(
        format=file_format,
        columns=columns,
        sheet=name,
        sheets=tuple(book.sheet_names),
        header_row=header_row,
        header_rows=header_rows if header_row else 0,
        notes=(f"sheet {name}: {note}", f"header in row {header_row}: {why}", *_lines_note(header_rows)),
    )
    return found, rows


def _spread_merged(sheet: calamine.CalamineSheet, rows: Rows) -> None:
    """A merged cell of the first rows says its text in every cell that it covers: headers span columns."""
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if top >= min(ROWS_LOOKED_AT, len(rows)) or bottom - top > ROWS_LOOKED_AT:
            continue
        text = rows[top][left] if left < len(rows[top]) else None
        for row in rows[top : bottom + 1]:
            for n in range(left, min(right + 1, len(row))):
                row[n] = text


def _header_rows(sheet: calamine.CalamineSheet, rows: Rows, header_row: int) -> int:
    """How many lines the header takes: cells merged downwards say it; below a group of columns stand their own
    names.
    """
    if not header_row:
        return 1
    top = header_row - 1
    merged = [range_ for range_ in sheet.merged_cell_ranges or () if range_[0][0] == top]
    lines = max([bottom - top + 1 for (_, _), (bottom, _) in merged], default=1)
    if lines == 1 and any(right > left for (_, left), (_, right) in merged):
        lines = 2
    below = rows[top + 1 : top + lines]
    return lines if lines <= MOST_HEADER_ROWS and not any(map(looks_like_data, below)) else 1


def _lines_note(header_rows: int) -> tuple[str, ...]:
    return (f"the header takes {header_rows} rows: its cells are merged",) if header_rows > 1 else ()


def _columns(path: Path, options: FileOptions, rows: Rows, header_row: int, header_rows: int) -> tuple[str, ...]:
    width = max((len(row) for row in rows), default=0)
    if header_row:
        return clean(_to_width(joined(rows[header_row - 1 : header_row - 1 + header_rows]), _used(rows)))
    if not options.columns:
        return tuple(f"column {n + 1}" for n in range(width))
    if len(options.columns) != width:
        raise DeclarationProblem(
            path.name,
            f"{len(options.columns)} columns, as file.columns names",
            f"{width}",
            "mend file.columns",
        )
    return options.columns


def _used(rows: Rows) -> int:
    """Columns up to the last that holds anything: formatting alone makes a sheet look wider."""
    return max((n + 1 for row in rows for n, cell in enumerate(row) if cell is not None), default=0)


def _to_width(row: list[str | None], width: int) -> list[str | None]:
    return (row + [None] * width)[:width]


def _text(cell: Any) -> str | None:
    """A cell as a person reads it: 1001000.0 is 1001000, a date is 2016-08-30."""
    if isinstance(cell, str):
        return cell if cell and not cell.isspace() else None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e16 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(timespec="seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return None if cell is None else str(cell.total_seconds() if isinstance(cell, timedelta) else cell)
