"""Reads GeoJSON, Shapefile (zipped or not) and GeoPackage: attributes as text, geometries as shapely's.

A file is handed to its driver under a name of ours, in a folder of ours, with those neighbours that belong to it.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyogrio
import pyproj
import shapely

from importer.errors import DeclarationProblem, FileUnreadable, said
from importer.read import geojson, geopackage, limits, shapefile
from importer.read.chunk import FileOptions, Look, Piece, piece
from importer.read.columnar import as_texts
from importer.read.drivers import leave_only
from importer.read.headers import clean

ENDINGS = {"geojson": ".geojson", "shapefile": ".shp", "geopackage": ".gpkg"}
SHAPES = b"\x00\x00\x27\x0a"  # how .shp and .shx begin
OPEN_OPTIONS = {"geopackage": {"IMMUTABLE": "YES"}}  # a file that nobody writes: no lock, no journal beside it
FAULTS = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.FieldError,
    pyogrio.errors.GeometryError,
    pyogrio.errors.FeatureError,
    shapely.errors.ShapelyError,
    pa.ArrowException,
    UnicodeDecodeError,
    UnboundLocalError,  # of the reader itself, where a .prj is no UTF-8
    ValueError,
)


def look(path: Path, options: FileOptions, file_format: str, scratch: Path) -> Look:
    """What a vector file is; a file of several layers needs one named."""
    source, layers, layer = _source(path, options, file_format, scratch)
    opened = OPEN_OPTIONS.get(file_format, {})
    with _told(path, source):
        info = pyogrio.read_info(source, layer=layer, **opened)
    limits.refuse_many_columns(path, len(info["fields"]))
    return Look(
        format=file_format,
        columns=clean([str(name) for name in info["fields"]]),
        encoding=info.get("encoding"),
        layer=layer,
        layers=tuple(layers),
        epsg=_epsg(info.get("crs")) if file_format != "geojson" or geojson.states_crs(path) else None,
        has_geometry=True,
        notes=(f"{info['features']:,} features of {info['geometry_type'] or 'no'} geometry",),
    )


def read(path: Path, options: FileOptions, chunk_rows: int, file_format: str, scratch: Path) -> Iterator[Piece]:
    """Features in pieces; a missing geometry is None."""
    source, _, layer = _source(path, options, file_format, scratch)
    opened = OPEN_OPTIONS.get(file_format, {})
    done = 0
    with (
        _told(path, source),
        pyogrio.raw.open_arrow(
            source, layer=layer, batch_size=min(chunk_rows, limits.BATCH_SHAPES), use_pyarrow=True, **opened
        ) as (
            meta,
            batches,
        ),
    ):
        names = [str(name) for name in meta["fields"]]
        limits.refuse_many_columns(path, len(names))
        for batch in batches:
            yield _piece(batch, names, meta["geometry_name"] or "wkb_geometry", done)
            done += batch.num_rows
        if not done:
            empty = [pa.array([], pa.string()) for _ in names]
            yield piece(clean(names), empty, np.array([], dtype=np.int64), np.array([], dtype=object))


def _piece(batch: pa.RecordBatch, names: list[str], geometry: str, done: int) -> Piece:
    cells = [pa.array(as_texts(batch.column(name).to_numpy(zero_copy_only=False)), pa.string()) for name in names]
    shapes = np.full(batch.num_rows, None, dtype=object)
    if geometry in batch.schema.names:
        wkb = batch.column(geometry).to_numpy(zero_copy_only=False)
        shapes = np.asarray(shapely.force_2d(shapely.from_wkb(wkb, on_invalid="ignore")), dtype=object)
    return piece(clean(names), cells, np.arange(done + 1, done + batch.num_rows + 1, dtype=np.int64), shapes)


# --- what is handed to the driver -------------------------------------------------------------------------


def _source(path: Path, options: FileOptions, file_format: str, scratch: Path) -> tuple[Path, list[str], str | None]:
    """(file for the driver, layers to choose from, layer that was chosen; None: the only one)."""
    limits.refuse_large(path, limits.WHOLE_BYTES)
    leave_only(file_format)
    source = scratch / f"layer{ENDINGS[file_format]}"
    if path.suffix.lower() == ".zip" or zipfile.is_zipfile(path):
        return _unpacked(path, options, source)
    if file_format == "shapefile":
        _link_parts(path, source)
        return source, [path.stem], _layer(path, options, [path.stem])
    if file_format == "geojson":
        geojson.refuse_links(path)
    else:
        geopackage.refuse_programs(path)
    _link(path, source)
    if file_format == "geojson":
        return source, [path.stem], _layer(path, options, [path.stem])
    with _told(path, source):
        layers = [str(name) for name, _ in pyogrio.list_layers(source)]
    return source, layers, _layer(path, options, layers)


def _unpacked(path: Path, options: FileOptions, source: Path) -> tuple[Path, list[str], None]:
    """The members of one layer, unpacked: the driver never sees the archive."""
    names = limits.safe_archive(path)
    shapes = {Path(name).stem: name for name in names if name.lower().endswith(".shp")}
    layers = list(shapes)
    chosen = _layer(path, options, layers) or (layers[0] if layers else None)
    if chosen is None:
        raise FileUnreadable(path.name, "a zipped Shapefile", ", ".join(names[:10]), "pack it again")
    stem = str(Path(shapes[chosen]).with_suffix(""))
    with zipfile.ZipFile(path) as archive:
        for name in names:
            ending = Path(name).suffix.lower()
            if str(Path(name).with_suffix("")) == stem and ending in shapefile.PARTS:
                with archive.open(name) as member, source.with_suffix(ending).open("wb") as unpacked:
                    shutil.copyfileobj(member, unpacked)
    _refuse_others(path, source)
    return source, layers, None


def _link_parts(path: Path, source: Path) -> None:
    for part in shapefile.parts(path):
        _link(part, source.with_suffix(part.suffix.lower()))
    _refuse_others(path, source)


def _link(path: Path, name: Path) -> None:
    name.unlink(missing_ok=True)
    name.symlink_to(path.resolve())


def _refuse_others(path: Path, source: Path) -> None:
    """Raise FileUnreadable where a part that should hold shapes holds something else."""
    for part in (source, source.with_suffix(".shx")):
        if part.exists():
            with part.open("rb") as stream:
                head = stream.read(len(SHAPES))
            if head != SHAPES:
                raise FileUnreadable(path.name, f"a Shapefile's {part.suffix}", "something else", "export it again")


def _layer(path: Path, options: FileOptions, layers: list[str]) -> str | None:
    if options.layer is not None:
        if options.layer not in layers:
            raise DeclarationProblem(path.name, f"a layer {options.layer}", ", ".join(layers), "mend file.layer")
        return options.layer
    if len(layers) > 1:
        raise DeclarationProblem(
            path.name, "one layer, or file.layer to name one", ", ".join(layers), "declare file.layer"
        )
    return None


@contextmanager
def _told(path: Path, source: Path) -> Iterator[None]:
    """The reader's own errors become ours, about the file that it was given."""
    try:
        yield
    except MemoryError:  # one of Arrow's kind says so, too
        raise
    except FAULTS as error:
        found = said(error).replace(str(source), path.name)
        raise FileUnreadable(path.name, "a vector file that can be read", found, "export it again") from error


def _epsg(crs: str | None) -> int | None:
    if crs is None:
        return None
    try:
        return pyproj.CRS.from_user_input(crs).to_epsg()
    except pyproj.exceptions.CRSError:
        return None
