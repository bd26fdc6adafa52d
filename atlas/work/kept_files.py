"""Files that were made once and are sent many times: on disk, by build, bounded, the oldest out first.

`<folder>/<build id>/<key>/<name to offer>` holds a finished file; `<folder>/making-<token>/` is what one server is
making. A file becomes visible by one rename, so several servers may share a folder and a server may die at any
instant; what a dead one left is removed by the next.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import tempfile
import threading
from functools import lru_cache
from pathlib import Path

from filelock import FileLock, Timeout

from indicators.database import Atlas

MOST_BYTES = 2 << 30
MOST_FILES = 1_000
LEAST_FREE_BYTES = 256 << 20  # of the disk; below that, nothing new is made
FOLDER = ".files"
MAKING = "making-"


class DiskFull(OSError):
    """There is no room for another file, even without the kept ones."""


class KeptFiles:
    """The files of one folder of builds."""

    def __init__(self, folder: Path, builds: Path, most_bytes: int = MOST_BYTES, most_files: int = MOST_FILES) -> None:
        """`folder` is made where it is missing; `builds` is where the atlases lie that the files are made from."""
        self.folder, self._builds = folder, builds
        self._most_bytes, self._most_files = most_bytes, most_files
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._remove_leftovers()
        self._own = folder / f"{MAKING}{secrets.token_hex(8)}"
        self._alive = FileLock(f"{self._own}.lock")  # the system lets go of it however this process ends
        self._alive.acquire()
        self._own.mkdir()

    def find(self, build_id: str, key: str) -> Path | None:
        """The finished file, if it is still kept."""
        return _only_file(self.folder / build_id / key)

    def workplace(self) -> Path:
        """An empty folder to make a file in. Raises DiskFull."""
        self._make_room(0)
        if shutil.disk_usage(self.folder).free < LEAST_FREE_BYTES:
            raise DiskFull
        return Path(tempfile.mkdtemp(dir=self._own))

    def keep(self, workplace: Path, build_id: str, key: str) -> Path:
        """Take in the one file of a workplace; another server's file of the same key is as good."""
        made = _only_file(workplace)
        if made is None:
            raise FileNotFoundError("nothing was made")
        target = self.folder / build_id / key
        with made.open("rb") as stream:
            os.fsync(stream.fileno())
        with self._lock:
            self._make_room(made.stat().st_size)
            target.parent.mkdir(exist_ok=True)
            with contextlib.suppress(OSError):  # another server was faster
                workplace.rename(target)
        return target / made.name

    def lend(self, kept: Path) -> Path:
        """A second name of a kept file, to send it by: it stays whole if the first goes. The borrower removes it.

        Raises FileNotFoundError where the file is gone already."""
        name = self._own / f"sent-{secrets.token_hex(8)}"
        os.link(kept, name)
        return name

    def _make_room(self, bytes_needed: int) -> None:
        """Remove files of builds that are gone, then the oldest until one more file fits."""
        for build in self._build_folders():
            if not (self._builds / f"atlas-{build.name}.duckdb").exists():
                self._remove(build)
        kept = sorted(self._kept(), key=lambda one: one[0])
        held = sum(size for _, size, _ in kept)
        free = shutil.disk_usage(self.folder).free
        while kept and (
            held + bytes_needed > self._most_bytes
            or len(kept) >= self._most_files
            or free < LEAST_FREE_BYTES + bytes_needed
        ):
            _, size, oldest = kept.pop(0)
            self._remove(oldest)
            held, free = held - size, free + size

    def _build_folders(self) -> list[Path]:
        return [one for one in self.folder.iterdir() if one.is_dir() and not one.name.startswith(MAKING)]

    def _kept(self) -> list[tuple[float, int, Path]]:
        """Time, bytes and folder of every kept file."""
        found = []
        for build in self._build_folders():
            for folder in build.iterdir():
                if (file := _only_file(folder)) is not None:
                    about = file.stat()
                    found.append((about.st_mtime, about.st_size, folder))
        return found

    def _remove(self, folder: Path) -> None:
        """Out of sight in one step, then away."""
        with contextlib.suppress(OSError):  # another server removes it as well
            gone = folder.rename(self._own / f"gone-{secrets.token_hex(8)}")
            shutil.rmtree(gone, ignore_errors=True)

    def _remove_leftovers(self) -> None:
        """What servers left that are no more: their locks can be had."""
        for lock in self.folder.glob(f"{MAKING}*.lock"):
            with contextlib.suppress(Timeout, OSError), FileLock(lock, timeout=0):
                shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
                lock.unlink(missing_ok=True)


def _only_file(folder: Path) -> Path | None:
    try:
        return next(folder.iterdir(), None)
    except (FileNotFoundError, NotADirectoryError):
        return None


def of(atlas: Atlas) -> KeptFiles:
    """Where this atlas's files are kept: `ATLAS_CACHE_DIR`, else beside the builds, else the system's temporary
    folder.
    """
    return _of(atlas.path.parent.resolve(), os.environ.get("ATLAS_CACHE_DIR"))


@lru_cache(maxsize=8)
def _of(builds: Path, given: str | None) -> KeptFiles:
    mark = hashlib.blake2b(str(builds).encode(), digest_size=6).hexdigest()
    if given:
        return KeptFiles(Path(given) / mark, builds)
    try:
        return KeptFiles(builds / FOLDER, builds)
    except OSError:  # a folder that only the ETL may write
        own = Path(tempfile.gettempdir()) / f"atlas-files-{os.getuid() if hasattr(os, 'getuid') else 'own'}"
        own.mkdir(mode=0o700, exist_ok=True)
        if hasattr(os, "getuid") and own.stat().st_uid != os.getuid():
            raise
        return KeptFiles(own / mark, builds)
