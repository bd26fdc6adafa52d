"""Reads tables out of web pages and XML: what programs export under the name of a workbook.

XML with a document type is refused before anything of it is read: entities and addresses stand nowhere else. A web page
is taken as letters between marks; nothing of it is run, loaded or looked up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import TextIO
from xml.parsers import expat

from ground.phrases import phrase
from importer.errors import FileTooLarge, FileUnreadable
from importer.read import limits
from importer.read.chunk import FileOptions
from importer.read.encodings import encoding_of, open_text
from importer.read.headers import Span, clean
from importer.read.sheets import Sheet

DEEPEST = 200  # elements within elements
BLOCK_CHARACTERS = 1 << 18
STARTS = ("<!doctype html", "<html", "<head", "<meta", "<style", "<body", "<table", "<div", "<center")
NOT_AN_ELEMENT = re.compile(r"(?s)<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|<!\w[^>\[]*>?")
ROOT = re.compile(r"<(?:[\w.\-]+:)?([\w.\-]+)")
CHARSET = re.compile(r"""(?i)(?:charset|encoding)\s*=\s*["']?\s*([\w.\-]+)""")
SURE = ("utf-8", "utf-8-sig", "utf-16", "gb18030")  # of these, bytes say more than a page does of itself
NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
HEAD_BYTES = 4096
MOST_SPAN = 65_534  # what a browser takes, at most


def form_of(start: str) -> str | None:
    """html, spreadsheetml, kml, the name of an XML's root, or None where a text begins as neither."""
    low = start.lower()
    if low.startswith(STARTS) or (low.startswith("<!--") and "<table" in low):
        return "html"
    if not low.startswith(("<?xml", "<?mso", "<!doctype", "<kml", "<workbook")):
        return None
    root = ROOT.search(NOT_AN_ELEMENT.sub("", start))
    name = root[1].lower() if root else "a document type"
    return {"workbook": "spreadsheetml", "kml": "kml", "html": "html", "table": "html"}.get(name, name)


def sheets(path: Path, options: FileOptions, file_format: str) -> list[Sheet]:
    """The tables of a page or the sheets of a SpreadsheetML workbook. Raises FileUnreadable where there are none."""
    limits.refuse_large(path, limits.WHOLE_BYTES)
    grids = _Workbook(path).read(options) if file_format == "spreadsheetml" else _Page(path).read(options)
    if not grids:
        raise FileUnreadable(path.name, "a table", "a web page without one", "export the table itself")
    for grid, name in zip(grids, clean([grid.name for grid in grids]), strict=True):
        grid.name = name  # of two sheets of one name the second is another
    return [grid.sheet() for grid in grids]


def encoding(path: Path, options: FileOptions) -> str:
    """As declared, else as the bytes say, else as the page says of itself."""
    if options.encoding is not None:
        return options.encoding
    found = encoding_of(path)[0]
    if found in SURE:
        return found
    with path.open("rb") as stream:
        told = CHARSET.search(stream.read(HEAD_BYTES).decode("ascii", errors="replace"))
    try:
        "".encode(told[1] if told else found)
    except LookupError:
        return found
    return told[1] if told else found


# --- a table on its way in --------------------------------------------------------------------------------


@dataclass
class Grid:
    """A sheet cell by cell, as marks come; what cells span is kept beside it. Rows and columns count from 0."""

    path: Path
    name: str
    is_visible: bool = True
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    merged: list[Span] = field(default_factory=list)
    height: int = 0
    width: int = 0
    _covered: dict[int, int] = field(default_factory=dict)  # column → first row that it is free in again

    def put(self, row: int, column: int, text: str, down: int = 1, right: int = 1) -> None:
        """A cell that spans so many rows and columns."""
        if len(text) > limits.CELL_CHARACTERS:
            raise too_long(self.path)
        if text and not text.isspace():
            self.rows.setdefault(row, {})[column] = text
            self.height, self.width = max(self.height, row + 1), max(self.width, column + 1)
        if down > 1 or right > 1:
            self.merged.append(((row, column), (row + down - 1, column + right - 1)))
        limits.refuse_many_columns(self.path, column + right)
        if self.height * self.width > limits.SHEET_CELLS:
            limits.refuse_sparse(self.path, self.name, self.height * self.width)

    def free(self, row: int, column: int) -> int:
        """The first column from here that no cell above reaches into."""
        while self._covered.get(column, 0) > row:
            column += 1
        return column

    def cover(self, row: int, column: int, down: int, right: int) -> None:
        for one in range(column, column + right):
            self._covered[one] = row + down

    def sheet(self) -> Sheet:
        return Sheet(self.name, self.is_visible, self.height, self.width, self.merged, self._rows)

    def _rows(self) -> Iterator[list[str | None]]:
        for number in range(self.height):
            cells = self.rows.get(number, {})
            yield [cells.get(column) for column in range(self.width)]


