"""Part 5: a county's table of villages through the importer, beside the bare readers of the same file.

`python -m benchmarks.importing FILE WAY` is one measured process: it prints the seconds that the way takes.
"""

from __future__ import annotations

import math
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.machine import family
from benchmarks.settings import SEED, Settings
from benchmarks.tables import Table, median, number

if TYPE_CHECKING:
    from importer.place.identity import Register

ROWS, QUICK_ROWS = 5_000_000, 500_000
SHEET_ROWS, QUICK_SHEET_ROWS = 1_000_000, 50_000
BLOCK_ROWS = 100_000
MOST_TIMES, MOST_MB = 8.0, 1000.0
POLL_SECONDS = 0.02
HEADER = ("代码", "村名", "经度", "纬度", "是否通光纤", "宽带入户率", "统计日期", "运营商", "户籍人口")
NAMED = {"code": "代码", "name": "村名"}
COVERAGE: dict[str, object] = {
    "kind": "coverage",
    "columns": {
        **NAMED,
        "is_covered": "是否通光纤",
        "share": "宽带入户率",
        "as_of": "统计日期",
        "operator": "运营商",
        "download_mbps": "户籍人口",
    },
    "constant": {"technology": "fiber"},
}
VILLAGES: dict[str, object] = {
    "kind": "villages",
    "columns": {**NAMED, "lon": "经度", "lat": "纬度", "population_persons": "户籍人口"},
}
LEVELS = ["nation", "county"]
CHINA = [73.0, 3.0, 136.0, 54.0]  # degrees
FIRST_CODE = 431100000000
PLACED_ROWS, FEW_VILLAGES = 200_000, 2_000  # of the table that is also matched to a register
Way = Callable[[Path], Callable[[], object]]  # made ready, then measured
NOTE = (
    "One process each and what it starts; the file is in the page cache. The importer's rows are checked, typed, "
    "looked through for repetitions and counted for the quality report; one population in a hundred is written as "
    "2.45万, one in ten thousand is no number. *Ratio* is to the first line, in this run. Memory is the most that was "
    "resident at once, all processes added up, what they share as often as they share it; the goals are "
    f"{MOST_TIMES:g} times and {MOST_MB:,.0f} MB, of a workbook, which python-calamine holds whole, the time alone."
)


def run(settings: Settings) -> list[Table]:
    """What each way takes of the bare reader's time, for a text file and a workbook."""
    times = settings.times(3, 1)
    csv_rows, sheet_rows = settings.times(ROWS, QUICK_ROWS), settings.times(SHEET_ROWS, QUICK_SHEET_ROWS)
    tables = []
    for what, make, rows, ways, goal in (
        ("A CSV", _make_csv, csv_rows, CSV_WAYS, (MOST_TIMES, MOST_MB)),
        ("With a register: a CSV", _make_csv, PLACED_ROWS, PLACE_WAYS, None),
        ("A workbook", _make_workbook, sheet_rows, SHEET_WAYS, (MOST_TIMES, math.inf)),
    ):
        path = settings.scratch / ("villages.csv" if make is _make_csv else "villages.xlsx")
        make(path, rows)
        tables.append(_table(f"{what} of {rows:,} rows and {len(HEADER)} columns", path, ways, rows, times, goal))
        path.unlink()
    return tables


def _table(
    title: str, path: Path, ways: dict[str, Way], rows: int, times: int, goal: tuple[float, float] | None
) -> Table:
    """`goal`: at most so many times the first way's seconds, and so many MB; None where none was set."""
    measured: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    for _ in range(times):  # side by side: a machine that is busy is busy for all of them
        for way, runs in measured.items():
            runs.append(_child(path, way))
    bare_s = median([seconds for seconds, _ in next(iter(measured.values()))])
    lines = []
    for way, runs in measured.items():
        seconds, peak_mb = median([one for one, _ in runs]), max(mb for _, mb in runs)
        told = "–"
        if goal and way.startswith("importer"):
            told = "yes" if seconds <= goal[0] * bare_s and peak_mb <= goal[1] else "no"
        lines.append(
            [way, number(seconds), number(rows / seconds / 1000), number(seconds / bare_s), number(peak_mb), told]
        )
    columns = ("way", "s", "thousand rows/s", "ratio", "peak MB", "met")
    return Table(title, columns, lines, NOTE)


# --- files ------------------------------------------------------------------------------------------------


