"""Web Mercator as 32-bit integers, and the Morton key that puts neighbours side by side on disk.

A tile z/x/y is one range of keys, so a map query is one BETWEEN. See docs/decisions/002.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

MAX_LATITUDE = 85.05112878
WORLD_BITS = 32
WORLD = 2.0**WORLD_BITS
SPREAD = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)


def down(lat: ArrayLike) -> NDArray[np.float64]:
    """How far below the map's upper edge a latitude (degrees) lies, 0 to 1 of the world's width."""
    sine = np.sin(np.radians(np.asarray(lat)))
    return np.asarray(0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi))


def latitude(down: ArrayLike) -> NDArray[np.float64]:
    """The other way, to degrees."""
    return np.asarray(np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * np.asarray(down))))))


def to_pixels(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Degrees to world coordinates of 0..2^32-1, y counted from the north. Shapes are kept."""
    x = (lon + 180.0) / 360.0 * WORLD
    y = down(np.clip(lat, -MAX_LATITUDE, MAX_LATITUDE)) * WORLD
    top = WORLD - 1
    return np.clip(x, 0, top).astype(np.uint32), np.clip(y, 0, top).astype(np.uint32)


def morton(x: NDArray[np.uint32], y: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Interleave the bits: x in the even ones, y in the odd ones."""
    return _spread(x) | (_spread(y) << np.uint64(1))


def morton_of(x: int, y: int) -> int:
    """The same for a tile's column and row, of any zoom."""
    return int(morton(np.array([x], np.uint32), np.array([y], np.uint32))[0])


def _spread(values: NDArray[np.uint32]) -> NDArray[np.uint64]:
    spread = values.astype(np.uint64)
    for shift, mask in SPREAD:
        spread = (spread | (spread << np.uint64(shift))) & np.uint64(mask)
    return spread
