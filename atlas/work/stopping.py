"""The server ends soon after it is told to, whatever still runs: downloads, websockets, a search for the best plan."""

from __future__ import annotations

import faulthandler
import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import uvicorn

LOG = logging.getLogger(__name__)
GRACE_S = 4  # for answers that are being sent
END_S = 8.0  # then the process ends, even while a library holds the interpreter
_asked = threading.Event()


def is_asked() -> bool:
    """Whether the server was told to end; long work asks this now and then."""
    return _asked.is_set()


@contextmanager
def in_time(end_work: Callable[[], None]) -> Iterator[None]:
    """While this lasts, SIGTERM and SIGINT also call `end_work` and set a limit to what the server waits for.

    Outside a main thread (tests) there are no signals to take notice of.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def told(number: int, frame: FrameType | None) -> None:
        if not _asked.is_set():
            _asked.set()
            faulthandler.dump_traceback_later(END_S, exit=True)
            threading.Thread(target=end_work, daemon=True, name="end-work").start()
        _bound_waiting(before[signal.SIGTERM])
        if callable(handler := before[signal.Signals(number)]):
            handler(number, frame)

    for number in before:
        signal.signal(number, told)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _bound_waiting(handler: Any) -> None:
    """uvicorn waits for open connections without end unless it was started with a limit."""
    server = getattr(handler, "__self__", None)
    if isinstance(server, uvicorn.Server) and server.config.timeout_graceful_shutdown is None:
        server.config.timeout_graceful_shutdown = GRACE_S
