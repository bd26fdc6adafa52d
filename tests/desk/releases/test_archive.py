"""Releases come back to the byte and never change; what comes from outside is looked at first."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keeping import content_of, month, sha256

from desk.releases import manifest
from desk.releases.archive import MOST_RESTING, Archive
from desk.releases.errors import ReleaseRefused, ReleaseUnknown
from ground import builds

# --- keeping and bringing back ------------------------------------------------------------------------------


def test_every_release_comes_back_to_the_byte(archive: Archive, files: list[Path], tmp_path: Path) -> None:
    kept = [archive.keep(month(number), file) for number, file in enumerate(files)]
    assert archive.numbers() == [month(number) for number in range(len(files))]
    for release, file in zip(kept, files, strict=True):
        path = archive.open(release.number)
        assert (path.name, path.read_bytes()) == (file.name, file.read_bytes())
        assert archive.kept(release.number) == release
        assert (release.sha256, release.size_bytes) == (sha256(file), file.stat().st_size)
    assert archive.verify() == []
    stored_bytes = sum(path.stat().st_size for path in (tmp_path / "kept").iterdir())
    assert stored_bytes < files[0].stat().st_size


def test_no_difference_rests_on_a_difference(archive: Archive, files: list[Path]) -> None:
    kept = [archive.keep(month(number), file) for number, file in enumerate(files)]
    wholes = {release.number for release in kept if release.base is None}
    assert {release.base for release in kept if release.base} <= wholes
    assert kept[1].stored_bytes < kept[0].stored_bytes / 5
    assert all([one.base for one in kept].count(whole) <= MOST_RESTING for whole in wholes)
    assert len(wholes) > 1


def test_what_has_nothing_in_common_is_stored_whole(archive: Archive, files: list[Path], tmp_path: Path) -> None:
    archive.keep("2026.01", files[0])
    other = tmp_path / "atlas-other.duckdb"
    other.write_bytes(files[0].read_bytes()[:16] + os.urandom(2**20))
    release = archive.keep("2026.02", other)
    assert release.base is None
    assert archive.open("2026.02").read_bytes() == other.read_bytes()


def test_a_number_of_before_may_come_late(archive: Archive, files: list[Path]) -> None:
    for number, file in (
        ("2026.11", files[2]),
        ("2026.09", files[0]),
        ("2026.11.2", files[3]),
        ("2026.11.10", files[4]),
    ):
        archive.keep(number, file)
    assert archive.numbers() == ["2026.09", "2026.11", "2026.11.2", "2026.11.10"]
    assert archive.open("2026.09").read_bytes() == files[0].read_bytes()
    assert archive.verify() == []


def test_the_same_twice_is_once(archive: Archive, files: list[Path], tmp_path: Path) -> None:
    archive.keep("2026.10", files[0])
    release = archive.keep("2026.11", files[1])
    before = content_of(tmp_path / "kept")
    assert archive.keep("2026.11", files[1]) == release
    assert content_of(tmp_path / "kept") == before


def test_a_number_never_gets_other_content(archive: Archive, files: list[Path], tmp_path: Path) -> None:
    archive.keep("2026.11", files[0])
    before = content_of(tmp_path / "kept")
    with pytest.raises(ReleaseRefused, match="never changes"):
        archive.keep("2026.11", files[1])
    renamed = tmp_path / "atlas-renamed.duckdb"
    renamed.write_bytes(files[0].read_bytes())
    with pytest.raises(ReleaseRefused, match="never changes"):
        archive.keep("2026.11", renamed)
    assert content_of(tmp_path / "kept") == before


def test_later_releases_change_no_file(archive: Archive, files: list[Path], tmp_path: Path) -> None:
    archive.keep("2026.01", files[0])
    before = content_of(tmp_path / "kept")
    for number, file in enumerate(files[1:4], start=1):
        archive.keep(month(number), file)
    assert before.items() <= content_of(tmp_path / "kept").items()


def test_an_empty_archive_has_nothing(archive: Archive) -> None:
    assert (archive.numbers(), archive.verify()) == ([], [])
    with pytest.raises(ReleaseUnknown):
        archive.open("2026.11")


def test_reading_needs_no_right_to_write(archive: Archive, files: list[Path], tmp_path: Path) -> None:
    archive.keep("2026.11", files[0])
    (tmp_path / "kept" / ".archive.lock").unlink(missing_ok=True)
    before = sorted(os.listdir(tmp_path / "kept"))
    archive.open("2026.11")
    assert archive.verify() == []
    assert sorted(os.listdir(tmp_path / "kept")) == before


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_sequence_of_versions_comes_back(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Bytes cut, moved, doubled and written over, and builds from nothing."""
    folder = tmp_path_factory.mktemp("any")
    archive = Archive(folder / "kept", folder / "opened")
    content = os.urandom(8) + b"DUCK" + bytes(range(256)) * 64
    expected = {}
    for number in range(data.draw(st.integers(1, 6))):
        content = data.draw(changed(content))
        file = folder / f"atlas-{number}.duckdb"
        file.write_bytes(content)
        archive.keep(month(number), file)
        expected[month(number)] = content
    assert {number: archive.open(number).read_bytes() for number in archive.numbers()} == expected
    assert archive.verify() == []


