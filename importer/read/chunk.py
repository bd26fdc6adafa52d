"""What is known of a file before it is read, and the pieces it is read in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

SHEET_COLUMN = "工作表 sheet"  # of several sheets that are read as one table
FORMATS = (
    *("csv", "xlsx", "xls", "ods", "html", "spreadsheetml", "json"),
    *("geojson", "geojsonseq", "esrijson", "kml", "shapefile", "geopackage", "parquet"),
)


@dataclass(frozen=True)
class FileOptions:
    """How a file is to be read; None stands for "see for yourself"."""

    format: str | None = None  # one of FORMATS
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | tuple[str, ...] | None = None  # of a workbook, by name or by a pattern such as "*镇"
    layer: str | None = None  # of a GeoPackage, a zip of Shapefiles or of other tables, a JSON file of several lists
    header_row: int | None = None  # the first row of the header, from 1; 0: the file has none
    header_rows: int | None = None  # how many rows it takes; merged cells are spread, lines joined by " / "
    columns: tuple[str, ...] = ()  # names of the columns where the file states none


@dataclass(frozen=True)
class LeftOut:
    """A part of a file that is not read, as the person sees it: which, and why (an entry of report/left_out.toml)."""

    part: str  # sheet, line, row, column, layer, member, link
    name: str  # what it is called, or its number as a spreadsheet counts
    reason: str
    saw: str = ""


@dataclass(frozen=True)
class Look:
    """What a file turned out to be."""

    format: str
    columns: tuple[str, ...]
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | tuple[str, ...] | None = None  # several: read as one table
    sheets: tuple[str, ...] = ()
    layer: str | None = None
    layers: tuple[str, ...] = ()
    header_row: int | None = None
    header_rows: int | None = None
    epsg: int | None = None  # as the file itself states; None: it states none, or the format has none
    has_geometry: bool = False
    notes: tuple[str, ...] = ()  # plain sentences: what was guessed, from what, and how sure
    left_out: tuple[LeftOut, ...] = ()

    @property
    def sheets_read(self) -> tuple[str, ...]:
        """The sheets whose rows are read."""
        return (self.sheet,) if isinstance(self.sheet, str) else self.sheet or ()


TEXTS_TRIED = 2_000  # of a column, to see whether it says the same few over and over
FEW_OF_TRIED, FEW_OF_ALL = 0.5, 0.25


class Texts:
    """The cells of some rows, column by column, as Arrow holds them; an empty cell is null.

    A column of few different texts comes as a dictionary of them: whoever understands or counts its cells looks at each
    text once. `frame` is the same as objects, and made when somebody asks for it.
    """

    def __init__(self, columns: Sequence[str], arrays: Sequence[pa.Array], rows: int) -> None:
        self.columns = tuple(columns)
        self._written = dict(zip(self.columns, arrays, strict=True))
        self._compact: dict[str, pa.Array] = {}
        self._rows = rows

    @classmethod
    def of(cls, frame: pd.DataFrame) -> Texts:
        """Of a table of str and None."""
        made = cls([str(name) for name in frame], [pa.array(frame[name], pa.string()) for name in frame], len(frame))
        made.__dict__["frame"] = frame
        return made

    def __len__(self) -> int:
        return self._rows

    def column(self, name: str) -> pa.Array:
        """A string array, or a dictionary array of strings."""
        if name not in self._compact:
            self._compact[name] = _compact(self._written[name])
        return self._compact[name]

    def kept(self, keep: NDArray[np.bool_]) -> Texts:
        """Some of the rows."""
        mask = pa.array(keep)
        return Texts(self.columns, [column.filter(mask) for column in self._written.values()], int(keep.sum()))

    def emptied(self, rows: NDArray[np.bool_]) -> Texts:
        """The same with nothing in some rows."""
        mask, nothing = pa.array(rows), pa.scalar(None, pa.string())
        return Texts(self.columns, [pc.if_else(mask, nothing, cells) for cells in self._written.values()], len(self))

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row per record, its cells objects: str or None."""
        cells = {name: as_objects(self.column(name)) for name in self.columns}
        return pd.DataFrame(cells, columns=list(self.columns), index=range(self._rows), dtype=object)


