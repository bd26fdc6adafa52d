"""Builds killed with SIGKILL, before each step in the file system and at random moments: an atlas is readable after
each.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import IO, Any

from benchmarks.processes import ROOT

MINI = ROOT / "tests" / "fixtures" / "mini"
KILLED = -signal.SIGKILL
LATEST = 1.05  # of a build's length: some of the moments lie after its end


@dataclass
class Count:
    """What a run has seen. `failures` says after which deaths no atlas was readable."""

    at_steps: int = 0
    at_renames: int = 0
    at_moments: int = 0
    outlived: int = 0  # builds that were through before their moment came
    most_files: int = 0
    failures: list[str] = field(default_factory=list)
    wall_seconds: float = 0.0

    @property
    def kills(self) -> int:
        return self.at_steps + self.at_moments


class Builder:
    """The process that builds and dies, in a folder of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin and process.stdout
        self._asks: IO[str] = process.stdin
        self._answers: IO[str] = process.stdout

    def build(self, **death: float) -> dict[str, Any]:
        """What was found after a build with this death: `step=n`, `seconds=s`, or none."""
        self._asks.write(json.dumps(death) + "\n")
        self._asks.flush()
        found: dict[str, Any] = json.loads(self._answers.readline())
        return found


@contextlib.contextmanager
def builder(directory: Path, profile: Path = MINI) -> Iterator[Builder]:
    """A builder, ended by its id."""
    with subprocess.Popen(
        [sys.executable, "-m", "fuzz.dying", str(profile), str(directory)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Builder(process)
        finally:
            process.kill()


def run(seed: int, kills: int, published: Path | None = None) -> Count:
    """Kill `kills` builds: half before steps, each in its turn, half at moments drawn by the seed.

    `published` is a folder with an atlas to begin with; without it two are built, so that older ones go.
    """
    count, random, begun = Count(), Random(f"{seed}:kills"), time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="atlas-kills-") as scratch, builder(Path(scratch)) as building:
        if published is not None:
            shutil.copytree(published, scratch, dirs_exist_ok=True)
        else:
            building.build()
            building.build()
        whole = building.build()
        assert whole["ended"] == 0 and whole["is_readable"], "a build that nobody kills ends well"
        steps, length, n = whole["steps"], whole["seconds"], 0
        while count.kills < kills:
            if count.at_steps <= count.at_moments:
                death, n = {"step": n % len(steps)}, n + 1
            else:
                death = {"seconds": random.uniform(0, LATEST) * length}
            found = building.build(**death)
            note(count, death, found, steps)
            if found["ended"] == 0:
                length = min(length, found["seconds"])  # the machine was busier when this began
    count.wall_seconds = time.perf_counter() - begun
    return count


def note(count: Count, death: Mapping[str, float], found: dict[str, Any], steps: list[str]) -> None:
    """Count a death; a build that failed by itself, or left no atlas to read, is a failure."""
    count.most_files = max(count.most_files, len(found["files"]))
    if found["ended"] == 0:
        count.outlived += 1
    elif "step" in death:
        count.at_steps += 1
        count.at_renames += steps[int(death["step"])] == "os.rename"
    else:
        count.at_moments += 1
    if not found["is_readable"]:
        count.failures.append(f"no atlas after {death}: {found['files']}")
    if found["ended"] not in (0, KILLED):
        count.failures.append(f"the build ended with {found['ended']} after {death}")