def _bounded(told: str | None, least: int = 1, most: int = MOST_SPAN) -> int:
    try:
        return min(max(int((told or "").strip()), least), most)
    except ValueError:
        return least


# --- web pages --------------------------------------------------------------------------------------------


@dataclass
class _Open:
    """A table that has begun."""

    grid: Grid
    row: int = -1
    column: int = 0
    cell: list[str] | None = None
    attributes: Mapping[str, str | None] = field(default_factory=dict)


class _Page(HTMLParser):
    """Every table of a page is a grid of its own, one inside another as well."""

    def __init__(self, path: Path) -> None:
        super().__init__(convert_charrefs=True)
        self.path, self.grids = path, list[Grid]()
        self.open: list[_Open] = []
        self.silent = 0  # inside what is no text

    def read(self, options: FileOptions) -> list[Grid]:
        with open_text(self.path, encoding(self.path, options)) as stream:
            for block in _blocks(stream):
                self.feed(block)
                if len(self.rawdata) > limits.CELL_CHARACTERS:  # what waits for its end is looked through each time
                    raise too_long(self.path)
            self.close()
        while self.open:
            self._end_table()
        return [grid for grid in self.grids if grid.height]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            if len(self.open) > DEEPEST:
                raise too_deep(self.path)
            grid = Grid(self.path, f"table {len(self.grids) + 1}")
            self.grids.append(grid)
            self.open.append(_Open(grid))
        elif tag in ("script", "style"):
            self.silent += 1
        elif self.open:
            self._in_table(tag, dict(attrs))

    def _in_table(self, tag: str, attributes: Mapping[str, str | None]) -> None:
        table = self.open[-1]
        if tag == "tr":
            self._end_cell(table)
            table.row, table.column = table.row + 1, 0
        elif tag in ("td", "th"):
            self._end_cell(table)
            table.row = max(table.row, 0)
            table.cell, table.attributes = [], attributes
        elif tag in ("br", "p", "div") and table.cell is not None:
            table.cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self.silent = max(self.silent - 1, 0)
        elif self.open and tag == "table":
            self._end_table()
        elif self.open and tag in ("td", "th", "tr"):
            self._end_cell(self.open[-1])

    def handle_data(self, data: str) -> None:
        if self.open and not self.silent and self.open[-1].cell is not None:
            self.open[-1].cell.append(data)

    def _end_table(self) -> None:
        self._end_cell(self.open.pop())

    def _end_cell(self, table: _Open) -> None:
        if table.cell is None:
            return
        text, told = " ".join("".join(table.cell).split()), table.attributes
        number = told.get("x:num")
        if number is not None and NUMBER.fullmatch(number):
            text = number  # what the cell holds, where its text is shown in fewer figures
        down, right = _bounded(told.get("rowspan")), _bounded(told.get("colspan"), most=limits.COLUMNS)
        column = table.grid.free(table.row, table.column)
        table.grid.put(table.row, column, text, down, right)
        table.grid.cover(table.row, column, down, right)
        table.column, table.cell = column + right, None


def pairs(text: str) -> dict[str, str]:
    """Names and values of a small table in a description: its rows of two cells."""
    page = _Page(Path("description"))
    try:
        page.feed(_clean(text))
        page.close()
    except (FileTooLarge, OSError):
        return {}
    while page.open:
        page._end_table()
    found: dict[str, str] = {}
    for grid in page.grids:
        for row in grid.rows.values():
            if set(row) == {0, 1} and row[0] not in found:
                found[row[0]] = row[1]
    return found


def plain(text: str) -> str:
    """A text without its marks."""
    return " ".join(re.sub(r"<[^<>]*>", " ", text).split())


def _clean(text: str) -> str:
    """Without bytes that are no text, and without NUL."""
    return text.encode("utf-8", errors="replace").decode("utf-8").replace("\x00", "")


def _blocks(stream: TextIO) -> Iterator[str]:
    """A text in pieces, without blanks at its beginning: a declaration of XML may not stand behind any."""
    yield _clean(stream.read(BLOCK_CHARACTERS)).lstrip("\ufeff \t\r\n")
    while block := stream.read(BLOCK_CHARACTERS):
        yield _clean(block)


