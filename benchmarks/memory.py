"""Part: memory over many reruns, by visitors who come, look at a few pages, and go."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate

from benchmarks import sample
from benchmarks.machine import memory_mb
from benchmarks.processes import Server, atlas_server
from benchmarks.sample import Filter
from benchmarks.session import session
from benchmarks.settings import SEED, Settings
from benchmarks.tables import Table, number
from benchmarks.visitors import asked
from indicators import database

AT_ONCE = 8
LOOKS = 10  # reruns of one visitor
WARM_UP = 200  # visitors: more than Streamlit remembers after they have gone, in case they come back
STEPS = 5
PAGES = ("gap-map", "", "place", "investment")
PLACES = 20
GOAL_MB = 50
COLUMNS = ["reruns since the warm-up", "visitors so far", "server MB", "growth MB", "per s", "goal met"]
NOTE = (
    "Resident memory of the server process. {at_once} visitors at once, each of whom looks {looks} times, at places, "
    "standards, dates and pages by chance (fixed seed), and goes; another comes. *Warm-up*: {warm} such visitors. The "
    "goal is a growth of at most {goal} MB."
)


def run(settings: Settings) -> list[Table]:
    """Memory after each part of the reruns."""
    atlas = database.current(settings.atlas_dir)
    among = sample.filters(atlas, 12)
    codes = sample.places(atlas, PLACES)
    warm, each = settings.times(WARM_UP, 8), settings.times(10_000, 160) // LOOKS // STEPS
    rows = []
    with atlas_server(settings.atlas_dir) as server:
        server.wait_until_loaded()
        _visits(server, range(warm), among, codes)
        begun = memory_mb(server.pid)
        rows.append(["0", str(warm), number(begun), "–", "–", "–"])
        for first in accumulate([each] * (STEPS - 1), initial=warm):
            seconds = _visits(server, range(first, first + each), among, codes)
            now = memory_mb(server.pid)
            reruns, rate = (first + each - warm) * LOOKS, each * LOOKS / seconds
            met = "yes" if now - begun <= GOAL_MB else "no"
            rows.append([f"{reruns:,}", f"{first + each:,}", number(now), number(now - begun), number(rate), met])
    note = NOTE.format(at_once=AT_ONCE, looks=LOOKS, warm=warm, goal=GOAL_MB)
    return [Table("Memory over many reruns", COLUMNS, rows, note)]


def _visits(server: Server, numbers: range, among: list[Filter], codes: list[str]) -> float:
    """Seconds that so many visitors took."""

    def visit(number: int) -> None:
        chance = random.Random(SEED + number)
        with session(server) as visitor:
            for _ in range(LOOKS):
                visitor.rerun(*asked(chance, PAGES, among, codes))

    begun = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as visitors:
        list(visitors.map(visit, numbers))
    return time.perf_counter() - begun
