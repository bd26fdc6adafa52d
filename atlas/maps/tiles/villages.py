"""Vector tiles of the villages, cut from arrays in memory.

The programme's villages of one build are held as numpy columns in Morton order, about 35 bytes and
one name each. A tile is two binary searches; filters are masks over the slice. Below zoom 8 a feature
is a cell of a grid (`tile_cells`), from there on a village. A feature carries `icon`, `r` (size in
px), `name` and `state` (a sentence): all that the map draws or says when one points at it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from atlas.kept.single_flight import SingleFlight
from atlas.look import icons
from atlas.look.language import CHINESE
from atlas.maps.tiles import cells as tile_cells
from atlas.maps.tiles.cell_words import Words, words_of
from atlas.maps.tiles.cells import FIRST_VILLAGE_ZOOM, Counts, Grid
from atlas.maps.tiles.mvt import EXTENT, Dictionary, Encoded, StringColumn, encode_points
from atlas.work.refused import UnknownValue
from ground.mercator import WORLD_BITS, morton_of
from ground.states import CONNECTED, NOT_APPLICABLE, UNCONNECTED, UNKNOWN
from indicators.chosen import selection
from indicators.chosen.selection import Filters
from indicators.database import Atlas

LAYER = "villages"
MAX_ZOOM = 14  # beyond it the browser enlarges: 4096 steps over 2.4 km are 0.6 m
STATES = {"unconnected": UNCONNECTED, "unknown": UNKNOWN, "connected": CONNECTED}
DRAWN_LAST = (CONNECTED, UNKNOWN, UNCONNECTED)  # the gap lies on top

#: Symbol size in px by zoom (unconnected, unknown, connected); the largest zoom given holds beyond it.
SIZES_PX = {8: (8, 8, 4), 9: (10, 9, 5), 10: (13, 12, 7)}

KEEP_RUN_SHARE = 0.8  # from this share of rows on, copying the whole run of names beats picking
STATE_COLUMNS_KEPT = 24  # half a megabyte each for 500,000 villages
GRID_CACHE_BYTES = 64 << 20
COUNT_CACHE_BYTES = 64 << 20
WITHIN_CACHE = 64
KEPT_CACHE = 32  # a byte per village each
BUILDS_KEPT = 2
NO_FILTERS = Filters()

_TILE_BITS = EXTENT.bit_length() - 1


class OutOfRange(ValueError):
    """There is no such tile."""


@dataclass(frozen=True)
class Cut:
    """Which villages are looked at: those inside a place (None: all) that the filters leave. False: all of them."""

    within: str | None
    filters: Filters

    def __bool__(self) -> bool:
        return self.within is not None or bool(self.filters)


class TileIndex:
    """All that the tiles of one build need. Threads may share it."""

    def __init__(self, atlas: Atlas) -> None:
        """Reads the villages; states are read when first asked for. Raises ValueError if out of order."""
        self._atlas = atlas
        columns = _villages(atlas)
        self._place_no: NDArray[np.int32] = columns["place_no"]
        self._morton: NDArray[np.uint64] = columns["morton"]
        self._x: NDArray[np.uint32] = columns["x"]
        self._y: NDArray[np.uint32] = columns["y"]
        self._home: NDArray[np.int32] = columns["home"]  # the smallest place a village lies in, -1 if none
        if (self._morton[1:] < self._morton[:-1]).any():
            raise ValueError(f"{atlas.path}: place_no does not follow morton; run: python -m etl build")
        self._names: SingleFlight[bool, StringColumn] = SingleFlight(2)  # the country's own, and Latin ones
        self._home_codes = _codes(atlas)
        self.status_columns = _status_columns(atlas)
        self._state: SingleFlight[str, NDArray[np.int8]] = SingleFlight(STATE_COLUMNS_KEPT)
        self._inside: SingleFlight[str, NDArray[np.bool_]] = SingleFlight(WITHIN_CACHE)
        self._all = _Gridded(None, tile_cells.grids(self._morton, self._x, self._y))
        self._kept: SingleFlight[Cut, NDArray[np.bool_]] = SingleFlight(KEPT_CACHE)
        self._grids: SingleFlight[Cut, _Gridded] = SingleFlight(GRID_CACHE_BYTES, lambda g: g.bytes_held)
        self._counts: SingleFlight[tuple[str, Cut], list[Counts]] = SingleFlight(
            COUNT_CACHE_BYTES, lambda by_zoom: sum(c.nbytes for c in by_zoom)
        )

    def __len__(self) -> int:
        return len(self._place_no)

    @property
    def standards(self) -> list[str]:
        """The standards that the build has states for."""
        return list(dict.fromkeys(standard for standard, _ in self.status_columns))

    def dates(self, standard: str) -> list[date]:
        """The dates of a standard, earliest first."""
        return sorted(as_of for of, as_of in self.status_columns if of == standard)

    def check(self, standard: str, as_of: date, within: str | None) -> None:
        """Raises UnknownValue, naming the parameter and what it may be."""
        if standard not in self.standards:
            raise UnknownValue("standard", self.standards)
        if (standard, as_of) not in self.status_columns:
            raise UnknownValue("as_of", [d.isoformat() for d in self.dates(standard)])
        if within is not None and within not in self._home_codes:
            raise UnknownValue("within", "a place_id above village level")

    def tile(
        self,
        z: int,
        x: int,
        y: int,
        standard: str,
        as_of: date,
        within: str | None = None,
        states: Collection[str] = tuple(STATES),
        lang: str = "zh",
        filters: Filters = NO_FILTERS,
    ) -> bytes:
        """One tile as MVT bytes, empty if nothing lies in it.

        `states` chooses which villages are drawn; of cells, those that hold at least one such village,
        with their share still among all villages. `within` and `filters` leave the other villages out of the
        cells too. Raises OutOfRange or UnknownValue.
        """
        check_tile(z, x, y)
        self.check(standard, as_of, within)
        codes = [STATES[name] for name in states]
        column, cut = self.status_columns[standard, as_of], Cut(within, filters)
        if z < FIRST_VILLAGE_ZOOM:
            return self._cell_tile(z, x, y, column, cut, codes, words_of(lang))
        return self._village_tile(z, x, y, column, cut, codes, lang)

    def warm(self, standard: str, as_of: date) -> None:
        """Make what the first national view needs, before anybody waits for it."""
        self.tile(0, 0, 0, standard, as_of)
        self._names_in(CHINESE)

    # --- cells -----------------------------------------------------------------------------------

    def _cell_tile(self, z: int, x: int, y: int, column: str, cut: Cut, codes: list[int], words: Words) -> bytes:
        gridded = self._gridded(cut)
        by_zoom = self._counts.get((column, cut), lambda: gridded.count(self._states_of(column)))
        grid = gridded.by_zoom[z]
        cells = grid.tile_range(z, x, y)
        here = by_zoom[z][:, cells]
        kept = np.flatnonzero(here[codes].sum(axis=0))
        villages = grid.villages[cells][kept]
        shift = WORLD_BITS - z
        return encode_points(
            LAYER,
            (grid.key[cells][kept] & np.uint64(0xFFFFFFFF)).astype(np.int64),
            _pixel(grid.x_sum[cells][kept] / villages, x << shift, shift),
            _pixel(grid.y_sum[cells][kept] / villages, y << shift, shift),
            _cell_properties(here[:, kept], self._all.by_zoom[z].well_filled, words),
        )

    def _gridded(self, cut: Cut) -> _Gridded:
        return self._grids.get(cut, lambda: self._make_grids(cut)) if cut else self._all

    def _make_grids(self, cut: Cut) -> _Gridded:
        rows = np.flatnonzero(self._is_left(cut, slice(None))).astype(np.int32)
        if len(rows) == len(self):
            return self._all
        return _Gridded(rows, tile_cells.grids(self._morton[rows], self._x[rows], self._y[rows]))

    # --- villages --------------------------------------------------------------------------------

    def _village_tile(self, z: int, x: int, y: int, column: str, cut: Cut, codes: list[int], lang: str) -> bytes:
        shift = WORLD_BITS - z
        first = morton_of(x, y) << (2 * shift)
        start = int(np.searchsorted(self._morton, np.uint64(first)))
        stop = int(np.searchsorted(self._morton, np.uint64(first + (1 << 2 * shift) - 1), side="right"))
        state = self._states_of(column)[start:stop]
        if cut:
            state = np.where(self._is_left(cut, slice(start, stop)), state, NOT_APPLICABLE)
        drawn = [np.flatnonzero(state == code) for code in DRAWN_LAST if code in codes]
        kept = np.concatenate([np.empty(0, np.int64), *drawn])
        rows = kept + start
        steps = shift - _TILE_BITS
        return encode_points(
            LAYER,
            self._place_no[rows],
            (self._x[rows] - np.uint32(x << shift)) >> np.uint32(steps),
            (self._y[rows] - np.uint32(y << shift)) >> np.uint32(steps),
            {"name": self._names_of(lang, start, stop, kept)} | _village_properties(state[kept], z, words_of(lang)),
        )

    def _names_of(self, lang: str, start: int, stop: int, kept: NDArray[np.int64]) -> Encoded:
        names = self._names_in(lang)
        if len(kept) >= KEEP_RUN_SHARE * (stop - start):
            return Encoded(names.run(start, stop), stop - start, kept)
        return Encoded(names.gather(kept + start), len(kept), np.arange(len(kept)))

    def _names_in(self, lang: str) -> StringColumn:
        is_latin = lang != CHINESE
        return self._names.get(is_latin, lambda: _names(self._atlas, is_latin))

    # --- columns ---------------------------------------------------------------------------------

    def _is_left(self, cut: Cut, rows: slice) -> NDArray[np.bool_]:
        """For each of the rows, whether the place and the filters leave it."""
        if cut.filters:
            return self._kept.get(cut, lambda: self._read_kept(cut))[rows]
        assert cut.within is not None
        return self._is_inside(cut.within)[self._home[rows]]

    def _read_kept(self, cut: Cut) -> NDArray[np.bool_]:
        kept: NDArray[np.bool_] = np.isin(
            self._place_no, selection.numbers(self._atlas, cut.within, cut.filters), assume_unique=True
        )
        return kept

    def _is_inside(self, within: str) -> NDArray[np.bool_]:
        """For every home code, whether it lies in a place; one more entry for the code -1."""
        return self._inside.get(within, lambda: self._read_inside(within))

    def _read_inside(self, within: str) -> NDArray[np.bool_]:
        inside = np.zeros(len(self._home_codes) + 1, bool)
        found = self._atlas.cursor().execute("SELECT place_id FROM place_within WHERE ancestor_id = ?", [within])
        inside[[self._home_codes[place_id] for (place_id,) in found.fetchall()]] = True
        return inside

    def _states_of(self, column: str) -> NDArray[np.int8]:
        return self._state.get(column, lambda: self._read_states(column))

    def _read_states(self, column: str) -> NDArray[np.int8]:
        """`column` comes from status_column, never from a request."""
        found = self._atlas.cursor().execute(
            f"SELECT place_no, coalesce({_quoted(column)}, {UNKNOWN})::TINYINT AS state FROM village_status"
        )
        read = found.fetchnumpy()
        state = np.empty(len(read["state"]), np.int8)
        state[read["place_no"]] = read["state"]  # a scan is not bound to keep an order
        return state[self._place_no]


@dataclass(frozen=True)
class _Gridded:
    """The grids of all zooms over some of the rows (None: all of them)."""

    rows: NDArray[np.int32] | None
    by_zoom: list[Grid]

    def count(self, state: NDArray[np.int8]) -> list[Counts]:
        return tile_cells.counts(self.by_zoom, state if self.rows is None else state[self.rows])

    @property
    def bytes_held(self) -> int:
        rows = 0 if self.rows is None else self.rows.nbytes
        return rows + sum(grid.bytes_held for grid in self.by_zoom)


def check_tile(z: int, x: int, y: int) -> None:
    """Raises OutOfRange where there is no tile z/x/y or it is beyond the largest zoom served."""
    if not (0 <= z <= MAX_ZOOM and 0 <= x < 1 << z and 0 <= y < 1 << z):
        raise OutOfRange(f"z 0 to {MAX_ZOOM}, x and y 0 to 2^z - 1")


_indexes: SingleFlight[str, TileIndex] = SingleFlight(BUILDS_KEPT)


def of_atlas(atlas: Atlas) -> TileIndex:
    """The index of a build, read once per process."""
    return _indexes.get(str(atlas.path), lambda: TileIndex(atlas))


def loaded(atlas: Atlas) -> TileIndex | None:
    """The index if it is at hand, without reading anything."""
    return _indexes.peek(str(atlas.path))


def _cell_properties(here: Counts, well_filled: float, words: Words) -> dict[str, Dictionary | Encoded]:
    kind = tile_cells.symbol_class(here, icons.CELL_CLASS_PERCENT)
    villages = here.sum(axis=0)
    sizes, size_codes = np.unique(tile_cells.symbol_size_px(villages, kind, well_filled), return_inverse=True)
    numbers, number_codes = np.unique(villages, return_inverse=True)
    sentences = [words.cell_state(*by_state) for by_state in here.T.tolist()]
    return {
        "name": Dictionary([words.count(n) for n in numbers.tolist()], number_codes),
        "icon": Dictionary([*icons.CELL_ICONS, icons.CELL_UNKNOWN], kind % (len(icons.CELL_ICONS) + 1)),
        "r": Dictionary(sizes.tolist(), size_codes),
        "state": Dictionary(sentences, np.arange(len(sentences))),
    }


def _village_properties(state: NDArray[np.int8], z: int, words: Words) -> dict[str, Dictionary | Encoded]:
    unconnected, unknown, connected = SIZES_PX[min(z, max(SIZES_PX))]
    return {
        "icon": Dictionary(["unknown", "unconnected", "connected"], state),
        "r": Dictionary([unknown, unconnected, connected], state),
        "state": Dictionary(words.states, state),
    }


def _pixel(position: NDArray[np.float64], origin: int, shift: int) -> NDArray[np.int64]:
    steps = (position - origin) / float(1 << (shift - _TILE_BITS))
    return np.clip(np.floor(steps), 0, EXTENT - 1).astype(np.int64)


def _villages(atlas: Atlas) -> dict[str, NDArray[Any]]:
    """The numeric columns of the programme's villages, in the order of place_no."""
    levels = atlas.cursor().execute("SELECT level_id FROM level ORDER BY position DESC OFFSET 1").fetchall()
    home = ", ".join(f"v.{_quoted(level_id + '_id')}" for (level_id,) in levels)
    found = atlas.cursor().execute(
        f"""
        WITH numbered AS (
            SELECT place_id, (row_number() OVER (ORDER BY place_id) - 1)::INTEGER AS code FROM place
        )
        SELECT v.place_no, v.morton, v.x, v.y, coalesce(numbered.code, -1)::INTEGER AS home
        FROM village AS v
        LEFT JOIN numbered ON numbered.place_id = coalesce({home})
        WHERE v.in_programme AND v.morton IS NOT NULL
        ORDER BY v.place_no
        """
    )
    return dict(found.fetchnumpy())


