"""A few pages are made at once, the others after them; and nobody waits long for a stranger."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest

from atlas.intake.turns import Turns
from atlas.kept.single_flight import SingleFlight
from atlas.work import abreast, kept_files, patience
from atlas.work.abreast import AT_ONCE, a_few_abreast

LONG_S = 20.0


@pytest.fixture(autouse=True)
def everybody_gave_back() -> Iterator[None]:
    yield
    assert abreast._places._value == AT_ONCE


class Pages:
    """Runs that last until they are told to end."""

    def __init__(self) -> None:
        self.may_end = threading.Event()
        self.begun: list[int] = []
        self._threads = ThreadPoolExecutor(32)

    def start(self, number: int, within: Callable[[], object] = lambda: None) -> Future[None]:
        return self._threads.submit(self._run, number, within)

    def _run(self, number: int, within: Callable[[], object]) -> None:
        with a_few_abreast():
            within()
            self.begun.append(number)
            self.may_end.wait(LONG_S)

    def wait_for(self, count: int) -> None:
        until = time.monotonic() + LONG_S
        while len(self.begun) < count and time.monotonic() < until:
            time.sleep(0.005)
        assert len(self.begun) >= count


@pytest.fixture
def pages() -> Iterator[Pages]:
    made = Pages()
    yield made
    made.may_end.set()
    made._threads.shutdown()


def test_as_many_as_there_are_places_are_made_and_the_others_after_them_in_their_order(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(abreast, "PATIENCE_S", LONG_S)
    runs = []
    for number in range(AT_ONCE + 4):
        runs.append(pages.start(number))
        pages.wait_for(min(number + 1, AT_ONCE))
        time.sleep(0.05)  # in this order
    assert pages.begun == list(range(AT_ONCE))
    pages.may_end.set()
    for run in runs:
        run.result(LONG_S)
    assert sorted(pages.begun) == list(range(AT_ONCE + 4)) and pages.begun[:AT_ONCE] == list(range(AT_ONCE))


def test_nobody_waits_long_for_strangers(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(abreast, "PATIENCE_S", 0.05)
    for number in range(3 * AT_ONCE):
        pages.start(number)
    pages.wait_for(3 * AT_ONCE)  # while none of them has ended


def test_a_run_that_fails_or_is_asked_anew_gives_its_place_back() -> None:
    for _ in range(2 * AT_ONCE):
        with pytest.raises(KeyError), a_few_abreast():
            raise KeyError


def test_who_steps_aside_does_so_once_and_who_has_no_place_has_none_to_give(pages: Pages) -> None:
    def twice() -> None:
        abreast.step_aside()
        abreast.step_aside()

    abreast.step_aside()
    for number in range(5 * AT_ONCE):
        pages.start(number, twice)
    pages.wait_for(5 * AT_ONCE)


def _search() -> None:
    kept: SingleFlight[object, int] = SingleFlight(8)
    patience.answered(kept, "asked", lambda should_stop: 1, "", "")


def _check() -> None:
    with Turns(at_once=1, most_waiting=1, most_wait_s=LONG_S).taken("", lambda before: None, lambda: False):
        pass


def _file() -> None:
    patience.made(SimpleNamespace(path=Path("atlas.duckdb")), print, ())  # type: ignore[arg-type]


@pytest.mark.parametrize("work", [_search, _check, _file])
def test_who_works_or_waits_for_long_steps_aside(
    pages: Pages, monkeypatch: pytest.MonkeyPatch, work: Callable[[], None]
) -> None:
    """More of them than there are places are past it, while none has ended and nobody's patience has."""
    monkeypatch.setattr(abreast, "PATIENCE_S", LONG_S)
    monkeypatch.setattr(patience, "_working", lambda words, name: nullcontext())
    monkeypatch.setattr(patience, "WORKSHOP", SimpleNamespace(wait=lambda *asked: Path("made")))
    monkeypatch.setattr(kept_files, "of", lambda atlas: None)
    for number in range(2 * AT_ONCE):
        pages.start(number, work)
    pages.wait_for(2 * AT_ONCE)