def _compact(column: pa.Array) -> pa.Array:
    """A dictionary where the texts are few, as far as the first of them tell."""
    tried = column.slice(0, TEXTS_TRIED)
    if len(tried.unique()) > FEW_OF_TRIED * len(tried):
        return column
    coded = column.dictionary_encode()
    return coded if len(coded.dictionary) <= FEW_OF_ALL * len(column) else column


def written(column: pa.Array) -> pa.StringArray:
    """A string array, also of a column that came as a dictionary."""
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def as_objects(column: pa.Array) -> NDArray[np.object_]:
    """str and None."""
    if not pa.types.is_dictionary(column.type):
        return np.asarray(column.to_numpy(zero_copy_only=False), dtype=object)
    different = np.array([*column.dictionary.to_pylist(), None], dtype=object)
    return np.asarray(different[positions(column)])


def positions(coded: pa.DictionaryArray) -> NDArray[np.int64]:
    """Where in its dictionary each cell's text stands; -1 where the cell is empty."""
    return np.asarray(coded.indices.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int64)


@dataclass(frozen=True)
class Chunk:
    """Some rows of a file, every cell a text; an empty cell is None.

    The columns have the file's own headers (repeated ones numbered: "name", "name (2)"), and one row per record that
    could be split into cells. `unreadable` lists the records that could not: columns row_number, rule, value (the
    record's beginning, at most 200 characters).
    """

    cells: Texts | pd.DataFrame  # as a table: str or None
    row_numbers: NDArray[np.int64]  # as a person counts them, aligned with the cells
    geometry: NDArray[np.object_] | None = None  # shapely geometries or None, in the file's own frame
    unreadable: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"row_number": [], "rule": [], "value": []}))
    left_out: tuple[LeftOut, ...] = ()  # of the file, in its first chunk

    @cached_property
    def texts(self) -> Texts:
        return self.cells if isinstance(self.cells, Texts) else Texts.of(self.cells)

    @property
    def frame(self) -> pd.DataFrame:
        """The cells as objects."""
        return self.texts.frame


@dataclass(frozen=True)
class Piece:
    """A chunk as a confined process hands it over: nothing but texts, numbers and shapes as bytes."""

    columns: tuple[str, ...]
    cells: pa.Table  # one column of texts per name, under names of no meaning
    row_numbers: NDArray[np.int64]
    wkb: pa.BinaryArray | None = None
    unreadable: tuple[tuple[int, str, str], ...] = ()  # row number, rule, beginning of the record
    left_out: tuple[LeftOut, ...] = ()  # of the file, in its first piece

    def chunk(self) -> Chunk:
        """The same as the rest of the importer takes it."""
        return Chunk(
            cells=Texts(self.columns, [_whole(column) for column in self.cells.columns], len(self.row_numbers)),
            row_numbers=self.row_numbers,
            geometry=None if self.wkb is None else _shapes(self.wkb),
            unreadable=pd.DataFrame(list(self.unreadable), columns=["row_number", "rule", "value"]),
            left_out=self.left_out,
        )


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _shapes(wkb: pa.BinaryArray) -> NDArray[np.object_]:
    shapes = shapely.from_wkb(wkb.to_numpy(zero_copy_only=False), on_invalid="ignore")
    return np.asarray(shapes, dtype=object)


def piece(
    columns: Sequence[str],
    cells: Sequence[pa.Array],
    row_numbers: NDArray[np.int64],
    geometry: NDArray[np.object_] | None = None,
    unreadable: Sequence[tuple[int, str, str]] = (),
    left_out: Sequence[LeftOut] = (),
) -> Piece:
    """Columns of text, aligned with the row numbers, as a piece; shapes may be None."""
    table = pa.Table.from_arrays(list(cells), names=[str(n) for n in range(len(cells))])
    wkb = None if geometry is None else pa.array(shapely.to_wkb(geometry), pa.binary())
    return Piece(tuple(columns), table, row_numbers, wkb, tuple(unreadable), tuple(left_out))
