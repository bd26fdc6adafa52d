"""A declaration: which column of a file fills which field, and how its cells are to be understood.

A declaration is a TOML table. This module checks it and turns it into dataclasses; every key that nothing
reads is an error, because it is most often a misspelt one. docs/declarations.md shows it from the outside.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made_by
from datetime import date, datetime
from typing import Any

from importer.contents import Content, Field, content
from importer.errors import DeclarationProblem
from importer.read.chunk import FORMATS, FileOptions

SCALES = ("fraction", "percent")
DATE_ORDERS = ("ymd", "dmy", "mdy")
GIVEN = ("column", "any_of", "constant", "template", "file_name", "sum_of")  # where a value comes from
PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
ROW_NUMBER, FILE_NAME = "row_number", "file_name"  # placeholders that are no columns


@dataclass(frozen=True)
class Column:
    """How one field is filled. Exactly one of the GIVEN ways; the rest says how cells are understood."""

    field: Field
    columns: tuple[str, ...] = ()  # the first cell that is not empty counts
    constant: str | None = None
    template: str | None = None  # "{Block}/{Village}", also {row_number} and {file_name}
    file_name: re.Pattern[str] | None = None  # its first group, found in the file's name
    sum_of: Mapping[str, float] = made_by(default_factory=dict)  # column → factor
    words: Mapping[str, str] = made_by(default_factory=dict)  # what the file says → what the atlas says
    true: tuple[str, ...] = ()
    false: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    decimal: str | None = None
    scale: str | None = None  # of a share: one of SCALES
    factor: float = 1.0  # of a number: kbit/s → Mbit/s is 0.001
    date_order: str | None = None
    pad_to: int | None = None  # of a code: its length with leading zeros
    strip: str | None = None  # a pattern that is no part of the text, such as "^US-"

    @property
    def needs(self) -> tuple[str, ...]:
        """The columns of the file that it reads."""
        if self.template is not None:
            named = PLACEHOLDER.findall(self.template)
            return tuple(name for name in named if name not in (ROW_NUMBER, FILE_NAME))
        return (*self.columns, *self.sum_of)


@dataclass(frozen=True)
class Wide:
    """Many columns of one meaning: their headers say technology, operator or speed, their cells the value."""

    pattern: re.Pattern[str]  # named groups are fields
    value: Column  # its `columns` are empty: each header that matches is one
    words: Mapping[str, Mapping[str, str]]  # field → what the header says → what the atlas says
    constant: Mapping[str, str]  # fields that are the same in all these columns


@dataclass(frozen=True)
class Declaration:
    """How files of one source become rows of one kind of content."""

    where: str  # the declaration's own file, for messages
    content: Content
    options: FileOptions
    columns: Mapping[str, Column]
    wide: tuple[Wide, ...] = ()
    frame: str = "EPSG:4326"
    only: Mapping[str, tuple[str, ...]] = made_by(default_factory=dict)
    suffixes: tuple[str, ...] = ()  # of names: 村民委员会, "municipality"
    names_strict: bool = False
    extent_degrees: tuple[float, float, float, float] | None = None
    swapped: str = "reject"  # or "exchange": what becomes of rows with longitude and latitude exchanged
    accept_rejected_percent: float = 20.0  # more rejected rows than this: the declaration does not fit the file
    accept_fall_percent: float = 10.0  # fewer rows than the last time by more than this: ask

    @property
    def fields(self) -> list[str]:
        """All fields that rows will have, those that headers of wide tables say included."""
        found = list(self.columns)
        for wide in self.wide:
            found += [*wide.pattern.groupindex, *wide.constant, wide.value.field.name]
        return list(dict.fromkeys(found))

    @property
    def needs(self) -> list[str]:
        """Columns that the file must have."""
        named = [name for column in self.columns.values() for name in column.needs]
        return list(dict.fromkeys([*named, *self.only]))


def declaration(
    body: Mapping[str, Any],
    where: str,
    upper_levels: Sequence[str],
    extent_degrees: Sequence[float] | None = None,
) -> Declaration:
    """Read and check the part of a source's TOML table that says how to read its files.

    Raises DeclarationProblem naming file and key.
    """
    reader = _Reader(where)
    kind = content(body["kind"], upper_levels)
    columns = {
        name: reader.column(f"columns.{name}", reader.field(kind, "columns", name), entry)
        for name, entry in reader.table(body, "columns").items()
    }
    wide = tuple(reader.wide(f"wide[{n}]", kind, entry) for n, entry in enumerate(body.get("wide", []), 1))
    for name, value in _constants(body).items():
        if name in kind.fields and name not in columns:
            columns[name] = Column(kind.fields[name], constant=value)
    rows = reader.table(body, "rows")
    reader.only_keys("rows", rows, ROWS_KEYS)
    made = Declaration(
        where=where,
        content=kind,
        options=reader.options(reader.table(body, "file")),
        columns=columns,
        wide=wide,
        frame=reader.frame(reader.table(body, "frame")),
        only={name: reader.texts(f"rows.only.{name}", value) for name, value in rows.get("only", {}).items()},
        suffixes=reader.texts("rows.suffixes", rows.get("suffixes", [])),
        names_strict=bool(rows.get("names_strict", False)),
        extent_degrees=_four(extent_degrees),
        swapped=reader.one_of("rows.swapped", rows.get("swapped", "reject"), ("reject", "exchange")),
        accept_rejected_percent=float(rows.get("accept_rejected_percent", 20)),
        accept_fall_percent=float(rows.get("accept_fall_percent", 10)),
    )
    alone = {"lon", "lat"} & set(made.columns)
    if len(alone) == 1 and {"lon", "lat"} <= set(kind.fields):
        raise reader.error("columns", "both lon and lat, or none of them", f"only {alone.pop()}")
    missing = kind.missing([*made.fields, *_position_fields(made)])
    if missing is not None:
        raise reader.error("columns", f"a column for {' or '.join(missing)}", f"{made.fields}")
    return made


ROWS_KEYS = (
    "only",
    "suffixes",
    "names_strict",
    "swapped",
    "accept_rejected_percent",
    "accept_fall_percent",
)
FILE_KEYS = (
    "path",
    "sha256",
    "url",
    "also",
    "corrections",
    "format",
    "encoding",
    "delimiter",
    "sheet",
    "layer",
    "header_row",
    "header_rows",
    "columns",
)


def _constants(body: Mapping[str, Any]) -> dict[str, str]:
    """Fields that are the same for the whole source: `as_of` beside the titles, and the table [constant]."""
    given = dict(body.get("constant", {}))
    if "as_of" in body:
        given.setdefault("as_of", body["as_of"])
    return {name: str(value) for name, value in given.items()}


def _position_fields(made: Declaration) -> tuple[str, ...]:
    """A file with geometry needs no columns for its positions; whether it has one shows when it is read."""
    return ("lon", "lat") if not {"lon", "lat"} & set(made.columns) else ()


def _four(extent: Sequence[float] | None) -> tuple[float, float, float, float] | None:
    if extent is None:
        return None
    west, south, east, north = (float(edge) for edge in extent)
    return west, south, east, north


class _Reader:
    """Checks entries of one declaration; its errors name file and key."""

    def __init__(self, where: str) -> None:
        self.where = where

    def error(self, key: str, expected: str, found: str) -> DeclarationProblem:
        return DeclarationProblem(f"{self.where}, {key}", expected, found, f"mend {self.where}")

    def table(self, body: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        table = body.get(key, {})
        if not isinstance(table, Mapping):
            raise self.error(key, "a table", repr(table))
        return table

    def only_keys(self, key: str, table: Mapping[str, Any], known: Sequence[str]) -> None:
        unknown = sorted(set(table) - set(known))
        if unknown:
            raise self.error(key, f"the keys {', '.join(known)}", f"{unknown[0]}")

    def field(self, kind: Content, key: str, name: str) -> Field:
        if name not in kind.fields:
            raise self.error(key, f"fields of {kind.kind}: {', '.join(kind.fields)}", name)
        return kind.fields[name]

    def one_of(self, key: str, value: Any, allowed: Sequence[str]) -> str:
        if value not in allowed:
            raise self.error(key, f"one of {', '.join(allowed)}", repr(value))
        return str(value)

    def texts(self, key: str, value: Any) -> tuple[str, ...]:
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
            raise self.error(key, "a text or a list of texts", repr(value))
        return tuple(values)

    def options(self, table: Mapping[str, Any]) -> FileOptions:
        self.only_keys("file", table, FILE_KEYS)
        if "format" in table:
            self.one_of("file.format", table["format"], FORMATS)
        for key in ("header_row", "header_rows"):
            if key in table and (not isinstance(table[key], int) or table[key] < 0):
                raise self.error(f"file.{key}", "a whole number from 0", repr(table[key]))
        for key in ("encoding", "delimiter", "sheet", "layer"):
            if not isinstance(table.get(key, ""), str):
                raise self.error(f"file.{key}", "a text", repr(table[key]))
        delimiter = table.get("delimiter", ",")
        if len(delimiter) != 1 or delimiter in '"\r\n\x00':
            raise self.error("file.delimiter", "one character, no quote and no line end", repr(delimiter))
        return FileOptions(
            format=table.get("format"),
            encoding=table.get("encoding"),
            delimiter=table.get("delimiter"),
            sheet=table.get("sheet"),
            layer=table.get("layer"),
            header_row=table.get("header_row"),
            header_rows=table.get("header_rows"),
            columns=self.texts("file.columns", table.get("columns", [])),
        )

    def frame(self, table: Mapping[str, Any]) -> str:
        self.only_keys("frame", table, ("crs", "epsg"))
        return f"EPSG:{table['epsg']}" if "epsg" in table else str(table.get("crs", "EPSG:4326"))

    def column(self, key: str, field: Field, entry: Any) -> Column:
        """`field = "Header"`, or a table with one of GIVEN and what else is to be known."""
        table = {"column": entry} if isinstance(entry, str) else entry
        if not isinstance(table, Mapping):
            raise self.error(key, "the header of a column, or a table", repr(entry))
        given = [name for name in GIVEN if name in table]
        if len(given) != 1:
            raise self.error(key, f"exactly one of {', '.join(GIVEN)}", ", ".join(given) or "none")
        if given == ["column"] and not isinstance(table["column"], str):
            raise self.error(key, "column to be the header of one column (several: any_of)", repr(table))
        return Column(field, **self._given(key, table, given[0]), **self._understood(key, field, table))

    def _given(self, key: str, table: Mapping[str, Any], way: str) -> dict[str, Any]:
        value = table[way]
        if way in ("column", "any_of"):
            return {"columns": self.texts(f"{key}.{way}", value)}
        if way == "constant":
            return {"constant": _as_text(value)}
        if way == "template":
            return {"template": str(value)}
        if way == "file_name":
            return {"file_name": self.pattern(f"{key}.file_name", value, groups=1)}
        if not isinstance(value, Mapping) or not all(_is_number(factor) for factor in value.values()):
            raise self.error(f"{key}.sum_of", "a table of column = factor", repr(value))
        return {"sum_of": {name: float(factor) for name, factor in value.items()}}

    def _understood(self, key: str, field: Field, table: Mapping[str, Any]) -> dict[str, Any]:
        self.only_keys(key, table, (*GIVEN, *UNDERSTOOD))
        for name in ("true", "false"):
            if name in table and field.type != "flag":
                raise self.error(f"{key}.{name}", "only for a field that is yes or no", field.name)
        if "scale" in table:
            self.one_of(f"{key}.scale", table["scale"], SCALES)
        if "decimal" in table:
            self.one_of(f"{key}.decimal", table["decimal"], (".", ","))
        if "date_order" in table:
            self.one_of(f"{key}.date_order", table["date_order"], DATE_ORDERS)
        if not _is_number(table.get("factor", 1.0)):
            raise self.error(f"{key}.factor", "a number", repr(table["factor"]))
        words = self.table(table, "words")
        return {
            "words": {str(said): str(meant) for said, meant in words.items()},
            "true": self.texts(f"{key}.true", table.get("true", [])),
            "false": self.texts(f"{key}.false", table.get("false", [])),
            "unknown": self.texts(f"{key}.unknown", table.get("unknown", [])),
            "decimal": table.get("decimal"),
            "scale": table.get("scale"),
            "factor": float(table.get("factor", 1.0)),
            "date_order": table.get("date_order"),
            "pad_to": table.get("pad_to"),
            "strip": table.get("strip"),
        }

    def pattern(self, key: str, text: Any, groups: int) -> re.Pattern[str]:
        try:
            pattern = re.compile(str(text))
        except re.error as error:
            raise self.error(key, "a regular expression", f"{text!r}: {error}") from error
        if pattern.groups < groups:
            raise self.error(key, f"a pattern with {groups} group(s) in brackets", repr(text))
        return pattern

    def wide(self, key: str, kind: Content, table: Any) -> Wide:
        if not isinstance(table, Mapping) or "columns" not in table or "value" not in table:
            raise self.error(key, 'columns = "a pattern" and value = "a field"', repr(table))
        self.only_keys(key, table, ("columns", "value", "words", "constant", *UNDERSTOOD))
        pattern = self.pattern(f"{key}.columns", table["columns"], groups=0)
        for name in (*pattern.groupindex, *self.table(table, "constant"), table["value"]):
            self.field(kind, key, name)
        value = self.field(kind, key, table["value"])
        understood = {name: table[name] for name in UNDERSTOOD if name in table and name != "words"}
        words = self.table(table, "words")
        return Wide(
            pattern=pattern,
            value=Column(value, **self._understood(key, value, understood)),
            words={name: {str(a): str(b) for a, b in said.items()} for name, said in words.items()},
            constant={name: _as_text(value) for name, value in self.table(table, "constant").items()},
        )


UNDERSTOOD = (
    "words",
    "true",
    "false",
    "unknown",
    "decimal",
    "scale",
    "factor",
    "date_order",
    "pad_to",
    "strip",
)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _as_text(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value).lower() if isinstance(value, bool) else str(value)
