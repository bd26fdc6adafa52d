"""Suggestions of the search box: time over HTTP for each way of writing a name, and what the names weigh in memory."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from atlas.view.suggestions import Suggestions
from benchmarks import sample
from benchmarks.processes import LOOPBACK, Server, atlas_server
from benchmarks.settings import SEED, Settings
from benchmarks.tables import Table, median, met, number, quantile
from indicators import database, places
from indicators.database import Atlas
from indicators.names import register

GOAL_MS = 50.0
COLUMNS = ["asked", "n", "p50", "p95", "max", "met"]
NOTE = (
    "ms from the request to the end of the answer, each question for the first time; states "
    "of villages included. Names are drawn from the villages with a fixed seed. *Hostile*: long rows of one letter or "
    "syllable, signs of patterns, emojis. "
)


class BadAnswer(RuntimeError):
    """A question was not answered with 200."""


@dataclass(frozen=True)
class Drawn:
    """A village with the place that it lies in, two levels up."""

    name: str
    above: str


def run(settings: Settings) -> list[Table]:
    """Memory and time of loading in this process, then questions to a new server."""
    atlas = database.current(settings.atlas_dir)
    return [_loaded(atlas), _asked(settings, atlas)]


def _loaded(atlas: Atlas) -> Table:
    places.levels(atlas)
    before, begun, worked = _resident_mb(), time.perf_counter(), time.thread_time()
    held = register.register(atlas)
    rows = [
        ["names", f"{len(held.numbers) + len(held.place_ids):,}"],
        ["time, s", number(time.perf_counter() - begun)],
        ["processor time, s", number(time.thread_time() - worked)],
        ["arrays, MB", number(held.nbytes / 1e6)],
        ["the process grew by, MB", number(_resident_mb() - before)],
    ]
    return Table("Names of the country, read once per build", ["", "value"], rows)


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


def _asked(settings: Settings, atlas: Atlas) -> Table:
    drawn = _drawn(atlas, settings.times(200, 20))
    rows = []
    with atlas_server(settings.atlas_dir) as server:
        server.wait_until_loaded()
        for label, questions in _questions(drawn).items():
            taken = [_ask(server, atlas, one) for one in questions]
            goal = None if label == "hostile" else GOAL_MS
            figures = (median(taken), quantile(taken, 0.95), max(taken))
            rows.append([label, str(len(taken)), *map(number, figures), met(taken, goal)])
    return Table("Suggestions over HTTP, ms", COLUMNS, rows, NOTE)


def _drawn(atlas: Atlas, count: int) -> list[Drawn]:
    above = places.levels(atlas)[-3:][0]
    rows = (
        atlas.cursor()
        .execute(
            f'SELECT v.name, p.name FROM village AS v JOIN place AS p ON p.place_id = v."{above}_id" '
            "WHERE length(v.name) > 2 ORDER BY hash(v.place_id) LIMIT $1",
            [count],
        )
        .fetchall()
    )
    return [Drawn(*row) for row in rows]


def _questions(drawn: Sequence[Drawn]) -> dict[str, list[str]]:
    """By how a name is written."""
    chance = random.Random(SEED)

    def each(write: Callable[[Drawn], str]) -> list[str]:
        return list(dict.fromkeys(write(one) for one in drawn))

    def altered(one: Drawn) -> str:
        position = chance.randrange(2)
        return one.name[:position] + chance.choice(drawn).name[0] + one.name[position + 1 :]

    return {
        "name": each(lambda one: one.name),
        "place and name in one word": each(lambda one: one.above + one.name),
        "first two letters": each(lambda one: one.name[:2]),
        "first letter": each(lambda one: one.name[:1]),
        "another letter in it": each(altered),
        "two Latin letters": [a + b for a in "bdghjlmnsxyz" for b in "aeiou"],
        "hostile": [sign * 80 for sign in ("a", "xian", "%", "_", "(", "🏔", ".*", "shi", drawn[0].name[0])],
    }


def _ask(server: Server, atlas: Atlas, asked: str) -> float:
    standard, as_of = sample.filters(atlas, 1)[0]
    path = f"/{Suggestions.PATH}?{urlencode({'standard': standard, 'as_of': as_of.isoformat(), 'q': asked[:80]})}"
    connection = HTTPConnection(LOOPBACK, server.port)
    begun = time.perf_counter()
    connection.request("GET", path)
    with connection.getresponse() as answer:
        answer.read()
        if answer.status != 200:
            raise BadAnswer(f"{path}: {answer.status}")
    taken = 1000 * (time.perf_counter() - begun)
    connection.close()
    return taken
