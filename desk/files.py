"""What was handed in, as it came: a file by its SHA-256, written once, never changed.

A name of a visitor's is never a path here. A file is on the disk before an entry of the log names it.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from desk.errors import Damaged

SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
BLOCK_BYTES = 1 << 20


class Readable(Protocol):
    """Bytes, some at a time."""

    def read(self, size: int, /) -> bytes: ...


class Files:
    """A folder of files by their hashes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, content: Readable) -> str:
        """Store all that is left to read, and return its SHA-256. Raises OSError where there is no room."""
        self.folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".new-", dir=self.folder)
        new, hashed = Path(name), hashlib.sha256()
        try:
            with os.fdopen(handle, "wb") as stream:
                while block := content.read(BLOCK_BYTES):
                    hashed.update(block)
                    stream.write(block)
                stream.flush()
                os.fsync(stream.fileno())
            sha256 = hashed.hexdigest()
            path = self._path(sha256)
            path.parent.mkdir(exist_ok=True)
            new.replace(path)
            for folder in (path.parent, self.folder, self.folder.parent):
                _flush_names(folder)
            return sha256
        finally:
            new.unlink(missing_ok=True)

    def read(self, sha256: str) -> bytes:
        """The bytes, checked. Raises FileNotFoundError, Damaged."""
        content = self.path(sha256).read_bytes()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise Damaged(f"file {sha256}: not what was handed in")
        return content

    def path(self, sha256: str) -> Path:
        """Where it lies. Raises FileNotFoundError."""
        path = self._path(sha256)
        if not path.is_file():
            raise FileNotFoundError(f"file {sha256}")
        return path

    def has(self, sha256: str) -> bool:
        return self._path(sha256).is_file()

    def remove(self, sha256: str) -> None:
        """A person's text or photo goes; the entry that named it stays."""
        self._path(sha256).unlink(missing_ok=True)

    def all(self) -> Iterator[str]:
        """The hashes of all files that are there."""
        return (path.name for path in sorted(self.folder.glob("??/*")) if SHA256.fullmatch(path.name))

    def sweep(self, before: float) -> int:
        """Remove what a killed process left half written before an instant (s since 1970); returns how many.

        Younger ones may be what another process is writing.
        """
        removed = 0
        for left in self.folder.glob(".new-*"):
            with suppress(FileNotFoundError):
                if left.stat().st_mtime < before:
                    left.unlink()
                    removed += 1
        return removed

    def _path(self, sha256: str) -> Path:
        if not SHA256.fullmatch(sha256):
            raise FileNotFoundError("a SHA-256 was expected")
        return self.folder / sha256[:2] / sha256


def _flush_names(folder: Path) -> None:
    """A folder's names are content, too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
