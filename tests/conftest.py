"""Fixtures that all tests share: an invented country built in a second, and the national atlas, each built once.

Tests run in several processes (`make test`); what takes long to make is made by the first that needs it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import settings
from mini_profile import CHINA, MINI, Ask, Profile
from streamlit.components.v2 import manifest_scanner

from etl.build import build
from ground.builds import POINTER
from indicators.database import Atlas, current

#: No test is timed: what a busy machine takes for one example says nothing of the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session", autouse=True)
def own_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Pages sit at an empty desk of this process, never at the repository's; so do servers that tests start."""
    folder = tmp_path_factory.mktemp("desk")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ATLAS_DESK_DIR", str(folder))
        patch.delenv("ATLAS_DESK_URL", raising=False)
        yield folder


@pytest.fixture(scope="session", autouse=True)
def components_looked_for_once() -> Iterator[None]:
    """Streamlit reads for each page under test anew what all installed packages say of themselves: half of its time."""
    with pytest.MonkeyPatch.context() as patch:
        found = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", found)
        yield


@pytest.fixture
def mini(tmp_path: Path) -> Profile:
    """The mini profile, copied, to be altered at will."""
    folder = tmp_path / "mini"
    shutil.copytree(MINI, folder)
    return Profile(folder, tmp_path / "build")


def built_once(factory: pytest.TempPathFactory, profile: Path) -> Path:
    """The folder in which a profile's atlas is published, the same one for all processes of this run."""
    own = factory.getbasetemp()
    run = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    directory = run / f"built-{profile.name}"
    with FileLock(run / f"{profile.name}.lock"):
        if not (directory / POINTER).exists():
            build(profile, directory, quiet=True)
    return directory


@pytest.fixture(scope="session")
def mini_build_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the mini atlas is published. Read only: other tests read it too."""
    return built_once(tmp_path_factory, MINI)


@pytest.fixture(scope="session")
def mini_atlas(mini_build_dir: Path) -> Atlas:
    return current(mini_build_dir)


@pytest.fixture(scope="session")
def national_atlas(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    """The default profile's atlas; ATLAS_TEST_BUILD_DIR names a folder that holds it already."""
    given = os.environ.get("ATLAS_TEST_BUILD_DIR")
    return current(Path(given) if given else built_once(tmp_path_factory, CHINA))


@pytest.fixture(scope="session")
def ask(mini_atlas: Atlas) -> Ask:
    """SQL on the mini atlas."""

    def rows(query: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
        return mini_atlas.cursor().execute(query, parameters).fetchall()

    return rows


@pytest.fixture(scope="session")
def ask_nation(national_atlas: Atlas) -> Ask:
    """SQL on the national atlas."""

    def rows(query: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
        return national_atlas.cursor().execute(query, parameters).fetchall()

    return rows
