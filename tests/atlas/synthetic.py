"""A synthetic atlas: a square country of square counties, with clustered villages, made by SQL and numpy.

The tiny one is what most tests use. `make_atlas(directory, villages=487_000, provinces_side=5, ...)` makes
one of a real country's size to time the tiles with.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import shapely

from ground import builds

WEST, SOUTH, EAST, NORTH = 80.0, 20.0, 120.0, 50.0  # degrees
HOSTILE_NAMES = ["😀村", "nul\0村", "<img src=x onerror=alert(1)>", "'; DROP TABLE village; --", ""]
STATUS = [("fibre", "2015-12-31"), ("fibre", "2017-12-31"), ("4g", "2017-12-31")]
RESOLUTIONS = {"coarse": 1, "medium": 2, "fine": 5}  # segments along one side of a county
LEVELS = ["nation", "province", "prefecture", "county", "township", "village"]
BUILD_ID = "20200101T000000Z-tiny"

SCHEMA = """
CREATE TYPE evidence AS ENUM ('measured', 'declared', 'modelled', 'assumed', 'simulated');
CREATE TABLE level (level_id TEXT, position INT, name_zh TEXT, name_en TEXT);
CREATE TABLE standard (standard_id TEXT, position INT, name_zh TEXT, name_en TEXT);
CREATE TABLE status_column (
    standard TEXT, as_of DATE, column_name TEXT, rate_kind TEXT, evidence evidence, source_id TEXT);
CREATE TABLE place (
    place_id TEXT, level TEXT, parent_id TEXT, name TEXT, name_en TEXT,
    has_boundary BOOL, lon DOUBLE, lat DOUBLE);
CREATE TABLE place_within (place_id TEXT, ancestor_id TEXT);
CREATE TABLE boundary (
    place_id TEXT, level TEXT, resolution TEXT, geometry GEOMETRY,
    xmin DOUBLE, ymin DOUBLE, xmax DOUBLE, ymax DOUBLE);
CREATE TABLE pilot (place_id TEXT);
INSERT INTO pilot VALUES ('p0');
CREATE TABLE boundary_line (line_kind TEXT, geometry GEOMETRY);
INSERT INTO boundary_line VALUES ('maritime', 'LINESTRING (118 22, 119 21, 119 20)'::GEOMETRY);
"""


@dataclass(frozen=True)
class Country:
    """How many places along one side: a province has `side` x `side` prefectures, these as many counties."""

    provinces: int
    side: int
    townships: int  # per county

    @property
    def counties(self) -> int:
        """Counties along one side of the country."""
        return self.provinces * self.side * self.side

    def ids(self, row: np.ndarray, column: np.ndarray) -> dict[str, np.ndarray]:
        """Ids of the places that the county in this row and column of the country lies in."""
        per_province = self.side * self.side
        out = {"county": _ids("c", row * self.counties + column)}
        prefectures = self.provinces * self.side
        out["prefecture"] = _ids("p", (row // self.side) * prefectures + column // self.side)
        out["province"] = _ids("r", (row // per_province) * self.provinces + column // per_province)
        out["nation"] = np.full(len(row), "n0", object)
        return out


def _ids(prefix: str, number: np.ndarray) -> np.ndarray:
    return np.array([f"{prefix}{n}" for n in number.tolist()], object)


def make_atlas(
    directory: Path,
    villages: int = 600,
    country: Country | None = None,
    build_id: str = BUILD_ID,
    seed: int = 7,
) -> Path:
    """Build and publish a synthetic atlas in `directory`; returns the database file."""
    country = country or Country(provinces=2, side=2, townships=2)
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"atlas-{build_id}.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(SCHEMA)
        for i, name in enumerate(LEVELS):
            connection.execute("INSERT INTO level VALUES ($1, $2, $1, $1)", [name, i])
        for standard, as_of in STATUS:
            connection.execute(
                "INSERT INTO status_column VALUES (?, ?, ?, 'rate', 'simulated', 's')",
                [standard, as_of, f"{standard}_{as_of.replace('-', '_')}"],
            )
        _insert_places(connection, country)
        _insert_boundaries(connection, country)
        _insert_villages(connection, country, villages, np.random.default_rng(seed))
    builds.offer(path)
    return path


def _insert_places(connection: duckdb.DuckDBPyConnection, country: Country) -> None:
    row, column = (a.ravel() for a in np.indices((country.counties, country.counties)))
    frame = pd.DataFrame(country.ids(row, column))
    township = frame.loc[frame.index.repeat(country.townships)].reset_index(drop=True)
    township["township"] = (
        township["county"] + "t" + pd.Series(np.tile(np.arange(country.townships), len(frame)).astype(str))
    )
    connection.register("chain", township)
    above = LEVELS[:-1]
    for i, level in enumerate(above):
        parent = above[i - 1] if i else "NULL"
        connection.execute(
            f"INSERT INTO place SELECT DISTINCT {level}, '{level}', {parent}, '名' || {level}, "
            f"'Name ' || {level}, {level in ('province', 'prefecture', 'county')}, 100, 35 FROM chain"
        )
        for ancestor in above[: i + 1]:
            connection.execute(f"INSERT INTO place_within SELECT DISTINCT {level}, {ancestor} FROM chain")


def _insert_boundaries(connection: duckdb.DuckDBPyConnection, country: Country) -> None:
    row, column = (a.ravel() for a in np.indices((country.counties, country.counties)))
    ids = country.ids(row, column)
    for resolution, segments in RESOLUTIONS.items():
        counties = np.array(
            [_county(country, r, c, segments) for r, c in zip(row.tolist(), column.tolist(), strict=True)]
        )
        for level in ("county", "prefecture", "province"):
            frame = pd.DataFrame({"place_id": ids[level], "shape": counties})
            shapes = frame.groupby("place_id")["shape"].agg(lambda s: shapely.coverage_union_all(s.to_list()))
            rows = [(p, level, resolution, shapely.to_wkt(g, -1), *g.bounds) for p, g in shapes.items()]
            columns = ["place_id", "level", "resolution", "geometry", "xmin", "ymin", "xmax", "ymax"]
            connection.register("shapes", pd.DataFrame(rows, columns=columns))
            connection.execute("INSERT INTO boundary SELECT * REPLACE (geometry::GEOMETRY AS geometry) FROM shapes")


def _county(country: Country, row: int, column: int, segments: int) -> shapely.Polygon:
    """A square whose corners and points between them fall together with the neighbours' exactly."""
    steps = country.counties * segments
    xs, ys = np.linspace(WEST, EAST, steps + 1), np.linspace(SOUTH, NORTH, steps + 1)
    left, low = column * segments, row * segments
    right, high = left + segments, low + segments
    ring = [(xs[i], ys[low]) for i in range(left, right)]
    ring += [(xs[right], ys[i]) for i in range(low, high)]
    ring += [(xs[i], ys[high]) for i in range(right, left, -1)]
    ring += [(xs[left], ys[i]) for i in range(high, low, -1)]
    return shapely.Polygon(ring)


