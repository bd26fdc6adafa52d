"""Reads GeoJSON, Shapefile (zipped or not) and GeoPackage: attributes as text, geometries as shapely's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import pyproj
import shapely

from importer import limits
from importer.chunk import Chunk, FileOptions, Look
from importer.columnar import as_texts
from importer.errors import DeclarationProblem, FileUnreadable, said
from importer.headers import clean
from importer.tried import refuse_deadly

DRIVERS = {"geojson": "GeoJSON", "shapefile": "ESRI Shapefile", "geopackage": "GPKG"}


def look(path: Path, options: FileOptions, file_format: str) -> Look:
    """What a vector file is; a file of several layers needs one named."""
    source, layers = _source(path, file_format)
    layer = _layer(path, options, layers)
    info = _told(path, lambda: pyogrio.read_info(source, layer=layer))
    limits.refuse_many_columns(path, len(info["fields"]))
    return Look(
        format=file_format,
        columns=clean([str(name) for name in info["fields"]]),
        encoding=info.get("encoding"),
        layer=layer,
        layers=tuple(layers),
        epsg=_epsg(info.get("crs")) if _states_crs(path, file_format) else None,
        has_geometry=True,
        notes=(f"{info['features']:,} features of {info['geometry_type'] or 'no'} geometry",),
    )


def read(path: Path, options: FileOptions, chunk_rows: int, file_format: str) -> Iterator[Chunk]:
    """Features in pieces; a missing geometry is None."""
    source, layers = _source(path, file_format)
    layer = _layer(path, options, layers)
    meta, _, wkb, fields = _told(path, lambda: pyogrio.raw.read(source, layer=layer, force_2d=True))
    columns = clean([str(name) for name in meta["fields"]])
    count = len(wkb) if wkb is not None else len(fields[0]) if len(fields) else 0
    geometry = (
        shapely.from_wkb(wkb, on_invalid="ignore") if wkb is not None else np.full(count, None, dtype=object)
    )
    frame = pd.DataFrame(
        {name: as_texts(values) for name, values in zip(columns, fields, strict=True)},
        index=range(count),
        dtype=object,
    )
    for start in range(0, max(count, 1), chunk_rows):
        end = min(start + chunk_rows, count)
        yield Chunk(
            frame=frame.iloc[start:end].reset_index(drop=True),
            row_numbers=np.arange(start + 1, end + 1, dtype=np.int64),
            geometry=np.asarray(geometry[start:end], dtype=object),
        )


def _source(path: Path, file_format: str) -> tuple[str, list[str]]:
    """What to hand to the reader, and the layers to choose from."""
    limits.refuse_large(path, limits.WHOLE_BYTES)
    if path.suffix.lower() == ".zip":
        inside = [name for name in limits.safe_archive(path) if name.lower().endswith(".shp")]
        if len(inside) == 1:
            return f"/vsizip/{path.resolve()}/{inside[0]}", [Path(inside[0]).stem]
        return f"/vsizip/{path.resolve()}", [Path(name).stem for name in inside]
    if file_format == "geopackage":
        refuse_deadly(path, "vector")  # a database: its layers may be queries, and a query may never end
        return str(path.resolve()), [str(name) for name, _ in _told(path, lambda: pyogrio.list_layers(path))]
    return str(path.resolve()), [path.stem]


def _layer(path: Path, options: FileOptions, layers: list[str]) -> str | None:
    if options.layer is not None:
        if options.layer not in layers:
            raise DeclarationProblem(
                path.name, f"a layer {options.layer}", ", ".join(layers), "mend file.layer"
            )
        return options.layer
    if len(layers) > 1:
        raise DeclarationProblem(
            path.name, "one layer, or file.layer to name one", ", ".join(layers), "declare file.layer"
        )
    return None


def _told(path: Path, ask):  # type: ignore[no-untyped-def]
    """What the reader answers; its own errors become ours."""
    try:
        return ask()
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        pyogrio.errors.FieldError,
        pyogrio.errors.GeometryError,
        pyogrio.errors.FeatureError,
        shapely.errors.ShapelyError,
        UnicodeDecodeError,
        UnboundLocalError,  # of the reader itself, where a .prj is no UTF-8
        ValueError,
    ) as error:
        raise FileUnreadable(
            path.name, "a vector file that can be read", said(error), "export it again"
        ) from error


def _states_crs(path: Path, file_format: str) -> bool:
    """GeoJSON without a crs member is read as EPSG:4326 by the reader, but states nothing."""
    if file_format != "geojson":
        return True
    with path.open("rb") as stream:
        return b'"crs"' in stream.read(1 << 16)


def _epsg(crs: str | None) -> int | None:
    if crs is None:
        return None
    try:
        return pyproj.CRS.from_user_input(crs).to_epsg()
    except pyproj.exceptions.CRSError:
        return None


def is_geojson(head: str) -> bool:
    """Whether a text begins as GeoJSON does."""
    return head.lstrip("\ufeff \t\r\n").startswith("{") and '"type"' in head


def is_empty_collection(path: Path) -> bool:
    """A valid FeatureCollection without features, which some versions of the reader refuse."""
    if path.stat().st_size > 1 << 16:
        return False
    try:
        body = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError):
        return False
    return isinstance(body, dict) and body.get("type") == "FeatureCollection" and not body.get("features")
