"""The folder of published builds: how its files are called, and which of them can be trusted.

A build is `atlas-<id>.duckdb` with its checksum beside it (`….sha256`, as `sha256sum -c` reads it); `CURRENT` names
the build to be served. Nothing in the folder is believed before it is looked at: a disk may fill, tear or rot, a copy
may stop half-way. A build is good if its bytes are those that were published.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

POINTER = "CURRENT"
BUILD_FILE = re.compile(r"atlas-([0-9A-Za-z._-]{1,80})\.duckdb", re.ASCII)
COMMAND = "python -m etl build"
_SMALL_BYTES = 512  # more than a pointer or a checksum ever has
_CHECKSUM = re.compile(r"([0-9a-f]{64}) [ *](\S+)\n?", re.ASCII)

#: What tells one state of a file from another without reading it.
Identity = tuple[int, int, int, int]


class NotGood(Exception):
    """A build that must not be served. The message says why, and names no folder."""


class Damaged(NotGood):
    """Its bytes are not those that were published."""


def checksum_path(build: Path) -> Path:
    """The file that holds a build's checksum."""
    return build.with_name(f"{build.name}.sha256")


def checksum_line(content: Path, name: str) -> str:
    """What `sha256sum` would print of a file that will be called `name`. Raises OSError."""
    with content.open("rb") as stream:
        return f"{hashlib.file_digest(stream, 'sha256').hexdigest()}  {name}\n"


def seal(build: Path) -> None:
    """Write the checksum of a file that stands under its final name already."""
    checksum_path(build).write_text(checksum_line(build, build.name), encoding="ascii")


def offer(build: Path) -> None:
    """Seal a file that was copied or made by hand, and have it served. The ETL publishes more carefully."""
    seal(build)
    pointer = build.with_name(f".{POINTER}.{build.stem}")
    pointer.write_text(f"{build.name}\n", encoding="ascii")
    pointer.replace(build.with_name(POINTER))


def named(directory: Path) -> Path:
    """The file that the pointer names, there or not. Raises NotGood where it names none."""
    name = _small_text(directory / POINTER).strip()
    if BUILD_FILE.fullmatch(name) is None:
        raise NotGood(f"{POINTER} does not name a build")
    return directory / name


def newest_first(directory: Path) -> list[Path]:
    """All files called as builds are; their ids sort by time."""
    try:
        names = os.listdir(directory)
    except OSError:
        return []
    return [directory / name for name in sorted(names, reverse=True) if BUILD_FILE.fullmatch(name)]


def candidates(directory: Path) -> Iterator[Path | NotGood]:
    """What may be served, the best first: the build that the pointer names (or why it names none), then the newest."""
    first = None
    try:
        first = named(directory)
        yield first
    except NotGood as reason:
        yield reason
    yield from (build for build in newest_first(directory) if build != first)


def good(directory: Path) -> Path | None:
    """The best build that is good, or None."""
    for candidate in candidates(directory):
        if isinstance(candidate, Path) and why_not(candidate) is None:
            return candidate
    return None


def why_not(build: Path) -> str | None:
    """`check` as an answer: None for a good build, else the reason."""
    try:
        check(build)
    except NotGood as reason:
        return str(reason)
    return None


def check(build: Path) -> None:
    """Raises NotGood unless the bytes are those that were published.

    Read once per state of the file: 0.1 s for a national atlas of 143 MB.
    """
    told = _CHECKSUM.fullmatch(_small_text(checksum_path(build)))
    if told is None or told[2] != build.name:
        raise NotGood(f"{build.name}.sha256 is not the checksum of {build.name}")
    if Path(f"{build}.wal").exists():  # DuckDB would add it to what was checked
        raise NotGood(f"{build.name} has changes beside it that were never published")
    try:
        found = _sha256(build, identity(build))
    except OSError as error:
        raise NotGood(f"{build.name} {_trouble(error)}") from error
    if found != told[1]:
        raise Damaged(f"{build.name} is damaged: its checksum is another one")


def check_anew() -> None:
    """Read every build again when it is next asked about: a disk that rots leaves size and time as they were."""
    _sha256.cache_clear()


def identity(path: Path) -> Identity:
    """Of a file as it is now. Raises OSError, also where it is no ordinary file."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise OSError("not a file")
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def state(directory: Path) -> frozenset[tuple[str, Identity | None]]:
    """Another value after every change of pointer, builds or checksums. A few microseconds."""
    found = set()
    try:
        with os.scandir(directory) as entries:
            for entry in entries:
                if entry.name == POINTER or entry.name.startswith("atlas-"):
                    found.add((entry.name, _identity_or_none(Path(entry.path))))
    except OSError:
        return frozenset()
    return frozenset(found)


def _identity_or_none(path: Path) -> Identity | None:
    try:
        return identity(path)
    except OSError:
        return None


@lru_cache(maxsize=16)
def _sha256(path: Path, as_it_is: Identity) -> str:
    del as_it_is  # a part of the key: another state is read again
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _small_text(path: Path) -> str:
    """A short text file. Raises NotGood where it is none: a folder, a pipe, a link in a ring, other bytes."""
    try:
        identity(path)
        with path.open("rb") as stream:
            return stream.read(_SMALL_BYTES).decode("ascii")
    except UnicodeDecodeError as error:
        raise NotGood(f"{path.name} holds no text") from error
    except OSError as error:
        raise NotGood(f"{path.name} {_trouble(error)}") from error


def _trouble(error: OSError) -> str:
    """In words, and without the path that the system's own message has."""
    if isinstance(error, FileNotFoundError):
        return "is missing"
    return f"cannot be read ({error.strerror or error})"
