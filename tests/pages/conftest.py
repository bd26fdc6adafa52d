"""Atlases that pages are tried on: with next to nothing in them, and with whatever a planner can ask about."""

from __future__ import annotations

import shutil

import pytest
from mini_profile import MINI, Profile
from rich import counted_profile

from indicators.database import Atlas, current


@pytest.fixture(scope="session")
def without_projects(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    """The invented country with neither pilots nor projects nor costs."""
    folder = tmp_path_factory.mktemp("without-projects")
    shutil.copytree(MINI, folder / "profile")
    bare = Profile(folder / "profile", folder / "build")
    for name in ("projects", "pilots", "costs"):
        bare.file(f"sources/{name}.toml").unlink()
    status = bare.file("sources/status.toml")
    whole, _, _ = status.read_text(encoding="utf-8").partition("# The declared count of one project.")
    status.write_text(whole, encoding="utf-8")
    bare.build()
    return current(bare.build_dir)


@pytest.fixture(scope="session")
def known(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    """The invented country, which counts its people, with the whole cost model in its own currency."""
    profile = counted_profile(tmp_path_factory.mktemp("known"))
    profile.declare().build()
    return current(profile.build_dir)
