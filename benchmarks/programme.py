"""Part: the pages of projects, on an atlas with 130,000 invented project villages."""

from __future__ import annotations

import pages as page_folder
from benchmarks import programme_copy
from benchmarks.processes import atlas_server
from benchmarks.session import PageFailed, session
from benchmarks.settings import Settings
from benchmarks.tables import Table, median, met, number, quantile
from indicators import database

GOAL_MS = 200.0
ORDERS = range(20, 40)  # of the pages of projects and money
COLUMNS = ["page", "where", "first", "warm p50", "p95", "change p50", "p95", f"<= {GOAL_MS:.0f}", "KB rerun"]
NOTE = (
    "ms from the request for a rerun to the message that the script has finished, over the websocket, one visitor. "
    "*Change*: another place, which this server has not answered on this page yet. 130,000 project villages in 251 "
    "projects, invented (benchmarks/programme_copy.py)."
)


def run(settings: Settings) -> list[Table]:
    """Server time of each page for the country and for its provinces."""
    folder = settings.scratch / "programme"
    programme_copy.fill(database.current(settings.atlas_dir), folder)
    atlas = database.current(folder)
    places = _places(atlas)
    with atlas_server(folder) as server:
        rows = [row for page in _pages() for row in _measured(settings, server, page, places)]
    return [Table("Pages of projects", COLUMNS, rows, NOTE)]


def _pages() -> list[str]:
    modules = [page_folder.module(name) for name in page_folder.names()]
    found = [module.PAGE for module in modules if module.PAGE.order in ORDERS]
    return [page.url_path for page in sorted(found, key=lambda page: page.order)]


def _places(atlas: database.Atlas) -> list[str]:
    """The country, then the places below it that hold projects, the largest first."""
    rows = (
        atlas.cursor()
        .execute(
            """
            SELECT place.place_id
            FROM place JOIN level AS l ON l.level_id = place.level AND l.position <= 1
            JOIN place_within AS w ON w.ancestor_id = place.place_id
            JOIN project AS p ON p.place_id = w.place_id
            GROUP BY ALL ORDER BY any_value(l.position), sum(p.planned_villages) DESC LIMIT 13
            """
        )
        .fetchall()
    )
    return [row[0] for row in rows]


def _measured(settings: Settings, server, page: str, places: list[str]) -> list[list[str]]:  # type: ignore[no-untyped-def]
    country, *rest = places
    try:
        with session(server) as visitor:
            first = visitor.rerun(page, _view(country))
            server.wait_until_loaded()
            warm = [visitor.rerun(page, _view(country)).ms for _ in range(settings.times(15, 4))]
            changed = [visitor.rerun(page, _view(place)) for place in rest[: settings.times(12, 4)]]
    except PageFailed as error:
        print(f"PageFailed: {error}", flush=True)
        return [[page, "failed", *["–"] * (len(COLUMNS) - 2)]]
    spent = [one.ms for one in changed]
    return [
        [
            page,
            "country, provinces",
            number(first.ms),
            number(median(warm)),
            number(quantile(warm, 0.95)),
            number(median(spent)),
            number(quantile(spent, 0.95)),
            met(max(warm, spent, key=lambda ms: quantile(ms, 0.95)), GOAL_MS),
            number(median([one.received_bytes for one in changed]) / 1000),
        ]
    ]


def _view(place_id: str) -> dict[str, str]:
    return {"place": place_id, "lang": "zh"}
