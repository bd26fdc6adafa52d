"""What may stand in a declaration of files, as it is written. docs/declarations.md shows it from the outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Annotated, Any

from ground.declared import Constant, Count, Names, Open, Pattern, Such, Text, Texts, Unfit, between, one_of, read
from ground.phrases import phrase
from importer.place.written import ORDERS
from importer.read.chunk import FORMATS

SCALES = ("fraction", "percent")
DATE_ORDERS = ("ymd", "dmy", "mdy")
GIVEN = ("column", "any_of", "constant", "template", "file_name", "sum_of", "one_of")  # where a value comes from


def _one_character(text: str) -> bool:
    return len(text) == 1 and text not in '"\r\n\x00'


Digits = Annotated[int, between(0, 100)]
ONE_GROUP = Such("a pattern with a group in brackets", lambda pattern: pattern.groups >= 1)
Delimiter = Annotated[str, Such("one character, no quote and no line end", _one_character)]
Header = Annotated[str, Such("the header of one column (several: any_of)")]
Meanings = Mapping[str, Constant]  # what the file says → what the atlas says


@dataclass(frozen=True, kw_only=True)
class Understood:
    """How cells are understood."""

    true: Texts = ()
    false: Texts = ()
    unknown: Texts = ()
    decimal: Annotated[str, one_of((".", ","))] | None = None
    scale: Annotated[str, one_of(SCALES)] | None = None
    factor: float = 1.0
    date_order: Annotated[str, one_of(DATE_ORDERS)] | None = None
    pad_to: Digits | None = None
    strip: str | None = None

    @property
    def understood(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(Understood)}


@dataclass(frozen=True, kw_only=True)
class ColumnTable(Understood):
    """A field with exactly one of GIVEN."""

    column: Header | None = None
    any_of: Texts | None = None
    constant: Constant | None = None
    template: Constant | None = None
    file_name: Annotated[Pattern, ONE_GROUP] | None = None
    sum_of: Mapping[str, float] | None = None
    one_of: Meanings | None = None  # column → what the row is, where that column says yes
    words: Meanings | None = None
    order: Annotated[str, one_of(ORDERS)] | None = None  # of a point: its two numbers in one cell

    def __post_init__(self) -> None:
        given = [name for name in GIVEN if getattr(self, name) is not None]
        if len(given) != 1:
            raise Unfit("", phrase("exactly one of {given}", given=", ".join(GIVEN)), ", ".join(given) or "none")


def _column(value: Any) -> ColumnTable:
    """`field = "Header"` is short for `field = { column = "Header" }`."""
    if isinstance(value, str):
        return ColumnTable(column=value)
    if not isinstance(value, Mapping):
        raise Unfit("", "the header of a column, or a table", repr(value))
    return read(value, ColumnTable)


AnyColumn = Annotated[ColumnTable, Such("the header of a column, or a table", read=_column)]


@dataclass(frozen=True, kw_only=True)
class WideTable(Understood):
    """[[wide]]: many columns of one meaning."""

    columns: Pattern
    value: Text
    words: Mapping[str, Meanings] | None = None
    constant: Meanings | None = None


@dataclass(frozen=True, kw_only=True)
class FallTable:
    """[rows] of every source."""

    accept_fall_percent: float = 10.0


@dataclass(frozen=True, kw_only=True)
class RowsTable(FallTable):
    """[rows] of a table: which of them are meant, and how wrong they may be."""

    only: Mapping[str, Texts] | None = None
    fill_down: Texts = ()
    suffixes: Texts = ()
    names_strict: bool = False
    strict: bool = False
    swapped: Annotated[str, one_of(("reject", "exchange"))] = "reject"
    accept_rejected_percent: float = 20.0


@dataclass(frozen=True)
class CorrectionsTable:
    path: Text
    key: str | None = None


def _corrections(value: Any) -> CorrectionsTable:
    return CorrectionsTable(value) if isinstance(value, str) else read(value, CorrectionsTable)


@dataclass(frozen=True, kw_only=True)
class PlainFile:
    """[file] of a list in a form of its own: CSV or Parquet."""

    path: Texts = ()
    sha256: str | None = None
    delimiter: Delimiter | None = None


@dataclass(frozen=True, kw_only=True)
class FileTable(PlainFile):
    """[file] of a table of any form."""

    url: str | None = None
    also: Texts = ()
    corrections: Annotated[CorrectionsTable, Such("a path, or a table", read=_corrections)] | None = None
    format: Annotated[str, one_of(FORMATS)] | None = None
    encoding: str | None = None
    sheet: Names = ()
    layer: str | None = None
    header_row: Count | None = None
    header_rows: Count | None = None
    columns: Texts = ()


@dataclass(frozen=True)
class FrameTable:
    crs: str = "EPSG:4326"
    epsg: Constant | None = None


@dataclass(frozen=True)
class DeclaredTable(Open):
    """The part of a source that says how to read its files."""

    kind: Text
    columns: Mapping[str, Annotated[ColumnTable, Such("the header of a column, or a table", read=_column)]] | None = (
        None
    )
    wide: tuple[WideTable, ...] = ()
    constant: Meanings | None = None  # fields that are the same for the whole source
    as_of: Constant | None = None  # one of them, beside the titles
    about: Text | None = None
    rows: RowsTable = RowsTable()
    file: FileTable = FileTable()
    frame: FrameTable = FrameTable()
