"""Says what a build is doing and how long each step took."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

BAR_WIDTH = 24
SECONDS_BETWEEN = 0.5
CLEAR_LINE = "\x1b[K"  # what a longer line left behind


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
    told: Path | None = None  # a file that says the same to whoever has started this
    seconds: dict[str, float] = field(default_factory=dict)
    _name: str = ""
    _said_at: float = 0.0

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[None]:
        done = len(self.seconds)
        self._name = name
        self._show(f"{self._bar(done)} {name}…", end="")
        self._tell(name)
        start = self._said_at = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - start
        self._show(f"\r{self._bar(done + 1)} {name:<28} {self.seconds[name]:6.1f} s{self._rest_of_line()}", end="\n")

    def rows(self, source_id: str, read: int) -> None:
        """Say how far a long file is, at most twice a second."""
        now = time.perf_counter()
        if now - self._said_at >= SECONDS_BETWEEN:
            self._said_at = now
            self._show(f"\r{self._bar(len(self.seconds))} {self._name}: {source_id} {read:,} rows…", end="")
            self._tell(self._name, source_id, read)

    def _tell(self, name: str, source_id: str = "", rows: int = 0) -> None:
        if self.told is not None:
            said = {"done": len(self.seconds), "total": self.total, "step": name, "source_id": source_id, "rows": rows}
            new = self.told.with_name(f"{self.told.name}.new")
            new.write_text(json.dumps(said), encoding="utf-8")
            new.replace(self.told)  # whoever reads it meanwhile sees a whole one

    @staticmethod
    def _rest_of_line() -> str:
        return CLEAR_LINE if sys.stderr.isatty() else ""

    def _bar(self, done: int) -> str:
        filled = BAR_WIDTH * done // self.total
        return f"[{'#' * filled}{'.' * (BAR_WIDTH - filled)}]"

    def _show(self, text: str, end: str) -> None:
        if not self.quiet:
            print(text, end=end, file=sys.stderr, flush=True)
