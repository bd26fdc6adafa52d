"""A drawn sample as a file: the villages, and all that anybody needs to draw it again. Formulas stay texts."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import xlsxwriter

from atlas.downloads import BOM, Facts
from atlas.language import t
from importer.rejects import safe_cell

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def as_csv(said: Facts, headings: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """What the file is, one line each after a #, then the table."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerows([f"# {name}", safe_cell(text)] for name, text in said)
    writer.writerow(headings)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return (BOM + written.getvalue()).encode()


def as_xlsx(said: Facts, headings: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """The table on one sheet, what the file is on another. Texts stay texts: no formula, link or number."""
    written = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(written, {"in_memory": True, **plain}) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet(t("Villages drawn")[:31])
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(headings) - 1, 18)
        sheet.write_row(0, 0, headings, bold)
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, row)
        notes = book.add_worksheet(t("About this file")[:31])
        notes.set_column(0, 0, 24)
        notes.set_column(1, 1, 100)
        for number, (name, text) in enumerate(said):
            notes.write_string(number, 0, name, bold)
            notes.write_string(number, 1, text)
    return written.getvalue()
