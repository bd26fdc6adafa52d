"""Files made to take a machine's memory or time, given to `etl check`: each is read or refused within its bounds."""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.machine import family
from benchmarks.processes import ROOT
from fuzz.kills import MINI
from importer.read.limits import CHECK_SECONDS

MOST_SECONDS = float(CHECK_SECONDS)  # what a check of one file promises
MOST_MB = 1_536  # a gigabyte where the file is parsed, and what Python and its libraries take beside it
POLL_SECONDS = 0.05
#: Functions that write one file each into a folder and return its path, by the name of the bomb.
Bombs = Mapping[str, Callable[[Path], Path]]


@dataclass(frozen=True)
class Fate:
    """How the check of one file ended. `code` is None where it had to be ended."""

    name: str
    file_bytes: int
    code: int | None
    seconds: float
    peak_mb: float
    said: str

    @property
    def wrong(self) -> str:
        """What should not have been, or nothing."""
        if self.code is None:
            return f"went on for {self.seconds:.0f} s"
        if self.code not in (0, 1, 2) or "Traceback" in self.said:
            return f"ended with {self.code} and no words for it"
        if self.peak_mb > MOST_MB:
            return f"took {self.peak_mb:,.0f} MB"
        return "" if self.said.strip() else "said nothing"


def known() -> Bombs:
    """The bombs that the attack tests use, too."""
    sys.path.insert(0, str(ROOT / "tests" / "attacks"))
    bombs: Bombs = importlib.import_module("bombs").BOMBS
    return bombs


def run(bombs: Bombs) -> list[Fate]:
    """Check each bomb in a process of its own; the files are made one at a time and removed."""
    fates = []
    for name, write in sorted(bombs.items()):
        with tempfile.TemporaryDirectory(prefix="atlas-bomb-") as scratch:
            fates.append(check(name, write(Path(scratch))))
    return fates


def check(name: str, file: Path) -> Fate:
    """`python -m etl check FILE`, its memory watched, ended with all its children when the time is up."""
    begun, peak_mb = time.perf_counter(), 0.0
    command = [sys.executable, "-m", "etl", "check", str(file), "--profile", str(MINI)]
    settings = {"ATLAS_BUILD_DIR": str(file.parent / "no-atlas"), "PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | settings,
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
        )
        while process.poll() is None and time.perf_counter() - begun < MOST_SECONDS:
            peak_mb = max(peak_mb, sum(family(process.pid).values()))
            time.sleep(POLL_SECONDS)
        code, seconds = process.poll(), time.perf_counter() - begun
        for pid in family(process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()
        log.seek(0)
        said = log.read(20_000).decode(errors="replace")
    return Fate(name, file.stat().st_size, code, seconds, peak_mb, said)
