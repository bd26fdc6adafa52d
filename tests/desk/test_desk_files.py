"""What was handed in lies under its hash, whole or not at all; no name of anybody's is a path."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import threading
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk.errors import Damaged
from desk.files import BLOCK_BYTES, Files


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "files")


@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(content=st.binary(max_size=300))
def test_a_file_lies_under_its_hash(files: Files, content: bytes) -> None:
    sha256 = files.keep(io.BytesIO(content))
    assert sha256 == hashlib.sha256(content).hexdigest()
    assert files.read(sha256) == content
    assert files.path(sha256) == files.folder / sha256[:2] / sha256


def test_more_than_a_block_and_twice(files: Files) -> None:
    content = os.urandom(2 * BLOCK_BYTES + 1)
    assert files.keep(io.BytesIO(content)) == files.keep(io.BytesIO(content))
    [sha256] = files.all()
    assert files.read(sha256) == content
    files.remove(sha256)
    files.remove(sha256)
    assert not files.has(sha256) and list(files.all()) == []


BAD = [
    "",
    "..",
    "../../etc/passwd",
    "/etc/passwd",
    "a" * 63,
    "A" * 64,
    "a" * 64 + "\n",
    "a" * 62 + "/.",
    "\0" * 64,
    "a" * 65,
]


@pytest.mark.parametrize("name", BAD, ids=ascii)
def test_no_name_is_a_path(files: Files, name: str) -> None:
    for ask in (files.path, files.read, files.remove, files.has):
        with pytest.raises(FileNotFoundError):
            ask(name)


def test_a_file_that_changed_is_told(files: Files) -> None:
    sha256 = files.keep(io.BytesIO(b"as it was"))
    files.path(sha256).write_bytes(b"as it is")
    with pytest.raises(Damaged, match=sha256):
        files.read(sha256)
    assert files.keep(io.BytesIO(b"as it was")) == sha256
    assert files.read(sha256) == b"as it was"


@pytest.mark.parametrize("failing", ["fsync", "write", "replace"])
def test_a_full_disk_leaves_nothing(files: Files, failing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    class Full(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell():
                full()
            return super().read(4)

    if failing == "fsync":
        monkeypatch.setattr(os, "fsync", full)
    elif failing == "replace":
        monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        files.keep(Full(b"content") if failing == "write" else io.BytesIO(b"content"))
    assert [path for path in files.folder.rglob("*") if path.is_file()] == []


def test_leftovers_are_no_files_and_go_once_they_are_old(files: Files) -> None:
    files.keep(io.BytesIO(b"x"))
    left = files.folder / ".new-abc"
    left.write_bytes(b"half")
    (files.folder / "ab").mkdir()
    (files.folder / "ab" / "README").write_text("none of ours")
    assert len(list(files.all())) == 1
    assert files.sweep(time.time() - 60) == 0
    assert files.sweep(time.time() + 60) == 1
    assert not left.exists()


def test_the_same_file_by_many_at_once(files: Files) -> None:
    content, found = os.urandom(100_000), []
    keepers = [threading.Thread(target=lambda: found.append(files.keep(io.BytesIO(content)))) for _ in range(8)]
    for one in keepers:
        one.start()
    for one in keepers:
        one.join()
    assert len(found) == 8 and len(set(found)) == 1
    assert files.read(found[0]) == content
