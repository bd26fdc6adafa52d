"""Fixtures of the atlas's own tests: a synthetic country, served."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from synthetic import make_atlas

from indicators import database


@pytest.fixture(scope="session")
def atlas_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tiny atlas published in it."""
    directory = tmp_path_factory.mktemp("build")
    make_atlas(directory)
    return directory


@pytest.fixture()
def atlas(atlas_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[database.Atlas]:
    """The tiny atlas, which is also what `database.current()` gives."""
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(atlas_dir))
    yield database.current()
