"""Releases on their way: built in a process of their own, looked at, published once, served as the log says."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from desk_words import NOBODY, REVIEWER, row
from keeping import HERE, ROOT, sha256
from mini_profile import MINI
from releasing import OTHER_PUBLISHER, PUBLISHER, finished, laid, upheld
from releasing import ROOT as NATION

from desk import projection
from desk.desk import Desk
from desk.errors import NotAllowed, Overtaken, Refused, Unfitting
from desk.releases import candidate, disk, inputs, publish
from desk.releases.candidate import BUILDING, BUILT, FAILED
from desk.releases.errors import ArchiveStorage
from etl.build import build
from etl.errors import CheckFailed
from ground import builds


def start(desk: Desk, number: str = "2026.11", title: str = "Title", profile: Path = MINI) -> None:
    candidate.start(desk, PUBLISHER, NATION, profile, number, title, "Notes")


def put_out(desk: Desk, folder: Path, number: str, file: Path, after_entry: int = 0) -> None:
    publish.publish(desk, PUBLISHER, NATION, folder, laid(desk, number, file, after_entry))


def served(folder: Path) -> str:
    named = builds.named(folder)
    assert builds.why_not(named) is None
    return named.name


def numbers(desk: Desk) -> list[str]:
    with desk.reading() as connection:
        return publish.numbers(connection)


# --- the whole way -----------------------------------------------------------------------------------------


def test_from_corrections_to_what_is_served(sqlite_desk: Desk, tmp_path: Path) -> None:
    desk, folder = sqlite_desk, tmp_path / "build"
    decided = upheld(desk)
    with pytest.raises(NotAllowed):
        candidate.start(desk, REVIEWER, NATION, MINI, "2026.11", "T", "")
    start(desk)
    for again in (lambda: start(desk), lambda: start(desk, "2026.12")):
        with pytest.raises(Overtaken):
            again()
    late = upheld(desk, "radio")  # while it is built: not in it
    found = candidate.look(desk)
    assert found is not None and found.state == BUILDING and found.file is None
    with pytest.raises(Overtaken):
        publish.publish(desk, PUBLISHER, NATION, folder, "atlas-any.duckdb")
    made = finished(desk)
    assert made.state == BUILT and made.file is not None, made.said
    assert (made.told["done"], made.told["total"], made.told["step"]) == (12, 13, "publish")
    with pytest.raises(NotAllowed):
        publish.publish(desk, NOBODY, NATION, folder, made.file.name)
    with pytest.raises(Overtaken):
        publish.publish(desk, PUBLISHER, NATION, folder, "atlas-another.duckdb")
    content = made.file.read_bytes()
    assert publish.publish(desk, PUBLISHER, NATION, folder, made.file.name) == "2026.11"
    assert (folder / served(folder)).read_bytes() == content
    assert publish.archive_of(desk).open("2026.11").read_bytes() == content
    assert candidate.look(desk) is None
    assert (row(desk, decided)["release"], row(desk, late)["release"]) == ("2026.11", "")
    with desk.reading() as connection:
        [release] = publish.listed(connection)
    assert (release["title"], release["notes"], release["published_by"]) == ("Title", "Notes", "publisher")
    assert (release["follows"], release["is_served"], release["size_bytes"]) == ("", True, len(content))
    with duckdb.connect(str(folder / served(folder)), read_only=True) as atlas:
        assert atlas.execute("SELECT challenge_no, standard FROM decision").fetchall() == [(decided, "wire")]
        [(told,)] = atlas.execute("SELECT value FROM meta_build WHERE key = 'release'").fetchall()
        assert json.loads(told)["number"] == "2026.11"
    with pytest.raises(Unfitting, match="never changes"):
        start(desk)
    with pytest.raises(CheckFailed, match=r"2026\.11"):
        build(MINI, folder, quiet=True)
    assert (folder / served(folder)).read_bytes() == content


def test_a_build_is_stopped(sqlite_desk: Desk) -> None:
    start(sqlite_desk)
    folder = candidate.folder_of(sqlite_desk)
    number = candidate._running[folder].pid
    with pytest.raises(NotAllowed):
        candidate.stop(sqlite_desk, NOBODY, NATION)
    candidate.stop(sqlite_desk, PUBLISHER, NATION)
    assert candidate.look(sqlite_desk) is None and not candidate.is_building(folder)
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)
    candidate.stop(sqlite_desk, PUBLISHER, NATION)


def test_a_build_that_outlives_its_server_is_known_and_can_be_stopped(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From its first instant on: before it has written anything, too."""
    start(sqlite_desk)
    folder = candidate.folder_of(sqlite_desk)
    process = candidate._running[folder]
    monkeypatch.setattr(candidate, "_running", {})  # as another process sees it
    found = candidate.look(sqlite_desk)
    assert found is not None and found.state == BUILDING
    with pytest.raises(Overtaken):
        start(sqlite_desk)
    waiting = threading.Thread(target=process.wait)  # as the system's first process would
    waiting.start()
    candidate.stop(sqlite_desk, PUBLISHER, NATION)
    waiting.join(20)
    assert process.returncode == -signal.SIGKILL and candidate.look(sqlite_desk) is None


