"""The cache that makes a value once."""

from __future__ import annotations

import threading
import time

import pytest

from atlas.kept.single_flight import SingleFlight


def test_many_threads_one_call() -> None:
    cache: SingleFlight[str, int] = SingleFlight(4)
    calls: list[int] = []

    def make() -> int:
        calls.append(1)
        time.sleep(0.05)
        return 7

    threads = [threading.Thread(target=cache.get, args=("a", make)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(calls) == 1 and cache.peek("a") == 7


def test_the_least_recently_used_goes_first() -> None:
    cache: SingleFlight[str, bytes] = SingleFlight(10, len)
    cache.get("a", lambda: b"aaaa")
    cache.get("b", lambda: b"bbbb")
    cache.peek("a")
    cache.get("c", lambda: b"cccc")
    assert (cache.peek("a"), cache.peek("b"), cache.weight, len(cache)) == (b"aaaa", None, 8, 2)


def test_what_is_too_heavy_is_given_but_not_kept() -> None:
    cache: SingleFlight[str, bytes] = SingleFlight(3, len)
    assert cache.get("a", lambda: b"aaaa") == b"aaaa"
    assert cache.peek("a") is None and cache.weight == 0


def test_a_failure_is_not_kept() -> None:
    cache: SingleFlight[str, int] = SingleFlight(3)
    with pytest.raises(ZeroDivisionError):
        cache.get("a", lambda: 1 // 0)
    assert cache.get("a", lambda: 2) == 2
