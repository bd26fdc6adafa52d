"""Reads KML: its placemarks as rows, with what is told of each as columns, and nothing that it only links to.

Folders are no layers here: a county's file has one for each township, and is one table. Its name is a column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import shapely
from shapely.geometry.base import BaseGeometry

from importer.errors import FileUnreadable
from importer.read import limits, markup
from importer.read.chunk import FileOptions, LeftOut, Look, Piece, piece
from importer.read.headers import clean

NAME, FOLDER, DESCRIPTION = "name", "folder", "description"
SHAPES = ("Point", "LineString", "LinearRing", "Polygon", "MultiGeometry", "Track", "MultiTrack")
TEXTS = ("name", "description", "value", "SimpleData", "coordinates", "coord", "address", "phoneNumber")
PAIRS = 2  # rows of a table in a description that make it one of names and values
LINKS_SHOWN = 100
COORDINATE = re.compile(r"[^\s,]+(?:\s*,\s*[^\s,]+)+")


def look(path: Path, options: FileOptions) -> Look:
    """What a KML file holds. Links to other files are said to be left out."""
    read_so = _Reader(path)
    read_so.parse(options)
    if not read_so.marks:
        raise FileUnreadable(path.name, "placemarks", "KML without any", "export the places themselves")
    return Look(
        format="kml",
        columns=clean(list(read_so.columns)),
        encoding=markup.encoding(path, options),
        epsg=4326,
        has_geometry=True,
        notes=(f"{len(read_so.marks):,} placemarks",),
        left_out=read_so.left_out,
    )


def read(path: Path, options: FileOptions, chunk_rows: int) -> Iterator[Piece]:
    """Placemarks in pieces; they count from 1."""
    read_so = _Reader(path)
    read_so.parse(options)
    columns, marks = list(read_so.columns), read_so.marks
    rows = min(chunk_rows, limits.BATCH_SHAPES)
    for start in range(0, max(len(marks), 1), rows):
        some = marks[start : start + rows]
        cells = [pa.array([mark.cells.get(name) for mark in some], pa.string()) for name in columns]
        shapes = np.full(len(some), None, dtype=object)
        shapes[:] = [mark.shape for mark in some]
        numbers = np.arange(start + 1, start + len(some) + 1, dtype=np.int64)
        yield piece(clean(columns), cells, numbers, shapes, left_out=() if start else read_so.left_out)


@dataclass
class _Mark:
    """A placemark."""

    cells: dict[str, str] = field(default_factory=dict)
    shape: BaseGeometry | None = None


@dataclass
class _Shape:
    """A shape that has begun; rings and parts of it come one by one."""

    kind: str
    points: list[tuple[float, ...]] = field(default_factory=list)
    rings: list[list[tuple[float, ...]]] = field(default_factory=list)  # the outer one first
    parts: list[BaseGeometry] = field(default_factory=list)
    is_broken: bool = False


class _Reader:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.marks: list[_Mark] = []
        self.columns: dict[str, None] = {}
        self.links: list[str] = []
        self.above: list[str] = []
        self.folders: list[str] = []
        self.mark: _Mark | None = None
        self.shapes: list[_Shape] = []
        self.text: list[str] | None = None
        self.told = ""  # the name of the datum that has begun

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """Links, which are not followed."""
        return tuple(LeftOut("link", name, "outside_link") for name in self.links[:LINKS_SHOWN])

    def parse(self, options: FileOptions) -> None:
        limits.refuse_large(self.path, limits.WHOLE_BYTES)
        markup.parse(self.path, options, self._start, self._on_text, self._end)

    def _start(self, name: str, told: Mapping[str, str]) -> None:
        self.above.append(name)
        self.text = [] if name in TEXTS else None
        if name == "Placemark":
            self.mark, self.shapes = _Mark(), []
        elif name == "Folder":
            self.folders.append("")
        elif name == "NetworkLink":
            self.links.append("")
        elif name in ("Data", "SimpleData"):
            self.told = told.get("name", "")
        elif self.mark is not None and name in SHAPES:
            self.shapes.append(_Shape(name))

    def _on_text(self, text: str) -> None:
        if self.text is not None:
            self.text.append(text)

    def _end(self, name: str) -> None:
        self.above.pop()
        text = None if self.text is None else "".join(self.text).strip()
        self.text = None
        within = self.above[-1] if self.above else ""
        if name == "Placemark" and self.mark is not None:
            self._keep(self.mark)
            self.mark = None
        elif name == "Folder":
            self.folders.pop()
        elif self.mark is not None and self.shapes and name in SHAPES:
            self._end_shape()
        elif text and self.mark is not None:
            self._say(name, within, text)
        elif text and name == "name" and within == "Folder":
            self.folders[-1] = text
        elif text and name == "name" and within == "NetworkLink":
            self.links[-1] = text[:200]

    def _say(self, name: str, within: str, text: str) -> None:
        """A text of the placemark that has begun."""
        assert self.mark is not None
        if name in ("coordinates", "coord"):
            if self.shapes:
                self._place(text)
        elif within == "Placemark":
            self.mark.cells[name] = text[: limits.CELL_CHARACTERS]
        elif self.told and (name, within) in (("value", "Data"), ("SimpleData", "SchemaData")):
            self.mark.cells[self.told] = text[: limits.CELL_CHARACTERS]

    def _keep(self, mark: _Mark) -> None:
        description = mark.cells.pop(DESCRIPTION, "")
        if "<" in description:
            told = markup.pairs(description)
            if len(told) >= PAIRS:
                mark.cells = {**told, **mark.cells}
                description = ""
            description = markup.plain(description)
        folder = next((name for name in reversed(self.folders) if name), "")
        mark.cells |= {name: text for name, text in ((FOLDER, folder), (DESCRIPTION, description)) if text}
        self.columns.update(dict.fromkeys(mark.cells))
        limits.refuse_many_columns(self.path, len(self.columns))
        self.marks.append(mark)

    # --- shapes -----------------------------------------------------------------------------------------------

    def _place(self, text: str) -> None:
        """Coordinates as "lon,lat,height lon,lat,height", or of a track as "lon lat height"."""
        shape = self.shapes[-1]
        pairs = COORDINATE.findall(text) if "," in text else [",".join(text.split())]
        try:
            shape.points += [tuple(float(number) for number in pair.split(",")[:2]) for pair in pairs]
        except ValueError:
            shape.is_broken = True

    def _end_shape(self) -> None:
        shape = self.shapes.pop()
        above = self.shapes[-1] if self.shapes else None
        if shape.kind == "LinearRing" and above is not None and above.kind == "Polygon":
            above.rings.append(shape.points)
            above.is_broken = above.is_broken or shape.is_broken
            return
        made = _made(shape)
        if above is not None:
            above.parts += [] if made is None else [made]
        elif self.mark is not None:
            self.mark.shape = made


def _made(shape: _Shape) -> BaseGeometry | None:
    """A shape, or None where its coordinates make none."""
    if shape.is_broken or any(len(point) != 2 for ring in (shape.points, *shape.rings) for point in ring):
        return None
    try:
        if shape.kind in ("MultiGeometry", "MultiTrack"):
            return _together(shape.parts)
        if shape.kind == "Polygon":
            return shapely.Polygon(shape.rings[0], shape.rings[1:]) if shape.rings else None
        if not shape.points:
            return None
        return shapely.Point(shape.points[0]) if shape.kind == "Point" else shapely.LineString(shape.points)
    except (ValueError, shapely.errors.ShapelyError):
        return None


def _together(parts: list[BaseGeometry]) -> BaseGeometry | None:
    if len(parts) == 1:
        return parts[0]
    kinds = {part.geom_type for part in parts}
    if kinds == {"Point"}:
        return shapely.MultiPoint(parts)
    if kinds == {"Polygon"}:
        return shapely.MultiPolygon(parts)
    if kinds == {"LineString"}:
        return shapely.MultiLineString(parts)
    return shapely.GeometryCollection(parts) if parts else None
