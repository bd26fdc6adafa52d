"""Boundaries: read, repaired, matched to the register, simplified without slivers, written.

Points are tested against the full geometry (`Shapes.full`); the simplified ones are for the
screen only, since a simplified line puts thousands of villages on its wrong side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from etl.declaration import Source
from etl.errors import DeclarationError, SourceUnreadable
from etl.importing import found_files
from etl.places.outline_places import places_at
from etl.source_file import all_verified, package_file, sha256_of
from etl.source_form import BoundariesForm, FileName, LayerTable
from etl.store import Store
from ground.declared import Unfit
from importer.files import read
from importer.place.coordinates import geometry_to_wgs84
from importer.read.chunk import Chunk, FileOptions

WGS84 = 4326
SAME_AS_WGS84 = ("EPSG:4326", "EPSG:4490")
GEOD = pyproj.Geod(ellps="WGS84")


@dataclass(frozen=True)
class Shapes:
    """Full polygons of one level, indexed by place_id (missing: a polygon of no known place)."""

    level: str
    full: gpd.GeoDataFrame  # columns place_id (None: unmatched), name, geometry


def load_boundaries(store: Store, source: Source, earlier: Mapping[str, Shapes] | None = None) -> dict[str, Shapes]:
    """Fill `boundary` and `boundary_line`; return the full polygons by level, those of `earlier` sources among them.

    Layers and files of one level add up. Polygons of no known place stay on the map as land without data and are listed
    in `meta_reject` as a remark, with the places that they could be.
    """
    told = source.told(BoundariesForm)
    shapes: dict[str, Shapes] = {}
    files: list[Path] = []
    read, drawn = 0, 0
    for level in dict.fromkeys(layer.level for layer in told.layer):
        _refuse_unknown_level(store, source, level)
        parts = []
        for layer in (one for one in told.layer if one.level == level):
            paths = layer_files(source, layer)
            files += paths
            parts.append(_read(source, layer, paths))
        found = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=WGS84)
        features = _not_again(store, source, _with_shape(store, source, found))
        read, drawn = read + len(found), drawn + len(features)
        named = features["key"] != ""
        _write_lines(store, source, features[~named], level)
        matched = _matched(store, source, features[named].reset_index(drop=True), level)
        new = _not_drawn(store, source, matched, (earlier or {}).get(level))
        drawn -= len(matched) - len(new)
        shapes[level] = Shapes(level, _one_per_place(new))
        _write_polygons(store, source, shapes[level])
    _describe_places(store, shapes)
    digest = "; ".join(f"{path.name} {sha256_of(path)}" for path in files)
    store.record(source, file=", ".join(path.name for path in files), sha256=digest, read=read, loaded=drawn)
    return {**(earlier or {}), **{level: _together((earlier or {}).get(level), one) for level, one in shapes.items()}}


def _together(earlier: Shapes | None, more: Shapes) -> Shapes:
    if earlier is None:
        return more
    full = pd.concat([earlier.full, more.full], ignore_index=True)
    return Shapes(more.level, gpd.GeoDataFrame(full, crs=WGS84))


def _refuse_unknown_level(store: Store, source: Source, level: str) -> None:
    if level not in store.profile.upper_levels:
        expected = f"a level above the settlement: {', '.join(store.profile.upper_levels)}"
        raise DeclarationError.of(Unfit("layer.level", expected, level), str(source.declared_in))


def layer_files(source: Source, layer: LayerTable) -> list[Path]:
    """The files of one layer: in an installed package, in the profile's own folder, or among the incoming files."""
    if source.told(BoundariesForm).package:
        return [package_file(source, path, layer.sha256) for path in layer.path]
    found = [path for name in layer.path for path in found_files(source, name)]
    return all_verified(source, found, layer.sha256)


def check_layers(source: Source) -> None:
    """Fail early, before minutes of work, where a layer's file or its package is not the declared one."""
    for layer in source.told(BoundariesForm).layer:
        layer_files(source, layer)


