"""Reads JSON that is a list of records, one after another: no file is held whole, and each record has a bound.

Lists are looked for where services put them: the whole text, a member of it (`data`, `rows`, `result.records`), or one
record after another (JSON lines).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import pyarrow as pa

from ground.phrases import phrase
from importer.errors import DeclarationProblem, FileUnreadable
from importer.read import limits
from importer.read.chunk import FileOptions, LeftOut, Look, Piece, piece
from importer.read.encodings import encoding_of, open_text
from importer.read.headers import clean

RECORD_CHARACTERS = 16 << 20  # of one record or value
BLOCK_CHARACTERS = 1 << 16
DEEPEST_LIST = 4  # members above a list of records
SHOWN = 200
BLANKS = re.compile("[\ufeff\x1e \t\r\n]*")  # \x1e stands before each record of a text sequence
GEOJSON = frozenset(
    (
        *("Feature", "FeatureCollection", "Point", "MultiPoint", "LineString", "MultiLineString"),
        *("Polygon", "MultiPolygon", "GeometryCollection"),
    )
)
ESRI = frozenset(("geometryType", "spatialReference", "fieldAliases", "displayFieldName"))
WHOLE = ""  # the name of a list that is the whole text
Record = dict[str, str | None]


def form_of(path: Path) -> str | None:
    """geojson, geojsonseq, esrijson, json, or None where it is JSON of another kind, or none.

    Raises FileUnreadable where it has a name, but no reader.
    """
    with _opened(path, FileOptions()) as text:
        try:
            return _form(path, text)
        except (ValueError, RecursionError):
            return None


def no_records(path: Path) -> FileUnreadable:
    return FileUnreadable(
        path.name,
        "JSON that is GeoJSON or a list of records",
        "JSON that is no GeoJSON and no list of records",
        "export it as GeoJSON, xlsx or CSV",
    )


def look(path: Path, options: FileOptions) -> Look:
    """What a JSON file holds; of several lists the longest is read."""
    limits.refuse_large(path, limits.WHOLE_BYTES)
    counted = _counted(path, options)
    chosen = _chosen(path, options, counted)
    limits.refuse_many_columns(path, len(chosen.columns))
    shown = f"list {chosen.name}: " if chosen.name else ""
    return Look(
        format="json",
        columns=clean(list(chosen.columns)),
        encoding=options.encoding or encoding_of(path)[0],
        layer=chosen.name if len(counted) > 1 else None,
        layers=tuple(one.name for one in counted) if len(counted) > 1 else (),
        notes=(f"{shown}{chosen.count:,} records",),
        left_out=_others(counted, chosen),
    )


def read(path: Path, options: FileOptions, chunk_rows: int) -> Iterator[Piece]:
    """Pieces of the records; they count from 1."""
    counted = _counted(path, options)
    chosen = _chosen(path, options, counted)
    columns, pile = list(chosen.columns), _Pile(list(chosen.columns), _others(counted, chosen))
    rows = max(min(chunk_rows, limits.BATCH_CELLS // max(len(columns), 1)), 1)
    with _opened(path, options) as text:
        for name, elements in _lists(text):
            for number, element in enumerate(elements, start=1):
                if name == chosen.name:
                    pile.add(number, element)
                if pile.count >= rows:
                    yield pile.take()
    yield pile.take()


# --- lists ------------------------------------------------------------------------------------------------


@dataclass
class _Counted:
    """A list of records: how many, and which columns they have."""

    name: str
    count: int = 0
    columns: dict[str, None] = field(default_factory=dict)


def _counted(path: Path, options: FileOptions) -> list[_Counted]:
    found = []
    try:
        with _opened(path, options) as text:
            for name, elements in _lists(text):
                one = _Counted(name)
                for element in elements:
                    if isinstance(element, dict):
                        one.count += 1
                        one.columns.update(dict.fromkeys(_flat(element)))
                        limits.refuse_many_columns(path, len(one.columns))
                if one.count:
                    found.append(one)
    except (ValueError, RecursionError) as error:
        found_so = phrase("nested too deep") if isinstance(error, RecursionError) else str(error)[:SHOWN]
        raise FileUnreadable(path.name, "JSON that can be read", found_so, "export it again") from error
    return found


def _others(counted: list[_Counted], chosen: _Counted) -> tuple[LeftOut, ...]:
    return tuple(LeftOut("layer", one.name, "smaller_list") for one in counted if one is not chosen)


def _chosen(path: Path, options: FileOptions, counted: list[_Counted]) -> _Counted:
    if not counted:
        raise no_records(path)
    if options.layer is not None:
        named = [one for one in counted if one.name == options.layer]
        if not named:
            names = ", ".join(one.name for one in counted)
            raise DeclarationProblem(path.name, phrase("a list {name}", name=options.layer), names, "mend file.layer")
        return named[0]
    return max(counted, key=lambda one: one.count)


def _lists(text: _Text) -> Iterator[tuple[str, Iterator[Any]]]:
    """(name, its elements) of each list; the elements have to be taken before the next list comes."""
    if text.peek() == "[":
        yield WHOLE, _elements(text)
    elif text.peek() == "{" and _is_sequence(text):
        yield WHOLE, _sequence(text)
    else:
        yield from _members(text, ())
    if text.peek():
        raise ValueError("something after its end")


def _members(text: _Text, above: tuple[str, ...]) -> Iterator[tuple[str, Iterator[Any]]]:
    for key in text.keys():  # noqa: SIM118  not a mapping's
        name = (*above, key)
        if text.peek() == "[":
            yield ".".join(name), _elements(text)
        elif text.peek() == "{" and len(name) < DEEPEST_LIST:
            yield from _members(text, name)
        else:
            text.value()


def _elements(text: _Text) -> Iterator[Any]:
    text.take("[")
    while text.peek() != "]":
        yield text.value()
        if text.peek() != "]":
            text.take(",")
    text.take("]")


def _is_sequence(text: _Text) -> bool:
    """Whether one record comes after another, without a list around them."""
    try:
        text.value(keep=True)
    except (ValueError, RecursionError):
        return False  # too long for a record: what it holds is
    return text.peek_after_kept() == "{"


def _sequence(text: _Text) -> Iterator[Any]:
    while text.peek():
        yield text.value()


# --- what kind of JSON ------------------------------------------------------------------------------------


def _form(path: Path, text: _Text) -> str | None:
    if text.peek() == "[":
        text.take("[")
        return "json" if text.peek() == "{" else None
    is_sequence = _is_sequence(text)
    if is_sequence:
        first = text.value()
        return "geojsonseq" if isinstance(first, dict) and first.get("type") == "Feature" else "json"
    holds_lists, keys = False, set()
    for key in text.keys():  # noqa: SIM118
        keys.add(key)
        is_nested = text.peek() in ("[", "{")
        if key == "features" and text.peek() == "[":
            return _form_of_features(text, keys)
        try:
            value = text.value()
        except ValueError:
            return "json" if is_nested else None  # too long to be taken whole
        if key == "type" and value == "Topology":
            raise FileUnreadable(path.name, "a table", "TopoJSON", "export it as GeoJSON")
        if key == "type" and isinstance(value, str) and value in GEOJSON:
            return "geojson"
        holds_lists = holds_lists or is_nested
    return "json" if holds_lists else None


def _form_of_features(text: _Text, keys: set[str]) -> str:
    text.take("[")
    if text.peek() == "{":
        for key in text.keys():  # noqa: SIM118
            if key == "attributes":
                return "esrijson"
            if key in ("type", "properties"):
                return "geojson"
            text.value()
    return "esrijson" if ESRI & keys else "geojson"


# --- rows -------------------------------------------------------------------------------------------------


def _flat(record: Mapping[str, Any]) -> Record:
    """Cells by column; an object in a record is spread by one level: `location.lat`."""
    cells: Record = {}
    for key, value in record.items():
        if isinstance(value, dict):
            cells.update({f"{key}.{inner}": _cell(under) for inner, under in value.items()})
        else:
            cells[key] = _cell(value)
    return cells


def _cell(value: Any) -> str | None:
    if value is None or isinstance(value, bool):
        return None if value is None else str(value).lower()
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        value = ", ".join(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if text and not text.isspace() else None


class _Pile:
    """Records on their way to a piece."""

    def __init__(self, columns: list[str], left_out: tuple[LeftOut, ...]) -> None:
        self.columns = columns
        self.left_out = left_out  # told with the first piece
        self._empty()

    def _empty(self) -> None:
        self.cells: list[list[str | None]] = [[] for _ in self.columns]
        self.numbers: list[int] = []
        self.faults: list[tuple[int, str, str]] = []
        self.count = 0

    def add(self, number: int, element: Any) -> None:
        if not isinstance(element, dict):
            self._blame(number, "too_few_cells", str(element))
            return
        row = _flat(element)
        rule = _fault(row)
        if rule is not None:
            self._blame(number, rule, " | ".join(filter(None, row.values())))
        elif any(cell is not None for cell in row.values()):
            for cells, name in zip(self.cells, self.columns, strict=True):
                cells.append(row.get(name))
            self.numbers.append(number)
            self.count += 1

    def _blame(self, number: int, rule: str, text: str) -> None:
        shown = text[:SHOWN].encode("utf-8", errors="replace").decode("utf-8")
        self.faults.append((number, rule, "".join(c if c.isprintable() else " " for c in shown).strip()))
        self.count += 1

    def take(self) -> Piece:
        cells = [pa.array(column, pa.string()) for column in self.cells]
        numbers = np.array(self.numbers, dtype=np.int64)
        taken = piece(clean(self.columns), cells, numbers, unreadable=self.faults, left_out=self.left_out)
        self.left_out = ()
        self._empty()
        return taken


def _fault(row: Record) -> str | None:
    for cell in row.values():
        if cell is None or (cell.isascii() and "\x00" not in cell and len(cell) <= limits.CELL_CHARACTERS):
            continue
        if "\x00" in cell:
            return "nul_byte"
        if len(cell) > limits.CELL_CHARACTERS:
            return "cell_too_long"
        if any("\ud800" <= character <= "\udfff" for character in cell):
            return "bad_encoding"
    return None


# --- text -------------------------------------------------------------------------------------------------


@contextmanager
def _opened(path: Path, options: FileOptions) -> Iterator[_Text]:
    with open_text(path, options.encoding or encoding_of(path)[0]) as stream:
        yield _Text(stream)


class _Text:
    """JSON on its way in: values are taken one by one from a window over the text."""

    #: Numbers stay as they are written: 431122100203.0 is nobody's code.
    decoder = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._window, self._at, self._kept_to = "", 0, 0

    def peek(self) -> str:
        """The next character that is no blank, "" at the end."""
        self._at = self._after_blanks(self._at)
        return self._window[self._at : self._at + 1]

    def peek_after_kept(self) -> str:
        """The same after the value that was looked at."""
        at = self._after_blanks(self._kept_to)
        return self._window[at : at + 1]

    def take(self, character: str) -> None:
        if self.peek() != character:
            raise ValueError(f"{self.peek() or 'its end'!r} where {character!r} should be")
        self._at += 1

    def keys(self) -> Iterator[str]:
        """The names of an object's members; the value of each has to be taken before the next comes."""
        self.take("{")
        while self.peek() != "}":
            if self.peek() != '"':
                raise ValueError("a member without a name")
            yield str(self.value())
            if self.peek() != "}":
                self.take(",")
        self.take("}")

    def value(self, keep: bool = False) -> Any:
        """The next value; `keep`: only looked at. After a name, the colon is taken with it."""
        self._drop()
        while True:
            try:
                value, end = self.decoder.raw_decode(self._window, self._after_blanks(self._at))
                if end < len(self._window) or not self._more():
                    break
            except ValueError:
                if not self._more():
                    raise
        if keep:
            self._kept_to = end
            return value
        self._at = end
        if self.peek() == ":":
            self._at += 1
        return value

    def _after_blanks(self, at: int) -> int:
        while True:
            at = BLANKS.match(self._window, at).end()  # type: ignore[union-attr]  # none at all is a match, too
            if at < len(self._window) or not self._more():
                return at

    def _drop(self) -> None:
        """Forget what was taken."""
        if self._at > BLOCK_CHARACTERS:
            self._window, self._at = self._window[self._at :], 0

    def _more(self) -> bool:
        """Make the window twice as long, within the bound of one value."""
        if len(self._window) - self._at > RECORD_CHARACTERS:
            raise ValueError(f"a value of more than {RECORD_CHARACTERS:,} characters")
        block = self._stream.read(max(BLOCK_CHARACTERS, len(self._window) - self._at))
        self._window += block
        return bool(block)
