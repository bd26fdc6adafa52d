"""Opens xlsx, xls and ods workbooks: their sheets, and their cells as text."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import python_calamine as calamine

from importer.errors import FileUnreadable, said
from importer.read import forms, limits
from importer.read.sheets import Sheet

BINARY_PART = "xl/workbook.bin"  # of a workbook of xlsx's kind that is no XML


class Workbook:
    """A workbook by its content, whatever its name ends in. One sheet at a time is held."""

    def __init__(self, path: Path, file_format: str, scratch: Path) -> None:
        self.path = path
        self._book = _opened(path, file_format, scratch)
        cells = calamine.SheetTypeEnum.WorkSheet
        self._visible = {
            one.name: one.visible == calamine.SheetVisibleEnum.Visible
            for one in self._book.sheets_metadata
            if one.typ == cells
        }
        self._held: tuple[str, Sheet] | None = None

    @property
    def names(self) -> Sequence[str]:
        return tuple(self._visible)

    def sheet(self, name: str) -> Sheet:
        if self._held is None or self._held[0] != name:
            self._held = None  # before the next comes: two at once may be too large
            self._held = name, self._opened_sheet(name)
        return self._held[1]

    def _opened_sheet(self, name: str) -> Sheet:
        try:
            sheet = self._book.get_sheet_by_name(name)
        except (calamine.CalamineError, ValueError) as error:
            raise _unreadable(self.path, f"sheet {name}: {said(error)}") from error
        height, width = (0, 0) if sheet.end is None else (sheet.end[0] + 1, sheet.end[1] + 1)
        limits.refuse_sparse(self.path, name, height * width)

        def rows() -> Iterator[list[str | None]]:
            for row in sheet.iter_rows():
                yield [_text(cell) for cell in row]

        return Sheet(name, self._visible[name], height, width, sheet.merged_cell_ranges or (), rows)


def _opened(path: Path, file_format: str, scratch: Path) -> calamine.CalamineWorkbook:
    if file_format == "xls":
        limits.refuse_large(path, limits.WHOLE_BYTES)
        ending = ".xls"
    else:
        names = limits.safe_archive(path)
        ending = ".xlsb" if BINARY_PART in names else f".{file_format}"
    link = scratch / f"workbook{ending}"  # the library goes by the ending
    link.unlink(missing_ok=True)
    link.symlink_to(path.resolve())
    try:
        return calamine.CalamineWorkbook.from_path(str(link))
    except calamine.PasswordError as error:
        raise forms.has_password(path) from error
    except (calamine.CalamineError, OSError, ValueError, zipfile.BadZipFile) as error:
        raise _unreadable(path, said(error).replace(str(link), path.name)) from error


def _unreadable(path: Path, found: str) -> FileUnreadable:
    return FileUnreadable(
        path.name, "a workbook that can be opened", found, "open it in a spreadsheet and save it again"
    )


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