def _read(source: Source, layer: LayerTable, paths: list[Path]) -> gpd.GeoDataFrame:
    """Features with the file and row they come from, code, name and the name of the place above ('' where not told),
    the key that they are matched by, and repaired geometry in WGS 84.
    """
    columns = source.told(BoundariesForm).columns
    options = FileOptions(layer=layer.layer, encoding=layer.encoding)
    parts = []
    for path in paths:
        for chunk in read(path, options):
            if chunk.geometry is None:
                raise SourceUnreadable(
                    str(path), "a vector file", "a table without geometry", f"mend {source.declared_in.name}"
                )
            code = _cells(source, columns.code, chunk, path).fillna("")
            short = code.str.removeprefix(columns.strip_prefix)
            short = short.str.pad(columns.pad_right_to, side="right", fillchar="0").where(short != "", "")
            said = {
                "file": path.name,
                "row_number": chunk.row_numbers,
                "code": short,
                "name": _cells(source, columns.name, chunk, path).fillna(""),
                "parent": _cells(source, columns.parent, chunk, path).fillna(""),
                "shape": chunk.geometry,
            }
            parts.append(pd.DataFrame(said))
    frame = pd.concat(parts, ignore_index=True)
    shapes = geometry_to_wgs84(frame["shape"].to_numpy(dtype=object), _frame_of(source))
    kept = frame.drop(columns="shape").astype(object)
    kept["key"] = kept["name" if columns.by_name else "code"]
    return gpd.GeoDataFrame(kept, geometry=shapely.make_valid(shapes), crs=WGS84)


def _frame_of(source: Source) -> str:
    """The declared frame. CGCS2000 and WGS 84 differ by less than the outlines' own precision: no shift."""
    frame = source.told(BoundariesForm).frame
    name = f"EPSG:{frame.epsg}" if frame.epsg else frame.crs
    return "EPSG:4326" if name in SAME_AS_WGS84 else name


def _cells(source: Source, spec: str | FileName | None, chunk: Chunk, path: Path) -> pd.Series:
    """The codes or names of the features: a column, or a part of the file's name; names may be left out."""
    count = len(chunk.geometry) if chunk.geometry is not None else 0
    if spec is None:
        return pd.Series([""] * count, dtype=object)
    if isinstance(spec, FileName):
        found = spec.file_name.search(path.name)
        return pd.Series([found[1] if found else ""] * count, dtype=object)
    if spec not in chunk.frame.columns:
        raise SourceUnreadable(
            str(path),
            f"a column {spec}",
            f"{list(chunk.frame.columns)}",
            f"mend {source.declared_in.name}",
        )
    return chunk.frame[spec]


