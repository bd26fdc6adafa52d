"""Puts a finished build in place, so that a build that dies at any instant changes nothing.

A build is written as `.atlas-<id>.partial`, renamed once it is checked, and only then named by
`CURRENT`. Each step is one atomic rename; readers see the old atlas or the new one.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from etl.errors import BuildRunning, StorageError

POINTER = "CURRENT"
LOCK = ".build.lock"
KEPT_BUILDS = 2  # the current one and the one that open pages may still read
NEEDED_BYTES = 600 * 1024 * 1024


def new_build_id() -> str:
    """Sorts by time: `20261123T184501Z-1a2b`."""
    now = datetime.now(UTC)
    return f"{now:%Y%m%dT%H%M%SZ}-{hashlib.sha256(os.urandom(16)).hexdigest()[:4]}"


@contextlib.contextmanager
def build_lock(directory: Path) -> Iterator[None]:
    """One build at a time. Raises BuildRunning, or StorageError where the folder cannot be used."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        lock = FileLock(directory / LOCK, timeout=0)
        lock.acquire()
    except Timeout:
        raise BuildRunning(
            str(directory),
            "no other build at work",
            "another build holds the lock",
            "wait for it, or stop it",
        ) from None
    except OSError as error:
        raise StorageError(
            str(directory), "a folder that can be written", str(error), "mend rights or space"
        ) from error
    try:
        _remove_leftovers(directory)
        yield
    finally:
        lock.release()


def refuse_full_disk(directory: Path) -> None:
    free = shutil.disk_usage(directory).free
    if free < NEEDED_BYTES:
        raise StorageError(
            str(directory),
            f"{NEEDED_BYTES // 2**20:,} MiB of free space",
            f"{free // 2**20:,} MiB",
            "free space, or name another folder: ATLAS_BUILD_DIR",
        )


def partial_path(directory: Path, build_id: str) -> Path:
    return directory / f".atlas-{build_id}.partial"


def publish(directory: Path, build_id: str) -> Path:
    """Make a finished partial file the current atlas; returns its path."""
    target = directory / f"atlas-{build_id}.duckdb"
    partial = partial_path(directory, build_id)
    with partial.open("rb+") as stream:
        os.fsync(stream.fileno())
    partial.replace(target)
    pointer = directory / f".{POINTER}.{build_id}"
    pointer.write_text(target.name + "\n", encoding="utf-8")
    pointer.replace(directory / POINTER)
    _remove_old(directory, target)
    return target


def current_file(directory: Path) -> Path | None:
    """The published file, or None where there is none."""
    try:
        path = directory / (directory / POINTER).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    return path if path.is_file() else None


def _remove_leftovers(directory: Path) -> None:
    """What a killed build left behind; the lock says nobody is using it."""
    for leftover in (*directory.glob(".atlas-*.partial*"), *directory.glob(f".{POINTER}.*")):
        leftover.unlink(missing_ok=True)


def _remove_old(directory: Path, current: Path) -> None:
    """Older builds, but never the newest ones: a page in flight may still read the last."""
    builds = sorted(directory.glob("atlas-*.duckdb"), reverse=True)
    for build in builds[KEPT_BUILDS:]:
        if build != current:
            with contextlib.suppress(OSError):  # still open on Windows: the next build removes it
                build.unlink()
    kept = {f"rejects-{build.stem.removeprefix('atlas-')}" for build in directory.glob("atlas-*.duckdb")}
    for folder in directory.glob("rejects-*"):  # of builds that are gone, or that died
        if folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)