def _names(atlas: Atlas, is_latin: bool) -> StringColumn:
    """The names that a language shows, as `language.place_name` says."""
    name = "coalesce(name_en, name, '')" if is_latin else "coalesce(name, '')"
    query = f"SELECT {name} AS name FROM village WHERE in_programme AND morton IS NOT NULL ORDER BY place_no"
    table = atlas.cursor().sql(query).to_arrow_table()
    chunks = [chunk for chunk in table.column("name").chunks if len(chunk)]
    texts, lengths = [], []
    for chunk in chunks:
        offset_type = np.int64 if "large" in str(chunk.type) else np.int32
        _, offset_buffer, text_buffer = chunk.buffers()
        offsets = np.frombuffer(offset_buffer, offset_type)[chunk.offset : chunk.offset + len(chunk) + 1]
        text = np.frombuffer(text_buffer or b"", np.uint8)
        texts.append(text[offsets[0] : offsets[-1]])
        lengths.append(np.diff(offsets).astype(np.int64))
    ends = np.cumsum(np.concatenate([np.zeros(1, np.int64), *lengths]))
    return StringColumn(np.concatenate([np.empty(0, np.uint8), *texts]), ends)


def _codes(atlas: Atlas) -> dict[str, int]:
    """place_id -> its number in the order that `_villages` gives."""
    found = atlas.cursor().execute("SELECT place_id FROM place ORDER BY place_id").fetchall()
    return {place_id: code for code, (place_id,) in enumerate(found)}


def _status_columns(atlas: Atlas) -> dict[tuple[str, date], str]:
    found = atlas.cursor().execute("SELECT standard, as_of, column_name FROM status_column ORDER BY ALL")
    return {(standard, as_of): column for standard, as_of, column in found.fetchall()}


def _quoted(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'
