"""The one place that opens a built atlas: read-only, verified, thread-safe.

A `Shelf` holds the open builds of one folder. It follows `CURRENT`: a new build is verified, opened and proved before
it is switched to, and where the named one is no good, the newest good one is served and the shelf says why. A reader
that is in the middle of a page keeps the build it began with; a build that nobody may ask for any more is closed.
"""

from __future__ import annotations

import logging
import os
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import duckdb

from ground import builds, handles
from indicators.packed import packed, unpacked

DEFAULT_BUILD_DIR = Path(__file__).resolve().parent.parent / "data" / "build"
OPEN_BUILDS_KEPT = 2  # the one being served and the one whose addresses open pages still hold
SHELVES_KEPT = 8  # a server has one; tests have many

LOG = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R")
#: What DuckDB raises where a file is not what it was: torn, rotten, cut off, unmounted.
UNREADABLE = (
    duckdb.IOException,
    duckdb.FatalException,
    duckdb.InternalException,
    duckdb.SerializationException,
)
#: Asks a freshly opened build what a visitor would ask first; any exception says that it must not be served.
Proof = Callable[["Atlas"], None]


class AtlasMissing(RuntimeError):
    """There is no readable atlas; the message says which command makes one."""


class AtlasClosed(AtlasMissing):
    """This build was let go; the page that still asks for it must be loaded again."""


class Atlas:
    """One published build, open for reading. One DuckDB cursor per thread."""

    def __init__(self, path: Path) -> None:
        """Raises NotGood where the file is not called as builds are, or DuckDB cannot read it."""
        matched = builds.BUILD_FILE.fullmatch(path.name)
        if matched is None:
            raise builds.NotGood(f"{path.name} is not named atlas-<build id>.duckdb")
        self.path = path
        self.build_id = matched.group(1)
        self._inode = builds.identity(path)[0]
        try:
            self._connection: duckdb.DuckDBPyConnection | None = handles.read_only(path)
        except duckdb.Error as error:
            raise builds.NotGood(f"{path.name} cannot be read by this DuckDB") from error
        self._local = threading.local()
        self._remembered: dict[Hashable, Callable[..., Any]] = {}
        self._readers = 0
        self._is_leaving = False
        self._lock = threading.Lock()

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor of the calling thread's own; DuckDB cursors must not be shared. Raises AtlasClosed."""
        local, connection = self._local, self._connection
        if connection is None:
            raise AtlasClosed(f"build {self.build_id} is not open any more; reload the page")
        if not hasattr(local, "cursor"):
            local.cursor = connection.cursor()
        return cast(duckdb.DuckDBPyConnection, local.cursor)

    @property
    def is_open(self) -> bool:
        return self._connection is not None

    @property
    def is_damaged(self) -> bool:
        """Whether the file was written over in place. One that was removed or replaced stays readable as it was."""
        try:
            if builds.identity(self.path)[0] == self._inode:
                builds.check(self.path)
        except builds.Damaged:
            return True
        except (builds.NotGood, OSError):
            return False
        return False

    @contextmanager
    def reading(self) -> Iterator[Atlas]:
        """Keep this build open to the end of the block."""
        with self._lock:
            self._readers += 1
        try:
            yield self
        finally:
            with self._lock:
                self._readers -= 1
                is_last = self._is_leaving and not self._readers
            if is_last:
                self._close()

    def leave(self) -> None:
        """Close as soon as nobody is reading."""
        with self._lock:
            self._is_leaving = True
            is_free = not self._readers
        if is_free:
            self._close()

    def remembered(self, ask: Callable[..., Any], most: int) -> Callable[..., Any]:
        """`ask` about this build, with its last answers kept, frames packed, for as long as the build is open."""
        if ask not in self._remembered:
            this = weakref.ref(self)  # a ring of references would keep the file open until it is collected
            self._remembered[ask] = lru_cache(maxsize=most)(lambda *args, **named: packed(ask(this(), *args, **named)))
        return self._remembered[ask]

    def _close(self) -> None:
        """Let go of everything. A query at work holds its own cursor, and the file with it, until it is done."""
        self._connection = None
        self._local = threading.local()
        self._remembered = {}


def per_build(
    most: int,
) -> Callable[[Callable[Concatenate[Atlas, P], R]], Callable[Concatenate[Atlas, P], R]]:
    """Decorator: keep up to `most` answers of a function of an atlas, inside the atlas, so that they go with it.

    Each reader gets a frame of his own (indicators/packed.py says why).
    """

    def decorate(ask: Callable[Concatenate[Atlas, P], R]) -> Callable[Concatenate[Atlas, P], R]:
        @wraps(ask)
        def kept(atlas: Atlas, *args: P.args, **named: P.kwargs) -> R:
            return cast(R, unpacked(atlas.remembered(ask, most)(*args, **named)))

        return kept

    return decorate


