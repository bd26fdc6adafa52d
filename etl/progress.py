"""Says what a build is doing and how long each step took."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

BAR_WIDTH = 24


def peak_memory_mb() -> float | None:
    """Most memory this process has held, in MB; None where the system does not tell (Windows)."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


@dataclass
class Progress:
    """A bar over a known number of steps; `seconds` keeps the time of each."""

    total: int
    quiet: bool = False
    seconds: dict[str, float] = field(default_factory=dict)

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[None]:
        done = len(self.seconds)
        self._show(f"{self._bar(done)} {name}…", end="")
        start = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - start
        self._show(f"\r{self._bar(done + 1)} {name:<28} {self.seconds[name]:6.1f} s", end="\n")

    def _bar(self, done: int) -> str:
        filled = BAR_WIDTH * done // self.total
        return f"[{'#' * filled}{'.' * (BAR_WIDTH - filled)}]"

    def _show(self, text: str, end: str) -> None:
        if not self.quiet:
            print(text, end=end, file=sys.stderr, flush=True)
