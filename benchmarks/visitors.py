"""Part: busy visitors, 10 and 30 at once, who change the filter of the gap map and the overview without a pause."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
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
PLACES = 300
COLUMNS = ["busy visitors", "where", "reruns", "p50", "p95", "max", "reruns per s", "server MB"]
NOTE = (
    "ms from the request for a rerun to the message that the script has finished. Each visitor has a connection of "
    "its own and asks again as soon as it is answered: another standard, date and page by chance (fixed seed). "
    "*Country*: all look at the whole of it, as those do who come by the first page. *All over*: each time another "
    "place, which hardly anybody has looked at before. One server process; visitors and server share this machine's "
    "cores. The goal is a p95 of 4 s for 30 visitors who look at the country."
)


def run(settings: Settings) -> list[Table]:
    """Reruns under load."""
    atlas = database.current(settings.atlas_dir)
    among = sample.filters(atlas, 12)
    rows = []
    for where, codes in (("country", []), ("all over", sample.places(atlas, PLACES))):
        for crowd in CROWDS:
            with atlas_server(settings.atlas_dir) as server:
                server.wait_until_loaded()
                spent, seconds = _busy(server, crowd, among, codes, settings.times(8, 3))
                memory = server.peak_memory_mb
            rate = number(len(spent) / seconds)
            row = [str(crowd), where, str(len(spent)), number(median(spent)), number(quantile(spent, 0.95))]
            rows.append([*row, number(max(spent)), rate, number(memory)])
    return [Table("Busy visitors", COLUMNS, rows, NOTE)]


def _busy(server: Server, crowd: int, among: list[Filter], codes: list[str], each: int) -> tuple[list[float], float]:
    """ms of every rerun, and how long it took altogether."""

    def visit(number: int) -> list[float]:
        chance = random.Random(SEED + number)
        with session(server) as visitor:
            return [visitor.rerun(*asked(chance, PAGES, among, codes)).ms for _ in range(each)]

    begun = time.perf_counter()
    with ThreadPoolExecutor(crowd) as visitors:
        spent = [ms for of_one in visitors.map(visit, range(crowd)) for ms in of_one]
    return spent, time.perf_counter() - begun


def asked(
    chance: random.Random, pages: Sequence[str], among: list[Filter], codes: list[str]
) -> tuple[str, dict[str, str]]:
    """A page and its query; of the country where no codes of places are given."""
    standard, day = chance.choice(among)
    view = {"standard": standard, "as_of": day.isoformat(), "lang": "zh"}
    return chance.choice(pages), view | ({"place": chance.choice(codes)} if codes else {})
