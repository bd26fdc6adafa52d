"""A register of a million rows, dropped in a browser as an office does; and one whose visitor leaves in the middle."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from playwright.sync_api import Page

from benchmarks import machine
from benchmarks.browser import Chromium, Visit, browser
from benchmarks.processes import DASHBOARD, Server, atlas_server
from benchmarks.settings import SEED, Settings
from benchmarks.tables import Table, number
from indicators import database, facts
from indicators.database import Atlas

ROWS, QUICK_ROWS = 1_000_000, 300_000  # fewer are read before anybody could see that they are
DAYS = ("2018-12-31", "2017-12-31")
CONNECTED = 0.8  # share of the villages that the register says are connected
LONG_MS = 180_000
LOOK_S = 0.1
NOTE = (
    "From the drop in a new browser, on a server of its own; memory is that of the server and of all that it started. "
    "Left in the middle: the window is closed once rows are read."
)


def run(settings: Settings) -> list[Table]:
    """Seconds until each thing that the page says, and the memory at most."""
    atlas = database.current(settings.atlas_dir)
    rows = settings.times(ROWS, QUICK_ROWS)
    path = _file(atlas, settings.scratch / "register.csv", rows)
    told = {"ATLAS_DESK_DIR": str(settings.scratch / "desk-of-registers")}
    with atlas_server(settings.atlas_dir, DASHBOARD, told) as server, browser() as chromium:
        server.wait_until_loaded()
        lines = [*_whole(chromium, server, path), *_left(chromium, server, path)]
    title = f"A register of {rows:,} rows in the browser"
    return [Table(title, ("what", "s", "MB at most"), lines, f"{path.stat().st_size / 1e6:,.0f} MB. {NOTE}")]


def _file(atlas: Atlas, path: Path, rows: int) -> Path:
    """Every village on the newest day, then the first ones again on an older one."""
    random = Random(SEED)
    codes = [str(code) for (code,) in atlas.cursor().execute("SELECT place_id FROM village ORDER BY 1").fetchall()]
    technology = facts.settings(atlas)["technologies"][facts.standards(atlas)[-1].standard_id][0]
    with path.open("w", encoding="utf-8") as stream:
        stream.write("place_id,technology,as_of,is_covered\n")
        for n in range(rows):
            is_connected = "yes" if random.random() < CONNECTED else "no"
            stream.write(f"{codes[n % len(codes)]},{technology},{DAYS[n // len(codes) % len(DAYS)]},{is_connected}\n")
    return path


def _whole(chromium: Chromium, server: Server, path: Path) -> list[list[str]]:
    seen = (
        ("first rows counted", re.compile(r"rows read$")),
        ("checked", re.compile(r"^[\d,]+ rows: ")),
        ("the difference against what is published", "What it would change"),
    )
    lines = []
    with _dropped(chromium, server, path) as page, _most(server) as most:
        began = time.perf_counter()
        for what, words in seen:
            page.get_by_text(words).first.wait_for(timeout=LONG_MS)
            lines.append([what, number(time.perf_counter() - began), number(most[0])])
    return lines


def _left(chromium: Chromium, server: Server, path: Path) -> list[list[str]]:
    """How long the work goes on for nobody."""
    before = len(machine.family(server.pid))
    with _dropped(chromium, server, path) as page, _most(server) as most:
        page.get_by_text(re.compile(r"rows read$")).first.wait_for(timeout=LONG_MS)
        reading = len(machine.family(server.pid))
    began = time.perf_counter()
    while len(machine.family(server.pid)) >= reading > before and time.perf_counter() - began < LONG_MS / 1000:
        time.sleep(LOOK_S)
    return [["left in the middle: until its reader has ended", number(time.perf_counter() - began), number(most[0])]]


@contextmanager
def _dropped(chromium: Chromium, server: Server, path: Path) -> Iterator[Page]:
    with chromium.visit(f"{server.url}/submit?lang=en") as visit:
        _drop(visit, path)
        yield visit.page


def _drop(visit: Visit, path: Path) -> None:
    visit.until_quiet()
    visit.page.set_input_files("input[type=file]", path)


@contextmanager
def _most(server: Server) -> Iterator[list[float]]:
    """The memory of the server and of all that it started, in MB: the most of it so far."""
    most, is_over = [0.0], threading.Event()

    def look() -> None:
        while not is_over.wait(LOOK_S):
            most[0] = max(most[0], sum(machine.family(server.pid).values()))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield most
    finally:
        is_over.set()
        thread.join()
