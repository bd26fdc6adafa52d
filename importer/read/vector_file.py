"""Reads GeoJSON, Esri JSON, Shapefile (zipped or not) and GeoPackage: attributes as text, geometries as shapely's.

A file is handed to its driver under a name of ours, in a folder of ours, with those neighbours that belong to it.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import numpy as np
import pyarrow as pa
import pyogrio
import pyproj
import shapely

from ground.phrases import phrase
from importer.errors import DeclarationProblem, FileUnreadable, said
from importer.read import archive, geojson, geopackage, limits, shapefile
from importer.read.chunk import FileOptions, LeftOut, Look, Piece, piece
from importer.read.columnar import as_texts
from importer.read.drivers import leave_only
from importer.read.headers import clean

ENDINGS = {
    "geojson": ".geojson",
    "geojsonseq": ".geojsonl",
    "esrijson": ".json",
    "shapefile": ".shp",
    "geopackage": ".gpkg",
}
GEOJSON = ("geojson", "geojsonseq")  # which state a frame or mean degrees
JSON = (*GEOJSON, "esrijson")
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


@dataclass(frozen=True)
class Source:
    """What is handed to the driver, and what is known of it beforehand."""

    path: Path
    layers: tuple[str, ...]  # to choose from
    layer: str | None = None  # that was chosen by a name of the driver's; None: the only one
    name: str | None = None  # of the one that was chosen
    letters: shapefile.Letters | None = None  # of attributes that come as bytes
    left_out: tuple[LeftOut, ...] = ()

    def text(self, name: str) -> str:
        return name if self.letters is None else self.letters.text(name)


def look(path: Path, options: FileOptions, file_format: str, scratch: Path) -> Look:
    """What a vector file is; a file of several layers needs one named."""
    source = _source(path, options, file_format, scratch)
    opened = OPEN_OPTIONS.get(file_format, {})
    with _told(path, source.path):
        info = pyogrio.read_info(source.path, layer=source.layer, **opened)
    limits.refuse_many_columns(path, len(info["fields"]))
    letters = source.letters
    notes = () if letters is None else (f"encoding {letters.encoding}: {letters.why}",)
    return Look(
        format=file_format,
        columns=clean([source.text(str(name)) for name in info["fields"]]),
        encoding=info.get("encoding") if letters is None else letters.encoding,
        layer=source.name,
        layers=source.layers,
        epsg=_epsg(info.get("crs")) if file_format not in GEOJSON or geojson.states_crs(path) else None,
        has_geometry=True,
        notes=(f"{info['features']:,} features of {info['geometry_type'] or 'no'} geometry", *notes),
        left_out=source.left_out,
    )


def read(path: Path, options: FileOptions, chunk_rows: int, file_format: str, scratch: Path) -> Iterator[Piece]:
    """Features in pieces; a missing geometry is None."""
    source = _source(path, options, file_format, scratch)
    opened = OPEN_OPTIONS.get(file_format, {})
    batch_rows = min(chunk_rows, limits.BATCH_SHAPES)
    done = 0
    with (
        _told(path, source.path),
        pyogrio.raw.open_arrow(source.path, layer=source.layer, batch_size=batch_rows, use_pyarrow=True, **opened) as (
            meta,
            batches,
        ),
    ):
        names = [str(name) for name in meta["fields"]]
        limits.refuse_many_columns(path, len(names))
        for batch in batches:
            yield _piece(batch, names, meta["geometry_name"] or "wkb_geometry", done, source)
            done += batch.num_rows
        if not done:
            empty = [pa.array([], pa.string()) for _ in names]
            columns = clean([source.text(name) for name in names])
            yield piece(columns, empty, np.array([], dtype=np.int64), np.array([], dtype=object))


def _piece(batch: pa.RecordBatch, names: list[str], geometry: str, done: int, source: Source) -> Piece:
    cells = [_texts(batch.column(name), source.letters) for name in names]
    shapes = np.full(batch.num_rows, None, dtype=object)
    if geometry in batch.schema.names:
        wkb = batch.column(geometry).to_numpy(zero_copy_only=False)
        shapes = np.asarray(shapely.force_2d(shapely.from_wkb(wkb, on_invalid="ignore")), dtype=object)
    columns = clean([source.text(name) for name in names])
    numbers = np.arange(done + 1, done + batch.num_rows + 1, dtype=np.int64)
    return piece(columns, cells, numbers, shapes, left_out=() if done else source.left_out)


def _texts(column: pa.Array, letters: shapefile.Letters | None) -> pa.Array:
    if letters is not None and pa.types.is_string(column.type):
        column = letters.column(column)
    return pa.array(as_texts(column.to_numpy(zero_copy_only=False)), pa.string())


# --- what is handed to the driver -------------------------------------------------------------------------


def _source(path: Path, options: FileOptions, file_format: str, scratch: Path) -> Source:
    limits.refuse_large(path, limits.WHOLE_BYTES)
    leave_only(file_format)
    source = scratch / f"layer{ENDINGS[file_format]}"
    if file_format == "shapefile":
        found = _unpacked(path, options, source) if zipfile.is_zipfile(path) else _beside(path, options, source)
        _refuse_others(path, source)
        return replace(found, letters=shapefile.letters(path, options, source))
    if file_format in JSON:
        geojson.refuse_links(path)
    else:
        geopackage.refuse_programs(path)
    _link(path, source)
    if file_format in JSON:
        return Source(source, (path.stem,), name=_layer(path, options, [path.stem]))
    with _told(path, source):
        layers = [str(name) for name, _ in pyogrio.list_layers(source)]
    chosen = _layer(path, options, layers)
    rest = tuple(LeftOut("layer", name, "other_layer") for name in layers if chosen not in (None, name))
    return Source(source, tuple(layers), chosen, chosen, left_out=rest)


def _beside(path: Path, options: FileOptions, source: Path) -> Source:
    _link_parts(path, source)
    return Source(source, (path.stem,), name=_layer(path, options, [path.stem]))


def _unpacked(path: Path, options: FileOptions, source: Path) -> Source:
    """The members of one layer, unpacked: the driver never sees the archive."""
    limits.safe_archive(path)
    found = archive.members(path)
    shapes = _named([member for member in found if member.suffix == ".shp"])
    layers = list(shapes)
    chosen = _layer(path, options, layers) or (layers[0] if layers else None)
    if chosen is None:
        shown = ", ".join(member.name for member in found[:10])
        raise FileUnreadable(path.name, "a zipped Shapefile", shown, "pack it again")
    stem = shapes[chosen].stem
    own = [member for member in found if _is_of(member, stem)]
    for member in own:
        if member.suffix in shapefile.PARTS:
            archive.refuse_password(path, member)
            with archive.opened(path, member) as packed, source.with_suffix(member.suffix).open("wb") as unpacked:
                shutil.copyfileobj(packed, unpacked)
    return Source(source, tuple(layers), name=chosen, left_out=tuple(archive.others(found, own)))


def _named(shapes: list[archive.Member]) -> dict[str, archive.Member]:
    """Layers by their bare name, or with their folder where two folders have one of the same."""
    bare = [PurePosixPath(member.stem).name for member in shapes]
    return {name if bare.count(name) == 1 else member.stem: member for name, member in zip(bare, shapes, strict=True)}


def _is_of(member: archive.Member, stem: str) -> bool:
    """Whether a member is a part of a layer, or a remark about it: 村.shp, 村.sbn, 村.shp.xml."""
    return member.stem == stem or member.name.startswith(f"{stem}.shp.")


def _link_parts(path: Path, source: Path) -> None:
    for part in shapefile.parts(path):
        _link(part, source.with_suffix(part.suffix.lower()))


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
                raise FileUnreadable(
                    path.name, phrase("a Shapefile's {part}", part=part.suffix), "something else", "export it again"
                )


def _layer(path: Path, options: FileOptions, layers: list[str]) -> str | None:
    if options.layer is not None:
        if options.layer not in layers:
            raise DeclarationProblem(
                path.name, phrase("a layer {name}", name=options.layer), ", ".join(layers), "mend file.layer"
            )
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
