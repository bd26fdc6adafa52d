"""The handle: follows the pointer, keeps a reader on its build, and serves many threads at once."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import duckdb
import pytest

from ground import builds
from indicators import database
from indicators.database import Atlas, AtlasMissing
from indicators.measure import measure


def publish(directory: Path, build_id: str) -> Path:
    """A tiny atlas that knows its own id."""
    directory.mkdir(exist_ok=True)
    path = directory / f"atlas-{build_id}.duckdb"
    with duckdb.connect(str(path)) as made:
        made.execute("CREATE TABLE meta_build AS SELECT 'build_id' AS key, $1 AS value", [build_id])
    builds.offer(path)
    return path


def told(atlas: Atlas) -> str:
    [(value,)] = atlas.cursor().execute("SELECT value FROM meta_build WHERE key = 'build_id'").fetchall()
    return str(value)


def test_no_pointer_says_which_command_makes_one(tmp_path: Path) -> None:
    with pytest.raises(AtlasMissing, match="python -m etl build"):
        database.current(tmp_path)
    with pytest.raises(AtlasMissing, match="python -m etl build"):
        database.current(tmp_path / "nowhere")


def test_a_pointer_to_a_file_that_is_gone(tmp_path: Path) -> None:
    (tmp_path / builds.POINTER).write_text("atlas-gone.duckdb\n")
    with pytest.raises(AtlasMissing, match="is missing; run: python -m etl build"):
        database.current(tmp_path)


def test_a_file_of_another_name_is_refused(tmp_path: Path) -> None:
    publish(tmp_path, "1").rename(tmp_path / "other.duckdb")
    (tmp_path / builds.POINTER).write_text("other.duckdb")
    with pytest.raises(AtlasMissing, match="does not name a build"):
        database.current(tmp_path)


def test_the_folder_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(tmp_path, "of-the-environment")
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(tmp_path))
    assert database.build_dir() == tmp_path
    assert told(database.current()) == "of-the-environment"
    monkeypatch.delenv("ATLAS_BUILD_DIR")
    assert database.build_dir() == database.DEFAULT_BUILD_DIR


def test_a_new_build_takes_over_and_a_reader_keeps_its_own(tmp_path: Path) -> None:
    publish(tmp_path, "1")
    first = database.current(tmp_path)
    assert database.current(tmp_path) is first
    publish(tmp_path, "2")
    assert told(first) == "1"
    assert told(database.current(tmp_path)) == "2"
    assert told(first) == "1"


def test_a_build_that_is_removed_is_read_to_the_end(tmp_path: Path) -> None:
    path = publish(tmp_path, "1")
    first = database.current(tmp_path)
    publish(tmp_path, "2")
    path.unlink()
    assert told(first) == "1"
    assert database.of_build("1", tmp_path) is first


def test_a_build_by_its_id(tmp_path: Path) -> None:
    publish(tmp_path, "a1")
    first = database.current(tmp_path)
    assert database.of_build("a1", tmp_path) is first
    publish(tmp_path, "a2")
    assert database.of_build("a1", tmp_path) is first  # still open
    second = database.of_build("a2", tmp_path)
    assert second is not None and told(second) == "a2"
    publish(tmp_path, "a3")
    database.current(tmp_path)
    assert database.of_build("a1", tmp_path) is None  # two are kept
    assert database.of_build("never", tmp_path) is None


def test_it_is_read_only(mini_atlas: Atlas) -> None:
    with pytest.raises(duckdb.InvalidInputException, match="read-only"):
        mini_atlas.cursor().execute("DELETE FROM place")


def test_a_thread_keeps_its_cursor_and_shares_it_with_none(mini_atlas: Atlas) -> None:
    assert mini_atlas.cursor() is mini_atlas.cursor()
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(mini_atlas.cursor).result() is not mini_atlas.cursor()


def test_eight_threads_at_once(mini_atlas: Atlas) -> None:
    """Each asks its own question many times over; an answer of another's would show."""
    questions = [
        (indicator_id, level)
        for indicator_id in ("connection_rate", "unconnected_villages", "pilots", "unconnected_share")
        for level in ("region", "ward")
    ]

    def answer(question: tuple[str, str]) -> str:
        indicator_id, level = question
        frame = measure(mini_atlas, indicator_id, within="ZZ", level=level, standard="wire", as_of=date(2012, 12, 31))
        return frame.to_csv()

    alone = {question: answer(question) for question in questions}
    assert len(set(alone.values())) == len(questions)
    with ThreadPoolExecutor(8) as pool:
        asked = questions * 6
        for question, found in zip(asked, pool.map(answer, asked), strict=True):
            assert found == alone[question]


def test_builds_switch_under_threads(tmp_path: Path) -> None:
    """Whoever asks gets one whole build, the old or the new, and the build it says it is."""
    publish(tmp_path, "0")

    def read(_: int) -> bool:
        atlas = database.current(tmp_path)
        return told(atlas) == atlas.build_id

    with ThreadPoolExecutor(8) as pool:
        for number in range(1, 8):
            answers = pool.map(read, range(24))
            publish(tmp_path, str(number))
            assert all(answers)
    assert database.current(tmp_path).build_id == "7"


def test_a_copied_atlas_is_an_atlas(mini_atlas: Atlas, tmp_path: Path) -> None:
    shutil.copy(mini_atlas.path, tmp_path / "atlas-copied.duckdb")
    builds.offer(tmp_path / "atlas-copied.duckdb")
    copied = database.current(tmp_path)
    assert copied.build_id == "copied" != mini_atlas.build_id