class Shelf:
    """The open builds of one folder, and which of them is served."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.served: Atlas | None = None
        self.trouble = ""  # why not what CURRENT names, in words without a path
        self.is_watched = False  # somebody calls `look` regularly, so that readers need not
        self._open: OrderedDict[Path, Atlas] = OrderedDict()  # the last served comes last
        self._leaving: list[Atlas] = []  # until their last readers are done
        self._seen: object = None
        self._looking = threading.Lock()

    def look(self, prove: Proof = lambda atlas: None) -> list[Atlas]:
        """Follow the folder, if anything in it changed: switch to the best build. Returns the builds it let go of."""
        if builds.state(self.directory) == self._seen:
            return []
        with self._looking:
            seen = builds.state(self.directory)
            if seen == self._seen:  # another thread has looked meanwhile
                return []
            chosen, reasons = self._best(prove)
            damaged = [path for path, atlas in self._open.items() if atlas.is_damaged]
            gone = [self._open.pop(path) for path in damaged]
            if chosen is None and self.served not in gone:
                chosen = self.served  # its file may have gone; it can be read all the same
            self._switch(chosen, "; ".join(reasons))
            gone += self._surplus()
            self._leaving = [atlas for atlas in (*self._leaving, *gone) if atlas.is_open]
            for atlas in gone:
                atlas.leave()
            self._seen = seen
            return gone

    def doubt(self) -> None:
        """Have the next look read the files themselves again, changed or not."""
        builds.check_anew()
        self._seen = None

    def _switch(self, chosen: Atlas | None, trouble: str) -> None:
        """Say what changed, once."""
        if trouble and trouble != self.trouble:
            LOG.warning("%s; serving %s", trouble, chosen.build_id if chosen else "nothing")
        elif self.trouble and not trouble:
            LOG.warning("as CURRENT says again; serving %s", chosen.build_id if chosen else "nothing")
        elif chosen is not self.served and chosen is not None:
            LOG.info("serving build %s", chosen.build_id)
        self.served, self.trouble = chosen, trouble

    def of_build(self, build_id: str) -> Atlas | None:
        """A build by its id, if it is open; also one that only pages in flight still read."""
        held = (*self._open.values(), *self._leaving)
        return next((atlas for atlas in held if atlas.build_id == build_id and atlas.is_open), None)

    def _best(self, prove: Proof) -> tuple[Atlas | None, list[str]]:
        """The first candidate that holds, and why those before it do not."""
        reasons: list[str] = []
        for candidate in builds.candidates(self.directory):
            try:
                return self._proved(candidate, prove), reasons
            except builds.NotGood as reason:
                reasons.append(str(reason))
        return None, reasons

    def _proved(self, candidate: Path | builds.NotGood, prove: Proof) -> Atlas:
        if isinstance(candidate, builds.NotGood):
            raise candidate
        builds.check(candidate)
        if candidate not in self._open:
            self._open[candidate] = atlas = Atlas(candidate)  # found by its id while it is proved
            try:
                prove(atlas)
            except Exception as error:
                self._open.pop(candidate).leave()
                raise builds.NotGood(f"{candidate.name} does not answer ({type(error).__name__})") from error
        self._open.move_to_end(candidate)
        return self._open[candidate]

    def _surplus(self) -> list[Atlas]:
        oldest_first = [path for path, atlas in self._open.items() if atlas is not self.served]
        return [self._open.pop(path) for path in oldest_first[: max(0, len(self._open) - OPEN_BUILDS_KEPT)]]


def build_dir() -> Path:
    """Where builds are published; `ATLAS_BUILD_DIR` overrides it (tests, several atlases)."""
    return Path(os.environ.get("ATLAS_BUILD_DIR", DEFAULT_BUILD_DIR))


_shelves: OrderedDict[Path, Shelf] = OrderedDict()
_lock = threading.Lock()


def shelf_of(directory: Path | None = None) -> Shelf:
    """The shelf of a folder, the same one for all threads."""
    directory = directory or build_dir()
    with _lock:
        shelf = _shelves.setdefault(directory, Shelf(directory))
        _shelves.move_to_end(directory)
        while len(_shelves) > SHELVES_KEPT:
            _shelves.popitem(last=False)  # its builds are closed when their last readers let go
        return shelf


def current(directory: Path | None = None) -> Atlas:
    """The atlas to read now: what `CURRENT` names, or the newest good one. Raises AtlasMissing where there is none."""
    shelf = shelf_of(directory)
    if not shelf.is_watched:
        shelf.look()
    if shelf.served is None:
        raise AtlasMissing(f"{shelf.trouble}; run: {builds.COMMAND}")
    return shelf.served


@contextmanager
def reading(directory: Path | None = None) -> Iterator[Atlas]:
    """The atlas to read now, kept open to the end of the block whatever is published meanwhile. Raises AtlasMissing."""
    with current(directory).reading() as atlas:
        yield atlas


def doubt() -> None:
    """A reader could not read: have the files looked at again."""
    shelf_of().doubt()


def of_build(build_id: str, directory: Path | None = None) -> Atlas | None:
    """A build by its id if it is the current one or still open, else None. Raises AtlasMissing where there is none."""
    atlas = current(directory)
    return atlas if atlas.build_id == build_id else shelf_of(directory).of_build(build_id)
