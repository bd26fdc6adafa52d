"""Builds that are kept for good, by the number of their release or their build id: opened when they are asked for.

Who keeps them is told once (`use`); without, there are none. A few stay open, the longest unasked ones are closed.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Protocol

from ground import builds
from indicators.database import Atlas

MOST_OPEN = 4  # two visitors who compare two releases each
LOG = logging.getLogger(__name__)


class Keeper(Protocol):
    """Finds a kept build's file, brought back if need be; None where there is none, or it cannot be brought back."""

    def by_number(self, number: str) -> Path | None: ...

    def by_build(self, build_id: str) -> Path | None: ...


class Nothing:
    """Keeps none."""

    def by_number(self, number: str) -> Path | None:
        return None

    def by_build(self, build_id: str) -> Path | None:
        return None


_keeper: Keeper = Nothing()
_open: OrderedDict[str, Atlas] = OrderedDict()  # by build id
_lock = threading.Lock()


def use(keeper: Keeper) -> None:
    """Ask this one from now on."""
    global _keeper
    _keeper = keeper


def of_number(number: str) -> Atlas | None:
    """The build of a release; None where there is none of that number."""
    return _opened(_keeper.by_number(number))


def of_build(build_id: str) -> Atlas | None:
    """A kept build by its id."""
    with _lock:
        if (held := _open.get(build_id)) is not None and held.is_open and held.path.exists():  # workers open it, too
            _open.move_to_end(build_id)
            return held
    return _opened(_keeper.by_build(build_id))


def _opened(path: Path | None) -> Atlas | None:
    matched = builds.BUILD_FILE.fullmatch(path.name) if path else None
    if path is None or matched is None:
        return None
    with _lock:
        held = _open.get(matched[1])
        if held is None or not held.is_open:
            try:
                held = _open[matched[1]] = Atlas(path)
            except (builds.NotGood, OSError):
                LOG.exception("a kept build cannot be opened")
                return None
        _open.move_to_end(matched[1])
        while len(_open) > MOST_OPEN:
            _open.popitem(last=False)[1].leave()  # closed when its last reader is done
        return held
