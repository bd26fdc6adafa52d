"""Part 2: vector tiles over HTTP, at the size of the country and at ten times that size."""

from __future__ import annotations

import gzip
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

from atlas.maps.tiles import villages as tile_index
from benchmarks import plain_query, sample
from benchmarks.processes import LOOPBACK, Server, atlas_server
from benchmarks.replicate import COPIES, replicate
from benchmarks.sample import ZOOMS, Asked, Filter
from benchmarks.settings import Settings
from benchmarks.tables import Table, median, met, number, quantile
from ground.mercator import WORLD_BITS
from indicators import database
from indicators.database import Atlas

COLD_GOAL_MS = {3: 60.0, 5: 25.0, 6: 25.0, 7: 25.0, 9: 8.0, 10: 8.0, 11: 8.0, 12: 8.0}
CACHED_GOAL_MS = 4.0
FILTERS = 12
COLUMNS = [
    "zoom",
    "n",
    "cold p50",
    "p95",
    "max",
    "cached p50",
    "p95",
    "max",
    "KB p50",
    "KB max",
    "goals cold/cached",
    "met",
]
NOTE = (
    "ms over one keep-alive connection, answer read to its end; KB as sent (gzip, 1 KB = 1000 bytes). "
    "*Cold*: the first request of an address in a new server, so no finished tile can answer; the states of its "
    "standard and date are in memory. *Cached*: the same address again at once. Met: yes = p95, p50 only = the median. "
    "The row *new filter* is the fullest tile of zoom 3 asked for the first time under a standard and date that "
    "the server has not read yet. "
)


class BadAnswer(RuntimeError):
    """A tile was not answered with 200; the message names address and status."""


@dataclass
class Times:
    """What was measured at one zoom."""

    cold_ms: list[float] = field(default_factory=list)
    cached_ms: list[float] = field(default_factory=list)
    sent_bytes: list[int] = field(default_factory=list)


def run(settings: Settings) -> list[Table]:
    """The three tables: the country, ten times its villages, and the plain query beside."""
    atlas = database.current(settings.atlas_dir)
    larger = settings.scratch / f"times{COPIES}"
    replicate(atlas, larger)
    return [
        _over_http(settings, settings.atlas_dir, "Tiles", has_goals=True),
        _over_http(settings, larger, f"Tiles with {COPIES} times the villages", has_goals=False),
        _plain(settings, atlas),
    ]


# --- over HTTP -----------------------------------------------------------------------------------


def _over_http(settings: Settings, build_dir: Path, title: str, *, has_goals: bool) -> Table:
    atlas = database.current(build_dir)
    among = sample.filters(atlas, FILTERS)
    chosen = {z: sample.tiles(atlas, z, settings.times(60, 12), among) for z in ZOOMS}
    with atlas_server(build_dir) as server:
        connection = HTTPConnection(LOOPBACK, server.port, timeout=60)
        try:
            rows = [_row("3, new filter", _new_filters(connection, atlas, among), 3 if has_goals else None)]
            for z in ZOOMS:
                times = _zoom(connection, atlas, chosen[z])
                rows.append(_row(str(z), times, z if has_goals else None, CACHED_GOAL_MS if has_goals else None))
        finally:
            connection.close()
        return Table(title, COLUMNS, rows, NOTE + _server_note(atlas, server))


def _server_note(atlas: Atlas, server: Server) -> str:
    villages = atlas.cursor().execute("SELECT count(*) FROM village WHERE in_programme").fetchall()[0][0]
    return (
        f"{villages:,} villages; the server answered {number(server.started_s)} s after its start "
        f"and held at most {number(server.peak_memory_mb)} MB."
    )


