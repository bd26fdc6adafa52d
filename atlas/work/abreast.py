"""How many pages are made at once: a few; the others follow in the order in which they were asked for.

Python runs one line at a time. Of thirty pages made at once each is ready after about all thirty, and what they send
waits for its turn among them; made after each other, the first is ready after a thirtieth of that time and the last no
later. Nobody waits long for a stranger: after PATIENCE_S a page is made beside the others all the same, and one that
works or waits for long gives its place away.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = 3  # two, three and four serve 29.5, 31.7 and 27.8 reruns a second to thirty visitors on two cores
PATIENCE_S = 2.0
_places = threading.Semaphore(AT_ONCE)
_mine = threading.local()


@contextmanager
def a_few_abreast() -> Iterator[None]:
    """Within the block this thread makes a page."""
    _mine.has_place = _places.acquire(timeout=PATIENCE_S)
    try:
        yield
    finally:
        step_aside()


def step_aside() -> None:
    """From here on this thread's place is another's, if it has one: it works for long, or waits for who does."""
    if getattr(_mine, "has_place", False):
        _mine.has_place = False
        _places.release()
