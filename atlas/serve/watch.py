"""Follows the folder of builds from a thread of its own, so that no request ever looks at a disk for it.

A new build is verified and warmed here while the old one is served, and switched to when it is as quick as that.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from atlas.kept import single_flight
from atlas.serve import warm
from indicators import database
from indicators.database import Shelf

LOG = logging.getLogger(__name__)
EVERY_S = 1.0


@contextmanager
def following() -> Iterator[None]:
    """Within the block, readers take what the shelf serves and ask nothing of the disk."""
    shelf, stop = database.shelf_of(), threading.Event()
    thread = threading.Thread(target=_follow, args=(shelf, stop), daemon=True, name="follow-builds")
    shelf.is_watched = True
    thread.start()
    try:
        yield
    finally:
        stop.set()
        shelf.is_watched = False


def look(shelf: Shelf) -> None:
    """Once: switch if there is something better, and forget what was let go. With nothing to serve, haste comes
    first.
    """
    for gone in shelf.look(warm.whole if shelf.served else warm.first):
        single_flight.forget(str(gone.path), gone.build_id)


def _follow(shelf: Shelf, stop: threading.Event) -> None:
    while not stop.wait(EVERY_S):
        try:
            look(shelf)
        except Exception:
            LOG.exception("the folder of builds could not be looked at; trying again")
