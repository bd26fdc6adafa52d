"""Small builds to keep, and archives to keep them in."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from desk.releases.archive import Archive

VERSIONS = 16


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Successive builds: some villages change, and the seventh is written anew from nothing."""
    folder = tmp_path_factory.mktemp("builds")
    made: list[Path] = []
    for number in range(VERSIONS):
        path = folder / f"atlas-20261101T0000{number:02d}Z-{number:04x}.duckdb"
        if made and number != 6:
            path.write_bytes(made[-1].read_bytes())
        with duckdb.connect(str(path)) as build:
            build.execute(
                "CREATE TABLE IF NOT EXISTS village AS SELECT range AS place_no, md5(range::VARCHAR) AS name, "
                "(hash(range) % 2)::TINYINT AS state FROM range(4000)"
            )
            build.execute(f"UPDATE village SET state = 1 - state WHERE place_no % 97 = {number}")
        made.append(path)
    return made


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "kept", tmp_path / "opened")


@pytest.fixture
def two(archive: Archive, files: list[Path]) -> Archive:
    """A release stored whole, and one that rests on it."""
    assert archive.keep("2026.11", files[0]).base is None
    assert archive.keep("2026.12", files[1]).base == "2026.11"
    return archive
