"""A table as CSV or Excel, with what a reader has to know of it; cells do no harm in a spreadsheet."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Sequence
from numbers import Real
from pathlib import Path

import pandas as pd
import xlsxwriter

from atlas.look.language import t
from importer.convert.returned import FORMULA_STARTS, safe_cell

BOM = "\ufeff"  # Excel takes a CSV without it for the system's own encoding
LONGEST_SHEET_NAME = 31
NOT_IN_SHEET_NAMES = str.maketrans("", "", "[]:*?/\\'")
Facts = list[tuple[str, str]]
Row = tuple[object, ...]


def write_csv(headings: Sequence[str], shown: pd.DataFrame, said: Facts, path: Path) -> None:
    """As `write_csv_rows`, of a table that is at hand."""
    write_csv_rows(headings, _rows(shown), said, path)


def write_csv_rows(headings: Sequence[str], rows: Iterable[Row], said: Facts, path: Path) -> None:
    """Lines that begin with # say what the file is, then come the headings and the rows."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write(BOM)
        writer = csv.writer(stream)
        writer.writerows([f"# {name}", safe_cell(text)] for name, text in said)
        writer.writerow(map(safe_cell, headings))  # a level's name is the profile's
        csv.writer(stream, lineterminator="\n").writerows(map(_safe, rows))


def write_xlsx(title: str, headings: Sequence[str], shown: pd.DataFrame, said: Facts, path: Path) -> None:
    """As `write_xlsx_rows`, of a table that is at hand."""
    write_xlsx_rows(title, headings, _rows(shown), said, path)


def write_xlsx_rows(title: str, headings: Sequence[str], rows: Iterable[Row], said: Facts, path: Path) -> None:
    """The rows in one sheet, what the file is in another."""
    # Texts stay texts: neither a name nor a code becomes a formula, a link or a number.
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    options = {"constant_memory": True, "tmpdir": str(path.parent), **plain}
    with xlsxwriter.Workbook(str(path), options) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet(title.translate(NOT_IN_SHEET_NAMES)[:LONGEST_SHEET_NAME])
        sheet.freeze_panes(1, 2)
        sheet.set_column(0, len(headings) - 1, 16)
        sheet.write_row(0, 0, headings, bold)
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, row)
        notes = book.add_worksheet(t("About this file")[:LONGEST_SHEET_NAME])
        notes.set_column(0, 0, 18)
        notes.set_column(1, 1, 100)
        for number, (name, text) in enumerate(said):
            notes.write_string(number, 0, name, bold)
            notes.write_string(number, 1, text)


def _rows(shown: pd.DataFrame) -> Iterator[Row]:
    """The rows of a table; what is not known is an empty cell: Excel has no NaN."""
    for row in shown.itertuples(index=False):
        yield tuple(_cell(value) for value in row)


def _safe(row: Row) -> list[object]:
    """Texts do no harm in a spreadsheet; numbers are numbers. Few texts start in a way that is worth a closer look."""
    return [safe_cell(cell) if isinstance(cell, str) and cell[:1] in FORMULA_STARTS else cell for cell in row]


def _cell(value: object) -> object:
    """What is not known is an empty cell: Excel has no NaN."""
    return None if isinstance(value, Real) and math.isnan(float(value)) else value
