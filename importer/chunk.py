"""What is known of a file before it is read, and the pieces it is read in."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FORMATS = ("csv", "xlsx", "xls", "ods", "geojson", "shapefile", "geopackage", "parquet")


@dataclass(frozen=True)
class FileOptions:
    """How a file is to be read; None stands for "see for yourself"."""

    format: str | None = None  # one of FORMATS
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None  # of a workbook, by its name
    layer: str | None = None  # of a GeoPackage
    header_row: int | None = None  # the first row of the header, from 1; 0: the file has none
    header_rows: int | None = None  # how many rows it takes; merged cells are spread, lines joined by " / "
    columns: tuple[str, ...] = ()  # names of the columns where the file states none


@dataclass(frozen=True)
class Look:
    """What a file turned out to be."""

    format: str
    columns: tuple[str, ...]
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    layer: str | None = None
    layers: tuple[str, ...] = ()
    header_row: int | None = None
    header_rows: int | None = None
    epsg: int | None = None  # as the file itself states; None: it states none, or the format has none
    has_geometry: bool = False
    notes: tuple[str, ...] = ()  # plain sentences: what was guessed, from what, and how sure


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
    unreadable: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame({"row_number": [], "rule": [], "value": []})
    )