# --- XML --------------------------------------------------------------------------------------------------


def parse(
    path: Path,
    options: FileOptions,
    on_start: Callable[[str, Mapping[str, str]], None],
    on_text: Callable[[str], None],
    on_end: Callable[[str], None],
) -> None:
    """Read XML element by element, names without their prefix. Raises FileUnreadable where it declares a document type.

    The text is decoded here, since the parser knows no Chinese encoding.
    """
    depth = quiet = 0

    def start(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal depth, quiet
        depth, quiet = depth + 1, 0
        if depth > DEEPEST:
            raise too_deep(path)
        on_start(_bare(name), {_bare(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        nonlocal depth, quiet
        depth, quiet = depth - 1, 0
        on_end(_bare(name))

    def text(characters: str) -> None:
        nonlocal quiet
        quiet = 0
        on_text(characters)

    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.StartDoctypeDeclHandler = lambda *_: _refuse_document_type(path)
    try:
        with open_text(path, encoding(path, options)) as stream:
            for block in _blocks(stream):
                quiet += len(block)
                if quiet > 4 * limits.CELL_CHARACTERS:  # a mark that does not end is looked through each time
                    raise too_long(path)
                parser.Parse(block.encode("utf-8"), False)
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise FileUnreadable(path.name, "XML without a fault", str(error), "export it again") from error


def _bare(name: str) -> str:
    return name.rpartition(":")[2]


def _refuse_document_type(path: Path) -> None:
    raise FileUnreadable(
        path.name,
        "XML that declares no document type",
        "a document type, which may hold entities and addresses",
        "export it again, or take the line <!DOCTYPE …> out",
    )


def too_deep(path: Path) -> FileTooLarge:
    return FileTooLarge(
        path.name,
        phrase("at most {most} elements within each other", most=DEEPEST),
        "more",
        "ask where the file is from",
    )


def too_long(path: Path) -> FileTooLarge:
    most = phrase("at most {most} characters in a cell or mark", most=f"{limits.CELL_CHARACTERS:,}")
    return FileTooLarge(path.name, most, "more", "ask where the file is from")


class _Workbook:
    """SpreadsheetML of 2003: sheets, rows and cells that may name their own numbers."""

    def __init__(self, path: Path) -> None:
        self.path, self.grids = path, list[Grid]()
        self.row = self.column = 0
        self.above: list[str] = []
        self.span, self.kind = (1, 1), ""
        self.text: list[str] | None = None

    def read(self, options: FileOptions) -> list[Grid]:
        parse(self.path, options, self._start, self._on_text, self._end)
        return self.grids

    def _start(self, name: str, told: Mapping[str, str]) -> None:
        within = self.above[-1] if self.above else ""
        self.above.append(name)
        if name == "Worksheet":
            self.grids.append(Grid(self.path, told.get("Name", f"sheet {len(self.grids) + 1}")))
            self.row = 0
        elif not self.grids:
            return
        elif name == "Row":
            self.row = _bounded(told.get("Index"), self.row + 1, 1 << 31)
            self.column = 0
        elif name == "Cell" and within == "Row":
            self.column = _bounded(told.get("Index"), self.column + 1, 1 << 31)
            down = _bounded(told.get("MergeDown"), 0) + 1
            self.span = (down, _bounded(told.get("MergeAcross"), 0, limits.COLUMNS) + 1)
            self.text = None
        elif name == "Data" and within == "Cell":
            self.kind, self.text = told.get("Type", "String"), []

    def _on_text(self, text: str) -> None:
        if self.text is not None and "Comment" not in self.above:
            self.text.append(text)
        elif self.above and self.above[-1] == "Visible" and self.grids and text.strip():
            self.grids[-1].is_visible = False  # SheetHidden, SheetVeryHidden

    def _end(self, name: str) -> None:
        self.above.pop()
        if name != "Cell" or not self.grids or self.above[-1:] != ["Row"]:
            return
        text = _as_shown("".join(self.text or ()), self.kind)
        self.grids[-1].put(self.row - 1, self.column - 1, text, *self.span)
        self.column += self.span[1] - 1
        self.text = None


def _as_shown(text: str, kind: str) -> str:
    """A cell as a person reads it: 2016-08-30T00:00:00.000 is 2016-08-30."""
    if kind == "DateTime":
        return re.sub(r"\.0+$", "", text).removesuffix("T00:00:00")
    if kind == "Boolean":
        return {"1": "true", "0": "false"}.get(text.strip(), text)
    return text
