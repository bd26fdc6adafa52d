"""A declaration: which column of a file fills which field, and how its cells are to be understood.

A declaration is a TOML table; `tables.py` says what may stand in it. Here its names become fields of the atlas.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from dataclasses import field as made_by
from typing import Any

from ground.declared import Unfit, read
from ground.phrases import phrase
from importer.contents import Content, Field, content
from importer.convert import unread
from importer.convert.tables import (
    ColumnTable,
    DeclaredTable,
    FileTable,
    RowsTable,
    Understood,
    WideTable,
)
from importer.errors import DeclarationProblem
from importer.read.chunk import FileOptions

PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
POINT = "point"  # under [columns]: both coordinates in one cell
FLAG_WORDS = ("true", "false")
NUMBERS, DEGREES = ("number", "count"), ("longitude", "latitude")
#: Key → the types of fields for which something reads it. `unknown` and `strip` are read for all.
READ_FOR: Mapping[str, tuple[str, ...]] = {
    "true": ("flag",),
    "false": ("flag",),
    "words": ("code", "text", "word"),
    "decimal": (*NUMBERS, "share", *DEGREES),
    "scale": ("share",),
    "factor": NUMBERS,
    "date_order": ("date",),
    "pad_to": ("code",),
}
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
    one_of: Mapping[str, str] = made_by(default_factory=dict)  # column → what the row is, where that column says yes
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
    strict: bool = False  # numbers in plain digits, days as 2016-08-30
    order: str | None = None  # of a longitude or latitude whose cells hold both

    @property
    def needs(self) -> tuple[str, ...]:
        """The columns of the file that it reads."""
        if self.template is not None:
            named = PLACEHOLDER.findall(self.template)
            return tuple(name for name in named if name not in (ROW_NUMBER, FILE_NAME))
        return (*self.columns, *self.sum_of, *self.one_of)


@dataclass(frozen=True)
class Wide:
    """Many columns of one meaning: their headers say technology, operator or speed, their cells the value."""

    pattern: re.Pattern[str]  # named groups are fields
    value: Column  # its `columns` are empty: each header that matches is one
    words: Mapping[str, Mapping[str, str]]  # field → what the header says → what the atlas says
    constant: Mapping[str, str]  # fields that are the same in all these columns

    def matching(self, headers: Iterable[object]) -> list[tuple[str, dict[str, str]]]:
        """The headers of a file that this speaks of, and what each says."""
        found = []
        for header in map(str, headers):
            if matched := self.pattern.fullmatch(header):
                said = {name: text for name, text in matched.groupdict().items() if text is not None}
                says = {name: self.words.get(name, {}).get(text, text) for name, text in said.items()}
                found.append((header, {**self.constant, **says}))
        return found


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
    fill_down: tuple[str, ...] = ()  # headers, from above: an empty cell says what the last filled one above it says
    upper_levels: tuple[str, ...] = ()  # of the country, from above
    about: str | None = None  # place_id: every row lies in this place
    suffixes: tuple[str, ...] = ()  # of names: 村民委员会, "municipality"
    names_strict: bool = False
    strict: bool = False  # a list that we keep ourselves: plain figures, whole days, and no row may be wrong
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
        return list(dict.fromkeys([*named, *self.only, *self.fill_down]))


def declaration(
    body: Mapping[str, Any],
    where: str,
    upper_levels: Sequence[str],
    extent_degrees: Sequence[float] | None = None,
) -> Declaration:
    """Read and check the part of a source's TOML table that says how to read its files.

    Raises DeclarationProblem naming file and key.
    """
    try:
        written = read(body, DeclaredTable)
        unread.refuse(body, written, content(written.kind, upper_levels))
        return _declaration(written, where, upper_levels, _four(extent_degrees))
    except Unfit as unfit:
        raise DeclarationProblem.of(unfit, where) from unfit


def _declaration(
    written: DeclaredTable, where: str, upper_levels: Sequence[str], extent: tuple[float, float, float, float] | None
) -> Declaration:
    kind = content(written.kind, upper_levels)
    columns = {
        name: replace(column, strict=written.rows.strict)
        for entry, table in (written.columns or {}).items()
        for name, column in _columns(kind, entry, table)
    }
    wide = tuple(_wide(kind, f"wide[{n}]", table) for n, table in enumerate(written.wide, 1))
    for name, value in _constants(written).items():
        if name not in columns:
            columns[name] = Column(kind.fields[name], constant=value)
    frame = written.frame
    made = Declaration(
        where=where,
        content=kind,
        options=_options(written.file),
        columns=columns,
        wide=wide,
        frame=frame.crs if frame.epsg is None else f"EPSG:{frame.epsg}",
        extent_degrees=extent,
        **{field.name: getattr(written.rows, field.name) for field in fields(RowsTable) if field.name != "only"},
        only=written.rows.only or {},
        about=written.about,
        upper_levels=tuple(upper_levels),
    )
    alone = {"lon", "lat"} & set(made.columns)
    if len(alone) == 1 and {"lon", "lat"} <= set(kind.fields):
        raise Unfit("columns", "both lon and lat, or none of them", phrase("only {field}", field=alone.pop()))
    missing = kind.missing([*made.fields, *_position_fields(made)])
    if missing is not None:
        raise Unfit("columns", phrase("a column for {missing}", missing=" or ".join(missing)), f"{made.fields}")
    return made


def _options(written: FileTable) -> FileOptions:
    """What reading needs; where the file lies is the business of whoever finds it."""
    return FileOptions(**{field.name: getattr(written, field.name) for field in fields(FileOptions)})


def _constants(written: DeclaredTable) -> dict[str, str]:
    """Fields that are the same for the whole source: `as_of` beside the titles, and the table [constant]."""
    beside = {} if written.as_of is None else {"as_of": written.as_of}
    return beside | dict(written.constant or {})


def _position_fields(made: Declaration) -> tuple[str, ...]:
    """A file with geometry needs no columns for its positions; whether it has one shows when it is read."""
    return ("lon", "lat") if not {"lon", "lat"} & set(made.columns) else ()


def _four(extent: Sequence[float] | None) -> tuple[float, float, float, float] | None:
    if extent is None:
        return None
    west, south, east, north = (float(edge) for edge in extent)
    return west, south, east, north


def _field(kind: Content, key: str, name: str) -> Field:
    if name not in kind.fields:
        raise Unfit(key, phrase("fields of {kind}: {fields}", kind=kind.kind, fields=", ".join(kind.fields)), name)
    return kind.fields[name]


def _columns(kind: Content, name: str, table: ColumnTable) -> list[tuple[str, Column]]:
    """The field of an entry of [columns]; a `point` fills two, longitude and latitude."""
    is_point = name == POINT and "lon" in kind.fields
    if is_point != (table.order is not None):
        expected = "the order of the two numbers" if is_point else "no order: it is for point"
        raise Unfit(phrase("columns.{name}.order", name=name), expected, str(table.order), is_missing=is_point)
    if not is_point:
        return [(name, _column(kind, name, table))]
    return [(axis, replace(_column(kind, axis, table), order=table.order)) for axis in ("lon", "lat")]


def _column(kind: Content, name: str, table: ColumnTable) -> Column:
    field = _field(kind, "columns", name)
    return Column(
        field,
        columns=table.any_of or (() if table.column is None else (table.column,)),
        constant=table.constant,
        template=table.template,
        file_name=table.file_name,
        sum_of=table.sum_of or {},
        one_of=table.one_of or {},
        words=table.words or {},
        **_understood(f"columns.{name}", field, table),
    )


def _understood(key: str, field: Field, table: Understood) -> dict[str, Any]:
    """The keys that say how cells are understood. Raises Unfit for one that nothing reads for such a field."""
    choice = isinstance(table, ColumnTable) and table.one_of is not None  # its cells are yes or no
    given = table.understood | ({"words": table.words} if isinstance(table, ColumnTable) else {})
    usual = Understood().understood
    for name, types in READ_FOR.items():
        is_given = bool(given.get(name)) and given[name] != usual.get(name)
        if is_given and field.type not in types and not (choice and name in FLAG_WORDS):
            expected = (
                "only for a field that is yes or no"
                if name in FLAG_WORDS
                else phrase("only for a field of type {types}", types=", ".join(types))
            )
            raise Unfit(f"{key}.{name}", expected, f"{field.name}, a {field.type}")
    return table.understood


def _wide(kind: Content, key: str, table: WideTable) -> Wide:
    for name in (*table.columns.groupindex, *(table.constant or {})):
        _field(kind, key, name)
    groups = tuple(table.columns.groupindex)
    for name in table.words or {}:
        if name not in groups:
            raise Unfit(f"{key}.words.{name}", f"a named group of columns: {', '.join(groups) or 'it has none'}", name)
    value = _field(kind, key, table.value)
    return Wide(
        pattern=table.columns,
        value=Column(value, **_understood(key, value, table)),
        words=table.words or {},
        constant=table.constant or {},
    )
