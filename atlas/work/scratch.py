"""Folders for strangers' files: one per file, removed with it, and at the next start where a server died over it."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

PREFIX = "atlas-intake-"
LOCK = ".lock"  # held as long as the folder is in use; the system lets go of it with the process
JUST_MADE_S = 60  # perhaps not locked yet


@contextmanager
def folder() -> Iterator[Path]:
    """An empty folder of its own, for this user only."""
    with tempfile.TemporaryDirectory(prefix=PREFIX) as name, FileLock(Path(name) / LOCK):
        yield Path(name)


def sweep() -> int:
    """Remove the folders that a dead server has left; returns how many."""
    left = [path for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*") if _is_ours(path) and _is_free(path)]
    for path in left:
        shutil.rmtree(path, ignore_errors=True)
    return len(left)


def _is_ours(path: Path) -> bool:
    """Nobody else's folder, and no link: anybody may put one of this name where temporary files are."""
    found = path.lstat()
    is_folder = path.is_dir() and not path.is_symlink()
    is_mine = not hasattr(os, "getuid") or found.st_uid == os.getuid()
    return is_folder and is_mine and found.st_mtime < time.time() - JUST_MADE_S


def _is_free(path: Path) -> bool:
    lock = FileLock(path / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return False
    lock.release()
    return True
