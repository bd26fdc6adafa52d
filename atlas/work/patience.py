"""Work that takes longer than a moment: it says what it does, ends in time, can be stopped, and is kept.

A solver asks `should_stop` now and then. It is true when the time is up, when the reader pressed the button or left,
when he changed an input meanwhile (Streamlit has then another run waiting, and nobody wants this answer), and when the
server is told to end. Two search at once on the whole server, so that pages and maps keep a processor.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from atlas.kept.single_flight import SingleFlight
from atlas.look import blocks
from atlas.look.language import nt, t
from atlas.work import abreast, kept_files, stopping
from atlas.work.worker import Task
from atlas.work.workshop import WORKSHOP
from indicators.database import Atlas

ShouldStop = Callable[[], bool]
V = TypeVar("V")
SEARCHES_AT_ONCE = 2
LOOK_S = 0.2
_searches = threading.BoundedSemaphore(SEARCHES_AT_ONCE)


class Stopped(Exception):
    """The reader ended the search or wants another: what was found until then is no answer, and is not kept."""


def answered(
    kept: SingleFlight[Hashable, V], key: Hashable, make: Callable[[ShouldStop], V], words: str, name: str
) -> V:
    """The kept answer to a question, or the one that `make` works out now, under a spinner. Raises Stopped.

    `make` is given what tells it to stop; an answer that was stopped is not kept.
    """
    found = kept.peek(key)
    if found is not None:
        return found
    abreast.step_aside()
    is_unwanted = unwanted()

    def whole() -> V:
        with _turn(is_unwanted):
            answer = make(is_unwanted)
        if is_unwanted():
            raise Stopped
        return answer

    with _working(words, name):
        while True:
            try:
                return kept.get(key, whole)
            except Stopped:  # perhaps another visitor's run of the same question
                if is_unwanted():
                    raise


def made(atlas: Atlas, make: Callable[..., None], arguments: tuple[Any, ...]) -> Path:
    """The file that a worker makes (`serve/makings.py`), waited for here. Raises Refused, and Stopped."""
    context = get_script_run_ctx()
    client = context.session_id if context is not None else ""
    abreast.step_aside()
    task = Task(make, atlas.path.resolve(), arguments)
    found = WORKSHOP.wait(task, kept_files.of(atlas), client, unwanted())
    if found is None:
        raise Stopped
    return found


@contextmanager
def _turn(is_unwanted: ShouldStop) -> Iterator[None]:
    """Only so many search at once on the whole server; who waits is told so. Raises Stopped."""
    if not _searches.acquire(blocking=False):
        place = st.empty()
        with place.container():
            st.html(
                blocks.notice(
                    "info",
                    nt(
                        "{n} visitor is calculating on this server just now; your search begins in its turn.",
                        "{n} visitors are calculating on this server just now; your search begins in its turn.",
                        SEARCHES_AT_ONCE,
                    ),
                )
            )
        while not _searches.acquire(timeout=LOOK_S):
            if is_unwanted():
                raise Stopped
        place.empty()
    try:
        yield
    finally:
        _searches.release()


def until(seconds: float, should_stop: ShouldStop) -> ShouldStop:
    """True from `seconds` on, or once `should_stop` is."""
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end or should_stop()


def unwanted() -> ShouldStop:
    """Whether Streamlit wants to end or to repeat this run. To be made in the run's own thread."""
    requests = getattr(get_script_run_ctx(), "script_requests", None)

    def is_asked() -> bool:
        if stopping.is_asked():
            return True
        return getattr(getattr(requests, "_state", None), "name", "CONTINUE") != "CONTINUE"

    return is_asked


@contextmanager
def _working(words: str, name: str) -> Iterator[None]:
    """A spinner with words, and a button beside it that ends the search; both go when it is done."""
    place = st.empty()
    with place.container(key=f"noprint_working_{name}"):
        is_stopped = st.button(t("Stop the search"), key=f"stop_{name}", icon=":material/stop_circle:")
    if is_stopped:
        with place.container():
            st.html(blocks.notice("info", t("The search was stopped. Change an input, or search again.")))
            st.button(t("Search again"), key=f"again_{name}", icon=":material/refresh:")
        raise Stopped
    with st.spinner(words, show_time=True):
        yield
    place.empty()
