"""Garbage is collected beside the runs, not after each of them.

Streamlit walks all that its sessions hold after every run of a page, with everybody waiting: the more visitors came and
went, the longer. What lives as long as the process is left out of that walk, and a thread of its own takes the walk now
and then: soon where it is short, seldom where it is long.
"""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from streamlit import config

AFTER_EACH_RUN = "runner.postScriptGC"
EVERY_S = 5.0
SHARE = 0.01  # of the time, at most, that everybody waits for a walk
#: What was set aside is looked through again: sessions that were open then have ended since.
EVERYTHING_EVERY_S = 3600.0
#: Objects made beyond those let go before the youngest are looked at, and how often that is before the older are. The
#: oldest are the thread's own business.
THRESHOLDS = (20_000, 20, 1_000_000)


@contextmanager
def beside_the_runs() -> Iterator[None]:
    """Within the block nobody waits for a collection after a run."""
    stop, before = threading.Event(), gc.get_threshold()
    config.set_option(AFTER_EACH_RUN, False)
    gc.set_threshold(*THRESHOLDS)
    thread = threading.Thread(target=_now_and_then, args=(stop,), daemon=True, name="collect-garbage")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        gc.set_threshold(*before)


def _now_and_then(stop: threading.Event) -> None:
    took_s, everything_at = 0.0, time.monotonic() + EVERYTHING_EVERY_S
    while not stop.wait(wait_s(took_s)):
        begun = time.perf_counter()
        if time.monotonic() > everything_at:
            gc.unfreeze()
            set_aside()
            everything_at = time.monotonic() + EVERYTHING_EVERY_S
        else:
            gc.collect()
        took_s = time.perf_counter() - begun


def wait_s(took_s: float) -> float:
    """Seconds until the next walk, after one that took so long."""
    return max(EVERY_S, took_s / SHARE)


def set_aside() -> None:
    """What is there now most likely lives as long as the process, and is left out of later walks."""
    gc.collect()
    gc.freeze()
