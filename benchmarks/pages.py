"""Part 3: the pages: server time and bytes per rerun, and what a browser asks for."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from urllib.parse import urlencode

import pages as page_folder
from benchmarks import sample
from benchmarks.browser import PageStuck, Visit, browser
from benchmarks.processes import ROOT, Server, atlas_server
from benchmarks.sample import Filter
from benchmarks.session import PageFailed, session
from benchmarks.settings import Settings
from benchmarks.tables import Table, median, met, number, quantile
from indicators import database
from indicators.database import Atlas

FILTER_GOAL_MS = 150.0
MESSAGE_GOAL_KB = 20.0
RERUN_COLUMNS = [
    "page",
    "first",
    "warm p50",
    "p95",
    "filter p50",
    "p95",
    f"<= {FILTER_GOAL_MS:.0f}",
    "KB first",
    "KB rerun",
    "of it the map",
    "AppTest warm",
    "AppTest filter",
]
RERUN_NOTE = (
    "ms from the request for a rerun to the message that the script has finished, over the websocket of the served "
    "dashboard, one visitor. *First*: the first page that a new server shows. *Warm*: the same view again. *Filter*: "
    "another standard and date, which this server has not answered on this page yet. KB: all websocket messages of "
    "the first run and of a filter change (1 KB = 1000 bytes), with the large ones that the browser keeps sent as "
    "hashes. AppTest: p50 of the same in this process, from atlas/main.py by Streamlit's test runner, without network. "
)
BROWSER_COLUMNS = [
    "page",
    "KB on load",
    "largest message",
    "KB filter",
    "largest message",
    f"<= {MESSAGE_GOAL_KB:.0f} KB",
    "requests",
    "beyond loopback",
]
BROWSER_NOTE = (
    "KB of websocket messages (1 KB = 1000 bytes) on the first load in a new browser, and after a click on another "
    "standard; the goal is for the latter. Requests: all of both, of any kind; beyond loopback the goal is 0."
)


@dataclass(frozen=True)
class Target:
    """A page at a place. The first page is the default one: it answers at / only."""

    page: str
    place_id: str | None = None
    label: str = ""

    def view(self, one: Filter) -> dict[str, str]:
        """The query string of a link to it."""
        place = {"place": self.place_id} if self.place_id else {}
        return {"standard": one[0], "as_of": one[1].isoformat(), "lang": "zh"} | place


@dataclass
class Reruns:
    """What one page took. Times in ms."""

    first_ms: float = 0.0
    warm_ms: list[float] = field(default_factory=list)
    filter_ms: list[float] = field(default_factory=list)
    first_bytes: int = 0
    filter_bytes: list[int] = field(default_factory=list)
    map_bytes: list[int] = field(default_factory=list)


def run(settings: Settings) -> list[Table]:
    """Time per rerun, then what a browser receives and asks for."""
    atlas = database.current(settings.atlas_dir)
    among = sample.filters(atlas, 12)
    return [_reruns(settings, atlas, among), _in_browser(settings, atlas, among)]


def targets(atlas: Atlas) -> list[Target]:
    """Every page for the whole country; those of a single place at the largest one, too."""
    modules = [page_folder.module(name) for name in page_folder.names()]
    paths = [module.PAGE.url_path for module in sorted(modules, key=lambda module: module.PAGE.order)]
    county, village = _largest_place(atlas)
    found = [Target(path if count else "", label=path) for count, path in enumerate(paths)]
    for path in sorted({"gap-map", "place"} & set(paths)):
        found.append(Target(path, county, f"{path}, a county"))
    if "place" in paths:
        found.append(Target("place", village, "place, a village"))
    return found


def _largest_place(atlas: Atlas) -> tuple[str, str]:
    """Of the lowest level with boundaries the place with most villages, and a village in it."""
    cursor = atlas.cursor()
    level = cursor.execute(
        "SELECT level_id FROM level WHERE level_id IN (SELECT level FROM boundary) ORDER BY position DESC LIMIT 1"
    ).fetchall()[0][0]
    found = cursor.execute(
        f'SELECT "{level}_id", min(village.place_id) FROM village '
        f'INNER JOIN place ON place.place_id = "{level}_id" AND place.has_boundary '
        "WHERE in_programme GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
    )
    county, village = found.fetchall()[0]
    return county, village


# --- reruns --------------------------------------------------------------------------------------


def _reruns(settings: Settings, atlas: Atlas, among: Sequence[Filter]) -> Table:
    rows = []
    for target in targets(atlas):
        try:
            with atlas_server(settings.atlas_dir) as server:
                reruns = _measured(settings, server, target, among)
            rows.append(_row(target, reruns, *_app_test(settings, target, among)))
        except PageFailed as error:
            rows.append([target.label, "failed", *["–"] * (len(RERUN_COLUMNS) - 2)])
            print(f"PageFailed: {error}", flush=True)
    empty_ms = _empty_app_test()
    note = RERUN_NOTE + f"A page of one word takes {number(empty_ms)} ms there."
    return Table("Reruns of the pages, server side", RERUN_COLUMNS, rows, note)


def _measured(settings: Settings, server: Server, target: Target, among: Sequence[Filter]) -> Reruns:
    reruns = Reruns()
    with session(server) as visitor:
        first = visitor.rerun(target.page, target.view(among[0]))
        reruns.first_ms, reruns.first_bytes = first.ms, first.received_bytes
        server.wait_until_loaded()
        for _ in range(settings.times(20, 5)):
            reruns.warm_ms.append(visitor.rerun(target.page, target.view(among[0])).ms)
        for one in among[1:]:
            changed = visitor.rerun(target.page, target.view(one))
            reruns.filter_ms.append(changed.ms)
            reruns.filter_bytes.append(changed.received_bytes)
            reruns.map_bytes.append(changed.by_kind["deck_gl_json_chart"])
    return reruns


def _row(target: Target, reruns: Reruns, app_warm_ms: float, app_filter_ms: float) -> list[str]:
    return [
        target.label,
        number(reruns.first_ms),
        number(median(reruns.warm_ms)),
        number(quantile(reruns.warm_ms, 0.95)),
        number(median(reruns.filter_ms)),
        number(quantile(reruns.filter_ms, 0.95)),
        met(reruns.filter_ms, FILTER_GOAL_MS),
        number(reruns.first_bytes / 1000),
        number(median(reruns.filter_bytes) / 1000),
        number(median(reruns.map_bytes) / 1000),
        number(app_warm_ms),
        number(app_filter_ms),
    ]


def _app_test(settings: Settings, target: Target, among: Sequence[Filter]) -> tuple[float, float]:
    """Warm and after a change of filter, ms p50, by Streamlit's test runner."""
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(ROOT / "atlas" / "main.py"), default_timeout=120)
    app.query_params.update(target.view(among[0]))
    app.run()
    # AppTest.switch_page knows pages that are files; ours are functions, found by their address.
    registered = app._registered_pages.items()
    app._page_hash = next((known for known, page in registered if page.get("url_pathname") == target.page), "")
    warm: list[float] = []
    changed: list[float] = []
    for count, one in enumerate(islice(cycle(among), settings.times(20, 8) + len(among))):
        is_change = count % 2 == 0
        if is_change:
            app.query_params.update(target.view(one))
        begun = time.perf_counter()
        app.run()
        (changed if is_change else warm).append(1000 * (time.perf_counter() - begun))
        if app.exception:
            raise PageFailed(f"page {target.page}: {app.exception[0].message}")
    return median(warm), median(changed)


