"""The one place that opens a built atlas: read-only, versioned, thread-safe.

A build is published as a new file `atlas-<build id>.duckdb` beside a text file
`CURRENT` that names it. Readers follow `CURRENT`, so a new build takes over without a
restart and a reader that is in the middle of a page keeps the file it began with.
"""

from __future__ import annotations

import os
import re
import threading
from collections import OrderedDict
from pathlib import Path

import duckdb

DEFAULT_BUILD_DIR = Path(__file__).resolve().parent.parent / "data" / "build"
POINTER = "CURRENT"
BUILD_FILE = re.compile(r"atlas-([0-9A-Za-z._-]+)\.duckdb")
OPEN_BUILDS_KEPT = 2  # the one being served and the one that pages in flight still read


class AtlasMissing(RuntimeError):
    """There is no readable atlas; the message says which command makes one."""


class Atlas:
    """One published build, open for reading. One DuckDB cursor per thread."""

    def __init__(self, path: Path) -> None:
        matched = BUILD_FILE.fullmatch(path.name)
        if matched is None:
            raise AtlasMissing(f"{path} is not named atlas-<build id>.duckdb; run: python -m etl build")
        self.path = path
        self.build_id = matched.group(1)
        self._connection = duckdb.connect(str(path), read_only=True, config={"threads": 2})
        self._local = threading.local()

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor of the calling thread's own; DuckDB cursors must not be shared."""
        if not hasattr(self._local, "cursor"):
            self._local.cursor = self._connection.cursor()
        cursor: duckdb.DuckDBPyConnection = self._local.cursor
        return cursor


def build_dir() -> Path:
    """Where builds are published; `ATLAS_BUILD_DIR` overrides it (tests, several atlases)."""
    return Path(os.environ.get("ATLAS_BUILD_DIR", DEFAULT_BUILD_DIR))


_open: OrderedDict[Path, Atlas] = OrderedDict()
_lock = threading.Lock()


def current(directory: Path | None = None) -> Atlas:
    """The atlas that `CURRENT` names now.

    Raises AtlasMissing where there is no pointer or the file it names is gone.
    """
    directory = directory or build_dir()
    try:
        name = (directory / POINTER).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise AtlasMissing(f"no atlas in {directory}; run: python -m etl build") from None
    return _opened(directory / name)


def of_build(build_id: str, directory: Path | None = None) -> Atlas | None:
    """A build by its id if it is the current one or still open, else None."""
    atlas = current(directory)
    if atlas.build_id == build_id:
        return atlas
    with _lock:
        return next((kept for kept in _open.values() if kept.build_id == build_id), None)


def _opened(path: Path) -> Atlas:
    with _lock:
        if path not in _open:
            if not path.is_file():
                raise AtlasMissing(f"{path} is gone; run: python -m etl build")
            _open[path] = Atlas(path)
            while len(_open) > OPEN_BUILDS_KEPT:
                _open.popitem(last=False)  # closed by DuckDB when its last cursor goes
        _open.move_to_end(path)
        return _open[path]
