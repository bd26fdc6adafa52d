"""Reads CSV and its relatives: any delimiter, encoding and line end, in pieces.

Lines without quotes are split by Arrow, all others by the csv module; around them stands what it does not do: a quote
that is never closed does not swallow the rest of the file, bytes that are no text are confined to their row, and rows
are numbered as a spreadsheet numbers them.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path
from typing import TextIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv as arrow_csv

from ground.phrases import phrase
from importer.errors import DeclarationProblem, FileUnreadable
from importer.read import limits
from importer.read.chunk import FileOptions, LeftOut, Look, Piece, piece
from importer.read.encodings import encoding_of, open_text
from importer.read.headers import below_header, clean, find_header, joined, lines_above

DELIMITERS = (",", ";", "\t", "|")
ROWS_TRIED = 200
HEAD_BYTES = 1 << 15  # in which a file that is no text shows itself
SHOWN = 200
BLOCK_CHARACTERS = 1 << 22

csv.field_size_limit(limits.CELL_CHARACTERS)


def look(path: Path, options: FileOptions) -> Look:
    """What a text table is: encoding, delimiter, header."""
    encoding, how_encoded = (options.encoding, "as declared") if options.encoding else encoding_of(path)
    delimiter = options.delimiter or _delimiter(path, encoding)
    rows = _first_rows(path, encoding, delimiter)
    header_row, why = (options.header_row, "as declared") if options.header_row is not None else find_header(rows)
    second, said = below_header(rows, header_row)
    header_rows = options.header_rows or (2 if second else 1)
    columns = _columns(path, options, rows, header_row, header_rows)
    limits.refuse_columns(path, len(columns))
    above = tuple(LeftOut("line", str(row), "above_header", text) for row, text in lines_above(rows, header_row))
    return Look(
        format="csv",
        columns=columns,
        encoding=encoding,
        delimiter=delimiter,
        header_row=header_row,
        header_rows=header_rows if header_row else 0,
        notes=(f"encoding {encoding}: {how_encoded}", f"header in row {header_row}: {why}", *said),
        left_out=above,
    )


def read(path: Path, options: FileOptions, chunk_rows: int) -> Iterator[Piece]:
    """Pieces of a text table; memory holds one at a time."""
    found = look(path, options)
    assert found.encoding is not None and found.delimiter is not None and found.header_row is not None
    first = found.header_row + (found.header_rows or 0) if found.header_row else 1
    pile = _Pile(found.columns, found.left_out)
    with open_text(path, found.encoding) as stream:
        lines, number = _Lines(stream), 1
        while number < first and (block := lines.block()):  # the lines above the table, and its header
            number = _add_carefully(pile, lines, block, found.delimiter, number, first, until=first)
        while block := lines.block():
            table = _plain_table(block, found.delimiter, found.columns)
            if table is not None:
                pile.add_plain(number, table)
                number += len(table)
            else:
                number = _add_carefully(pile, lines, block, found.delimiter, number, first, until=0)
            if pile.count >= chunk_rows:
                yield pile.take()
    yield pile.take()


def _plain_table(block: str, delimiter: str, columns: tuple[str, ...]) -> pa.Table | None:
    """The cells of lines in which nothing can go wrong, split by columns and not by rows; else None."""
    try:
        written = block.encode("utf-8")
    except UnicodeEncodeError:  # surrogates, which stand for bytes of no text
        return None
    count = written.count(b"\n") + (not written.endswith(b"\n"))
    if count * len(columns) > 2 * len(written):
        return None  # lines too short to be rows: each would become a wide row of nothing
    if b'"' in written or b"\x00" in written or written.count(b"\r") != written.count(b"\r\n"):
        return None
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(written),
            read_options=arrow_csv.ReadOptions(column_names=list(columns), use_threads=False, block_size=1 << 26),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter, quote_char=False, double_quote=False, ignore_empty_lines=False
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types={name: pa.string() for name in columns}, strings_can_be_null=False
            ),
        )
    except ValueError:  # a row of another width, or a delimiter beyond ASCII: somebody has to look at each
        return None
    longest = max((pc.max(pc.binary_length(column)).as_py() or 0 for column in table.columns), default=0)
    return table if table.num_rows == count and longest <= limits.CELL_CHARACTERS else None


def _add_carefully(pile: _Pile, lines: _Lines, block: str, delimiter: str, number: int, first: int, until: int) -> int:
    """Split the records that begin in a block one by one, up to the number `until`; returns that of the next."""
    lines.waiting += reversed(io.StringIO(block, newline="").readlines())
    for record in _records(lines, delimiter):
        if number >= first and (record.cells or record.rule):
            pile.add(number, record)
        number += 1
        if not lines.waiting or number == until:
            break
    return number


# --- delimiter, header ------------------------------------------------------------------------------------


def _delimiter(path: Path, encoding: str) -> str:
    """The delimiter that splits the first rows most evenly; a comma where none splits any."""

    def evenness(delimiter: str) -> tuple[float, int]:
        widths = Counter(len(row) for row in _first_rows(path, encoding, delimiter) if row)
        if not widths:
            return 0.0, 0
        width, count = widths.most_common(1)[0]
        return (count / widths.total(), width) if width > 1 else (0.0, 0)

    return max(DELIMITERS, key=evenness)


def _first_rows(path: Path, encoding: str, delimiter: str) -> list[list[str | None]]:
    with open_text(path, encoding) as stream:
        rows = []
        for record in _records(_Lines(stream), delimiter):
            rows.append([cell if cell.strip() else None for cell in record.cells])
            if len(rows) == ROWS_TRIED:
                break
    return rows


def _columns(
    path: Path, options: FileOptions, rows: list[list[str | None]], header_row: int, header_rows: int
) -> tuple[str, ...]:
    width = max((len(row) for row in rows), default=0)
    if header_row:
        named = clean(joined(rows[header_row - 1 : header_row - 1 + header_rows]))
        return options.columns if options.columns and len(options.columns) == len(named) else named
    if not options.columns:
        return tuple(f"column {n + 1}" for n in range(width))
    if len(options.columns) != width:
        raise DeclarationProblem(
            path.name,
            phrase("{n} columns, as file.columns names", n=len(options.columns)),
            f"{width}",
            "mend file.columns",
        )
    return options.columns


# --- records ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Record:
    cells: Sequence[str]
    rule: str | None = None  # why it could not be split
    text: str = ""


class _QuoteNotClosed(Exception):
    """A record spans more lines than any record does."""


@dataclass
class _Lines:
    """Lines of a stream for the csv module, which can be given back."""

    stream: TextIO
    waiting: list[str] = field(default_factory=list)  # given back, the next one last
    taken: list[str] = field(default_factory=list)  # by the record being split

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self.waiting.pop() if self.waiting else self.stream.readline(limits.CELL_CHARACTERS)
        if not line:
            raise StopIteration
        self.taken.append(line)
        if len(self.taken) > limits.RECORD_LINES:
            raise _QuoteNotClosed
        return line

    def block(self) -> str:
        """Some more whole lines: what was given back first, then what the stream has."""
        if self.waiting:
            given, self.waiting = self.waiting[::-1], []
            return "".join(given)
        return self.stream.read(BLOCK_CHARACTERS) + self.stream.readline()

    def give_back_all_but_first(self) -> str:
        first, *rest = self.taken
        self.waiting += reversed(rest)
        self.taken.clear()
        return first


def _records(lines: _Lines, delimiter: str) -> Iterator[_Record]:
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        lines.taken.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, _QuoteNotClosed):
            text = lines.give_back_all_but_first() if lines.taken else ""
            reader = csv.reader(lines, delimiter=delimiter)
            yield _Record((), "cell_too_long", text)
            continue
        if len(lines.taken) > 1 and _ends_in_a_quote(lines):
            text = lines.give_back_all_but_first()
            reader = csv.reader(lines, delimiter=delimiter)
            yield _Record((), "cell_too_long", text)
            continue
        yield _Record(cells)


def _ends_in_a_quote(lines: _Lines) -> bool:
    """The file ended while a quote was open: an odd number of quotes in what was taken."""
    return sum(line.count('"') for line in lines.taken) % 2 == 1


class _Pile:
    """Records on their way to a piece, in the order of the file."""

    def __init__(self, columns: tuple[str, ...], left_out: tuple[LeftOut, ...]) -> None:
        self.columns = columns
        self.left_out = left_out  # told with the first piece
        self._empty()

    def _empty(self) -> None:
        self.tables: list[pa.Table] = []
        self.rows: list[list[str | None]] = []  # after the tables
        self.numbers: list[NDArray[np.int64]] = []
        self.faults: list[tuple[int, str, str]] = []
        self.count = 0

    def add(self, number: int, record: _Record) -> None:
        """One record: a row, a fault, or nothing where the line is blank."""
        cells, width = record.cells, len(self.columns)
        if record.rule is not None:
            self._blame(number, record.rule, record.text)
            return
        row = [cell if cell and not cell.isspace() else None for cell in cells]
        if not any(cell is not None for cell in row):
            return
        while len(row) > width and row[-1] is None:
            row.pop()
        rule = _fault(cells, len(row), width)
        if rule is not None:
            self._blame(number, rule, " | ".join(cells))
            return
        self.rows.append(row)
        self.numbers.append(np.array([number], dtype=np.int64))
        self.count += 1

    def _blame(self, number: int, rule: str, text: str) -> None:
        self.faults.append((number, rule, _printable(text)))
        self.count += 1

    def add_plain(self, number: int, table: pa.Table) -> None:
        """Records that were split without a fault; those of empty cells only are left out."""
        self._settle_rows()
        known = self._table([_without_blanks(column) for column in table.columns])
        is_empty = reduce(pc.and_, [pc.is_null(column) for column in known.columns])
        numbers = np.arange(number, number + len(known), dtype=np.int64)
        if pc.any(is_empty).as_py():
            is_row = pc.invert(is_empty)
            known, numbers = known.filter(is_row), numbers[is_row.to_numpy()]
        self.tables.append(known)
        self.numbers.append(numbers)
        self.count += len(known)

    def _settle_rows(self) -> None:
        if self.rows:
            columns = zip(*self.rows, strict=True)
            self.tables.append(self._table([pa.array(cells, pa.string()) for cells in columns]))
            self.rows = []

    def _table(self, columns: Sequence[pa.Array | pa.ChunkedArray]) -> pa.Table:
        return pa.Table.from_arrays(list(columns), names=[str(n) for n in range(len(columns))])

    def take(self) -> Piece:
        self._settle_rows()
        nothing = self._table([pa.array([], pa.string())] * len(self.columns))
        whole = pa.concat_tables(self.tables) if self.tables else nothing
        numbers = np.concatenate(self.numbers) if self.numbers else np.empty(0, dtype=np.int64)
        taken = piece(self.columns, whole.columns, numbers, unreadable=self.faults, left_out=self.left_out)
        self.left_out = ()
        self._empty()
        return taken


def _without_blanks(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Cells of nothing but blanks are empty."""
    is_blank = pc.equal(pc.utf8_trim_whitespace(column), "")
    return pc.if_else(is_blank, pa.scalar(None, pa.string()), column)


def _fault(cells: Sequence[str], found: int, width: int) -> str | None:
    joined_cells = "".join(cells)
    if "\x00" in joined_cells:
        return "nul_byte"
    if not joined_cells.isascii() and any("\ud800" <= character <= "\udfff" for character in joined_cells):
        return "bad_encoding"
    if found != width:
        return "too_many_cells" if found > width else "too_few_cells"
    return None


def _printable(text: str) -> str:
    """Without what a terminal or a page cannot show."""
    whole = text[:SHOWN].encode("utf-8", errors="surrogateescape").decode("utf-8", errors="replace")
    return "".join(character if character.isprintable() else " " for character in whole).strip()


def refuse_binary(path: Path) -> None:
    """Raise where a file that should be a text is none."""
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    strange = sum(byte < 9 or 13 < byte < 32 for byte in head)
    if head and not head.startswith((b"\xff\xfe", b"\xfe\xff")) and strange > len(head) / 10:
        raise FileUnreadable(
            path.name,
            "CSV, xlsx, xls, ods, GeoJSON, zipped Shapefile, GeoPackage or Parquet",
            "a file of another kind",
            "export it in one of these forms",
        )
