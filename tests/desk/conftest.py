"""A desk on each of the two databases, empty, for each test that wants one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import own_cluster
import own_post
import pytest
from desk_words import Make, Ticking

from desk import engine
from desk.desk import Desk, opened
from desk.mail import send

BOTH = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def cluster() -> Iterator[own_cluster.Cluster]:
    """PostgreSQL; where it is not installed the test is left out, but never where everything must pass."""
    binaries = own_cluster.programs()
    if binaries is None:
        assert "CI" not in os.environ, "PostgreSQL is not installed: apt-get install postgresql"
        pytest.skip("PostgreSQL is not installed")
    with own_cluster.cluster(binaries) as running:
        yield running


@pytest.fixture
def make(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Make]:
    """make("sqlite"): a new desk on that database, with a clock that goes on by a second a look."""
    made: list[tuple[Desk, str]] = []

    def make_one(database: str, clock: Ticking | None = None) -> Desk:
        folder = tmp_path / f"desk-{len(made)}"
        is_own = database == "postgresql"
        address = request.getfixturevalue("cluster").database() if is_own else engine.url(folder)
        desk = opened(folder, address, clock or Ticking())
        made.append((desk, address if is_own else ""))
        return desk

    yield make_one
    for desk, address in made:
        desk.engine.dispose()
        if address:
            request.getfixturevalue("cluster").drop(address)


@pytest.fixture(params=BOTH)
def desk(request: pytest.FixtureRequest, make: Make) -> Desk:
    return make(request.param)


@pytest.fixture
def sqlite_desk(make: Make) -> Desk:
    return make("sqlite")


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Iterator[own_post.Taken]:
    with own_post.taking() as (taken, address):
        monkeypatch.setenv(send.URL, address)
        yield taken
