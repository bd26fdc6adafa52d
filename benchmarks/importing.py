"""Part 5: a large coverage file through the importer, beside DuckDB's bare reader of the same file.

`python -m benchmarks.importing FILE WAY` is one measured process: it prints seconds, rows and peak memory in MB.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import duckdb
import numpy as np

from benchmarks.settings import SEED, Settings
from benchmarks.tables import Table, median, number

ROWS, QUICK_ROWS = 5_000_000, 200_000
BLOCK_ROWS = 100_000
MOST_MB = 2000.0
BODY = {
    "kind": "coverage",
    "columns": {name: name for name in ("code", "technology", "operator", "share", "download_mbps", "as_of")},
}
BARE, READ, WHOLE = "DuckDB read_csv, all text", "importer: cells only", "importer: checked, typed rows"
NOTE = (
    "One process each; the file is in the page cache. *Bare* makes a table of texts, with all cores; the importer's "
    "rows are "
    "converted, checked for repetitions and counted for the quality report, with one. Memory is the most that was "
    "resident; "
    f"the bound is {MOST_MB:,.0f} MB."
)


def run(settings: Settings) -> list[Table]:
    """Rates of the three ways, and what the importer takes of the bare reader's time."""
    rows = ROWS if not settings.is_quick else QUICK_ROWS
    path = settings.scratch / "coverage.csv"
    _make(path, rows)
    measured = {way: [_child(path, way) for _ in range(settings.times(3, 1))] for way in (BARE, READ, WHOLE)}
    path.unlink()
    bare_s = median([seconds for seconds, _ in measured[BARE]])
    lines = []
    for way, runs in measured.items():
        seconds, peak_mb = median([one for one, _ in runs]), max(mb for _, mb in runs)
        met = "yes" if peak_mb <= MOST_MB else "no"
        lines.append(
            [
                way,
                number(seconds),
                number(rows / seconds / 1000),
                number(seconds / bare_s),
                number(peak_mb),
                met,
            ]
        )
    columns = ["way", "s", "thousand rows/s", "ratio to bare", "peak MB", "memory met"]
    return [Table(f"A CSV of {rows:,} rows and 7 columns", columns, lines, NOTE)]


def _make(path: Path, rows: int) -> None:
    random = np.random.default_rng(SEED)
    with path.open("w", encoding="utf-8") as stream:
        stream.write("code,name,technology,operator,share,download_mbps,as_of\n")
        for start in range(0, rows, BLOCK_ROWS):
            share = random.integers(0, 100, BLOCK_ROWS)
            speed = random.integers(1, 1000, BLOCK_ROWS)
            stream.writelines(
                f"{start + n:012d},village {start + n},4g,A,0.{share[n]:02d},{speed[n]}.5,2025-12-31\n"
                for n in range(min(BLOCK_ROWS, rows - start))
            )


def _child(path: Path, way: str) -> tuple[float, float]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.importing", str(path), way],
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, peak_mb = done.stdout.split()
    return float(seconds), float(peak_mb)


def _once(path: Path, way: str) -> float:
    """Seconds that one way takes."""
    from importer.convert.declared import declaration
    from importer.files import read
    from importer.intake import Intake
    from importer.report.quality import Quality

    start = time.perf_counter()
    if way == BARE:
        duckdb.connect().execute("CREATE TABLE t AS FROM read_csv(?, all_varchar = true)", [str(path)])
    elif way == READ:
        for _ in read(path):
            pass
    else:
        meant = declaration(BODY, "benchmark", ["nation", "county"])
        for _ in Intake(meant, [path], Quality("benchmark")):
            pass
    return time.perf_counter() - start


if __name__ == "__main__":
    import resource

    taken = _once(Path(sys.argv[1]), sys.argv[2])
    print(taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6)