def _empty_app_test() -> float:
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_string("import streamlit as st\nst.write('empty')", default_timeout=60).run()
    spent = []
    for _ in range(10):
        begun = time.perf_counter()
        app.run()
        spent.append(1000 * (time.perf_counter() - begun))
    return median(spent)


# --- in a browser --------------------------------------------------------------------------------


def _in_browser(settings: Settings, atlas: Atlas, among: Sequence[Filter]) -> Table:
    rows = []
    with atlas_server(settings.atlas_dir) as server, browser() as chromium:
        for target in targets(atlas):
            try:
                with chromium.visit(f"{server.url}/{target.page}?{urlencode(target.view(among[0]))}") as visit:
                    visit.until_quiet()
                    rows.append(_browser_row(target, visit))
            except PageStuck as error:
                rows.append([target.label, "failed", *["–"] * (len(BROWSER_COLUMNS) - 2)])
                print(f"PageStuck: {target.label}: {error}", flush=True)
    return Table(
        "What headless Chromium receives and asks for",
        BROWSER_COLUMNS,
        rows,
        BROWSER_NOTE,
    )


def _browser_row(target: Target, visit: Visit) -> list[str]:
    loaded = list(visit.frames)
    click = [] if not visit.change_standard() else visit.frames[len(loaded) :]
    goal = met([sum(click) / 1000], MESSAGE_GOAL_KB) if click else "–"
    for url in visit.outside:
        print(f"beyond loopback: {target.label} asked for {url}", flush=True)
    return [
        target.label,
        number(sum(loaded) / 1000),
        number(max(loaded, default=0) / 1000),
        number(sum(click) / 1000 if click else None),
        number(max(click) / 1000 if click else None),
        goal,
        str(visit.requests),
        str(len(visit.outside)),
    ]
