"""Part 14: forty releases of one atlas in the archive: bytes stored, and the time to keep and to bring back.

Each release is made from the one before by DuckDB, with a fixed seed: a few hundred villages change their status, get
rows of coverage and other counts; some releases change a whole column, and some are written anew into an empty file.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from benchmarks.processes import ROOT
from benchmarks.settings import SEED, Settings
from benchmarks.tables import Table, median, met, number
from desk.releases import patches
from desk.releases.archive import Archive
from ground import builds

RELEASES, FEW_RELEASES = 40, 4
WRITTEN_ANEW_EVERY, COLUMN_EVERY = 10, 8
GOAL_FILES, GOAL_OPEN_S, GOAL_MB = 3.0, 2.0, 1200.0
HEADER_BYTES, BLOCK_BYTES = 3 * 4096, 2**18  # of a file of DuckDB
SIZE_NOTE = (
    "*Of one file*: stored bytes as a share of the first build's; the goal is 3. *Blocks* are DuckDB's own of 256 KiB, "
    "each stored once and compressed. *From the one before* needs all releases before it to bring one back."
)
TIME_NOTE = (
    "Each in a process of its own. *Cold*: neither brought back yet nor in the system's cache. *Warm*: brought back "
    "before, by another process (the file is hashed) or by the same one. Memory is the most that was resident, whole "
    f"process, worst; the goal is {GOAL_MB:,.0f} MB. Verifying brings back all releases."
)
ONE_STEP = """
import os, sys, time
from pathlib import Path
from benchmarks.machine import peak_memory_mb
from desk.releases.archive import Archive
archive, task = Archive(Path(sys.argv[1]), Path(sys.argv[2])), sys.argv[3]
for _ in range(2 if task == "again" else 1):
    begun = time.perf_counter()
    getattr(archive, "open" if task == "again" else task)(*sys.argv[4:5], *map(Path, sys.argv[5:]))
print(time.perf_counter() - begun, peak_memory_mb(os.getpid()))
"""


class StepFailed(RuntimeError):
    """A process that keeps or opens did not end well, or brought back other bytes."""


@dataclass
class Steps:
    """What one kind of step took, each time."""

    seconds: list[float] = field(default_factory=list)
    peaks_mb: list[float] = field(default_factory=list)


@dataclass
class Stored:
    """Bytes by way of storing, added up."""

    plain: int = 0
    whole: int = 0
    before: int = 0
    blocks: dict[bytes, int] = field(default_factory=dict)

    def add(self, content: bytes, previous: bytes | None) -> None:
        alone = len(patches.packed(content, None))
        self.plain += len(content)
        self.whole += alone
        self.before += len(patches.packed(content, patches.base(previous))) if previous else alone
        for start in (0, *range(HEADER_BYTES, len(content), BLOCK_BYTES)):
            block = content[start : start + BLOCK_BYTES if start else HEADER_BYTES]
            key = hashlib.sha256(block).digest()
            if key not in self.blocks:
                self.blocks[key] = len(patches.packed(block, None))


def run(settings: Settings) -> list[Table]:
    """Two tables: bytes, and times with memory."""
    first = builds.good(settings.atlas_dir)
    if first is None:
        raise StepFailed("no good build to begin with")
    kept, opened = settings.scratch / "kept", settings.scratch / "opened"
    stored, times, sums = Stored(), {"whole": Steps(), "difference": Steps()}, {}
    previous = None
    for count, file in enumerate(
        _versions(first, settings.scratch / "release", settings.times(RELEASES, FEW_RELEASES))
    ):
        month = f"{2026 + count // 12}.{count % 12 + 1:02d}"
        taken = _step(kept, opened, "keep", month, str(file))
        _add(times["difference" if Archive(kept, opened).kept(month).base else "whole"], taken)
        content = file.read_bytes()
        sums[month] = hashlib.sha256(content).hexdigest()
        stored.add(content, previous)
        previous = content
    return [_sizes(stored, kept, first), _times(times, kept, opened, sums, settings.times(5, 1))]


def _sizes(stored: Stored, kept: Path, first: Path) -> Table:
    one = first.stat().st_size
    ways = {
        "one file as it is": one,
        "archive": sum(path.stat().st_size for path in kept.iterdir()),
        "each as it is": stored.plain,
        "each compressed": stored.whole,
        "blocks": sum(stored.blocks.values()),
        "each from the one before": stored.before,
    }
    rows = [[way, number(size / 1e6), number(size / one)] for way, size in ways.items()]
    count = len(list(kept.glob("*.json")))
    return Table(f"{count} releases of one atlas", ["way", "stored, MB", "of one file"], rows, SIZE_NOTE)


def _times(times: dict[str, Steps], kept: Path, opened: Path, sums: dict[str, str], repeats: int) -> Table:
    archive = Archive(kept, opened)
    oldest = archive.numbers()[0]
    resting = [month for month in archive.numbers() if archive.kept(month).base][-1]
    asked = {name: Steps() for name in ("cold", "difference, cold", "warm", "again", "verify")}
    for _ in range(repeats):
        for name, month in (("cold", oldest), ("difference, cold", resting)):
            shutil.rmtree(opened, ignore_errors=True)
            _forget(kept)
            _add(asked[name], _step(kept, opened, "open", month))
            if hashlib.sha256(archive.open(month).read_bytes()).hexdigest() != sums[month]:
                raise StepFailed(f"{month} came back with other bytes")
        _add(asked["warm"], _step(kept, opened, "open", resting))
        _add(asked["again"], _step(kept, opened, "again", resting))
    _add(asked["verify"], _step(kept, opened, "verify"))
    rows = [
        _row("keep, stored whole", times["whole"], None),
        _row("keep, as a difference", times["difference"], None),
        _row("open the oldest, stored whole, cold", asked["cold"], GOAL_OPEN_S),
        _row("open a difference, cold", asked["difference, cold"], GOAL_OPEN_S),
        _row("open, warm, another process", asked["warm"], GOAL_OPEN_S),
        _row("open, warm, same process", asked["again"], GOAL_OPEN_S),
        _row("verify all", asked["verify"], None),
    ]
    columns = ["step", "n", "median, s", "worst, s", "memory, MB", "in 2 s", "in memory"]
    return Table("Keeping and bringing back", columns, rows, TIME_NOTE)


def _row(name: str, steps: Steps, goal_s: float | None) -> list[str]:
    worst_mb = max(steps.peaks_mb)
    seconds = [f"{median(steps.seconds):.3f}", f"{max(steps.seconds):.3f}"]
    return [
        name,
        str(len(steps.seconds)),
        *seconds,
        number(worst_mb),
        met(steps.seconds, goal_s),
        met([worst_mb], GOAL_MB),
    ]


def _add(steps: Steps, taken: tuple[float, float]) -> None:
    steps.seconds.append(taken[0])
    steps.peaks_mb.append(taken[1])


def _step(kept: Path, opened: Path, *task: str) -> tuple[float, float]:
    """Seconds without the start of Python, and the most memory of the whole process in MB. Raises StepFailed."""
    arguments = [sys.executable, "-c", ONE_STEP, str(kept), str(opened), *task]
    done = subprocess.run(arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise StepFailed(f"{task[0]} ended with {done.returncode}")
    seconds, peak_mb = map(float, done.stdout.split())
    return seconds, peak_mb


def _forget(folder: Path) -> None:
    """Out of the system's cache, so that the disk is read."""
    for path in folder.glob("*.zst"):
        with path.open("rb") as stream:
            os.fsync(stream.fileno())
            os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _versions(first: Path, folder: Path, count: int) -> Iterator[Path]:
    """One file at a time, each changed from the one before; gone when the next is asked for."""
    folder.mkdir()
    draw = random.Random(SEED)
    file = folder / "atlas-release-00.duckdb"
    shutil.copyfile(first, file)
    yield file
    for release in range(1, count):
        following = folder / f"atlas-release-{release:02d}.duckdb"
        if release % WRITTEN_ANEW_EVERY == 0:
            _write_anew(file, following)
            file.unlink()
        else:
            file.rename(following)
        _change(following, release, draw)
        file = following
        yield file


