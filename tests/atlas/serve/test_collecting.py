"""No run ends with a walk through all that is alive, however the service is started; and what ended is let go."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import serving
from streamlit import config

from atlas.serve import collecting
from benchmarks.processes import Server
from benchmarks.session import session

PATIENCE_S = 60


def until(is_so: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE_S
    while not is_so() and time.monotonic() < end:
        time.sleep(0.05)
    return is_so()


class Knot:
    """Refers to itself, as a session and its parts do to each other."""

    def __init__(self) -> None:
        self.own = self


@pytest.fixture
def only_the_thread(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(collecting, "EVERY_S", 0.02)
    before = config.get_option(collecting.AFTER_EACH_RUN)
    gc.disable()
    yield
    gc.enable()
    config.set_option(collecting.AFTER_EACH_RUN, before)


def test_knots_are_let_go_beside_the_runs(only_the_thread: None) -> None:
    thresholds = gc.get_threshold()
    with collecting.beside_the_runs():
        knot = weakref.ref(Knot())
        assert until(lambda: knot() is None)
        assert config.get_option(collecting.AFTER_EACH_RUN) is False
    assert gc.get_threshold() == thresholds


def test_what_was_set_aside_is_looked_through_again(only_the_thread: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A knot that was open while the server set aside what it had loaded is not kept for ever."""
    monkeypatch.setattr(collecting, "EVERYTHING_EVERY_S", 0.1)
    held = Knot()
    collecting.set_aside()
    knot = weakref.ref(held)
    del held
    gc.collect()
    assert knot() is not None
    try:
        with collecting.beside_the_runs():
            assert until(lambda: knot() is None)
    finally:
        gc.unfreeze()


def test_long_walks_are_seldom() -> None:
    assert collecting.wait_s(0.001) == collecting.EVERY_S
    assert collecting.wait_s(0.3) == pytest.approx(30)


@pytest.fixture(params=["uvicorn", "streamlit"])
def probed(request: pytest.FixtureRequest, mini_build_dir: Path, tmp_path: Path) -> Iterator[tuple[Server, Path]]:
    port, told = serving.free_port(), tmp_path / "told.json"
    process = subprocess.Popen(
        [sys.executable, str(serving.ROOT / "tests" / "probe.py"), request.param, str(port), str(told)],
        cwd=serving.ROOT,
        env=os.environ | {"ATLAS_BUILD_DIR": str(mini_build_dir), "ATLAS_LOG": "off"},
    )
    try:
        serving.wait_for(f"http://127.0.0.1:{port}", process)
        yield Server(process.pid, port, 0.0), told
    finally:
        serving.stop(process)


def test_no_visitor_waits_for_a_walk_and_sessions_are_let_go(probed: tuple[Server, Path]) -> None:
    server, file = probed

    def told() -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        except ValueError:  # it is being written
            return told()
        return found

    for _ in range(4):
        with session(server) as visitor:
            for page in ("", "gap-map"):
                visitor.rerun(page, {"lang": "en"})
    assert until(lambda: told()["sessions"] == 4)  # what is told comes a moment later
    assert until(lambda: told()["alive"] <= 1 and told()["walks"].get("collect-garbage", 0) > 2)
    assert not [name for name in told()["walks"] if name.startswith("ScriptRunner")]
