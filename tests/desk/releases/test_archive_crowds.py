"""Processes that die or come in crowds, and the files brought back that they share."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest
from keeping import HERE, age, month, python, write

from desk.releases import archive as archive_module
from desk.releases import opened
from desk.releases.archive import FEWEST_OPENED, Archive


def test_a_kill_leaves_a_release_whole_or_absent(files: list[Path], tmp_path: Path) -> None:
    script = str(HERE / "dying_archive.py")
    said, _ = python(script, str(tmp_path / "a"), str(files[0]), str(files[1])).communicate(timeout=300)
    found = [json.loads(line) for line in said.splitlines()]
    for task in ("keep", "open"):
        after = [one for one in found if one["task"] == task]
        assert [one for one in after if one["ended"] not in (0, -9)] == []
        assert len([one for one in after if one["ended"] == -9]) >= 8
        assert after[-1]["ended"] == 0
    for one in found:
        assert one["numbers"] in (["2026.11"], ["2026.11", "2026.12"]), one
        assert one["are_whole"] and one["again"] == 0, one
        assert [wrong for wrong in one["wrong"] if "files of releases only" not in wrong] == [], one
    assert {tuple(one["numbers"]) for one in found if one["ended"] == -9 and one["task"] == "keep"} == {
        ("2026.11",),
        ("2026.11", "2026.12"),
    }
    assert {one["files"] for one in found} <= {4, 5}  # two releases, and perhaps the lock: nothing was left lying


def crowd(tasks: list[tuple[str, ...]]) -> list[str]:
    """The last line that each process said, an error's name where it ended badly."""
    started = [python(str(HERE / "crowd.py"), *task) for task in tasks]
    for one in started:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in started:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    return [one.communicate(timeout=120)[0].strip() for one in started]


def test_processes_keep_at_once(files: list[Path], archive: Archive, tmp_path: Path) -> None:
    archive.keep("2026.01", files[0])
    folders = str(tmp_path / "kept"), str(tmp_path / "opened")
    tasks = [("keep", *folders, "2026.02", str(files[1])), ("keep", *folders, "2026.02", str(files[1]))]
    tasks += [("keep", *folders, "2026.03", str(files[2])), ("keep", *folders, "2026.03", str(files[3]))]
    said = crowd(tasks)
    assert said[0] == said[1] != ""
    assert sorted(map(bool, said[2:])) == [False, True]  # one of two that differ is refused
    assert archive.numbers() == ["2026.01", "2026.02", "2026.03"]
    assert archive.verify() == []


def test_processes_and_threads_get_the_same_file(two: Archive, files: list[Path], tmp_path: Path) -> None:
    folders = str(tmp_path / "kept"), str(tmp_path / "opened")
    assert len(set(crowd([("open", *folders, "2026.12")] * 4))) == 1
    with ThreadPoolExecutor(8) as pool:
        paths = list(pool.map(lambda _: two.open("2026.12"), range(40)))
    assert {path.stat().st_ino for path in paths} == {paths[0].stat().st_ino}


def test_a_file_is_made_once(two: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    made, real = [], archive_module.Archive._pieces
    monkeypatch.setattr(archive_module.Archive, "_pieces", lambda *asked: made.append(1) or real(*asked))
    begin = threading.Barrier(8)

    def ask(_: int) -> Path:
        begin.wait()
        return two.open("2026.11")

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(8)))) == 1
    assert len(made) == 1


# --- files brought back -------------------------------------------------------------------------------------


def opened_now(tmp_path: Path) -> set[str]:
    return {path.name for path in (tmp_path / "opened").rglob("*.duckdb")}


def test_the_longest_unasked_go(archive: Archive, files: list[Path], tmp_path: Path) -> None:
    archive = Archive(tmp_path / "kept", tmp_path / "opened", most_opened=1)
    paths = []
    for number, file in enumerate(files[: FEWEST_OPENED + 1]):
        archive.keep(month(number), file)
    for number in range(FEWEST_OPENED):
        paths.append(archive.open(month(number)))
        age(paths[-1], opened.KEPT_S + 100 - number)
    assert len(opened_now(tmp_path)) == FEWEST_OPENED  # fewer than four are never kept
    archive.open(month(0))  # touched: the second is the oldest now
    archive.open(month(FEWEST_OPENED))
    assert opened_now(tmp_path) == {file.name for file in files[: FEWEST_OPENED + 1]} - {files[1].name}


def test_what_was_just_handed_out_stays(archive: Archive, files: list[Path], tmp_path: Path) -> None:
    archive = Archive(tmp_path / "kept", tmp_path / "opened", most_opened=FEWEST_OPENED)
    for number, file in enumerate(files[:8]):
        archive.keep(month(number), file)
    paths = [archive.open(month(number)) for number in range(8)]
    assert all(path.exists() for path in paths)
    for path in paths:
        age(path, opened.KEPT_S + 1)
    archive.keep(month(8), files[8])
    archive.open(month(8))
    assert len(opened_now(tmp_path)) == FEWEST_OPENED


def test_who_has_it_open_reads_on(two: Archive, files: list[Path], tmp_path: Path) -> None:
    path = two.open("2026.12")
    with duckdb.connect(str(path), read_only=True) as build:
        age(path, opened.KEPT_S + 1)
        for number in range(2, 9):
            two.keep(f"2027.{number:02d}", files[number])
            age(two.open(f"2027.{number:02d}"), opened.KEPT_S + 1)
        assert not path.exists()
        assert build.execute("SELECT count(*), count(DISTINCT name) FROM village").fetchall() == [(4000, 4000)]
    assert two.open("2026.12").read_bytes() == files[1].read_bytes()


@pytest.mark.parametrize("content", [b"", b"torn"])
def test_a_torn_file_is_made_again(two: Archive, files: list[Path], content: bytes) -> None:
    path = two.open("2026.12")
    write(path, content)
    assert two.open("2026.12").read_bytes() == files[1].read_bytes()


def test_files_brought_back_are_not_written_to(two: Archive) -> None:
    assert two.open("2026.12").stat().st_mode & 0o222 == 0


def test_strangers_in_the_folder_are_left_alone(two: Archive, files: list[Path], tmp_path: Path) -> None:
    stranger = tmp_path / "opened" / "notes"
    stranger.mkdir(parents=True)
    age(stranger / "x", 10_000)
    for number in range(2, 9):
        two.keep(f"2027.{number:02d}", files[number])
        age(two.open(f"2027.{number:02d}"), opened.KEPT_S + 1)
    assert stranger.exists()
