"""What the numbers were measured on: never which machine, only what kind of one."""

from __future__ import annotations

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


def _field(file: Path, name: str) -> str | None:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), None)