def changed(content: bytes) -> st.SearchStrategy[bytes]:
    head, body = content[:12], content[12:]
    at = st.integers(0, len(body))
    new = st.binary(max_size=3000)
    return st.one_of(
        st.builds(lambda where, what: head + body[:where] + what + body[where:], at, new),
        st.builds(lambda where, what: head + body[:where] + what + body[where + len(what) :], at, new),
        st.builds(lambda where: head + body[where:] + body[:where], at),
        st.builds(lambda where: head + body + body[:where], at),
        st.builds(lambda what: head + what, new),
        st.just(content),
    )


# --- what comes from outside --------------------------------------------------------------------------------

HOSTILE = [
    "", "2026", "2026.1", "2026.13", "2026.00", "2026.11.0", "2026.11.01", "2026.11.1.1", "2026.11.1000", "2026.11\n",
    " 2026.11", "../2026.11", "2026.11/..", "/2026.11", "..", "2026.11\0", "٢٠٢٦.١١", "2026.11.json", "2026-11",
    "v2026.11",
]  # fmt: skip


@pytest.mark.parametrize("number", HOSTILE)
def test_numbers_that_cannot_be(archive: Archive, files: list[Path], number: str, tmp_path: Path) -> None:
    for ask in (lambda: archive.keep(number, files[0]), lambda: archive.open(number), lambda: archive.kept(number)):
        with pytest.raises(ReleaseRefused):
            ask()
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["build.duckdb", "atlas-.duckdb", "atlas-a b.duckdb", "atlas-é.duckdb", "atlas-a.db"])
def test_names_that_cannot_be(archive: Archive, files: list[Path], tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(files[0].read_bytes())
    with pytest.raises(ReleaseRefused):
        archive.keep("2026.11", file)
    assert archive.numbers() == []


def test_only_whole_builds_are_kept(archive: Archive, files: list[Path], tmp_path: Path) -> None:
    file = tmp_path / "atlas-one.duckdb"
    with pytest.raises(ReleaseRefused, match="read"):
        archive.keep("2026.11", file)
    file.mkdir()
    with pytest.raises(ReleaseRefused):
        archive.keep("2026.11", file)
    file.rmdir()
    file.write_bytes(b"a page of a proxy, not a database")
    with pytest.raises(ReleaseRefused, match="DuckDB"):
        archive.keep("2026.11", file)
    file.write_bytes(files[0].read_bytes())
    builds.seal(file)
    archive.keep("2026.10", file)
    file.write_bytes(files[1].read_bytes())
    with pytest.raises(ReleaseRefused, match="damaged"):
        archive.keep("2026.11", file)
    builds.seal(file)
    Path(f"{file}.wal").touch()
    with pytest.raises(ReleaseRefused, match="never published"):
        archive.keep("2026.11", file)
    assert archive.numbers() == ["2026.10"]


def test_numbers_sort_as_numbers() -> None:
    assert manifest.numbers(["2026.11.10.json", "2026.11.9.json", "x.json", "2026.13.json", "2025.12.json", "a"]) == [
        "2025.12",
        "2026.11.9",
        "2026.11.10",
    ]