def _rows(count: int) -> Iterator[tuple[str, str, float, float, str, str, str, str | int]]:
    """Code, name, degrees, yes or no, percent, operator, people."""
    random = np.random.default_rng(SEED)
    for start in range(0, count, BLOCK_ROWS):
        lon, lat = (random.uniform(low, low + 2, BLOCK_ROWS).round(6).tolist() for low in (110, 26))
        percent = random.integers(0, 1001, BLOCK_ROWS).tolist()
        people = random.integers(50, 9000, BLOCK_ROWS).tolist()
        for n in range(min(BLOCK_ROWS, count - start)):
            at = start + n
            said: str | int = people[n]
            if at % 100 == 0:
                said = "约一千" if at % 10_000 == 0 else f"{people[n] / 1000:.2f}万"
            flag, operator = "是否"[percent[n] % 2], ("电信", "移动", "联通")[at % 3]
            yield (
                f"{FIRST_CODE + at}",
                f"村庄{at}村",
                lon[n],
                lat[n],
                flag,
                f"{percent[n] / 10}%",
                operator,
                said,
            )


def _make_csv(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8") as stream:
        stream.write(",".join(HEADER) + "\n")
        stream.writelines(
            f"{code},{name},{lon},{lat},{flag},{share},2016-08-30,{operator},{people}\n"
            for code, name, lon, lat, flag, share, operator, people in _rows(rows)
        )


def _make_workbook(path: Path, rows: int) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_numbers": False}) as book:
        sheet, day = book.add_worksheet("台账"), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, HEADER)
        for n, (*first, operator, people) in enumerate(_rows(rows), start=1):
            sheet.write_row(n, 0, first)
            sheet.write_datetime(n, 6, date(2016, 8, 30), day)
            sheet.write_row(n, 7, (operator, people))


# --- ways -------------------------------------------------------------------------------------------------


def _child(path: Path, way: str) -> tuple[float, float]:
    """(seconds, most MB) of a process of its own."""
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.importing", str(path), way], stdout=subprocess.PIPE, text=True
    ) as process:
        peak_mb = 0.0
        while process.poll() is None:
            peak_mb = max(peak_mb, sum(family(process.pid).values()))
            time.sleep(POLL_SECONDS)
        assert process.stdout is not None
        said = process.stdout.read()
    if process.returncode:
        raise RuntimeError(f"{way}: ended with {process.returncode}")
    return float(said), peak_mb


def _duckdb(options: str) -> Way:
    def ready(path: Path) -> Callable[[], object]:
        import duckdb

        database = duckdb.connect()
        return lambda: database.execute(f"CREATE TABLE t AS FROM read_csv(?{options})", [str(path)])

    return ready


def _calamine(path: Path) -> Callable[[], object]:
    import python_calamine

    return lambda: python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()


def _cells(path: Path) -> Callable[[], object]:
    from importer.files import read

    return lambda: sum(len(chunk.row_numbers) for chunk in read(path))


def _typed(body: dict[str, object], known_villages: int | None = None) -> Way:
    def ready(path: Path) -> Callable[[], object]:
        from importer.convert.declared import declaration
        from importer.intake import Intake
        from importer.report.quality import Quality

        meant = declaration(body, "benchmark", LEVELS, CHINA)
        register = None if known_villages is None else _register(known_villages)
        intake = Intake(meant, [path], Quality("benchmark"), register=register)
        return lambda: sum(len(batch.rows) for batch in intake)

    return ready


def _register(villages: int) -> Register:
    """A county that holds the first villages of the file."""
    import pandas as pd

    from importer.place.identity import Register

    county = str(FIRST_CODE)[:6]
    places = [("N", "nation", None, "中国"), (county, "county", "N", "某县")]
    places += [(f"{FIRST_CODE + n}", "village", county, f"村庄{n}村") for n in range(villages)]
    frame = pd.DataFrame(places, columns=["place_id", "level", "parent_id", "name"])
    return Register(frame, [*LEVELS, "village"])


BARE: dict[str, Way] = {
    "DuckDB read_csv, typed by its sniffer": _duckdb(""),
    "DuckDB read_csv, all text": _duckdb(", all_varchar = true"),
}
IMPORTER: dict[str, Way] = {
    "importer: cells only": _cells,
    "importer: coverage, checked and typed": _typed(COVERAGE),
    "importer: villages, checked and typed": _typed(VILLAGES),
}
CSV_WAYS = BARE | IMPORTER
PLACE_WAYS = BARE | {
    "importer: villages, all found by their codes": _typed(VILLAGES, PLACED_ROWS),
    "importer: villages, nearly all unknown": _typed(VILLAGES, FEW_VILLAGES),
}
SHEET_WAYS: dict[str, Way] = {"python-calamine, cells only": _calamine} | IMPORTER


if __name__ == "__main__":
    measured = (CSV_WAYS | PLACE_WAYS | SHEET_WAYS)[sys.argv[2]](Path(sys.argv[1]))
    start = time.perf_counter()
    measured()
    print(time.perf_counter() - start)
