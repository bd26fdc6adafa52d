"""Low zooms: villages summed up on a grid of 32 x 32 cells per tile.

A million symbols on a map of a country is a carpet that hides what it should show, so below
`FIRST_VILLAGE_ZOOM` a tile carries cells. Villages lie in Morton order; a cell is a run of them
that share the leading bits, and four cells of one zoom are one cell of the zoom before it. All zooms
are therefore counted once per filter, and a tile is a slice.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ground.mercator import WORLD_BITS, morton_of

FIRST_VILLAGE_ZOOM = 8
CELL_BITS = 5  # 2^5 = 32 cells along one side of a tile, 16 px each on a tile of 512 px
WELL_FILLED_PERCENTILE = 75  # cells with as many villages as this get the full size

FULL_SIZE_PX = 15.0
SMALLEST_PX = 5.0
NO_GAP_FACTOR = 0.6  # cells without an unconnected village step back
SMALLEST_NO_GAP_PX = 4.0

Counts = NDArray[np.int32]  # shape (3, cells): unknown, unconnected, connected, the order of the state codes


@dataclass(frozen=True)
class Grid:
    """The non-empty cells of one zoom, in Morton order."""

    key: NDArray[np.uint64]  # leading bits of the Morton key
    starts: NDArray[np.int64]  # where each cell begins: among rows (finest grid) or cells of the next zoom
    villages: NDArray[np.int64]
    x_sum: NDArray[np.float64]  # of the villages' x and y, in 2^-32 of the world's width
    y_sum: NDArray[np.float64]

    def tile_range(self, z: int, x: int, y: int) -> slice:
        """The cells of one tile of this grid's zoom."""
        first = morton_of(x, y) << (2 * CELL_BITS)
        ends = np.array([first, first + (1 << (2 * CELL_BITS))], np.uint64)
        start, stop = np.searchsorted(self.key, ends)
        return slice(int(start), int(stop))

    @cached_property
    def well_filled(self) -> float:
        """How many villages a cell must have to be drawn at full size."""
        return float(np.percentile(self.villages, WELL_FILLED_PERCENTILE)) if len(self.villages) else 1.0

    @property
    def bytes_held(self) -> int:
        """Memory of the arrays."""
        arrays = (self.key, self.starts, self.villages, self.x_sum, self.y_sum)
        return sum(array.nbytes for array in arrays)


def grids(morton: NDArray[np.uint64], x: NDArray[np.uint32], y: NDArray[np.uint32]) -> list[Grid]:
    """One grid per zoom from 0 to the last before villages; rows in Morton order."""
    shift = 2 * (WORLD_BITS - CELL_BITS - (FIRST_VILLAGE_ZOOM - 1))
    key = morton >> np.uint64(shift)
    starts = run_starts(key)
    ends = np.append(starts[1:], len(key))
    grid = Grid(key[starts], starts, ends - starts, _sums(x, starts), _sums(y, starts))
    made = [grid]
    for _ in range(FIRST_VILLAGE_ZOOM - 1):
        key = grid.key >> np.uint64(2)
        starts = run_starts(key)
        villages = np.add.reduceat(grid.villages, starts) if len(starts) else grid.villages
        grid = Grid(key[starts], starts, villages, _sums(grid.x_sum, starts), _sums(grid.y_sum, starts))
        made.append(grid)
    return made[::-1]


def counts(by_zoom: list[Grid], state: NDArray[np.int8]) -> list[Counts]:
    """Villages by state in every cell of every grid; `state` in the order of the rows of the grids."""
    finest = by_zoom[-1].starts
    if not len(finest):
        return [np.zeros((3, 0), np.int32) for _ in by_zoom]
    at = np.stack([np.add.reduceat(state == code, finest, dtype=np.int32) for code in range(3)])
    made = [at]
    for grid in reversed(by_zoom[:-1]):
        at = np.add.reduceat(at, grid.starts, axis=1)
        made.append(at)
    return made[::-1]


def symbol_class(by_state: Counts, class_percent: tuple[float, ...]) -> NDArray[np.int64]:
    """0 no gap, 1 any gap, 2.. the class by share unconnected, -1 where no state is known."""
    unconnected, known = by_state[1].astype(np.int64), (by_state[1] + by_state[2]).astype(np.int64)
    share = 100.0 * unconnected / np.maximum(known, 1)
    kind = (unconnected > 0) + np.searchsorted(class_percent, share, side="right")
    return np.where(known > 0, kind, -1)


def symbol_size_px(villages: NDArray[Any], kind: NDArray[np.int64], well_filled: float) -> NDArray[np.int64]:
    """Diameter in px: area grows more slowly than the number, since a cell's neighbours are 16 px away."""
    filled = np.minimum(villages / max(well_filled, 1.0), 1.0)
    full = np.maximum(FULL_SIZE_PX * filled**0.4, SMALLEST_PX)
    no_gap = np.maximum(full * NO_GAP_FACTOR, SMALLEST_NO_GAP_PX)
    return np.rint(np.where(kind == 0, no_gap, full)).astype(np.int64)


def run_starts(key: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Where a new value begins in a sorted array."""
    if not len(key):
        return np.empty(0, np.int64)
    return np.concatenate([[0], np.flatnonzero(key[1:] != key[:-1]) + 1]).astype(np.int64)


def _sums(values: NDArray[Any], starts: NDArray[np.int64]) -> NDArray[np.float64]:
    if not len(starts):
        return np.empty(0)
    return np.asarray(np.add.reduceat(values, starts, dtype=np.float64))
