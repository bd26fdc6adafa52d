"""Reads Parquet and GeoParquet in pieces, every cell as text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely

from importer.errors import FileUnreadable, said
from importer.read import limits
from importer.read.chunk import FileOptions, Look, Piece, piece
from importer.read.headers import clean

BUFFER_BYTES = 1 << 20  # that are read at once of a column: a row group may be the whole file
FAULTS = (pa.ArrowException, OSError, UnicodeDecodeError)  # what a damaged file raises


def look(path: Path, options: FileOptions) -> Look:
    """What a Parquet file is; a geometry column counts as geometry where its metadata says so."""
    file = _open(path)
    geometry = _geometry_column(file)
    names = [name for name in file.schema_arrow.names if name != geometry]
    limits.refuse_many_columns(path, len(names))
    return Look(
        format="parquet",
        columns=clean(names),
        epsg=_epsg(file, geometry),
        has_geometry=geometry is not None,
        notes=(f"{file.metadata.num_rows:,} rows",),
    )


def read(path: Path, options: FileOptions, chunk_rows: int) -> Iterator[Piece]:
    """Pieces of a Parquet file; rows count from 1."""
    file = _open(path)
    geometry = _geometry_column(file)
    names = [name for name in file.schema_arrow.names if name != geometry]
    done = 0
    try:
        rows = max(min(chunk_rows, limits.BATCH_CELLS // max(len(names), 1)), 1)
        for batch in file.iter_batches(batch_size=rows, use_threads=False):
            yield _piece(batch, names, geometry, done)
            done += batch.num_rows
    except MemoryError:  # Arrow's own is a fault of the file's making, too
        raise
    except FAULTS as error:
        raise _unreadable(path, said(error)) from error
    if not done:
        yield piece(
            clean(names),
            [pa.array([], pa.string()) for _ in names],
            np.array([], dtype=np.int64),
            None if geometry is None else np.array([], dtype=object),
        )


def _open(path: Path) -> pq.ParquetFile:
    limits.refuse_large(path, limits.FILE_BYTES)
    try:
        return pq.ParquetFile(path, buffer_size=BUFFER_BYTES)
    except FAULTS as error:
        raise _unreadable(path, said(error)) from error


def _unreadable(path: Path, found: str) -> FileUnreadable:
    return FileUnreadable(path.name, "a Parquet file that can be read", found, "write it again")


def _piece(batch: pa.RecordBatch, names: list[str], geometry: str | None, done: int) -> Piece:
    cells = [pa.array(as_texts(batch.column(name).to_numpy(zero_copy_only=False)), pa.string()) for name in names]
    shapes = None
    if geometry is not None:
        shapes = np.asarray(shapely.from_wkb(batch.column(geometry).to_pylist(), on_invalid="ignore"), dtype=object)
    numbers = np.arange(done + 1, done + batch.num_rows + 1, dtype=np.int64)
    return piece(clean(names), cells, numbers, shapes)


def _geometry_column(file: pq.ParquetFile) -> str | None:
    told = _geo(file)
    name = told.get("primary_column")
    return str(name) if name in file.schema_arrow.names else None


def _geo(file: pq.ParquetFile) -> dict[str, Any]:
    raw = (file.schema_arrow.metadata or {}).get(b"geo")
    try:
        told = json.loads(raw) if raw else {}
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _epsg(file: pq.ParquetFile, geometry: str | None) -> int | None:
    if geometry is None:
        return None
    crs = _geo(file).get("columns", {}).get(geometry, {}).get("crs", "OGC:CRS84")
    try:
        return 4326 if crs == "OGC:CRS84" else pyproj.CRS.from_user_input(crs).to_epsg()
    except (pyproj.exceptions.CRSError, TypeError):
        return None


def as_texts(values: np.ndarray) -> np.ndarray:
    """Typed values as a person reads them: 125.0 is 125, a date is 2016-08-30, nothing is None."""
    series = pd.Series(values)
    if pd.api.types.is_bool_dtype(series):
        return np.where(series, "true", "false").astype(object)
    if pd.api.types.is_integer_dtype(series):
        return series.astype(str).astype(object).to_numpy()
    if pd.api.types.is_datetime64_any_dtype(series):
        return np.array([None if pd.isna(one) else _day(one) for one in series], dtype=object)
    return np.array([_text(one) for one in values], dtype=object)


def _day(moment: pd.Timestamp) -> str:
    return moment.date().isoformat() if moment == moment.normalize() else moment.isoformat(timespec="seconds")


def _text(value: Any) -> str | None:
    if value is None or (isinstance(value, float | np.floating) and np.isnan(value)):
        return None
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float | np.floating):
        number = float(value)
        return str(int(number)) if number.is_integer() and abs(number) < 1e16 else repr(number)
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    text = str(value)
    return text if text and not text.isspace() else None