def _new_filters(connection: HTTPConnection, atlas: Atlas, among: Sequence[Filter]) -> Times:
    """In the other language, so that no address is one of those timed later."""
    x, y = _fullest(atlas, 3)
    times = Times()
    for standard, as_of in among:
        ms, sent = _timed(connection, Asked(3, x, y, standard, as_of).path(atlas.build_id, lang="en"))
        times.cold_ms.append(ms)
        times.sent_bytes.append(sent)
    return times


def _fullest(atlas: Atlas, zoom: int) -> tuple[int, int]:
    shift = WORLD_BITS - zoom
    found = atlas.cursor().execute(
        "SELECT x >> $shift, y >> $shift FROM village WHERE in_programme GROUP BY ALL ORDER BY count(*) DESC LIMIT 1",
        {"shift": shift},
    )
    x, y = found.fetchall()[0]
    return int(x), int(y)


def _zoom(connection: HTTPConnection, atlas: Atlas, chosen: Sequence[Asked]) -> Times:
    times = Times()
    for asked in chosen:
        path = asked.path(atlas.build_id)
        cold_ms, sent = _timed(connection, path)
        times.cold_ms.append(cold_ms)
        times.sent_bytes.append(sent)
        times.cached_ms.append(_timed(connection, path)[0])
    return times


def _timed(connection: HTTPConnection, path: str) -> tuple[float, int]:
    begun = time.perf_counter()
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    body = answer.read()
    ms = 1000 * (time.perf_counter() - begun)
    if answer.status != 200:
        raise BadAnswer(f"{path}: expected 200 and a tile, found {answer.status}")
    return ms, len(body)


def _row(name: str, times: Times, zoom: int | None, cached_goal: float | None = None) -> list[str]:
    goal = COLD_GOAL_MS.get(zoom) if zoom is not None else None
    kb = [sent / 1000 for sent in times.sent_bytes]
    verdicts = [met(times.cold_ms, goal), met(times.cached_ms, cached_goal) if times.cached_ms else "–"]
    return [
        name,
        str(len(times.cold_ms)),
        *_spread(times.cold_ms),
        *(_spread(times.cached_ms) if times.cached_ms else ["–"] * 3),
        number(median(kb)),
        number(max(kb)),
        f"{number(goal)} / {number(cached_goal)}",
        " / ".join(verdicts),
    ]


def _spread(values: Sequence[float]) -> list[str]:
    return [number(median(values)), number(quantile(values, 0.95)), number(max(values))]


# --- beside the plain query ----------------------------------------------------------------------


def _plain(settings: Settings, atlas: Atlas) -> Table:
    """The same tiles in this process, one after the other: ours, then the plain query, tile by tile."""
    index = tile_index.of_atlas(atlas)
    among = sample.filters(atlas, FILTERS)
    for standard, as_of in among:
        index.warm(standard, as_of)
    rows = []
    for z in ZOOMS:
        ours, plain, query = [], [], []
        for asked in sample.tiles(atlas, z, settings.times(20, 5), among):
            begun = time.perf_counter()
            gzip.compress(index.tile(asked.z, asked.x, asked.y, asked.standard, asked.as_of), 1)
            between = time.perf_counter()
            _, query_ms = plain_query.tile(atlas, asked, index.status_columns[asked.standard, asked.as_of])
            plain.append(1000 * (time.perf_counter() - between))
            ours.append(1000 * (between - begun))
            query.append(query_ms)
        ratio = f"{median(plain) / median(ours):.0f}x"
        rows.append(
            [
                str(z),
                str(len(ours)),
                number(median(ours)),
                number(median(plain)),
                number(median(query)),
                ratio,
            ]
        )
    return Table(
        "One tile, arrays in memory against a plain query",
        ["zoom", "n", "ours p50", "plain p50", "of it the query", "ratio"],
        rows,
        "ms in one process, without HTTP, encoding and gzip included. Plain: one DuckDB query per tile "
        "(BETWEEN on the Morton key; below the first village zoom GROUP BY cell), encoded by mapbox-vector-tile. "
        "Cells carry their three counts there, where ours carry their texts.",
    )
