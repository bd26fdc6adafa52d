"""The archive of releases: every published build, for good, in little more than the bytes of one.

A release is stored whole, or as its difference from an earlier one that is; never from a difference, so that bringing
one back takes two steps at most. Files are written once and never changed: the stored bytes first, the manifest last.
How it was measured: docs/decisions/151-releases-kept-as-differences.md.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

from desk.releases import disk, manifest, patches
from desk.releases.errors import ReleaseDamaged, ReleaseRefused, ReleaseUnknown
from desk.releases.manifest import Kept, damaged
from desk.releases.opened import Opened
from ground import builds

MOST_RESTING = 12  # on one whole release: a year of months, and what a rotten disk can take at once
MOST_OF_WHOLE = 2  # that all differences from one whole release may cost together
FEWEST_OPENED = 4  # fewer, and visitors who compare two releases each would take them from one another
_LOCK, _LOCK_WAIT_S = ".archive.lock", 600.0
_DUCKDB = slice(8, 12), b"DUCK"

LOG = logging.getLogger(__name__)
Bases = Callable[[str], patches.Base]


class Archive:
    """Two folders: what is kept, which is all that a backup needs, and a few files brought back.

    Reading needs no right to write into the first. Keeping and opening take up to four times a file's bytes of memory.
    """

    def __init__(self, folder: Path, opened: Path, most_opened: int = 6) -> None:
        self._folder = folder
        self._opened = Opened(opened, max(most_opened, FEWEST_OPENED))

    def keep(self, number: str, file: Path) -> Kept:
        """Store a published build; the same one twice is once. A kill or an error leaves nothing, or all of it.

        Raises ReleaseRefused, ArchiveStorage; ReleaseDamaged where the number is there and its manifest broken.
        """
        manifest.checked_number(number)
        with disk.locked(self._folder, _LOCK, _LOCK_WAIT_S):
            disk.remove_partials(self._folder)
            content = _published(file)
            sha256 = hashlib.sha256(content).hexdigest()
            if number in self.numbers():
                return self._same(number, file.name, sha256)
            against, stored = self._packed(content)
            kept = Kept(
                number,
                file.name,
                sha256,
                len(content),
                hashlib.sha256(stored).hexdigest(),
                len(stored),
                against.number if against else None,
            )
            del content  # one file less in memory while it is brought back
            self._store(kept, stored)
            return kept

    def discard(self, number: str) -> None:
        """Let go of what was kept and then not published: nobody was told of it. No other release may rest on it.

        Raises ReleaseRefused, ReleaseUnknown, ReleaseDamaged, ArchiveStorage.
        """
        with disk.locked(self._folder, _LOCK, _LOCK_WAIT_S), disk.trouble_named(f"release {number}"):
            kept = self.kept(number)
            resting = [one.number for one in self._readable() if one.base == number]
            if resting:
                raise ReleaseRefused(
                    f"release {number}", "a release that no other rests on", ", ".join(resting), "keep it"
                )
            manifest.path_of(self._folder, number).unlink()
            (self._folder / kept.stored_name).unlink(missing_ok=True)

    def numbers(self) -> list[str]:
        """Of all releases, the oldest first. None where there is no folder yet."""
        return manifest.numbers(self._names())

    def kept(self, number: str) -> Kept:
        """What is known of a release. Raises ReleaseRefused, ReleaseUnknown, ReleaseDamaged."""
        return manifest.load(self._folder, number)

    def open(self, number: str) -> Path:
        """The file as it was, under its own name, not to be written to. It stays for `opened.KEPT_S` at least; who has
        opened it by then reads on.

        Raises ReleaseRefused, ReleaseUnknown, ReleaseDamaged, ArchiveStorage.
        """
        kept = self.kept(number)
        return self._opened.get(kept.file_name, kept.sha256, lambda: self._pieces(kept, self._base))

    def verify(self) -> list[ReleaseDamaged]:
        """What is wrong with which release, files that belong to none included; empty where all is well. Reads
        everything: half a second for each national release.
        """
        found, known = [], {_LOCK}
        bases = lru_cache(maxsize=1)(self._base)
        for number in self.numbers():
            known.add(manifest.path_of(self._folder, number).name)
            try:
                kept = self.kept(number)
                known.add(kept.stored_name)
                for _ in self._pieces(kept, bases):
                    pass
            except ReleaseDamaged as problem:
                found.append(problem)
        strays = [name for name in self._names() if name not in known and not name.endswith(disk.PARTIAL)]
        return found + [_stray(name) for name in sorted(strays)]

    def _names(self) -> list[str]:
        with disk.trouble_named("the folder of releases"):
            try:
                return os.listdir(self._folder)
            except FileNotFoundError:
                return []

    def _same(self, number: str, name: str, sha256: str) -> Kept:
        kept = self.kept(number)
        if (kept.sha256, kept.file_name) != (sha256, name):
            raise ReleaseRefused(
                f"release {number}",
                f"{kept.file_name} with sha256 {kept.sha256}, for a release never changes",
                f"{name} with {sha256}",
                f"publish a correction: {number[:7]}.1, or the next number after it",
            )
        return kept

    def _packed(self, content: bytes) -> tuple[Kept | None, bytes]:
        """As a difference while that pays; where they have become large, another whole makes the next small."""
        known = self._readable()
        base = next((kept for kept in reversed(known) if kept.base is None), None)
        resting = [kept.stored_bytes for kept in known if base and kept.base == base.number]
        if base and len(resting) < MOST_RESTING:
            try:
                patch = patches.packed(content, self._base(base.number))
                if sum(resting) + len(patch) <= MOST_OF_WHOLE * base.stored_bytes:
                    return base, patch
            except ReleaseDamaged as problem:
                LOG.warning("a release is stored whole, because its base is damaged: %s", problem)
        return None, patches.packed(content, None)

    def _readable(self) -> list[Kept]:
        """All releases whose manifest is good, the oldest first."""
        found = []
        for number in self.numbers():
            try:
                found.append(self.kept(number))
            except ReleaseDamaged as problem:
                LOG.warning("a release is passed over: %s", problem)
        return found

    def _store(self, kept: Kept, stored: bytes) -> None:
        """The manifest only after the disk has given back what it was given."""
        path, written = self._folder / kept.stored_name, manifest.path_of(self._folder, kept.number)
        with disk.trouble_named(f"release {kept.number}"):
            try:
                disk.write_new(path, [stored], lasting=True)
                for _ in self._pieces(kept, self._base):
                    pass
                disk.write_new(written, [manifest.text(kept).encode()], lasting=True)
            except BaseException:
                if not written.exists():
                    path.unlink(missing_ok=True)
                raise

    def _pieces(self, kept: Kept, bases: Bases) -> Iterator[bytes]:
        """The file in pieces; raises ReleaseDamaged before or at its end where it is not the one that was kept."""
        stored = self._stored(kept)
        against = bases(kept.base) if kept.base else None
        digest, size_bytes = hashlib.sha256(), 0
        try:
            for piece in patches.unpacked(stored, against):
                size_bytes += len(piece)
                if size_bytes > kept.size_bytes:
                    break
                digest.update(piece)
                yield piece
        except patches.Broken as error:
            raise damaged(kept.number, f"{kept.stored_name} as it was written", str(error)) from error
        if (size_bytes, digest.hexdigest()) != (kept.size_bytes, kept.sha256):
            raise damaged(kept.number, f"a file with sha256 {kept.sha256}", "another one was brought back")

    def _base(self, number: str) -> patches.Base:
        try:
            whole = self.kept(number)
        except ReleaseUnknown as problem:
            raise damaged(number, "its manifest, for other releases rest on it", "none") from problem
        if whole.base is not None:
            raise damaged(number, "a release stored whole, for another rests on it", f"one that rests on {whole.base}")
        return patches.base(b"".join(self._pieces(whole, self._base)))

    def _stored(self, kept: Kept) -> bytes:
        try:
            with (self._folder / kept.stored_name).open("rb") as stream:
                stored = stream.read(kept.stored_bytes + 1)
        except OSError as error:
            raise damaged(kept.number, kept.stored_name, f"cannot be read ({error.strerror})") from error
        if hashlib.sha256(stored).hexdigest() != kept.stored_sha256:
            raise damaged(kept.number, f"{kept.stored_name} as it was written", "other bytes")
        return stored


def _published(file: Path) -> bytes:
    """The bytes of a build, which are those of its checksum where one lies beside it. Raises ReleaseRefused."""
    if builds.BUILD_FILE.fullmatch(file.name) is None:
        raise _refused(file, "a file called atlas-<build id>.duckdb", repr(file.name))
    try:
        if builds.checksum_path(file).exists():
            builds.check(file)
        if builds.identity(file)[1] > patches.MOST_BYTES:
            raise _refused(file, f"at most {patches.MOST_BYTES:,} bytes", "more")
        content = file.read_bytes()
    except builds.NotGood as error:
        raise _refused(file, "a build as it was published", str(error)) from error
    except OSError as error:
        raise _refused(file, "a file that can be read", error.strerror or str(error)) from error
    if Path(f"{file}.wal").exists():
        raise _refused(file, "a file that is complete", "changes beside it that were never published")
    if content[_DUCKDB[0]] != _DUCKDB[1]:
        raise _refused(file, "a database of DuckDB", "another kind of file")
    return content


def _refused(file: Path, expected: str, found: str) -> ReleaseRefused:
    return ReleaseRefused(f"the build {file.name}", expected, found, "keep a build that was published")


def _stray(name: str) -> ReleaseDamaged:
    return ReleaseDamaged(
        "the folder of releases",
        "files of releases only",
        repr(name),
        "bring its manifest back from a backup, or remove it if it never had one",
    )
