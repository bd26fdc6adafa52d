"""Writers of the desk killed with SIGKILL at random moments: what was acknowledged is there, and the log is whole."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from random import Random

from benchmarks.processes import ROOT

KILLED = -signal.SIGKILL
LIVES_S = 0.12  # at most; opening the desk takes the first hundredths
LIVES_ON_A_DESK = 20  # then an empty one: checking is by all that was ever written


@dataclass
class Count:
    """What a run has seen."""

    kills: int = 0
    acknowledged: int = 0
    failures: list[str] = field(default_factory=list)
    wall_seconds: float = 0.0


def run(seed: int, kills: int) -> Count:
    """Kill so many writers, at moments drawn by the seed."""
    count, random, begun = Count(), Random(f"{seed}:writers"), time.perf_counter()
    while count.kills < kills and not count.failures:
        with tempfile.TemporaryDirectory(prefix="atlas-writers-") as scratch:
            _on_one_desk(scratch, random, min(LIVES_ON_A_DESK, kills - count.kills), count)
    count.wall_seconds = time.perf_counter() - begun
    return count


def _on_one_desk(scratch: str, random: Random, kills: int, count: Count) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "fuzz.filing", scratch],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin and process.stdout
        try:
            for number in range(kills):
                seconds = random.uniform(0, LIVES_S)
                process.stdin.write(json.dumps({"seconds": seconds, "is_opened_first": number % 2 == 1}) + "\n")
                process.stdin.flush()
                found = json.loads(process.stdout.readline())
                count.kills += 1
                count.acknowledged += found["numbers"]
                count.failures += [f"after {seconds:.3f} s: {one}" for one in found["wrong"]]
                if found["ended"] != KILLED:
                    count.failures.append(f"the writer ended with {found['ended']} after {seconds:.3f} s")
        finally:
            process.kill()
