"""What the numbers were measured on: never which machine, only what kind of one."""

from __future__ import annotations

import contextlib
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("duckdb", "streamlit", "numpy")


def facts() -> str:
    """One line: date, processor, memory, load, versions. No host name and no path."""
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{datetime.now(UTC):%Y-%m-%d}; {_processor()}, {os.cpu_count()} cores, {_memory_gb():.0f} GB; "
        f"load before {os.getloadavg()[0]:.1f}; {platform.system()}, Python {platform.python_version()}, {packages}"
    )


def _processor() -> str:
    return _field(Path("/proc/cpuinfo"), "model name") or platform.machine()


def _memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


def peak_memory_mb(pid: int) -> float | None:
    """The most memory that a living process has held, in MB; None where the system does not tell."""
    found = _field(Path(f"/proc/{pid}/status"), "VmHWM")
    return int(found.split()[0]) / 1024 if found else None


def memory_mb(pid: int) -> float:
    """The memory that a living process holds now, in MB."""
    found = _field(Path(f"/proc/{pid}/status"), "VmRSS")
    if found is None:
        raise RuntimeError(f"expected the memory of process {pid} in /proc; this system does not tell")
    return int(found.split()[0]) / 1024


def _field(file: Path, name: str) -> str | None:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), None)


def family(oldest: int) -> dict[int, float]:
    """The memory of a living process and of all that it started, and these in turn, in MB by process id."""
    parents, megabytes = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it may end while we look
            fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
            pid = int(stat.parent.name)
            parents[pid] = int(fields[1])
            megabytes[pid] = int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    found, wave = set[int](), {oldest} & parents.keys()
    while wave:
        found |= wave
        wave = {pid for pid, parent in parents.items() if parent in wave}
    return {pid: megabytes[pid] for pid in found}
