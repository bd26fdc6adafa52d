"""A workbook of any form as one table: which of its sheets are read, where their header is, and what is left out.

Sheets of the same header are one table; of different ones the visible one that looks most like a table of data is
taken.
What is not read is said: other sheets, and the lines above a header.
"""

from __future__ import annotations

import fnmatch
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol

import numpy as np
import pyarrow as pa

from ground.phrases import phrase
from importer.errors import DeclarationProblem, FileTooLarge, FileUnreadable
from importer.read import limits
from importer.read.chunk import SHEET_COLUMN, FileOptions, LeftOut, Look, Piece, piece
from importer.read.headers import (
    HEADER_TAKES,
    LINE_CHARACTERS,
    ROWS_LOOKED_AT,
    Row,
    Span,
    below_header,
    clean,
    header_row_of,
    header_rows_of,
    joined,
    lines_above,
)

MOST_OF_A_ROW = 0.8  # a cell that covers as much is a total or a remark, and no value of each column
#: What sheets are called that hold no data but explain, or offer words to choose from.
ASIDE = re.compile(
    r"(?i)字典|说明|填表|须知|代码表|码表|下拉|选项|参数|枚举|目录|封面|图例|样例|示例|范例"
    r"|\b(?:dict|dictionary|lookups?|lists?|codes?|read ?me|notes?|instructions?|cover|contents|index|legend|example)\b"
)


@dataclass(frozen=True)
class Sheet:
    """A sheet as it stands: every cell a text or None, from its first row and column on."""

    name: str
    is_visible: bool
    height: int
    width: int
    merged: Sequence[Span]
    rows: Callable[[], Iterator[list[str | None]]]


class Book(Protocol):
    """A workbook, whichever library opened it."""

    @property
    def names(self) -> Sequence[str]:
        """Of the sheets that hold cells, in their order."""

    def sheet(self, name: str) -> Sheet:
        """Raises FileTooLarge and FileUnreadable."""


class Held:
    """A book of sheets that are there already, each of another name."""

    def __init__(self, sheets: Sequence[Sheet]) -> None:
        self._sheets = {sheet.name: sheet for sheet in sheets}

    @property
    def names(self) -> Sequence[str]:
        return tuple(self._sheets)

    def sheet(self, name: str) -> Sheet:
        return self._sheets[name]


@dataclass(frozen=True)
class Table:
    """What a sheet holds below its header."""

    sheet: str
    is_visible: bool
    columns: tuple[str, ...]
    header_row: int  # from 1; 0: it has none
    header_rows: int
    why: str
    above: tuple[tuple[int, str], ...]  # lines over the header: row from 1, text
    likeness: tuple[bool, float]  # to a table of data

    @property
    def first(self) -> int:
        """The first row of data, from 0."""
        return self.header_row + self.header_rows - 1 if self.header_row else 0


