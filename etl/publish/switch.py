"""Puts a finished build in place, so that a build that dies at any instant changes nothing.

A build is written as `.atlas-<id>.partial`. Once it is checked, its checksum gets its name, then the file, and
only then does `CURRENT` name it. Each step is one atomic rename of what is on the disk already; readers see the old
atlas or the new one, and never a file without its checksum.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from filelock import FileLock, Timeout

from etl.errors import BuildRunning, StorageError
from ground import builds
from ground.builds import POINTER

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
    """Make a finished partial file the current atlas; returns its path. Raises OSError."""
    target = directory / f"atlas-{build_id}.duckdb"
    partial = partial_path(directory, build_id)
    with partial.open("rb+") as stream:
        os.fsync(stream.fileno())
    sealed = partial.with_name(f"{partial.name}.sha256")
    _write(sealed, builds.checksum_line(partial, target.name))
    sealed.replace(builds.checksum_path(target))
    partial.replace(target)
    pointer = directory / f".{POINTER}.{build_id}"
    _write(pointer, target.name + "\n")
    _set_folder_aside(directory / POINTER, build_id)
    pointer.replace(directory / POINTER)
    _flush_names(directory)
    _remove_old(directory, target)
    return target


def _write(path: Path, text: str) -> None:
    """On the disk when this returns: a rename must not get there before its content."""
    with path.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


def _flush_names(directory: Path) -> None:
    """A folder's names are content, too. Windows has no way to ask for this, and no need."""
    with contextlib.suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _set_folder_aside(pointer: Path, build_id: str) -> None:
    """A folder that stands where the pointer belongs (a copy gone wrong) cannot be replaced by a file."""
    if pointer.is_dir() and not pointer.is_symlink():
        pointer.rename(pointer.with_name(f"{POINTER}-was-a-folder-{build_id}"))


def _remove_leftovers(directory: Path) -> None:
    """What a killed build left behind; the lock says nobody is using it."""
    for leftover in (*directory.glob(".atlas-*.partial*"), *directory.glob(f".{POINTER}.*")):
        _remove(leftover)
    _remove_strays(directory)


def _remove_old(directory: Path, current: Path) -> None:
    """Older builds, but never the newest good ones: a page in flight may still read the last, or all fall back to
    it.
    """
    others = (build for build in builds.newest_first(directory) if build != current)
    kept = {current, *islice((build for build in others if builds.why_not(build) is None), KEPT_BUILDS - 1)}
    for build in set(builds.newest_first(directory)) - kept:
        _remove(build)
    _remove_strays(directory)


def _remove_strays(directory: Path) -> None:
    """Checksums and rejected rows of builds that are gone, or that died before they had a name."""
    names = [build.name for build in builds.newest_first(directory)]
    for checksum in directory.glob("atlas-*.sha256"):
        if checksum.name.removesuffix(".sha256") not in names:
            _remove(checksum)
    ids = [name.removeprefix("atlas-").removesuffix(".duckdb") for name in names]
    for folder in directory.glob("rejects-*"):
        if folder.name.removeprefix("rejects-") not in ids:
            _remove(folder)


def _remove(path: Path) -> None:
    """Whatever stands there. What is still open on Windows is left to the next build."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            path.unlink()
