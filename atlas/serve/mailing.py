"""Sends the desk's mail while the server runs: looked for now and then, in a thread that nobody waits for.

Whoever has a role is told once a working day what waits for them; whoever filed a correction, what became of it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError

from atlas.desk import at_hand, digests
from desk.mail import send
from desk.mail.send import Server

LOOK_S = 20.0
DIGESTS_S = 600.0  # between looks for what waits for offices
LOG = logging.getLogger("atlas")


@contextmanager
def beside_the_runs() -> Iterator[None]:
    """Within the block mail is sent, where a server for it is set."""
    try:
        server = send.server()
    except send.WrongServer as wrong:
        LOG.warning("%s; no mail is sent", wrong)
        server = None
    is_over = threading.Event()
    if server is not None:
        threading.Thread(target=_send, args=(server, is_over), daemon=True, name="mail").start()
    try:
        yield
    finally:
        is_over.set()


def _send(server: Server, is_over: threading.Event) -> None:
    next_s = 0.0
    while not is_over.wait(LOOK_S):
        try:
            if time.monotonic() >= next_s:
                next_s = time.monotonic() + DIGESTS_S
                digests.queue_due(at_hand.desk())
        except Exception as error:  # noqa: BLE001  the other mail goes on
            # An address is in the values that a failure of the database tells: its kind alone is said.
            LOG.error("what waits for offices could not be told: %s", type(error).__name__)
        try:
            send.send_due(at_hand.desk(), server)
        except (at_hand.Closed, SQLAlchemyError) as error:
            LOG.error("mail could not be looked for: %s", type(error).__name__)
