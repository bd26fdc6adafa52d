"""Keys that may stand in a declaration and that nothing would read for its kind or its files: they are refused.

A form (tables.py) refuses keys that no table has. Here are those that some sources need and this one does not: a frame
for rows without positions, a sheet of a GeoJSON file. A key that has no effect is a mistake of whoever wrote it, who
believes that it has one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from ground.declared import Unfit
from ground.phrases import phrase
from importer.contents import Content
from importer.convert.tables import DeclaredTable
from importer.read.chunk import FORMATS

POSITION = ("lon", "lat")
WORKBOOKS = ("xlsx", "xls", "ods", "html", "spreadsheetml")
TABLES = ("csv", *WORKBOOKS)
#: Key of [file], of a [[layer]] too → the forms of file for which something reads it.
FORMS_READING: Mapping[str, Sequence[str]] = {
    "encoding": ("csv", "html", "spreadsheetml", "json", "kml", "shapefile"),
    "delimiter": ("csv",),
    "sheet": WORKBOOKS,
    "layer": tuple(form for form in FORMATS if form not in ("kml", "parquet")),
    "header_row": TABLES,
    "header_rows": TABLES,
    "columns": TABLES,
}
#: What a file of this name may be. Any other name says nothing: tables of all forms are called .csv and .xls.
BY_SUFFIX: Mapping[str, Sequence[str]] = {
    ".geojson": ("geojson", "geojsonseq", "esrijson", "json"),
    ".geojsonl": ("geojsonseq",),
    ".shp": ("shapefile",),
    ".gpkg": ("geopackage",),
    ".kml": ("kml",),
    ".parquet": ("parquet",),
}
ARCHIVES = (".zip", ".kmz")  # `layer` names the table in one
Told = tuple[str, Callable[[Content], bool], str]


def _has_positions(kind: Content) -> bool:
    return set(kind.fields) >= set(POSITION)


def _names_places(kind: Content) -> bool:
    return kind.place != "none"


POSITIONS_ONLY = phrase("only where rows have positions")
PLACES_ONLY = phrase("only where rows name places of the register")
DAY_ONLY = phrase("only where rows have a day (as_of)")
#: Key → for which kinds of content something reads it, and what such kinds have.
READ_OF: Sequence[Told] = (
    ("frame", _has_positions, POSITIONS_ONLY),
    ("rows.swapped", _has_positions, POSITIONS_ONLY),
    ("rows.suffixes", _names_places, PLACES_ONLY),
    ("rows.names_strict", _names_places, PLACES_ONLY),
    ("about", _names_places, PLACES_ONLY),
    ("as_of", lambda kind: "as_of" in kind.fields, DAY_ONLY),
)


def refuse(body: Mapping[str, Any], written: DeclaredTable, kind: Content) -> None:
    """Raise Unfit for the first key of a declaration that nothing would read; `body` is what `written` was made of."""
    for key, is_read, expected in READ_OF:
        if _is_written(body, key) and not is_read(kind):
            raise Unfit(key, expected, phrase("a key that nothing reads for {kind}", kind=kind.kind))
    for key, name in _constants(written):
        if name not in kind.fields:
            raise Unfit(key, phrase("fields of {kind}: {fields}", kind=kind.kind, fields=", ".join(kind.fields)), name)
        if name in (written.columns or {}):
            raise Unfit(key, phrase("{name} once: the same for all rows, or in a column", name=name), "both")
    if _is_written(body, "frame.crs") and _is_written(body, "frame.epsg"):
        raise Unfit("frame.crs", "crs or epsg", "both")
    for name in ("sha256", "url"):
        if _is_written(body, f"file.{name}") and _are_several(written.file.path, name == "url"):
            raise Unfit(f"file.{name}", "only beside the path of one file", ", ".join(written.file.path))
    refuse_of_file(body.get("file", {}), "file", written.file.path, written.file.format)


def refuse_of_file(table: Mapping[str, Any], key: str, paths: Sequence[str], declared: str | None = None) -> None:
    """Raise Unfit for a key of reading that nothing reads for files of the declared form, or of such names."""
    suffixes = {PurePath(path).suffix.lower() for path in paths}
    forms = (declared,) if declared else _forms(suffixes)
    for name, reading in FORMS_READING.items():
        if name == "layer" and suffixes & set(ARCHIVES):
            continue
        if name in table and not set(reading) & set(forms):
            raise Unfit(
                f"{key}.{name}", phrase("only for files of {forms}", forms=", ".join(reading)), ", ".join(forms)
            )


def _forms(suffixes: Iterable[str]) -> Sequence[str]:
    """All that files of these names may be."""
    known = [BY_SUFFIX.get(suffix, FORMATS) for suffix in suffixes] or [FORMATS]
    return list(dict.fromkeys(form for forms in known for form in forms))


def _are_several(paths: Sequence[str], is_address: bool) -> bool:
    """A pattern may be one file's own name (台账[1].csv): its sha256 is checked. An address needs a name to save by."""
    return len(paths) > 1 or (is_address and bool(set("*?") & set("".join(paths))))


def _constants(written: DeclaredTable) -> Iterator[tuple[str, str]]:
    """Where a field is told for the whole source, and which."""
    if written.as_of is not None:
        yield "as_of", "as_of"
    for name in written.constant or {}:
        yield f"constant.{name}", name


def _is_written(body: Mapping[str, Any], key: str) -> bool:
    table, _, name = key.rpartition(".")
    return name in (body.get(table, {}) if table else body)
