"""The plain way to a tile, to compare with: one DuckDB query each, encoded feature by feature."""

from __future__ import annotations

import gzip
import time
from typing import Any

import mapbox_vector_tile
import shapely

from atlas.maps.tiles.cells import CELL_BITS, FIRST_VILLAGE_ZOOM
from benchmarks.sample import Asked
from ground.mercator import WORLD_BITS, morton_of
from indicators.database import Atlas

EXTENT_BITS = 12  # 4096 steps along one side of a tile, as in our tiles

CELLS = """
    SELECT
        min(v.place_no) AS id,
        ((avg(v.x) - $x0) / $step)::INTEGER AS px,
        ((avg(v.y) - $y0) / $step)::INTEGER AS py,
        count(*) FILTER (s."{column}" = 1) AS unconnected,
        count(*) FILTER (s."{column}" = 2) AS connected,
        count(*) FILTER (s."{column}" = 0) AS unknown
    FROM village AS v INNER JOIN village_status AS s USING (place_no)
    WHERE v.morton BETWEEN $first AND $last AND v.in_programme
    GROUP BY v.morton >> $bits
"""
VILLAGES = """
    SELECT
        v.place_no AS id, ((v.x - $x0) / $step)::INTEGER AS px, ((v.y - $y0) / $step)::INTEGER AS py,
        v.name, s."{column}" AS state
    FROM village AS v INNER JOIN village_status AS s USING (place_no)
    WHERE v.morton BETWEEN $first AND $last AND v.in_programme
"""


def tile(atlas: Atlas, asked: Asked, column: str) -> tuple[bytes, float]:
    """A compressed tile, and the milliseconds that the query alone took."""
    shift = WORLD_BITS - asked.z
    first = morton_of(asked.x, asked.y) << (2 * shift)
    bound = {
        "x0": asked.x << shift,
        "y0": asked.y << shift,
        "step": 1 << (shift - EXTENT_BITS),
        "first": first,
        "last": first + (1 << 2 * shift) - 1,
    }
    is_cells = asked.z < FIRST_VILLAGE_ZOOM
    if is_cells:
        bound["bits"] = 2 * (shift - CELL_BITS)
    begun = time.perf_counter()
    found = atlas.cursor().execute((CELLS if is_cells else VILLAGES).format(column=column), bound)
    names = [description[0] for description in found.description or []]
    rows = found.fetchall()
    query_ms = 1000 * (time.perf_counter() - begun)
    return gzip.compress(_encoded([dict(zip(names, row, strict=True)) for row in rows]), 1), query_ms


def _encoded(rows: list[dict[str, Any]]) -> bytes:
    points = shapely.points([[row["px"], row["py"]] for row in rows]) if rows else []
    features = [
        {
            "geometry": point,
            "id": row.pop("id"),
            "properties": {k: v for k, v in row.items() if k not in ("px", "py")},
        }
        for point, row in zip(points, rows, strict=True)
    ]
    layer = {"name": "villages", "features": features}
    return bytes(mapbox_vector_tile.encode(layer, default_options={"y_coord_down": True}))
