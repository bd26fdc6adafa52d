"""Files brought back, a few at a time: `<sha256>/atlas-….duckdb`, made once for all threads and processes.

What is here can be made again, so nothing waits for the disk: after a crash a file may be torn, and is hashed before
it is handed out.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path

from desk.releases import disk
from ground import builds

KEPT_S = 300.0  # a path that was handed out stays for so long, whatever else is asked for
_MAKING, _NAMES = ".making.lock", ".names.lock"
_MAKING_WAIT_S, _NAMES_WAIT_S = 300.0, 30.0
_OURS = re.compile(r"[0-9a-f]{64}", re.ASCII)


class Opened:
    """A folder of at most `most` files, but for those that were handed out a moment ago."""

    def __init__(self, folder: Path, most: int) -> None:
        self._folder, self._most = folder, most

    def get(self, name: str, sha256: str, make: Callable[[], Iterable[bytes]]) -> Path:
        """The file, checked; `make` is called if it is not there, by one caller at a time, so that memory for one is
        enough. Raises ArchiveStorage, and what `make` raises.
        """
        path = self._folder / sha256 / name
        if self._is_good(path, sha256):
            return path
        with disk.locked(self._folder, _MAKING, _MAKING_WAIT_S):
            if not self._is_good(path, sha256):
                self._make(path, make())
        return path

    def _is_good(self, path: Path, sha256: str) -> bool:
        """Touched before it is looked at, so that it is not let go in between."""
        try:
            with disk.locked(self._folder, _NAMES, _NAMES_WAIT_S):
                os.utime(path.parent)
            return _sha256(path, builds.identity(path)) == sha256
        except OSError:
            return False

    def _make(self, path: Path, pieces: Iterable[bytes]) -> None:
        """What a killed maker left is written over, or let go in its turn."""
        with disk.trouble_named("the folder of releases brought back"):
            with disk.locked(self._folder, _NAMES, _NAMES_WAIT_S):
                self._let_go(path.parent)
            path.parent.mkdir(exist_ok=True)
            disk.write_new(path, pieces, lasting=False)
            os.utime(path.parent)

    def _let_go(self, coming: Path) -> None:
        """The longest unasked ones. Who has one open reads on: on Linux a removed file lives until it is closed."""
        found = [entry for entry in self._folder.iterdir() if _OURS.fullmatch(entry.name) and entry != coming]
        oldest = sorted((entry.stat().st_mtime, entry) for entry in found)
        for asked_at, entry in oldest[: max(0, len(oldest) + 1 - self._most)]:
            if not 0 <= time.time() - asked_at < KEPT_S:
                shutil.rmtree(entry, ignore_errors=True)


@lru_cache(maxsize=64)
def _sha256(path: Path, as_it_is: builds.Identity) -> str:
    """Read once per process and state of the file: 0.1 s for 146 MB."""
    del as_it_is  # a part of the key: another state is read again
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