def test_a_build_that_dies_or_fails(sqlite_desk: Desk, tmp_path: Path) -> None:
    start(sqlite_desk, profile=tmp_path / "nowhere")
    found = finished(sqlite_desk)
    assert found.state == FAILED and found.file is None and "a profile" in found.said
    start(sqlite_desk, "2026.12")
    candidate._running[candidate.folder_of(sqlite_desk)].kill()
    found = finished(sqlite_desk)
    assert (found.state, found.about.number) == (FAILED, "2026.12")
    candidate.stop(sqlite_desk, PUBLISHER, NATION)
    assert candidate.look(sqlite_desk) is None


@pytest.mark.parametrize(
    "number", ["", "2026", "2026.13", "2026.1", "2026.11.0", "../2026.11", "2026.11\n", "２０２６.11"]
)
def test_numbers_that_are_none(sqlite_desk: Desk, number: str) -> None:
    with pytest.raises(Unfitting):
        start(sqlite_desk, number)
    with pytest.raises(Unfitting):
        start(sqlite_desk, title=" ")
    assert candidate.look(sqlite_desk) is None


def test_the_next_number() -> None:
    day = date(2026, 11, 30)
    assert candidate.next_number([], day) == "2026.11"
    assert candidate.next_number(["2026.10", "2026.11"], day) == "2026.11.1"
    assert candidate.next_number(["2026.11.9", "2026.11", "2026.11.10"], day) == "2026.11.11"


