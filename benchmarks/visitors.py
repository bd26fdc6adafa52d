"""Part: busy visitors, 10 and 30 at once, who change the filter of the gap map and the overview without a pause."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor

from benchmarks import sample
from benchmarks.processes import Server, atlas_server
from benchmarks.sample import Filter
from benchmarks.session import session
from benchmarks.settings import SEED, Settings
from benchmarks.tables import Table, median, number, quantile
from indicators import database

CROWDS = (1, 10, 30)
PAGES = ("gap-map", "")
COLUMNS = ["busy visitors", "reruns", "p50", "p95", "max", "reruns per s", "server MB"]
NOTE = (
    "ms from the request for a rerun to the message that the script has finished. Each visitor has a connection of "
    "its own and asks again as soon as it is answered: another standard, date and page by chance (fixed seed). One "
    "server process; visitors and server share this machine's cores."
)


def run(settings: Settings) -> list[Table]:
    """Reruns under load."""
    among = sample.filters(database.current(settings.atlas_dir), 12)
    rows = []
    for crowd in CROWDS:
        with atlas_server(settings.atlas_dir) as server:
            server.wait_until_loaded()
            spent, seconds = _busy(server, crowd, among, settings.times(8, 3))
            memory = server.peak_memory_mb
        rate = number(len(spent) / seconds)
        row = [str(crowd), str(len(spent)), number(median(spent)), number(quantile(spent, 0.95))]
        rows.append([*row, number(max(spent)), rate, number(memory)])
    return [Table("Busy visitors", COLUMNS, rows, NOTE)]


def _busy(server: Server, crowd: int, among: list[Filter], each: int) -> tuple[list[float], float]:
    """ms of every rerun, and how long it took altogether."""

    def visit(number: int) -> list[float]:
        chance = random.Random(SEED + number)
        with session(server) as visitor:
            return [visitor.rerun(*_asked(chance, among)).ms for _ in range(each)]

    begun = time.perf_counter()
    with ThreadPoolExecutor(crowd) as visitors:
        spent = [ms for of_one in visitors.map(visit, range(crowd)) for ms in of_one]
    return spent, time.perf_counter() - begun


def _asked(chance: random.Random, among: list[Filter]) -> tuple[str, dict[str, str]]:
    standard, day = chance.choice(among)
    return chance.choice(PAGES), {"standard": standard, "as_of": day.isoformat(), "lang": "zh"}
