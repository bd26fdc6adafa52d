"""Threads of their own for maps that take a good part of a second each: tiles never wait behind them.

A visitor's page asks for a few such maps; a stranger asks for hundreds, each a little different. Only so many are
drawn at once, only so many wait, and what is beyond that is told when to come again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import anyio.to_thread

from atlas.work.refused import Refused

V = TypeVar("V")
AT_ONCE = 2  # threads; the interpreter runs one at a time, the second works while the first asks the database
WAITING = 60  # the maps of a dozen visitors who arrive together
RETRY_S = 5


class Lane:
    """A bounded number of threads, and of those who wait for one."""

    def __init__(
        self, at_once: int = AT_ONCE, waiting: int = WAITING, busy: str = "too many maps are being drawn"
    ) -> None:
        """busy: what is told to those for whom there is no room."""
        self._limiter = anyio.CapacityLimiter(at_once)
        self._most = at_once + waiting
        self._busy = busy
        self._inside = 0  # counted here: a limiter counts who waits only after a turn of the loop

    async def run(self, make: Callable[[], V]) -> V:
        """What `make` returns, made in a thread of this lane. Raises Refused (429) where too many wait."""
        if self._inside >= self._most:
            raise Refused(429, self._busy, "the same request again, later", RETRY_S)
        self._inside += 1
        try:
            return await anyio.to_thread.run_sync(make, limiter=self._limiter)
        finally:
            self._inside -= 1