def test_a_full_disk_while_it_is_written_down(sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(inputs, "write", full)
    with pytest.raises(ArchiveStorage, match="No space left"):
        start(sqlite_desk)
    assert candidate.look(sqlite_desk) is None


# --- published ---------------------------------------------------------------------------------------------


def test_forward_and_back(desk: Desk, files: list[Path], tmp_path: Path) -> None:
    folder = tmp_path / "build"
    for number, file in (("2026.10", files[0]), ("2026.11", files[1]), ("2026.11.1", files[2])):
        put_out(desk, folder, number, file)
        assert served(folder) == file.name
    with pytest.raises(NotAllowed):
        publish.serve_again(desk, NOBODY, NATION, folder, "2026.10", "2026.11.1")
    with pytest.raises(Overtaken):
        publish.serve_again(desk, PUBLISHER, NATION, folder, "2026.10", "2026.11")
    for wrong in ("2026.11.1", "2026.09", "../x"):
        with pytest.raises(Unfitting):
            publish.serve_again(desk, PUBLISHER, NATION, folder, wrong, "2026.11.1")
    publish.serve_again(desk, PUBLISHER, NATION, folder, "2026.10", "2026.11.1")
    assert served(folder) == files[0].name and sha256(folder / files[0].name) == sha256(files[0])
    put_out(desk, folder, "2026.12", files[3])
    publish.serve_again(desk, OTHER_PUBLISHER, NATION, folder, "2026.11.1", "2026.12")
    assert served(folder) == files[2].name
    assert numbers(desk) == ["2026.10", "2026.11", "2026.11.1", "2026.12"]
    with desk.reading() as connection:
        assert [one["follows"] for one in publish.listed(connection)] == ["2026.10", "2026.11", "2026.10", ""]
        assert [one["number"] for one in publish.listed(connection) if one["is_served"]] == ["2026.11.1"]
        held = projection.digests(connection)
    with desk.writing() as writer:
        projection.replay(writer.connection, writer.connection, desk.files)
        assert projection.digests(writer.connection) == held
    assert publish.archive_of(desk).verify() == []


def test_what_is_decided_later_waits_for_the_next(desk: Desk, files: list[Path], tmp_path: Path) -> None:
    first = upheld(desk)
    after = row(desk, first)["decided_entry"]
    second = upheld(desk, "radio")
    put_out(desk, tmp_path / "build", "2026.11", files[0], after)
    assert [row(desk, one)["release"] for one in (first, second)] == ["2026.11", ""]
    put_out(desk, tmp_path / "build", "2026.12", files[1], after + 1000)
    assert [row(desk, one)["release"] for one in (first, second)] == ["2026.11", "2026.12"]


def test_of_publishers_at_once_one_wins(desk: Desk, files: list[Path], tmp_path: Path) -> None:
    for number in range(4):
        name = laid(desk, f"2026.0{number + 1}", files[number])
        begin = threading.Barrier(3)

        def go(_: int, name: str = name, begin: threading.Barrier = begin) -> str:
            begin.wait()
            try:
                return publish.publish(desk, PUBLISHER, NATION, tmp_path / "build", name)
            except Refused:
                return ""

        with ThreadPoolExecutor(3) as pool:
            assert sorted(pool.map(go, range(3))) == ["", "", f"2026.0{number + 1}"]
        assert served(tmp_path / "build") == files[number].name
        assert publish.archive_of(desk).numbers() == numbers(desk)
    assert publish.archive_of(desk).verify() == []


def test_a_number_is_used_once(sqlite_desk: Desk, files: list[Path], tmp_path: Path) -> None:
    put_out(sqlite_desk, tmp_path / "build", "2026.11", files[0])
    with pytest.raises(Overtaken):
        put_out(sqlite_desk, tmp_path / "build", "2026.11", files[1])
    assert served(tmp_path / "build") == files[0].name
    assert publish.archive_of(sqlite_desk).open("2026.11").read_bytes() == files[0].read_bytes()


def test_what_was_kept_and_never_published_is_let_go(sqlite_desk: Desk, files: list[Path], tmp_path: Path) -> None:
    publish.archive_of(sqlite_desk).keep("2026.11", files[0])
    put_out(sqlite_desk, tmp_path / "build", "2026.11", files[1])
    assert publish.archive_of(sqlite_desk).open("2026.11").read_bytes() == files[1].read_bytes()


@pytest.mark.parametrize("write_number", range(1, 6))
def test_a_full_disk_leaves_what_was_served(
    sqlite_desk: Desk, files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write_number: int
) -> None:
    """While it is kept nothing is published; while it is switched to, the next start serves what the log says."""
    folder, real, calls = tmp_path / "build", disk.write_new, iter(range(1, 99))
    put_out(sqlite_desk, folder, "2026.10", files[0])
    name = laid(sqlite_desk, "2026.11", files[1])

    def full(target: Path, pieces: Any, *, lasting: bool) -> None:
        if next(calls) == write_number:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(target, pieces, lasting=lasting)

    monkeypatch.setattr(disk, "write_new", full)
    with pytest.raises(ArchiveStorage, match="No space left"):
        publish.publish(sqlite_desk, PUBLISHER, NATION, folder, name)
    monkeypatch.undo()
    assert served(folder) == files[0].name
    publish.serve(sqlite_desk, folder)
    is_published = "2026.11" in numbers(sqlite_desk)
    assert is_published == (write_number > 2)
    assert served(folder) == files[is_published].name


def test_the_folder_of_builds_does_not_grow(sqlite_desk: Desk, files: list[Path], tmp_path: Path) -> None:
    """Released builds are in the archive; beside the one that is served only the one before it stays. What was never
    released is left alone."""
    folder = tmp_path / "build"
    folder.mkdir()
    own = folder / "atlas-20250101T000000Z-0000.duckdb"
    own.write_bytes(files[9].read_bytes())
    builds.offer(own)
    for number in range(4):
        put_out(sqlite_desk, folder, f"2026.0{number + 1}", files[number])
    assert {path.name for path in folder.glob("*.duckdb")} == {own.name, files[2].name, files[3].name}
    assert len(list(folder.glob("*.sha256"))) == 3
    publish.serve_again(sqlite_desk, PUBLISHER, NATION, folder, "2026.01", "2026.04")
    assert {path.name for path in folder.glob("*.duckdb")} == {own.name, files[3].name, files[0].name}


def test_a_damaged_or_missing_build_is_brought_back(sqlite_desk: Desk, files: list[Path], tmp_path: Path) -> None:
    folder = tmp_path / "build"
    publish.serve(sqlite_desk, folder)
    assert not folder.exists()  # nothing was ever published
    put_out(sqlite_desk, folder, "2026.11", files[0])
    (folder / files[0].name).chmod(0o644)
    for spoil in (lambda path: path.write_bytes(b"torn"), Path.unlink):
        spoil(folder / files[0].name)
        publish.serve(sqlite_desk, folder)
        assert served(folder) == files[0].name
        (folder / files[0].name).chmod(0o644)


# --- deaths ------------------------------------------------------------------------------------------------


def test_publishers_that_die_at_each_step(files: list[Path], tmp_path: Path) -> None:
    script = str(HERE / "dying_publisher.py")
    path = os.pathsep.join(map(str, (ROOT, HERE, HERE.parent)))
    done = subprocess.run(
        [sys.executable, script, str(tmp_path), *map(str, files[:3])],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": path},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert found[-1]["ended"] == 0 and {one["ended"] for one in found[:-1]} == {-signal.SIGKILL}
    old, new, other = (file.name for file in files[:3])
    for one in found:
        is_published = one["numbers"] == ["2026.10", "2026.11"]
        assert is_published or one["numbers"] == ["2026.10"], one
        assert one["served_before"] in ((old, new) if is_published else (old,)), one
        assert one["served"] == (new if is_published else old) and one["is_good"], one
        assert one["kept"] == [old, new if is_published else other] and one["wrong"] == [], one
        if is_published:
            assert one["is_refused"] and one["is_forgotten"], one
        else:
            assert one["then"] == other, one
    assert len({tuple(one["numbers"]) for one in found}) == 2
    assert len({(tuple(one["numbers"]), one["served_before"]) for one in found}) == 3
