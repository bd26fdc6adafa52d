"""Whose turn it is: few at once, the others in a short line in which each knows the place."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from atlas.work import abreast

POLL_S = 0.2


class Full(Exception):
    """The line is as long as it may be, or has not moved for as long as anybody waits."""


class Stopped(Exception):
    """Whoever stood in line, or had his turn, has left or wants another."""


@dataclass(eq=False)
class Turn:
    """A place in the line of one visitor."""

    visitor: str
    is_over: bool = False  # the same visitor has come again: the newest counts


class Turns:
    """A line of visitors; the first `at_once` of it have their turn. Of one visitor the newest wish counts."""

    def __init__(self, at_once: int, most_waiting: int, most_wait_s: float) -> None:
        self._at_once = at_once
        self._most = at_once + most_waiting
        self._most_wait_s = most_wait_s
        self._line: list[Turn] = []
        self._moved = threading.Condition()

    @contextmanager
    def taken(
        self, visitor: str, on_wait: Callable[[int], None], should_stop: Callable[[], bool]
    ) -> Iterator[Callable[[], bool]]:
        """Wait for a turn, and hold it; what is yielded says whether it is to be given up.

        `on_wait` is told how many come first, each time that this changes. Raises Full, Stopped.
        """
        turn = self._joined(visitor)
        abreast.step_aside()

        def is_unwanted() -> bool:
            return turn.is_over or should_stop()

        try:
            self._wait(turn, on_wait, is_unwanted)
            yield is_unwanted
        finally:
            with self._moved:
                self._line.remove(turn)
                self._moved.notify_all()

    def _joined(self, visitor: str) -> Turn:
        with self._moved:
            for other in self._line:
                other.is_over |= other.visitor == visitor
            if sum(not other.is_over for other in self._line) >= self._most:
                raise Full
            turn = Turn(visitor)
            self._line.append(turn)
            return turn

    def _wait(self, turn: Turn, on_wait: Callable[[int], None], is_unwanted: Callable[[], bool]) -> None:
        end, told = time.monotonic() + self._most_wait_s, 0
        while before := self._before(turn):
            if is_unwanted():
                raise Stopped
            if time.monotonic() > end:
                raise Full
            if before != told:
                on_wait(before)
                told = before

    def _before(self, turn: Turn) -> int:
        """How many turns must end before this one begins; looks again when the line moves, and now and then."""
        with self._moved:
            before = max(0, self._line.index(turn) + 1 - self._at_once)
            if before:
                self._moved.wait(POLL_S)
            return before
