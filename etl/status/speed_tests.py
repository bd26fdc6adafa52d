"""Speeds measured in map tiles, given to the villages that lie in them.

A village's Morton key begins with the number of every tile that holds it, so finding its tile is a shift and a search.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from importer.place import quadkeys

MORTON_BITS = 64
KEPT = ["technology", "operator", "as_of", "download_mbps", "upload_mbps"]


def coverage_of_tiles(villages: pd.DataFrame, tiles: pd.DataFrame, *, min_tests: int = 1) -> pd.DataFrame:
    """Rows of `coverage` for the villages inside tiles; no tile, or fewer tests than `min_tests`: no row.

    `villages`: place_no, morton (surveyed positions only). `tiles`: quadkey, technology, as_of, download_mbps, and
    operator, upload_mbps, tests where known.
    """
    enough = tiles["tests"].astype(float) >= min_tests if "tests" in tiles else pd.Series(True, index=tiles.index)
    used = tiles[enough & tiles["quadkey"].notna()]
    number, zoom = quadkeys.as_number(used["quadkey"])
    parts = []
    for one in np.unique(zoom):
        of_zoom = zoom == one
        keyed = used[of_zoom].assign(tile=number[of_zoom])
        prefix = villages["morton"].to_numpy(dtype=np.uint64) >> np.uint64(MORTON_BITS - 2 * int(one))
        inside = pd.DataFrame({"place_no": villages["place_no"].to_numpy(), "tile": prefix})
        parts.append(inside.merge(keyed, on="tile"))
    columns = ["place_no", *(name for name in KEPT if name in used)]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)
