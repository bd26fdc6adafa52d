"""Disks that rot, tear and fill: an error with a name, and never other bytes or half a release."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from keeping import content_of, python, write

from desk.releases import disk
from desk.releases.archive import Archive
from desk.releases.errors import ArchiveStorage, ReleaseDamaged
from importer.errors import Problem

DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "one bit": lambda stored: stored[:99] + bytes([stored[99] ^ 1]) + stored[100:],
    "cut off": lambda stored: stored[:-1],
    "longer": lambda stored: stored + b"\0",
    "empty": lambda stored: b"",
    "other": lambda stored: os.urandom(len(stored)),
}


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("number", ["2026.11", "2026.12"])
def test_damage_is_named_and_hands_out_nothing(two: Archive, tmp_path: Path, damage: str, number: str) -> None:
    path = tmp_path / "kept" / two.kept(number).stored_name
    write(path, DAMAGE[damage](path.read_bytes()))
    with pytest.raises(ReleaseDamaged, match=number):
        two.open(number)
    with pytest.raises(ReleaseDamaged, match=number):
        two.open("2026.12")  # itself, or what it rests on
    assert not list((tmp_path / "opened").rglob("*.duckdb")) and not list((tmp_path / "opened").rglob("*.partial"))
    assert len(two.verify()) == (2 if number == "2026.11" else 1)
    if number == "2026.12":
        two.open("2026.11")


def test_bytes_that_unpack_to_something_else(two: Archive, files: list[Path], tmp_path: Path) -> None:
    """A manifest written over by hand, all its checksums right but the last one."""
    path = tmp_path / "kept" / "2026.12.json"
    told = json.loads(path.read_text()) | {"sha256": "0" * 64}
    write(path, json.dumps(told).encode())
    with pytest.raises(ReleaseDamaged, match="another one"):
        two.open("2026.12")
    write(path, json.dumps(told | {"size_bytes": 10}).encode())
    with pytest.raises(ReleaseDamaged):
        two.open("2026.12")
    assert not list((tmp_path / "opened").rglob("*.duckdb"))


WRONG: dict[str, dict[str, Any]] = {
    "another release": {"number": "2026.10"},
    "a path for a name": {"file_name": "../atlas-a.duckdb"},
    "a path for a base": {"base": "../2026.11"},
    "itself for a base": {"base": "2026.12"},
    "a base that is not there": {"base": "2020.01"},
    "a checksum that is none": {"stored_sha256": "../../../etc/passwd"},
    "a size that is none": {"size_bytes": -1},
    "a huge size": {"stored_bytes": 2**60},
    "a text for a number": {"size_bytes": "12"},
    "a key too many": {"surprise": 1},
    "a form of later": {"format": 2},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_manifest_is_not_believed(two: Archive, tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "kept" / "2026.12.json"
    write(path, json.dumps(json.loads(path.read_text()) | WRONG[wrong]).encode())
    with pytest.raises(ReleaseDamaged):
        two.open("2026.12")
    assert any("2026.12" in str(problem) or "2020.01" in str(problem) for problem in two.verify())


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 4000, b"{}" + b" " * 9000])
def test_a_manifest_that_is_none(two: Archive, files: list[Path], tmp_path: Path, content: bytes) -> None:
    write(tmp_path / "kept" / "2026.12.json", content)
    for ask in (lambda: two.open("2026.12"), lambda: two.keep("2026.12", files[1])):
        with pytest.raises(ReleaseDamaged):
            ask()
    assert two.numbers() == ["2026.11", "2026.12"]
    two.keep("2027.01", files[2])
    assert two.open("2027.01").read_bytes() == files[2].read_bytes()


def test_damage_of_before_does_not_stop_the_next_release(two: Archive, files: list[Path], tmp_path: Path) -> None:
    (tmp_path / "kept" / two.kept("2026.11").stored_name).unlink()
    assert two.keep("2027.01", files[2]).base is None
    assert two.open("2027.01").read_bytes() == files[2].read_bytes()


def test_files_of_no_release_are_named(two: Archive, tmp_path: Path) -> None:
    (tmp_path / "kept" / "2026.12.json").unlink()
    [stray] = two.verify()
    assert "2026.12-" in stray.found
    assert two.numbers() == ["2026.11"]


def test_messages_name_no_folder(two: Archive, files: list[Path], tmp_path: Path) -> None:
    (tmp_path / "kept" / two.kept("2026.11").stored_name).unlink()
    said = [str(problem) for problem in two.verify()]
    for ask in (lambda: two.open("2026.11"), lambda: two.keep("2026.12", files[5]), lambda: two.open("2030.01")):
        with pytest.raises(Problem) as told:
            ask()
        said.append(str(told.value))
    assert [text for text in said if str(tmp_path) in text] == []


@pytest.mark.parametrize("write_number", [1, 2])
def test_a_full_disk_leaves_no_half_release(
    two: Archive, files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write_number: int
) -> None:
    """While the stored bytes are written, and when only the manifest is missing."""
    before, real, calls = content_of(tmp_path / "kept"), disk.write_new, iter(range(1, 9))

    def full(target: Path, pieces: Any, *, lasting: bool) -> None:
        def some() -> Any:
            yield b"half"
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        real(target, some() if next(calls) == write_number else pieces, lasting=lasting)

    monkeypatch.setattr(disk, "write_new", full)
    with pytest.raises(ArchiveStorage, match="No space left"):
        two.keep("2027.01", files[2])
    monkeypatch.undo()
    assert content_of(tmp_path / "kept") == before
    two.keep("2027.01", files[2])
    assert two.verify() == []


def test_a_full_disk_while_bringing_back(two: Archive, files: list[Path], tmp_path: Path) -> None:
    """With a limit of the system's own: no file may grow beyond 100 kB."""
    code = (
        "import resource, sys; from pathlib import Path; from desk.releases.archive import Archive\n"
        "from desk.releases.errors import ArchiveStorage\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "a = Archive(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "try: a.open('2026.12')\n"
        "except ArchiveStorage: sys.exit(7)\n"
    )
    done = python("-c", code, str(tmp_path / "kept"), str(tmp_path / "opened"))
    assert done.wait(60) == 7
    assert not list((tmp_path / "opened").rglob("*.duckdb")) and not list((tmp_path / "opened").rglob("*.partial"))
    assert two.open("2026.12").read_bytes() == files[1].read_bytes()


def test_a_disk_that_gives_back_other_bytes(
    archive: Archive, files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = disk.write_new
    monkeypatch.setattr(
        disk, "write_new", lambda target, pieces, lasting: real(target, [b"".join(pieces)[:-1] + b"x"], lasting=lasting)
    )
    with pytest.raises(ReleaseDamaged):
        archive.keep("2026.11", files[0])
    assert content_of(tmp_path / "kept") == {}


def test_a_folder_that_cannot_be(files: list[Path], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    archive = Archive(tmp_path / "file" / "kept", tmp_path / "opened")
    with pytest.raises(ArchiveStorage):
        archive.keep("2026.11", files[0])
    with pytest.raises(Problem):
        archive.numbers()
    good = Archive(tmp_path / "kept", tmp_path / "file" / "opened")
    good.keep("2026.11", files[0])
    with pytest.raises(ArchiveStorage):
        good.open("2026.11")