def _with_shape(store: Store, source: Source, features: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Only what can be drawn: lines as they are, of named features the polygons; the others are rejected."""
    named = (features["key"] != "").to_numpy()
    geometry = np.asarray(features.geometry.values)
    geometry[named] = [_polygons_of(shape) for shape in geometry[named]]
    empty = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    _remark(store, source, features[empty], "polygon_without_shape", is_rejected=True)
    return features.set_geometry(geometry, crs=WGS84)[~empty]


def _not_again(store: Store, source: Source, features: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Without features that are in another file, or twice in one, to the last point."""
    said = pd.DataFrame({"key": features["key"], "shape": shapely.to_wkb(features.geometry.values)})
    again = said.duplicated().to_numpy() & (features["key"] != "").to_numpy()
    _remark(store, source, features[again], "repeated_row", is_rejected=True)
    return features[~again]


def _polygons_of(shape: shapely.Geometry | None) -> shapely.Geometry | None:
    """Without the lines and points that a repair leaves of a spike; None where nothing is left."""
    if shape is None or shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    parts = [part for part in shapely.get_parts(shape) if part.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(parts) if parts else None


def _remark(
    store: Store,
    source: Source,
    features: gpd.GeoDataFrame,
    rule: str,
    *,
    is_rejected: bool,
    candidates: NDArray[np.object_] | None = None,
) -> None:
    columns = source.told(BoundariesForm).columns
    field = columns.name if columns.by_name else columns.code
    rows = {
        "file": features["file"],
        "row_number": features["row_number"].astype("Int64"),
        "field": field if isinstance(field, str) else "file name",
        "value": (features["code"] + " " + features["name"]).str.strip(),
        "candidates": None if candidates is None else candidates,
    }
    store.remark(source, pd.DataFrame(rows), rule=rule, is_rejected=is_rejected)


def _not_drawn(store: Store, source: Source, features: gpd.GeoDataFrame, earlier: Shapes | None) -> gpd.GeoDataFrame:
    """A place that an earlier source drew keeps that outline."""
    drawn = set() if earlier is None else set(earlier.full["place_id"].dropna())
    again = features["place_id"].isin(drawn).to_numpy()
    _remark(store, source, features[again], "polygon_repeated", is_rejected=True)
    return features[~again]


def _matched(store: Store, source: Source, features: gpd.GeoDataFrame, level: str) -> gpd.GeoDataFrame:
    """The features with their place_id, None where the register has no such place: these are listed."""
    held = places_at(store, level)
    told = source.told(BoundariesForm)
    alias = {shown: register for register, shown in (told.alias or {}).items()}
    dissolve = told.dissolve or {}
    named, open_to = held.by_name(features) if told.columns.by_name else (_nothing(features), _nothing(features))

    def place_of(key: str, by_name: str | None) -> str | None:
        for prefix, whole in dissolve.items():
            if key.startswith(prefix):
                return whole
        return held.by_code(alias.get(key, key)) or held.by_code(key) or by_name

    place_id = [place_of(key, name) for key, name in zip(features["key"], named, strict=True)]
    frame = features.assign(place_id=pd.Series(place_id, index=features.index, dtype=object))
    is_open = frame["place_id"].isna().to_numpy()
    unmatched = frame[is_open]
    candidates = held.candidates(unmatched["name"], open_to[is_open])
    _remark(store, source, unmatched, "polygon_without_place", is_rejected=False, candidates=candidates)
    return frame


def _nothing(features: gpd.GeoDataFrame) -> NDArray[np.object_]:
    return np.full(len(features), None, dtype=object)


def _one_per_place(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Parts of one place joined; polygons of no known place kept one by one."""
    repeated = frame["place_id"].duplicated(keep=False) & frame["place_id"].notna()
    joined = frame[repeated].dissolve(by="place_id", as_index=False)
    columns = ["place_id", "name", "geometry"]
    return gpd.GeoDataFrame(pd.concat([frame.loc[~repeated, columns], joined[columns]], ignore_index=True), crs=WGS84)


def _write_lines(store: Store, source: Source, lines: gpd.GeoDataFrame, level: str) -> None:
    lines_of = source.told(BoundariesForm).lines
    if lines_of and lines_of.layer == level and len(lines):
        rows = pd.DataFrame({"line_kind": lines_of.line_kind, "wkb": shapely.to_wkb(lines.geometry.values)})
        store.connection.register("incoming_lines", rows)
        store.sql(
            "INSERT INTO boundary_line SELECT line_kind, ST_GeomFromWKB(wkb), $1 FROM incoming_lines",
            [source.source_id],
        )
        store.trace("boundary_line", source)


def _write_polygons(store: Store, source: Source, shapes: Shapes) -> None:
    geometry = np.asarray(shapes.full.geometry.values)
    names = {row[0]: row[1] for row in store.sql("SELECT place_id, name FROM place").fetchall()}
    name = [names.get(place, shown) for place, shown in zip(shapes.full["place_id"], shapes.full["name"], strict=True)]
    for resolution, tolerance_degrees in asdict(source.told(BoundariesForm).resolution).items():
        simple = shapely.coverage_simplify(geometry, tolerance_degrees, simplify_boundary=False)
        bounds = shapely.bounds(simple)
        rows = pd.DataFrame(
            {
                "place_id": shapes.full["place_id"],
                "name": name,
                "wkb": shapely.to_wkb(simple),
                **{edge: bounds[:, n] for n, edge in enumerate(("xmin", "ymin", "xmax", "ymax"))},
            }
        )
        store.connection.register("incoming_polygons", rows)
        store.sql(
            """
            INSERT INTO boundary
            SELECT place_id, name, $1, $2, ST_GeomFromWKB(wkb), xmin, ymin, xmax, ymax, $3 FROM incoming_polygons
            """,
            [shapes.level, resolution, source.source_id],
        )
    store.trace("boundary", source)


def _describe_places(store: Store, shapes: dict[str, Shapes]) -> None:
    """Area, label point and bounds of each place from its own full polygon."""
    for level, layer in shapes.items():
        known = layer.full[layer.full["place_id"].notna()]
        geometry = np.asarray(known.geometry.values)
        inside = shapely.point_on_surface(_largest_part(geometry))
        bounds = shapely.bounds(geometry)
        rows = pd.DataFrame(
            {
                "place_id": known["place_id"].to_numpy(),
                "area_km2": [abs(GEOD.geometry_area_perimeter(shape)[0]) / 1e6 for shape in geometry],
                "lon": shapely.get_x(inside),
                "lat": shapely.get_y(inside),
                **{edge: bounds[:, n] for n, edge in enumerate(("xmin", "ymin", "xmax", "ymax"))},
            }
        )
        store.connection.register("described", rows)
        store.sql(
            """
            UPDATE place SET has_boundary = true, area_km2 = d.area_km2, lon = d.lon, lat = d.lat,
                             xmin = d.xmin, ymin = d.ymin, xmax = d.xmax, ymax = d.ymax
            FROM described AS d WHERE d.place_id = place.place_id AND (place.level = $1 OR NOT place.has_boundary)
            """,
            [level],
        )


def _largest_part(geometry: np.ndarray) -> np.ndarray:
    """The biggest polygon of each shape: a label belongs on the mainland, not on a skerry."""
    parts, owner = shapely.get_parts(geometry, return_index=True)
    area = shapely.area(parts)
    order = np.lexsort((-area, owner))
    first = np.unique(owner[order], return_index=True)[1]
    return np.asarray(parts[order][first])
