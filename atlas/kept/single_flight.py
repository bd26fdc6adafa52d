"""A bounded cache whose values are made once, however many threads ask at the same time."""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
_all: weakref.WeakSet[SingleFlight[Any, Any]] = weakref.WeakSet()


def forget(*names: str) -> None:
    """Drop what any cache keeps under these words: a key that is one of them, or a tuple that has one (a build let
    go).
    """
    for cache in tuple(_all):
        cache.drop(lambda key: any(key == name or (isinstance(key, tuple) and name in key) for name in names))


class SingleFlight(Generic[K, V]):
    """Least recently used values go first when their weights exceed the limit.

    A map opens six connections at once: without this, six threads would load the same column.
    A failure reaches everyone who waits for it and is not kept, so that the next request tries again.
    """

    def __init__(self, limit: int, weigh: Callable[[V], int] = lambda _: 1) -> None:
        """`limit` is in the unit of `weigh`: entries by default, or for example bytes."""
        self._limit = limit
        self._weigh = weigh
        self._kept: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._making: dict[K, Future[V]] = {}
        self._weight = 0
        self._lock = threading.Lock()
        _all.add(self)

    def drop(self, is_unwanted: Callable[[K], bool]) -> None:
        """Let go of the values whose keys are unwanted."""
        with self._lock:
            for key in [key for key in self._kept if is_unwanted(key)]:
                self._weight -= self._kept.pop(key)[1]

    def peek(self, key: K) -> V | None:
        """The value if it is at hand; never waits for one that is being made."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def get(self, key: K, make: Callable[[], V]) -> V:
        """The kept value, or the one that `make` returns, or the one another thread is making."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key][0]
            waiting = self._making.get(key)
            if waiting is None:
                mine: Future[V] = Future()
                self._making[key] = mine
        if waiting is not None:
            return waiting.result()
        return self._make(key, make, mine)

    def _make(self, key: K, make: Callable[[], V], mine: Future[V]) -> V:
        try:
            value = make()
        except BaseException as failure:
            with self._lock:
                del self._making[key]
            mine.set_exception(failure)
            raise
        with self._lock:
            self._keep(key, value)
            del self._making[key]
        mine.set_result(value)
        return value

    def _keep(self, key: K, value: V) -> None:
        weight = self._weigh(value)
        if weight > self._limit:
            return  # keeping it would throw out everything else
        self._kept[key] = (value, weight)
        self._weight += weight
        while self._weight > self._limit:
            _, (_, gone) = self._kept.popitem(last=False)
            self._weight -= gone

    @property
    def weight(self) -> int:
        """What is kept, in the unit of `weigh`."""
        return self._weight

    def __len__(self) -> int:
        return len(self._kept)