def _insert_villages(
    connection: duckdb.DuckDBPyConnection, country: Country, n: int, random: np.random.Generator
) -> None:
    lon, lat = _clustered(n, random)
    x, y = world(lon, lat)
    key = interleave(x) | interleave(y) << np.uint64(1)
    order = np.argsort(key, kind="stable")
    lon, lat, x, y, key = (a[order] for a in (lon, lat, x, y, key))
    row = ((lat - SOUTH) / (NORTH - SOUTH) * country.counties).astype(int)
    column = ((lon - WEST) / (EAST - WEST) * country.counties).astype(int)
    frame = pd.DataFrame({f"{k}_id": v for k, v in country.ids(row, column).items()})
    township = random.integers(0, country.townships, n)
    frame["township_id"] = frame["county_id"] + "t" + pd.Series(township.astype(str))
    frame["place_no"] = np.arange(n, dtype=np.int32)
    frame["name"] = [HOSTILE_NAMES[i] if i < len(HOSTILE_NAMES) else f"第{i}行政村" for i in range(n)]
    frame["name_en"] = [name.replace("第", "No. ").replace("行政村", " Village") for name in frame["name"]]
    frame["in_programme"] = random.random(n) < 0.8
    frame["lon"], frame["lat"], frame["x"], frame["y"], frame["morton"] = lon, lat, x, y, key
    connection.register("frame", frame)
    connection.execute("CREATE TABLE village AS SELECT * REPLACE (place_no::INTEGER AS place_no) FROM frame")
    status = {"place_no": frame["place_no"].to_numpy()}
    for standard, as_of in STATUS:
        state = random.choice(np.array([0, 1, 2, 3], np.int8), n, p=[0.05, 0.15, 0.79, 0.01])
        state[~frame["in_programme"].to_numpy()] = 3
        status[f"{standard}_{as_of.replace('-', '_')}"] = state
    connection.register("status", pd.DataFrame(status))
    connection.execute("CREATE TABLE village_status AS SELECT * FROM status")


def _clustered(n: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude of villages: half of them near centres, half spread."""
    centres = max(3, n // 400)
    centre = random.integers(0, centres, n)
    lon = random.uniform(WEST, EAST, centres)[centre] + random.normal(0, 0.4, n)
    lat = random.uniform(SOUTH, NORTH, centres)[centre] + random.normal(0, 0.3, n)
    spread = random.random(n) < 0.5
    lon[spread] = random.uniform(WEST, EAST, spread.sum())
    lat[spread] = random.uniform(SOUTH, NORTH, spread.sum())
    return lon.clip(WEST, EAST - 1e-6), lat.clip(SOUTH, NORTH - 1e-6)


def world(lon: Any, lat: Any) -> tuple[np.ndarray, np.ndarray]:
    """Degrees to Web Mercator in 2^-32 of the world's width, y down."""
    x = (np.asarray(lon) + 180) / 360
    y = 0.5 - np.log(np.tan(np.pi / 4 + np.radians(lat) / 2)) / (2 * np.pi)
    return (x * 2**32).astype(np.uint32), (y * 2**32).astype(np.uint32)


#: Powers of two and which bits stay, as in any book on Morton codes; told here once more, to check the atlas's own.
SPREAD = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)


def interleave(number: np.ndarray) -> np.ndarray:
    """Spread the bits of a number over the even places."""
    out = number.astype(np.uint64)
    for shift, mask in SPREAD:
        out = (out | out << np.uint64(shift)) & np.uint64(mask)
    return out
