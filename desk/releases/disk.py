"""Files that appear whole or not at all, one writer at a time, and what the system says in words without paths."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from desk.releases.errors import ArchiveStorage

PARTIAL = ".partial"
_NEVER_WRITTEN = 0o444


@contextlib.contextmanager
def locked(folder: Path, name: str, wait_s: float) -> Iterator[None]:
    """Alone among threads and processes; makes the folder. Raises ArchiveStorage after `wait_s`."""
    with trouble_named(f"the folder of the lock {name}"):
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / name)
        try:
            lock.acquire(timeout=wait_s)
        except Timeout:
            raise ArchiveStorage(
                f"the lock {name}", f"it free within {wait_s:.0f} s", "another process holds it", "try again later"
            ) from None
    try:
        yield
    finally:
        lock.release()


def write_new(target: Path, pieces: Iterable[bytes], *, lasting: bool) -> None:
    """Under a lock of the caller's. `lasting`: on the disk, name and content, when this returns. Raises OSError, and
    whatever `pieces` raises; nothing is left then.
    """
    partial = target.with_name(f".{target.name}{PARTIAL}")
    try:
        with partial.open("wb") as stream:
            for piece in pieces:
                stream.write(piece)
            stream.flush()
            if lasting:
                os.fsync(stream.fileno())
        partial.chmod(_NEVER_WRITTEN)
        partial.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        raise
    if lasting:
        _flush_names(target.parent)


def remove_partials(folder: Path) -> None:
    """What a killed writer left; the caller's lock says that there is no other."""
    for leftover in folder.glob(f".*{PARTIAL}"):
        with contextlib.suppress(OSError):
            leftover.unlink()


@contextlib.contextmanager
def trouble_named(what: str) -> Iterator[None]:
    """What the system refuses becomes ArchiveStorage; a full disk most of all."""
    try:
        yield
    except OSError as error:
        raise ArchiveStorage(
            what,
            "a disk with room and the right to write",
            error.strerror or type(error).__name__,
            "free space or mend rights, then try again: no half release was left",
        ) from error


def _flush_names(folder: Path) -> None:
    """A folder's names are content, too. Windows has no way to ask for this, and no need."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
