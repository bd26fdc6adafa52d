"""Part 1: the national build as a whole process: time, processor time, memory, and where the time goes; and a build
that takes over what the last one laid, for one county's register.
"""

from __future__ import annotations

import csv
import json
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import LOG_TAIL, ROOT, child
from benchmarks.settings import Settings
from benchmarks.tables import Table, median, number
from desk.submissions import inputs
from importer.convert.rows_said import COLUMNS
from indicators import database
from indicators.database import Atlas

GOAL_S, AIM_S = 60.0, 30.0
GOAL_MB, AIM_MB = 3000.0, 2000.0
COUNTY_AIM_S = 10.0
REGISTER = Path("sources") / "desk-000001.toml"


class BuildFailed(RuntimeError):
    """`python -m etl build` did not end well; the message holds what it said."""


@dataclass(frozen=True)
class Built:
    """One build. Times in seconds, memory in MB (10^6 bytes)."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    file_mb: float
    steps_s: dict[str, float]


def run(settings: Settings, into: Path) -> list[Table]:
    """Build a few times into a folder of our own; the last atlas stays there for the other parts."""
    builds = [_build(into) for _ in range(settings.times(3, 1))]
    return [_whole(builds), _steps(builds), _on_kept_ground(into, settings.scratch, settings.times(3, 1))]


def _on_kept_ground(into: Path, scratch: Path, times: int) -> Table:
    """A county of middling size hands in its fibre: once from nothing, then on the ground that this has laid. It says
    something else each time.
    """
    more, kept = scratch / "handed-over", scratch / "ground"
    extra = ("--more", str(more), "--kept", str(kept))
    releases = []
    for number_ in range(times + 1):
        villages = _handed_over(database.current(into), more, without=number_)
        releases.append(_build(scratch / "released", *extra))
    first, *others = releases
    rows = [["from nothing", number(first.wall_s), number(first.cpu_s), "–", "–"]]
    worst = max(one.wall_s for one in others)
    aim = [number(COUNTY_AIM_S), "yes" if worst <= COUNTY_AIM_S else "no"]
    middle = [number(median([getattr(one, name) for one in others])) for name in ("wall_s", "cpu_s")]
    rows.append([f"on kept ground, median of {times}", *middle, *aim])
    title = f"A release with one county's register ({villages} villages), s"
    return Table(title, ["", "wall time", "processor time", "aim", "worst meets"], rows)


def _handed_over(atlas: Atlas, folder: Path, without: int) -> int:
    """A folder as the desk writes it for a build; one village in nine is without. Returns how many are in it."""
    asked = "SELECT list(place_id ORDER BY place_id) FROM village GROUP BY county_id ORDER BY count(*), county_id"
    counties = atlas.cursor().execute(asked).fetchall()
    [villages] = counties[len(counties) // 2]
    (folder / REGISTER).parent.mkdir(parents=True, exist_ok=True)
    columns = COLUMNS["coverage"]
    with (folder / REGISTER.with_suffix(".csv").name).open("w", encoding="utf-8", newline="") as stream:
        rows = csv.DictWriter(stream, columns)
        rows.writeheader()
        told = {"technology": "fibre", "as_of": "2024-12-31"}
        for n, village in enumerate(villages):
            rows.writerow({"place_id": village, **told, "is_covered": "false" if n % 9 == without else "true"})
    said = {"kind": "coverage", "title": "A county", "as_of": told["as_of"], "codes_as_of": ""}
    (folder / REGISTER).write_text(inputs.declaration(said, REGISTER.stem), encoding="utf-8")
    return len(villages)


def _build(into: Path, *extra: str) -> Built:
    begun = time.perf_counter()
    arguments = ["-m", "etl", "build", "--build-dir", str(into), "--quiet", *extra]
    with tempfile.TemporaryFile() as log, child(arguments, ROOT, {}, log.fileno()) as process:
        _, status, used = os.wait4(process.pid, 0)  # the resources of this process alone
        wall_s = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            log.seek(0)
            raise BuildFailed(log.read()[-LOG_TAIL:].decode(errors="replace"))
    atlas = database.current(into)
    found = atlas.cursor().execute("SELECT value FROM meta_build WHERE key = 'seconds'").fetchall()
    return Built(
        wall_s,
        used.ru_utime + used.ru_stime,
        used.ru_maxrss * 1024 / 1e6,
        atlas.path.stat().st_size / 1e6,
        json.loads(found[0][0]),
    )


def _whole(builds: Sequence[Built]) -> Table:
    rows = []
    for name, values, goal, aim in (
        ("wall time, s", [one.wall_s for one in builds], GOAL_S, AIM_S),
        ("processor time, s", [one.cpu_s for one in builds], None, None),
        ("peak memory, MB", [one.peak_mb for one in builds], GOAL_MB, AIM_MB),
        ("file, MB", [one.file_mb for one in builds], None, None),
    ):
        rows.append([name, number(median(values)), number(max(values)), *_judged(max(values), goal, aim)])
    title = f"National build, whole process ({len(builds)} runs)"
    return Table(title, ["", "median", "worst", "goal", "aim", "worst meets"], rows)


def _judged(value: float, goal: float | None, aim: float | None) -> list[str]:
    if goal is None or aim is None:
        return ["–", "–", "–"]
    return [number(goal), number(aim), "aim" if value <= aim else "goal" if value <= goal else "neither"]


def _steps(builds: Sequence[Built]) -> Table:
    """The build notes its own steps; what is left is starting Python, imports and publishing."""
    names = list(builds[-1].steps_s)
    rows = [[name, *(number(one.steps_s.get(name)) for one in builds)] for name in names]
    rows.append(["rest: start, imports, publish", *(number(one.wall_s - sum(one.steps_s.values())) for one in builds)])
    return Table("Steps of the build, s", ["step", *(f"run {n + 1}" for n in range(len(builds)))], rows)
