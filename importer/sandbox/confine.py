"""Takes away from the calling process what reading a file does not need. Once taken, nothing comes back.

Two kinds of wall, one behind the other. Limits (memory, processor, sizes of files) hold on every system that has them;
on Linux the kernel also closes the file system (Landlock) and the calls that reach beyond the process (seccomp).
`confine` says what is in force, because a machine may have fewer of them.
"""

from __future__ import annotations

import contextlib
import os
import sys
import sysconfig
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from importer.sandbox import landlock, seccomp

MEMORY_BYTES = 1024**3  # of address space, libraries included
CPU_SECONDS = 120
SCRATCH_FILE_BYTES = 2 * 1024**3  # the largest file that may be written
#: What the libraries open late: time zones, and shared libraries that are loaded when first needed.
SYSTEM = (
    "/usr/share/zoneinfo",
    "/etc/localtime",
    "/etc/ld.so.cache",
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
)
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
#: How large the machine is: libraries ask before they compute, and one of them falls over where it hears nothing.
MACHINE = ("/proc/self/cgroup", "/proc/meminfo", "/proc/stat", "/sys/devices/system/cpu", "/sys/fs/cgroup")

_in_force: tuple[str, ...] = ()


def confine(
    readable: Sequence[Path],
    writable: Sequence[Path],
    memory_bytes: int = MEMORY_BYTES,
    cpu_seconds: int = CPU_SECONDS,
    listed: Sequence[Path] = (),
) -> tuple[str, ...]:
    """Confine this process and its threads for good; returns the names of what is in force.

    `readable` and `writable` are files or folders with all that lies below, of folders in `listed` the names alone;
    what does not exist is passed over.
    Beside them only Python's own installation can be read. No process can be started and no address reached.
    """
    global _in_force
    forced = [*_limit(memory_bytes, cpu_seconds, bool(writable))]
    if sys.platform == "linux":
        forced += landlock.restrict([*readable, *installation()], writable, listed)
        forced += seccomp.deny()
    _in_force = tuple(forced)
    return _in_force


def in_force() -> tuple[str, ...]:
    """What `confine` put in force for this process; empty where it was not called."""
    return _in_force


def is_confined() -> bool:
    return bool(_in_force)


@lru_cache(maxsize=1)
def installation() -> tuple[Path, ...]:
    """Folders of Python, its packages and this one: what an import or a projection may still open."""
    ours = Path(__file__).resolve().parent.parent
    named = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    packages = {str(Path(path).resolve()) for path in named if path}
    return (ours, *map(Path, sorted(packages)), *map(Path, (*SYSTEM, *DEVICES, *MACHINE)))


def _limit(memory_bytes: int, cpu_seconds: int, writes: bool) -> Iterable[str]:
    try:
        import resource
    except ImportError:  # Windows has no such limits: there the one who waits has a clock
        return
    bounds = (
        (resource.RLIMIT_AS, memory_bytes, f"address space {memory_bytes // 1024**2:,} MiB"),
        (resource.RLIMIT_CPU, cpu_seconds, f"processor {cpu_seconds:,} s"),
        (resource.RLIMIT_FSIZE, SCRATCH_FILE_BYTES if writes else 0, "size of files"),
        (resource.RLIMIT_CORE, 0, "no core dumps"),
    )
    for what, most, name in bounds:
        hard = resource.getrlimit(what)[1]
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        # Of the processor's time the soft limit sends a signal that says so, the hard one only kills.
        last = bound + 1 if what == resource.RLIMIT_CPU and bound != hard else bound
        with contextlib.suppress(OSError, ValueError):  # macOS refuses some of them
            resource.setrlimit(what, (bound, last))
            yield name


def small_environment() -> dict[str, str]:
    """What a confined process is given of the environment: no secrets, one thread per library, no network."""
    kept = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "SYSTEMROOT", "TEMP", "TMP", "PYTHONPATH")
    return {name: os.environ[name] for name in kept if name in os.environ} | {
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "ARROW_DEFAULT_MEMORY_POOL": "system",  # the others reserve a gigabyte of addresses before they use any
        "MALLOC_ARENA_MAX": "1",
        "PROJ_NETWORK": "OFF",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
    }