@dataclass(frozen=True)
class Chosen:
    """The tables that are read as one, and why the others are not."""

    tables: tuple[Table, ...]
    why: str
    left_out: tuple[LeftOut, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        longest = max((table.columns for table in self.tables), key=len)
        return clean([*longest, SHEET_COLUMN]) if len(self.tables) > 1 else longest


def look(path: Path, options: FileOptions, book: Book, file_format: str) -> Look:
    """What a workbook is read as."""
    return _looked(path, options, book, file_format)[0]


def read(path: Path, options: FileOptions, book: Book, file_format: str, chunk_rows: int) -> Iterator[Piece]:
    """Pieces of its sheets, one after another; rows have the numbers that they have in their sheet.

    Wholly empty rows are left out and counted in the numbering.
    """
    found, chosen = _looked(path, options, book, file_format)
    rows = _rows(path, book, chosen)
    is_first = True
    while (some := list(islice(rows, chunk_rows))) or is_first:
        cells = [pa.array([row[n] for _, row in some], pa.string()) for n in range(len(found.columns))]
        numbers = np.array([number for number, _ in some], dtype=np.int64)
        yield piece(found.columns, cells, numbers, left_out=found.left_out if is_first else ())
        is_first = False


def _looked(path: Path, options: FileOptions, book: Book, file_format: str) -> tuple[Look, Chosen]:
    chosen = _chosen(path, options, book)
    limits.refuse_columns(path, len(chosen.columns))
    first = chosen.tables[0]
    names = tuple(table.sheet for table in chosen.tables)
    shown = f"sheet {names[0]}" if len(names) == 1 else f"sheets {', '.join(names)}"
    lines = (HEADER_TAKES.format(first.header_rows),) if first.header_rows > 1 else ()
    found = Look(
        format=file_format,
        columns=chosen.columns,
        sheet=names[0] if len(names) == 1 else names,
        sheets=tuple(book.names),
        header_row=first.header_row,
        header_rows=first.header_rows if first.header_row else 0,
        notes=(f"{shown}: {chosen.why}", f"header in row {first.header_row}: {first.why}", *lines),
        left_out=chosen.left_out,
    )
    return found, chosen


# --- which sheets -----------------------------------------------------------------------------------------


def _chosen(path: Path, options: FileOptions, book: Book) -> Chosen:
    if not book.names:
        raise FileUnreadable(path.name, "a table", "a workbook without sheets", "export it again")
    limits.refuse_many_sheets(path, len(book.names))
    wanted = _declared(path, options, book.names)
    named = list(book.names) if wanted is None else wanted
    tables: list[Table] = []
    left_out = [LeftOut("sheet", name, "not_declared") for name in book.names if name not in named]
    for name in named:
        table = _table(path, options, book.sheet(name))
        if table is None:
            left_out.append(LeftOut("sheet", name, "empty_sheet"))
        else:
            tables.append(table)
    if not tables:
        raise FileUnreadable(path.name, "a table", "nothing but blanks", "export it again")
    seen = [table for table in tables if table.is_visible or wanted is not None] or tables
    best = _best(seen)
    taken = [table for table in seen if table is best or _is_alike(table, best)]
    read_so = {table.sheet for table in taken}
    for table in tables:
        if table.sheet not in read_so:
            is_hidden = not table.is_visible and wanted is None
            saw = " | ".join(table.columns)[:LINE_CHARACTERS]
            left_out.append(LeftOut("sheet", table.sheet, "hidden_sheet" if is_hidden else "other_header", saw))
    _refuse_unlike(path, options, taken, tables)
    several = len(taken) > 1
    left_out += [
        LeftOut("line", f"{table.sheet} {row}" if several else str(row), "above_header", text)
        for table in taken
        for row, text in table.above
    ]
    return Chosen(tuple(taken), _why(taken, tables, wanted is not None), tuple(left_out))


def _declared(path: Path, options: FileOptions, names: Sequence[str]) -> list[str] | None:
    """The sheets that are declared, by name or by a pattern such as "*镇"; None where none is."""
    told = (options.sheet,) if isinstance(options.sheet, str) else options.sheet or ()
    if not told:
        return None
    for one in told:
        if not any(_is_meant(name, one) for name in names):
            raise DeclarationProblem(path.name, phrase("a sheet {name}", name=one), ", ".join(names), "mend file.sheet")
    return [name for name in names if any(_is_meant(name, one) for one in told)]


def _is_meant(name: str, told: str) -> bool:
    return name == told or ("*" in told and fnmatch.fnmatchcase(name, told.replace("[", "[[]")))


def _refuse_unlike(path: Path, options: FileOptions, taken: list[Table], tables: list[Table]) -> None:
    """Sheets that are declared by their names, one by one, have to fit together."""
    told = (options.sheet,) if isinstance(options.sheet, str) else options.sheet or ()
    unlike = sorted({table.sheet for table in tables if table.sheet in told} - {table.sheet for table in taken})
    if unlike:
        raise DeclarationProblem(
            path.name,
            phrase("sheets with the same header as {name}", name=taken[0].sheet),
            phrase("another header in {names}", names=", ".join(unlike)),
            "declare each kind of sheet on its own: file.sheet",
        )


def _best(seen: Sequence[Table]) -> Table:
    """The table most like data of the sheets that are most like data together."""
    together: dict[frozenset[str], float] = defaultdict(float)
    for table in seen:
        together[_kind(table)] += table.likeness[1]
    return max(seen, key=lambda table: (table.likeness[0], together[_kind(table)], table.likeness[1]))


def _kind(table: Table) -> frozenset[str]:
    """Which sheets have the same header; one without is of a kind of its own."""
    return frozenset(_named(table)) if table.header_row else frozenset((f"\n{table.sheet}",))


def _is_alike(table: Table, best: Table) -> bool:
    """Whether two sheets have the same header, whatever the order; headers that we made up say nothing."""
    return table.header_row > 0 and _kind(table) == _kind(best) and bool(_named(best))


def _named(table: Table) -> list[str]:
    return [name for n, name in enumerate(table.columns, start=1) if name != f"column {n}"]


def _why(taken: list[Table], tables: list[Table], is_declared: bool) -> str:
    if len(taken) > 1:
        return "read as one table, they have the same header"
    if is_declared:
        return "as declared"
    if len(tables) == 1:
        return "the only one that holds a table"
    rest = ", ".join(table.sheet for table in tables)
    return f"the one that looks most like a table of data, of {rest}"


# --- one sheet --------------------------------------------------------------------------------------------


def _table(path: Path, options: FileOptions, sheet: Sheet) -> Table | None:
    """Where a sheet's header is, and its columns; None where it is empty."""
    spans = _within(path, sheet)
    some = list(islice(_spread(sheet.rows(), spans), ROWS_LOOKED_AT))
    if not any(cell is not None for row in some for cell in row) and _used(sheet, 0) == 0:
        return None
    limits.refuse_many_columns(path, sheet.width)
    header_row, why = header_row_of(spans, some) if options.header_row is None else (options.header_row, "as declared")
    header_rows = options.header_rows or header_rows_of(spans, some, header_row)
    if header_rows == 1:
        why = "; ".join((why, *below_header(some, header_row)[1]))
    columns = _columns(path, options, sheet, some, header_row, header_rows)
    above = lines_above(some, header_row)
    first = header_row + header_rows - 1 if header_row else 0
    likeness = _likeness(sheet, some[first:], len(columns), sheet.height - first)
    return Table(sheet.name, sheet.is_visible, columns, header_row, header_rows, why, above, likeness)


def _likeness(sheet: Sheet, rows: Sequence[Row], width: int, height: int) -> tuple[bool, float]:
    """How much a sheet looks like data: it does not call itself a remark, and many cells are filled evenly."""
    filled = [sum(cell is not None for cell in row) / max(width, 1) for row in rows]
    evenness = sum(share > 0.5 for share in filled) / len(filled) if filled else 0.0
    return not ASIDE.search(sheet.name) and width > 1, evenness * width * height


def _columns(
    path: Path, options: FileOptions, sheet: Sheet, rows: Sequence[Row], header_row: int, header_rows: int
) -> tuple[str, ...]:
    if header_row:
        names = joined(rows[header_row - 1 : header_row - 1 + header_rows])
        used = _used(sheet, max((n + 1 for row in rows for n, cell in enumerate(row) if cell is not None), default=0))
        return clean((names + [None] * used)[:used])
    if not options.columns:
        return tuple(f"column {n + 1}" for n in range(sheet.width))
    if len(options.columns) != sheet.width:
        raise DeclarationProblem(
            path.name,
            phrase("{n} columns, as file.columns names", n=len(options.columns)),
            f"{sheet.width}",
            "mend file.columns",
        )
    return options.columns


def _used(sheet: Sheet, least: int) -> int:
    """Columns up to the last that holds anything: formatting alone makes a sheet look wider."""
    if least >= sheet.width:
        return least
    for row in sheet.rows():
        for n in range(len(row) - 1, least - 1, -1):
            if row[n] is not None:
                least = n + 1
                break
        if least >= sheet.width:
            break
    return least


# --- rows -------------------------------------------------------------------------------------------------


def _rows(path: Path, book: Book, chosen: Chosen) -> Iterator[tuple[int, Row]]:
    """(number in its sheet, cells by the columns of all) of the rows that hold anything."""
    several = len(chosen.tables) > 1
    names = chosen.columns[:-1] if several else chosen.columns
    for table in chosen.tables:
        sheet = book.sheet(table.sheet)
        spans = [span for span in _within(path, sheet) if not _is_remark(span, table)]
        order = [_place(table.columns, name) for name in names]
        is_as_is = order == list(range(sheet.width))
        for number, row in islice(enumerate(_spread(sheet.rows(), spans), start=1), table.first, None):
            if row.count(None) < len(row):
                own = row if is_as_is else [row[n] if n is not None and n < len(row) else None for n in order]
                yield number, [*own, sheet.name] if several else own


def _place(columns: Sequence[str], name: str) -> int | None:
    return columns.index(name) if name in columns else None


def _within(path: Path, sheet: Sheet) -> list[Span]:
    """The merged cells as far as the sheet is filled. Raises FileTooLarge where they cover more than a sheet may."""
    spans, covered = [], 0
    for (top, left), (bottom, right) in sheet.merged:
        span = (top, left), (min(bottom, sheet.height - 1), min(right, sheet.width - 1))
        area = (span[1][0] - top + 1) * (span[1][1] - left + 1)
        if span[1][0] < top or span[1][1] < left or area < 2:
            continue
        covered += area
        if covered > limits.SHEET_CELLS:
            raise FileTooLarge(
                phrase("{name}, sheet {sheet}", name=path.name, sheet=sheet.name),
                phrase("merged cells that cover at most {most} cells", most=f"{limits.SHEET_CELLS:,}"),
                "more: they cover each other",
                "take the merged cells apart, or export the sheet as CSV",
            )
        spans.append(span)
    return spans


def _is_remark(span: Span, table: Table) -> bool:
    """Whether a merged cell below the header lies over most of a row: a total or a remark, to be read once."""
    (top, left), (_, right) = span
    covers = (right - left + 1) / max(len(table.columns), 1)
    return top >= table.first and right > left and (covers >= MOST_OF_A_ROW or (left == 0 and covers > 0.5))


def _spread(rows: Iterator[list[str | None]], spans: Sequence[Span]) -> Iterator[list[str | None]]:
    """A merged cell says its text in every cell that it covers."""
    beginning: dict[int, list[Span]] = defaultdict(list)
    for span in spans:
        beginning[span[0][0]].append(span)
    reaching: list[tuple[int, int, int, str | None]] = []  # last row, first and last column, text
    for number, row in enumerate(rows):
        if reaching:
            reaching = [one for one in reaching if one[0] >= number]
        for (_, left), (bottom, right) in beginning.pop(number, ()):
            reaching.append((bottom, left, right, row[left] if left < len(row) else None))
        for _, left, right, text in reaching:
            for n in range(left, min(right + 1, len(row))):
                row[n] = text
        yield row
