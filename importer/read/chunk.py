"""What is known of a file before it is read, and the pieces it is read in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from numpy.typing import NDArray

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


@dataclass(frozen=True)
class Chunk:
    """Some rows of a file, every cell a text; an empty cell is None.

    `frame` has the file's own headers as columns (repeated ones numbered: "name", "name (2)"), one row per
    record that could be split into cells. `unreadable` lists the records that could not: columns
    row_number, rule, value (the record's beginning, at most 200 characters).
    """

    frame: pd.DataFrame  # dtype object: str or None
    row_numbers: NDArray[np.int64]  # as a person counts them, aligned with `frame`
    geometry: NDArray[np.object_] | None = None  # shapely geometries or None, in the file's own frame
    unreadable: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"row_number": [], "rule": [], "value": []}))


@dataclass(frozen=True)
class Piece:
    """A chunk as a confined process hands it over: nothing but texts, numbers and shapes as bytes."""

    columns: tuple[str, ...]
    cells: pa.Table  # one column of texts per name, under names of no meaning
    row_numbers: NDArray[np.int64]
    wkb: pa.BinaryArray | None = None
    unreadable: tuple[tuple[int, str, str], ...] = ()  # row number, rule, beginning of the record

    def chunk(self) -> Chunk:
        """The same as the rest of the importer takes it."""
        return Chunk(
            frame=self._frame(),
            row_numbers=self.row_numbers,
            geometry=None if self.wkb is None else _shapes(self.wkb),
            unreadable=pd.DataFrame(list(self.unreadable), columns=["row_number", "rule", "value"]),
        )

    def _frame(self) -> pd.DataFrame:
        cells = {
            name: column.to_numpy(zero_copy_only=False)
            for name, column in zip(self.columns, self.cells.columns, strict=True)
        }
        index = range(len(self.row_numbers))
        return pd.DataFrame(cells, columns=list(self.columns), index=index, dtype=object)


def _shapes(wkb: pa.BinaryArray) -> NDArray[np.object_]:
    shapes = shapely.from_wkb(wkb.to_numpy(zero_copy_only=False), on_invalid="ignore")
    return np.asarray(shapes, dtype=object)


def piece(
    columns: Sequence[str],
    cells: Sequence[pa.Array],
    row_numbers: NDArray[np.int64],
    geometry: NDArray[np.object_] | None = None,
    unreadable: Sequence[tuple[int, str, str]] = (),
) -> Piece:
    """Columns of text, aligned with the row numbers, as a piece; shapes may be None."""
    table = pa.Table.from_arrays(list(cells), names=[str(n) for n in range(len(cells))])
    wkb = None if geometry is None else pa.array(shapely.to_wkb(geometry), pa.binary())
    return Piece(tuple(columns), table, row_numbers, wkb, tuple(unreadable))
