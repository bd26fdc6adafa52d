"""Part 4: our gap map against the naive page that carries every village as a row."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import sample
from benchmarks.browser import GIVE_UP_S, Chromium, browser
from benchmarks.processes import Server, atlas_server, streamlit_server
from benchmarks.session import session
from benchmarks.settings import Settings
from benchmarks.tables import Table, median, number
from indicators import database
from indicators.database import Atlas

SCRIPT = Path(__file__).with_name("naive_app.py")
OUR_PAGE = "gap-map"
FEWER_ROWS = 100_000
AIM_RATIO = 20.0
COLUMNS = [
    "page",
    "villages",
    "n",
    "messages, MB",
    "first paint, s",
    "complete, s",
    "ratio messages",
    "first paint",
    "complete",
    f">= {AIM_RATIO:.0f}x",
]
NOTE = (
    f"*Messages*: websocket bytes of one load (1 MB = 10^6 bytes). *First paint*: from navigation to the first look, "
    "one every 250 ms, at which the map's canvas is not of one colour. *Complete*: to the last change of its pixels, "
    "nothing being loaded any more; for the gap map all visible tiles are then there. Medians; every load in a new "
    "browser without a cache, from a server that has shown the page before. The ratios are those of a naive page to "
    f"the gap map; the aim is {AIM_RATIO:.0f}x. A page that has not painted after {GIVE_UP_S:.0f} s is given up."
)


@dataclass
class Loads:
    """The loads of one way. None where the page was given up."""

    label: str
    villages: int
    message_mb: float = 0.0
    first_s: list[float | None] = field(default_factory=list)
    complete_s: list[float | None] = field(default_factory=list)


def run(settings: Settings) -> list[Table]:
    """One table: ours, all rows, and a sample of the rows."""
    atlas = database.current(settings.atlas_dir)
    villages = int(atlas.cursor().execute("SELECT count(*) FROM village WHERE in_programme").fetchall()[0][0])
    with browser() as chromium:
        ours = _loads(
            chromium,
            atlas_server(settings.atlas_dir),
            Loads("gap map", villages),
            settings.times(5, 2),
            OUR_PAGE,
        )
        naive = [
            _loads(chromium, _naive_server(settings, atlas, rows), Loads("naive", rows), settings.times(3, 1), "")
            for rows in (FEWER_ROWS, villages)
            if rows <= villages
        ]
    rows = [_row(ours, None), *(_row(loads, ours) for loads in naive)]
    return [Table("The gap map and the naive page", COLUMNS, rows, NOTE)]


def _naive_server(settings: Settings, atlas: Atlas, rows: int) -> AbstractContextManager[Server]:
    standard, as_of = sample.filters(atlas, 1)[0]
    found = atlas.cursor().execute(
        "SELECT column_name FROM status_column WHERE standard = $1 AND as_of = $2", [standard, as_of]
    )
    told = {"ATLAS_FILE": str(atlas.path), "ROWS": str(rows), "STATUS_COLUMN": found.fetchall()[0][0]}
    return streamlit_server(SCRIPT, settings.scratch, told)


def _loads(chromium: Chromium, starting: AbstractContextManager[Server], loads: Loads, count: int, page: str) -> Loads:
    """The bytes from a visitor without a browser, who also warms the server; then the times in the browser."""
    with starting as server:
        with session(server) as visitor:
            loads.message_mb = visitor.rerun(page, {}).received_bytes / 1e6
        for _ in range(count):
            with chromium.visit(f"{server.url}/{page}") as visit:
                visit.until_painted()
                is_complete = visit.is_settled
                loads.first_s.append(visit.changes_ms[0] / 1000 if visit.changes_ms else None)
                loads.complete_s.append(visit.changes_ms[-1] / 1000 if is_complete else None)
            if not is_complete:
                break  # it would be given up again
    return loads


def _row(loads: Loads, ours: Loads | None) -> list[str]:
    cells = [loads.label, f"{loads.villages:,}", str(len(loads.first_s)), number(loads.message_mb)]
    cells += [_seconds(loads.first_s), _seconds(loads.complete_s)]
    if ours is None:
        return [*cells, *["–"] * 4]
    ratios = [
        (loads.message_mb / ours.message_mb, True),
        _ratio(loads.first_s, ours.first_s),
        _ratio(loads.complete_s, ours.complete_s),
    ]
    texts = [_times(ratio, is_exact) for ratio, is_exact in ratios]
    verdicts = ["yes" if ratio is not None and ratio >= AIM_RATIO else "no" for ratio, _ in ratios]
    return [*cells, *texts, " / ".join(verdicts)]


def _ratio(naive: Sequence[float | None], ours: Sequence[float | None]) -> tuple[float | None, bool]:
    """Naive to ours, and whether it is exact: a page that was given up took longer than that."""
    naive_s, ours_s = _middle(naive), _middle(ours)
    if ours_s is None:
        return None, True
    return (GIVE_UP_S if naive_s is None else naive_s) / ours_s, naive_s is not None


def _times(ratio: float | None, is_exact: bool) -> str:
    if ratio is None:
        return "–"
    return f"{'' if is_exact else '> '}{ratio:,.0f}x" if ratio >= 10 else f"{'' if is_exact else '> '}{ratio:.1f}x"


def _middle(values: Sequence[float | None]) -> float | None:
    """The median, None where one load was given up."""
    known = [value for value in values if value is not None]
    return median(known) if known and len(known) == len(values) else None


def _seconds(values: Sequence[float | None]) -> str:
    middle = _middle(values)
    return f"> {GIVE_UP_S:.0f}" if middle is None else number(middle)
