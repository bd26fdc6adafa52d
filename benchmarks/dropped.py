"""Files of 18 MB as strangers hand them in, through the check behind the page Data, confined as it is there."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

from atlas.intake.checker import Checker, Job
from benchmarks.settings import Settings
from benchmarks.tables import Table, number
from importer.errors import Problem
from indicators import database

FILE_BYTES, QUICK_BYTES = 18_000_000, 1_000_000
MOST_S = 20.0
#: What the file is → its header, and row n. One quote in it is opened and never closed.
SHAPES: dict[str, tuple[str, Callable[[int, str], str]]] = {
    "villages of one county, one quote not closed": (
        "province,prefecture,county,village,lon,lat,4g\n",
        lambda n, _: f"湖南省,永州市,祁阳市,村庄{n},{111 + n % 99 / 100},{26 + n % 99 / 100},是\n",
    ),
    "every row the commonest name, one quote not closed": (
        "name,lon,lat\n",
        lambda _, commonest: f"{commonest},110.1,26.1\n",
    ),
    "codes that nobody has, one quote not closed": (
        "code,name,population\n",
        lambda n, _: f"9{n},x{n},{n}\n",
    ),
    "lines of two letters, one quote not closed": ("a,b\n", lambda _n, _: "y,2\n"),
}
NOTE = (
    "Through the process that checks dropped files, its register read before, as on the page. From the question to the "
    f"report; the bound is {MOST_S:.0f} s."
)


def run(settings: Settings) -> list[Table]:
    """Seconds until there is a report, or a refusal in words."""
    atlas = database.current(settings.atlas_dir)
    commonest = (
        atlas.cursor().execute("SELECT name FROM village GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1").fetchall()
    )
    size = settings.times(FILE_BYTES, QUICK_BYTES)
    checker = Checker(atlas.path)
    lines = []
    try:
        _seconds(checker, settings.scratch, "a,b\n1,2\n")  # it has read the register
        for what, (header, row) in SHAPES.items():
            text = _text(header, row, commonest[0][0], size)
            runs = sorted(_seconds(checker, settings.scratch, text) for _ in range(settings.times(3, 1)))
            (least, _), (most, said) = runs[0], runs[-1]
            lines.append([what, number(least), number(most), "yes" if most <= MOST_S else "no", said])
    finally:
        checker.stop()
    title = f"A dropped CSV of {size // 1_000_000} MB"
    return [Table(title, ("file", "best s", "worst s", "met", "answer"), lines, NOTE)]


def _text(header: str, row: Callable[[int, str], str], commonest: str, size: int) -> str:
    parts, length, n = [header, '"'], 0, 0
    while length < size:
        parts.append(row(n, commonest))
        length += len(parts[-1].encode())
        n += 1
    return "".join(parts)


def _seconds(checker: Checker, scratch: Path, text: str) -> tuple[float, str]:
    folder = scratch / "dropped"
    folder.mkdir()
    (folder / "dropped.csv").write_text(text, encoding="utf-8")
    start = time.perf_counter()
    try:
        done = checker.check(Job(str(folder), "dropped.csv", None, ""), lambda _: None, lambda: False)
        said = f"{done.report.read:,} rows read, {done.report.rejected:,} rejected"
    except Problem as problem:
        said = f"refused: {type(problem).__name__}"
    taken = time.perf_counter() - start
    shutil.rmtree(folder)
    return taken, said
