"""Part: what a first visitor waits for at two speeds of the line, beside Streamlit as it comes: text, app, map."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from playwright.sync_api import BrowserContext, Page
from playwright.sync_api import Error as PlaywrightError

from benchmarks.browser import SCRIPT_AT_REST, WATCH, Chromium, PageStuck, Visit, browser
from benchmarks.processes import Server, atlas_server
from benchmarks.settings import Settings
from benchmarks.tables import Table, median, number
from indicators import database

PLAIN = "benchmarks.plain_front:app"
GIVE_UP_MS = 120_000.0
COLUMNS = ["first view", "line", "sent by", "cache", "KB", "requests", "text s", "answer s", "app s", "map s"]
NOTE = (
    "*Text*: the browser's first contentful paint. *Answer*: the headline is there. *App*: Streamlit has run and "
    "the page can be used. *Map*: its first pixels. All since navigation, by the page's own clock, medians; each visit "
    "has a browser profile of its own, *warm* is the same address opened again in that profile. Lines are Chromium's "
    "emulation (the websocket is not slowed by it). *Streamlit* is this atlas without its first HTML and without "
    "packing: Streamlit's own index and files. Browser and server share this machine's cores; maps are painted in "
    "software. Goals at 1.6 Mbit/s: answer in 2 s, app in 8 s cold and 1.5 s warm."
)
APP = f"{SCRIPT_AT_REST} [data-testid=stMain] .atlas-finding h1"
#: The clock of the page at which its headline was first there, and at which the app's own was.
CLOCK = """
(() => {
  const seen = window.atlasSeen = {};
  const look = () => {
    if (!seen.answer && document.querySelector("#atlas-first h1, .atlas-finding h1")) seen.answer = performance.now();
    if (!seen.app && document.querySelector("APP")) seen.app = performance.now();
  };
  new MutationObserver(look).observe(document, {subtree: true, childList: true, attributes: true});
})();
""".replace("APP", APP.replace('"', '\\"'))
SEEN = "[atlasSeen.answer, atlasSeen.app, performance.getEntriesByName('first-contentful-paint')[0].startTime]"


@dataclass(frozen=True)
class Line:
    """A connection: bits a second down, and ms that each request waits. Upwards a third of it."""

    name: str
    bits: float
    latency_ms: float


LINES = (Line("1.6 Mbit/s, 150 ms", 1.6e6, 150.0), Line("20 Mbit/s, 30 ms", 20e6, 30.0))


@dataclass(frozen=True)
class Seen:
    """What one visit took. map_s is None on pages without a map."""

    kilobytes: float
    requests: int
    text_s: float
    answer_s: float
    app_s: float
    map_s: float | None


def run(settings: Settings) -> list[Table]:
    """In turns: Streamlit as it comes, then the atlas, for each page and line."""
    atlas = database.current(settings.atlas_dir)
    [(code,)] = atlas.cursor().execute("SELECT min_by(place_id, hash(place_id)) FROM village").fetchall()
    pages = {"village": f"place?place={code}", "overview": "overview?", "gap map": "gap-map?"}
    rows = []
    with browser() as chromium, _both(settings) as servers:
        for name, address in pages.items():
            for line in LINES:
                for sender, server in servers.items():
                    visits = [_visits(chromium, server, address, line) for _ in range(settings.times(3, 1))]
                    for cache, seen in zip(("cold", "warm"), zip(*visits, strict=True), strict=True):
                        rows.append([name, line.name, sender, cache, *_numbers(seen)])
    return [Table("First view", COLUMNS, rows, NOTE)]


@contextlib.contextmanager
def _both(settings: Settings) -> Iterator[dict[str, Server]]:
    with contextlib.ExitStack() as stack:
        start = partial(atlas_server, settings.atlas_dir)
        servers = {"Streamlit": stack.enter_context(start(PLAIN)), "atlas": stack.enter_context(start())}
        for server in servers.values():
            server.wait_until_loaded()
        yield servers


def _visits(chromium: Chromium, server: Server, address: str, line: Line) -> tuple[Seen, Seen]:
    """Cold and warm."""
    with chromium.profile() as context:
        context.add_init_script(WATCH)
        context.add_init_script(CLOCK)
        url = f"{server.url}/{address}&lang=zh"
        return _visit(context, url, line), _visit(context, url, line)


def _visit(context: BrowserContext, url: str, line: Line) -> Seen:
    page = context.new_page()
    received = _counted(page, line)
    visit = Visit(page, time.perf_counter())
    visit.listen()
    try:
        page.goto(url, wait_until="commit", timeout=GIVE_UP_MS)
        page.wait_for_selector(APP, timeout=GIVE_UP_MS)
    except PlaywrightError as error:
        said = error.message.splitlines()[0]
        raise PageStuck(f"{url}, {line.name}: expected a page, found: {said}; {visit.requests} requests") from error
    if page.locator("[data-testid=stDeckGlJsonChart]").count():
        visit.until_painted()
    visit.until_quiet()
    answer, app, text = (ms / 1000 for ms in page.evaluate(SEEN))
    page.close()
    first = visit.changes_ms[0] / 1000 if visit.changes_ms else None
    return Seen((sum(received) + sum(visit.frames)) / 1000, visit.requests, text, answer, app, first)


def _counted(page: Page, line: Line) -> list[int]:
    """Slow the page's line down. Bytes of each answer on the line come into the list."""
    received: list[int] = []
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.on("Network.loadingFinished", lambda event: received.append(int(event["encodedDataLength"])))
    speed = line.bits / 8
    conditions = {
        "offline": False,
        "latency": line.latency_ms,
        "downloadThroughput": speed,
        "uploadThroughput": speed / 3,
    }
    devtools.send("Network.emulateNetworkConditions", conditions)
    return received


def _numbers(seen: tuple[Seen, ...]) -> list[str]:
    def middle(name: str) -> str:
        return number(median([getattr(one, name) for one in seen]))

    painted = [one.map_s for one in seen if one.map_s is not None]
    shown = [middle(name) for name in ("kilobytes", "requests", "text_s", "answer_s", "app_s")]
    return [*shown, number(median(painted)) if painted else "–"]
