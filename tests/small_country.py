"""A country of a few places, written by a test: its profile, its files, the atlas that is built from them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from etl.build import build

STANDARD = """
[[standard]]
standard_id = "conn"
name = { zh = "通", en = "Connected" }
unconnected = { zh = "未通", en = "not connected" }
definition = { zh = "有", en = "has it" }
[standard.meets]
technology = "internet"
"""
Ring = Sequence[Sequence[float]]
VIEW = """
[default_view]
standard = "conn"
as_of = 2024-08-23
"""
HEAD = """
title = { zh = "某", en = "Some" }
publisher = { zh = "某", en = "Some" }
edition = "1"
licence = "none"
evidence = "declared"
"""
COVERAGE = """
kind = "coverage"
as_of = 2024-08-23
[file]
path = "files/v.csv"
[constant]
technology = "internet"
[columns]
code = "code"
is_covered = "net"
"""
REGISTER = """
kind = "places"
[file]
path = "files/v.csv"
[columns]
code = "code"
name = "name"
"""
IN_DISTRICTS = f"""{REGISTER}district_code = "district"
district_name = "dname"
"""
PLACES = f"""{IN_DISTRICTS}lon = "lon"
lat = "lat"
"""
BLOCKS = f"""{IN_DISTRICTS}block_code = "block"
block_name = "bname"
"""
PROJECTS = """
kind = "projects"
[file]
path = "files/p.csv"
[constant]
technology = "internet"
[columns]
project_id = "id"
code = "code"
granted = "usd"
"""


class SmallCountry:
    """Levels nation, district(, block), village; extent 0 to 10 degrees both ways."""

    def __init__(self, folder: Path, levels: Sequence[str] = ("district",), *, standard: str = STANDARD + VIEW) -> None:
        self.folder = folder / "profile"
        self.build_dir = folder / "build"
        self.levels = ("nation", *levels, "village")
        self.map_keys = ""
        self.extent_degrees = [0, 0, 10, 10]
        self.standard = standard
        self.sources: dict[str, str] = {}

    def file(self, name: str, text: str | bytes) -> SmallCountry:
        path = self.folder / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return self

    def outlines(
        self, name: str, shapes: Sequence[tuple[Mapping[str, Any], Sequence[Sequence[float]]]]
    ) -> SmallCountry:
        """A GeoJSON of polygons: properties and ring of each."""
        features = [
            {"type": "Feature", "properties": dict(said), "geometry": {"type": "Polygon", "coordinates": [ring]}}
            for said, ring in shapes
        ]
        return self.file(name, json.dumps({"type": "FeatureCollection", "features": features}))

    def source(self, source_id: str, text: str) -> SmallCountry:
        """Top-level keys before tables, as TOML wants; what every source says is added."""
        self.sources[source_id] = f'source_id = "{source_id}"\n{HEAD}\n{text}'
        return self

    def write(self) -> Path:
        (self.folder / "sources").mkdir(parents=True, exist_ok=True)
        listed = "".join(
            f'[[level]]\nlevel_id = "{one}"\nname = {{ zh = "{one}", en = "{one}" }}\n' for one in self.levels
        )
        text = f"""
profile_id = "small"
title = {{ zh = "小国", en = "Small country" }}
default_language = "en"
currency = {{ code = "RWF", zh = "法郎", en = "RWF" }}
{listed}
[nation]
place_id = "SC"
name = {{ zh = "小国", en = "Small country" }}
[map]
extent_degrees = {self.extent_degrees}
sketch_credit = {{ zh = "示意图", en = "Sketch map" }}
may_publish_boundaries = false
{self.map_keys}
[contact]
office = {{ zh = "", en = "" }}
email = ""
{self.standard}
"""
        (self.folder / "profile.toml").write_text(text, encoding="utf-8")
        for source_id, body in self.sources.items():
            (self.folder / "sources" / f"{source_id}.toml").write_text(body, encoding="utf-8")
        return self.folder

    def build(self) -> Path:
        return build(self.write(), self.build_dir, quiet=True)

    @contextmanager
    def built(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with duckdb.connect(str(self.build()), read_only=True) as connection:
            yield connection


def square(west: float, south: float, side: float) -> list[list[float]]:
    """A closed ring of four corners."""
    east, north = west + side, south + side
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def remarks(atlas: duckdb.DuckDBPyConnection, rule: str) -> list[tuple[Any, ...]]:
    """source_id, file, row_number, field, value, candidates, is_rejected of a rule's findings."""
    return atlas.execute(
        "SELECT source_id, file, row_number, field, value, candidates, is_rejected FROM meta_reject "
        "WHERE rule = $1 ORDER BY ALL",
        [rule],
    ).fetchall()