def _change(file: Path, release: int, draw: random.Random) -> None:
    """As one round of reports from one to three counties would."""
    with duckdb.connect(str(file)) as build:
        names = [row[0] for row in build.execute("DESCRIBE village_status").fetchall() if row[0] != "place_no"]
        column, [most] = draw.choice(names), build.execute("SELECT max(place_no) FROM village").fetchone() or (0,)
        where = {"low": (low := draw.randint(0, most)), "high": low + draw.randint(100, 900)}
        if release % COLUMN_EVERY == 0:
            build.execute(f'UPDATE village_status SET "{column}" = 1 WHERE hash(place_no + $1) % 20 = 0', [release])
        build.execute(
            f'UPDATE village_status SET "{column}" = 1 - coalesce("{column}", 0) WHERE place_no BETWEEN $low AND $high',
            where,
        )
        build.execute(
            "INSERT INTO coverage (place_no, technology, as_of, share, is_covered, evidence, source_id) "
            "SELECT place_no, '4g', DATE '2026-11-01', 0.5, true, 'declared', source_id FROM village "
            "WHERE place_no BETWEEN $low AND $high AND place_no % 5 = 0",
            where,
        )
        counted = "place_id IN (SELECT place_id FROM status_count ORDER BY hash(place_id || $1) LIMIT 3)"
        build.execute(f"CREATE TEMP TABLE again AS FROM status_count WHERE {counted}", [str(release)])
        build.execute("UPDATE again SET connected = connected + 1")
        build.execute("DELETE FROM status_count WHERE place_id IN (SELECT place_id FROM again)")
        build.execute("INSERT INTO status_count FROM again")
        build.execute("UPDATE meta_build SET value = md5($1) WHERE key = 'fingerprint'", [str(release)])


def _write_anew(file: Path, into: Path) -> None:
    """Every table in its order, as a build writes them."""
    with duckdb.connect() as both:
        both.execute(f"ATTACH '{file}' AS old (READ_ONLY)")
        both.execute(f"ATTACH '{into}' AS new")
        kinds: Sequence[str] = (both.execute("SELECT enum_range(NULL::old.evidence)").fetchone() or ([],))[0]
        both.execute(f"CREATE TYPE new.evidence AS ENUM ({', '.join(repr(kind) for kind in kinds)})")
        tables = both.execute(
            "SELECT table_name, sql FROM duckdb_tables() WHERE database_name = 'old' ORDER BY table_oid"
        ).fetchall()
        both.execute("USE new")
        for table, create in tables:
            both.execute(create.replace("CREATE TABLE old.", "CREATE TABLE "))
            both.execute(f"INSERT INTO {table} FROM old.main.{table}")
        both.execute("USE memory")
        both.execute("CHECKPOINT new")
