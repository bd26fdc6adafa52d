"""Quadkeys: the names of Web Mercator tiles, one digit a zoom. They are text; a leading zero is part of them."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ground import mercator
from importer.values import Converted, by_text

QUADKEY = re.compile(r"[0-3]{1,30}")


def keys(cells: pd.Series) -> Converted:
    """Checked keys; anything else is `not_a_quadkey`."""

    def read(text: str) -> tuple[str | None, str | None]:
        key = text.strip()
        return (key, None) if QUADKEY.fullmatch(key) else (None, "not_a_quadkey")

    return by_text(cells, read, is_number=False)


def tile_xy(keys: pd.Series) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Column, row and zoom of each tile; zoom -1 where the key is unknown."""
    where, different = pd.factorize(keys.to_numpy(dtype=object), use_na_sentinel=True)
    known = [_xy(key) for key in different]
    x, y, zoom = np.array([*known, (0, 0, -1)], dtype=np.int64).T
    return x[where], y[where], zoom[where]


def _xy(key: str) -> tuple[int, int, int]:
    x = y = 0
    for digit in key:
        x, y = x << 1 | int(digit) & 1, y << 1 | int(digit) >> 1
    return x, y, len(key)


def centre(keys: pd.Series) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Longitude and latitude (degrees) of the middle of each tile, and its zoom; NaN where unknown."""
    x, y, zoom = tile_xy(keys)
    tiles = np.exp2(np.where(zoom < 0, np.nan, zoom))
    lon = (x + 0.5) / tiles * 360 - 180
    return lon, mercator.latitude((y + 0.5) / tiles), zoom


def of(lon: NDArray[np.float64], lat: NDArray[np.float64], zoom: int) -> list[str]:
    """The key of the tile that holds each point."""
    tiles = 1 << zoom
    x = np.clip(np.floor((lon + 180) / 360 * tiles), 0, tiles - 1).astype(np.int64)
    y = np.clip(np.floor(mercator.down(lat) * tiles), 0, tiles - 1).astype(np.int64)
    digits = [(x >> bit & 1) + 2 * (y >> bit & 1) for bit in range(zoom - 1, -1, -1)]
    return ["".join(map(str, key)) for key in np.array(digits).T.tolist()]


def as_number(keys: pd.Series) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Each key read in base 4, and its zoom: the leading bits of the Morton key of every point in the tile."""
    where, different = pd.factorize(keys.to_numpy(dtype=object), use_na_sentinel=True)
    numbers = np.array([*(int(key, 4) for key in different), 0], dtype=np.uint64)
    zooms = np.array([*(len(key) for key in different), -1], dtype=np.int64)
    return numbers[where], zooms[where]
