"""Refuses files that would end, or never leave, the process that reads them: another process tries them first."""

from __future__ import annotations

import signal
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

from importer import limits, trial
from importer.errors import FileTooLarge

TOO_LONG = {-int(getattr(signal, "SIGXCPU", 24)), -int(getattr(signal, "SIGKILL", 9))}


def refuse_deadly(path: Path, reader: str) -> None:
    """Raise FileTooLarge where reading takes more memory or time than a file is worth; `reader`: workbook, parquet, vector."""
    state = path.stat()
    _try(path.resolve(), reader, state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=16)  # a file is opened several times; size and time stand for the file as it is now
def _try(path: Path, reader: str, size: int, modified_ns: int) -> None:
    bounds = [str(limits.TRIAL_BYTES), str(limits.TRIAL_CPU_SECONDS)]
    command = [sys.executable, "-P", trial.__file__, reader, str(path), *bounds]
    try:
        # The machine may be busy with others: the clock on the wall only stands in where there is no other.
        done = subprocess.run(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            timeout=limits.TRIAL_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise _too_long(path.name) from None
    if done.returncode in TOO_LONG:
        raise _too_long(path.name)
    if done.returncode:
        raise FileTooLarge(
            path.name,
            f"at most {limits.TRIAL_BYTES // 1024**2:,} MiB of memory when unfolded",
            "more, or a fault that ends its reader",
            "delete single cells far away from the table, or export it as CSV",
        )


def _too_long(name: str) -> FileTooLarge:
    return FileTooLarge(
        name,
        f"a file that is read in {limits.TRIAL_CPU_SECONDS} seconds",
        "it takes longer",
        "split the file, or export it as CSV",
    )
