"""Files that a question is open about, held in memory until it is answered: few, small, and never on the disk."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

MOST_BYTES = 20 << 20  # of one file; a larger one is handed in again with the answers
ALL_BYTES = 100 << 20  # of all windows together; the longest held go first


@dataclass(frozen=True)
class Held:
    """A file and how it was to be read."""

    name: str
    data: bytes
    kind: str | None
    declaration: str


_lock = threading.Lock()
_held: OrderedDict[str, Held] = OrderedDict()


def hold(session: str, file: Held) -> None:
    """Hold the one file of a window, in place of an earlier one; not where it is too large."""
    with _lock:
        _held.pop(session, None)
        if len(file.data) > MOST_BYTES:
            return
        _held[session] = file
        while sum(len(one.data) for one in _held.values()) > ALL_BYTES:
            _held.popitem(last=False)


def of(session: str) -> Held | None:
    """The file of a window, where it is still held."""
    with _lock:
        return _held.get(session)


def release(session: str) -> None:
    """Let the file of a window go."""
    with _lock:
        _held.pop(session, None)
