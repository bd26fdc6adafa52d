"""A table as CSV or Excel, with what a reader has to know of it; cells do no harm in a spreadsheet."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from numbers import Real
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from atlas.look.language import t
from importer.convert.returned import FORMULA_STARTS, safe_cell

BOM = "\ufeff"  # Excel takes a CSV without it for the system's own encoding
LONGEST_SHEET_NAME = 31
NOT_IN_SHEET_NAMES = str.maketrans("", "", "[]:*?/\\'")
A4 = 9  # as Excel numbers paper
DAY = "yyyy-mm-dd"
SAMPLE_ROWS = 300
NARROWEST, WIDEST = 8, 44  # of a column, in letters
YEARS = (1900, 2100)
MUTED, WARM = "#5A636D", "#8A3300"
HEADER = {"bold": True, "bg_color": "#F3F5F4", "bottom": 1, "text_wrap": True, "valign": "vcenter"}
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


def write_xlsx(
    title: str, headings: Sequence[str], shown: pd.DataFrame, said: Facts, path: Path, *, is_simulated: bool = False
) -> None:
    """As `write_xlsx_rows`, of a table that is at hand."""
    write_xlsx_rows(title, headings, _rows(shown), said, path, is_simulated=is_simulated)


def write_xlsx_rows(
    title: str,
    headings: Sequence[str],
    rows: Iterable[Row],
    said: Facts,
    path: Path,
    *,
    is_simulated: bool = False,
) -> None:
    """The rows in one sheet, beneath what has to be said of them first, ready to print; the rest in another sheet."""
    # Texts stay texts: neither a name nor a code becomes a formula, a link or a number.
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    options = {"constant_memory": True, "tmpdir": str(path.parent), "default_date_format": DAY, **plain}
    first, rest = _begun(rows)
    with xlsxwriter.Workbook(str(path), options) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet(sheet_name(title, is_simulated=is_simulated))
        header = _head(book, sheet, title, said, is_simulated=is_simulated)
        _columns(book, sheet, headings, first)
        number = header
        sheet.write_row(number, 0, headings, book.add_format(HEADER))
        for number, row in enumerate(chain(first, rest), start=header + 1):
            sheet.write_row(number, 0, row)
        _set_up(sheet, header, number, len(headings), title, said)
        notes = book.add_worksheet(t("About this file")[:LONGEST_SHEET_NAME])
        notes.set_column(0, 0, 18)
        notes.set_column(1, 1, 100, book.add_format({"text_wrap": True, "valign": "top"}))
        notes.set_paper(A4)
        notes.fit_to_pages(1, 0)
        for number, (name, text) in enumerate(said):
            notes.write_string(number, 0, name, bold)
            notes.write_string(number, 1, text)


def sheet_name(title: str, *, is_simulated: bool) -> str:
    """A title as Excel allows it; simulated numbers say so in it."""
    mark = f" {t('simulated')}" if is_simulated else ""
    name = title.translate(NOT_IN_SHEET_NAMES)[: LONGEST_SHEET_NAME - len(mark)].strip()
    return f"{name}{mark}".strip() or t("Table")


def _begun(rows: Iterable[Row]) -> tuple[list[Row], Iterator[Row]]:
    """Some rows to judge the columns by, and the others."""
    rest = iter(rows)
    return list(islice(rest, SAMPLE_ROWS)), rest


def _head(book: Any, sheet: Any, title: str, said: Facts, *, is_simulated: bool) -> int:
    """Lines above the table, each in its first cell: a reader of the table skips them. Returns the header's row."""
    told = dict(reversed(said))
    lines = [(title, book.add_format({"bold": True, "font_size": 14}))]
    scope = " · ".join(told[name] for name in (t("Place"), t("Standard"), t("Date")) if told.get(name))
    if scope:
        lines.append((scope, book.add_format({"font_color": MUTED})))
    if is_simulated:
        words = t("Simulated data: says nothing about the real place or village.")
        lines.append((words, book.add_format({"bold": True, "font_color": WARM})))
    for number, (text, how) in enumerate(lines):
        sheet.write_string(number, 0, text, how)
    return len(lines)


def _columns(book: Any, sheet: Any, headings: Sequence[str], rows: Sequence[Row]) -> None:
    """Width and number format of each column, by its first rows."""
    for k, heading in enumerate(headings):
        cells = [row[k] for row in rows if k < len(row) and row[k] is not None]
        texts = [_letters(str(cell)) for cell in cells if isinstance(cell, str)]
        width = max(NARROWEST, min(WIDEST, max([_letters(heading) + 3, *texts])))
        sheet.set_column(k, k, width, book.add_format(_format_of(cells)))


def _format_of(cells: Sequence[object]) -> dict[str, Any]:
    """Years as they are, counts with thousands, fractions with their decimals; long texts wrap."""
    numbers = [float(cell) for cell in cells if isinstance(cell, Real) and not isinstance(cell, bool)]
    if not numbers or len(numbers) < len(cells):
        return {"text_wrap": any(_letters(str(cell)) > WIDEST for cell in cells), "valign": "top"}
    if all(one == int(one) for one in numbers):
        is_year = all(YEARS[0] <= one <= YEARS[1] for one in numbers)
        return {"num_format": "0" if is_year else "#,##0", "valign": "top"}
    if any(round(one, 4) != one for one in numbers):  # positions
        return {"num_format": "0.00000", "valign": "top"}
    return {"num_format": "#,##0.0" if max(map(abs, numbers)) < 1000 else "#,##0", "valign": "top"}


def _letters(text: str) -> int:
    """How wide a text stands; a Chinese letter is two."""
    return sum(2 if ord(letter) >= 0x2E80 else 1 for letter in text)


def _set_up(sheet: Any, header: int, last: int, columns: int, title: str, said: Facts) -> None:
    """Headers stay in sight and on every page; A4 across, as wide as the page, numbered, with the source."""
    sheet.freeze_panes(header + 1, min(2, columns - 1))
    if last > header:
        sheet.autofilter(header, 0, last, columns - 1)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(header)
    source = next((text for name, text in said if name == t("Source")), title)
    left = _in_footer(source, 120)
    pages = t("Page {n} of {total}", n="&P", total="&N")
    sheet.set_footer(f"&L&8{left}&R&8{pages}")


def _in_footer(text: str, most: int) -> str:
    """A text in a footer, where an ampersand begins a command; no digit may stand right behind a size."""
    plain_text = " ".join(text.split())[:most].replace("&", "&&")
    return f" {plain_text}"


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
