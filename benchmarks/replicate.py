"""An atlas with ten times the places: what happens to the tiles when the country is larger.

Every village is there ten times, each copy some way off, in Morton order and numbered anew; its states
go with it. All other tables are as they were, so the pages of this atlas count the old villages: it is
for tiles only.
"""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from benchmarks.settings import SEED
from ground import builds
from ground.mercator import morton
from indicators.database import Atlas

COPIES = 10
JITTER = 214_000  # in 2^-32 of the world's width: 2 km at the equator, less further north
BUILD_ID = f"times{COPIES}"
REPLACED = ("village", "village_status")


def replicate(atlas: Atlas, into: Path) -> None:
    """Write the larger atlas into a folder and publish it there."""
    into.mkdir(parents=True, exist_ok=True)
    target = into / f"atlas-{BUILD_ID}.duckdb"
    with duckdb.connect(str(target)) as connection:
        connection.execute(f"ATTACH {_text(str(atlas.path))} AS old (READ_ONLY)")
        for (table,) in connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = 'old' ORDER BY table_name"
        ).fetchall():
            if table not in REPLACED:
                connection.execute(f"CREATE TABLE {_name(table)} AS FROM old.{_name(table)}")
        places = _copies(connection)
        connection.register("copies", places)
        connection.execute(_joined("village", "place_no, place_id, x, y, morton", "copies.x, copies.y, copies.morton"))
        connection.execute(_joined("village_status", "place_no", ""))
        connection.execute("UPDATE meta_build SET value = $1 WHERE key = 'build_id'", [BUILD_ID])
    builds.offer(target)


def _copies(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """For every new number: the old number, which copy it is, and where it lies."""
    old = connection.execute("SELECT place_no, x, y FROM old.village ORDER BY place_no").fetchnumpy()
    random = np.random.default_rng(SEED)
    n = COPIES * len(old["place_no"])
    x, y = (_moved(np.tile(old[axis], COPIES), random) for axis in ("x", "y"))
    key = morton(x, y)
    order = np.argsort(key)
    return pd.DataFrame(
        {
            "new_no": np.arange(n, dtype=np.int32),
            "old_no": np.tile(old["place_no"], COPIES)[order],
            "copy_no": (order // len(old["place_no"])).astype(np.int8),
            "x": x[order],
            "y": y[order],
            "morton": key[order],
        }
    )


def _moved(
    position: np.ndarray[tuple[int], np.dtype[np.uint32]], random: np.random.Generator
) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
    moved = position.astype(np.int64) + random.integers(-JITTER, JITTER + 1, len(position))
    return np.clip(moved, 0, 2**32 - 1).astype(np.uint32)


def _joined(table: str, replaced: str, positions: str) -> str:
    """Rows of an old table for every copy, in the new order."""
    own = "copies.new_no AS place_no"
    if positions:
        own += f", old.place_id || '.' || copies.copy_no AS place_id, {positions}"
    return (
        f"CREATE TABLE {_name(table)} AS SELECT {own}, old.* EXCLUDE ({replaced}) "
        f"FROM copies INNER JOIN old.{_name(table)} AS old ON old.place_no = copies.old_no ORDER BY copies.new_no"
    )


def _name(identifier: str) -> str:
    assert re.fullmatch(r"\w+", identifier), identifier
    return f'"{identifier}"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
