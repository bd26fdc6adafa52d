"""A build that dies at any instant, runs twice or fills the disk leaves the last atlas as it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from mini_profile import MINI, ROOT, Profile

from etl.build import build
from etl.errors import BuildRunning, StorageError
from etl.publish import switch as publish
from ground import builds

SCRIPT = Path(__file__).with_name("dying_build.py")
KILLED, STORAGE_ERROR = -9, 7
KILLS = [
    "with half the tables full",
    "before the checksum is written",
    "before the checksum has its name",
    "before the file has its name",
    "before the pointer is written",
    "before the pointer is switched",
]
SWITCHED = ["before the switch is on the disk", "after the pointer is switched"]
FULL_AT_BYTES = ["0", "100000", "3000000"]
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills and limits as POSIX has them")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """One folder, many deaths in this order, and what was found after each."""
    deaths = [
        "at the end of a first build",
        "none",
        *KILLS,
        *FULL_AT_BYTES,
        *SWITCHED,
        "none",
    ]
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(MINI), str(tmp_path_factory.mktemp("dying")), *deaths],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    found: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["death"] for one in found] == deaths, done.stderr
    return found


@needs_fork
def test_a_first_build_that_is_killed_publishes_nothing(told: list[dict[str, Any]]) -> None:
    killed = told[0]
    assert killed["ended"] == KILLED
    assert killed["current"] is None and not killed["readable"]


@needs_fork
@pytest.mark.parametrize("death", KILLS)
def test_a_killed_build_leaves_the_atlas_as_it_was(told: list[dict[str, Any]], death: str) -> None:
    first = told[1]
    assert first["ended"] == 0 and first["readable"]
    [after] = [one for one in told if one["death"] == death]
    assert after["ended"] == KILLED
    assert after["current"] == first["current"] and after["readable"]
    assert after["files"] != first["files"]  # it had begun to write


@needs_fork
@pytest.mark.parametrize("size", FULL_AT_BYTES)
def test_a_full_disk_is_said_and_leaves_the_atlas(told: list[dict[str, Any]], size: str) -> None:
    """Also where the tables fit and only the last write, at closing, does not."""
    [after] = [one for one in told if one["death"] == size]
    assert after["ended"] == STORAGE_ERROR
    assert after["current"] == told[1]["current"] and after["readable"]
    assert not [name for name in after["files"] if ".partial" in name]


@needs_fork
@pytest.mark.parametrize("death", SWITCHED)
def test_once_switched_the_new_atlas_is_there_whatever_happens_next(told: list[dict[str, Any]], death: str) -> None:
    [switched] = [one for one in told if one["death"] == death]
    assert switched["ended"] == KILLED and switched["readable"]
    assert switched["current"] != told[1]["current"]


@needs_fork
def test_the_next_build_clears_up(told: list[dict[str, Any]]) -> None:
    last = told[-1]
    assert last["ended"] == 0 and last["readable"]
    assert [name for name in last["files"] if name.startswith(".")] == [publish.LOCK]
    assert len([name for name in last["files"] if name.endswith(".duckdb")]) == publish.KEPT_BUILDS


def test_too_little_space_is_refused_before_any_work(mini: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish, "NEEDED_BYTES", 2**62)
    with pytest.raises(StorageError, match="MiB of free space"):
        mini.build()
    assert [path.name for path in mini.build_dir.iterdir()] == [publish.LOCK]


def test_a_second_build_at_the_same_time_is_refused(mini: Profile) -> None:
    with (
        publish.build_lock(mini.build_dir),
        pytest.raises(BuildRunning, match="another build holds the lock"),
    ):
        mini.build()
    assert mini.build().is_file()  # and the lock is free again


def test_a_build_does_not_clear_up_after_one_that_is_still_at_work(mini: Profile) -> None:
    with publish.build_lock(mini.build_dir):
        partial = publish.partial_path(mini.build_dir, "other")
        partial.write_text("at work")
        with pytest.raises(BuildRunning):
            mini.build()
        assert partial.is_file()
    with publish.build_lock(mini.build_dir):
        assert not partial.exists()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="a folder that can be written"):
        build(MINI, tmp_path / "file", quiet=True)


# --- the steps themselves, on files of a few bytes -----------------------------------------------------


def finished(directory: Path, build_id: str) -> str:
    publish.partial_path(directory, build_id).write_text(build_id)
    return build_id


def test_publishing_names_the_file_and_keeps_the_last_builds(tmp_path: Path) -> None:
    for build_id in ("1", "2", "3", "4"):
        path = publish.publish(tmp_path, finished(tmp_path, build_id))
        assert builds.good(tmp_path) == path
    assert sorted(path.name for path in tmp_path.glob("atlas-*.duckdb")) == [
        "atlas-3.duckdb",
        "atlas-4.duckdb",
    ]


def test_the_current_build_is_kept_even_where_its_name_sorts_first(tmp_path: Path) -> None:
    """Two builds of the same second, or a clock set back."""
    for build_id in ("7", "8", "1"):
        publish.publish(tmp_path, finished(tmp_path, build_id))
    assert builds.good(tmp_path) == tmp_path / "atlas-1.duckdb"


def test_the_pointer_names_a_whole_file_at_every_instant(tmp_path: Path) -> None:
    publish.publish(tmp_path, finished(tmp_path, "000"))
    stop, seen = threading.Event(), set[str]()

    def watch() -> None:
        while not stop.is_set():
            name = (tmp_path / builds.POINTER).read_text(encoding="utf-8").strip()
            seen.add(name)

    watcher = threading.Thread(target=watch)
    watcher.start()
    for number in range(1, 200):
        publish.publish(tmp_path, finished(tmp_path, f"{number:03}"))
    stop.set()
    watcher.join()
    assert seen <= {f"atlas-{number:03}.duckdb" for number in range(200)}
    assert len(seen) > 1


def test_no_pointer_or_a_pointer_to_nothing_is_no_atlas(tmp_path: Path) -> None:
    assert builds.good(tmp_path) is None
    (tmp_path / builds.POINTER).write_text("atlas-gone.duckdb\n")
    assert builds.good(tmp_path) is None


def test_build_ids_are_names_of_files_and_differ() -> None:
    made = {publish.new_build_id() for _ in range(50)}
    assert len(made) > 45  # 16 random bits within one second
    assert all(one.replace("-", "").isalnum() for one in made)
