"""Sends the desk's mail while the server runs: looked for now and then, in a thread that nobody waits for."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError

from atlas.desk import at_hand
from desk.mail import send
from desk.mail.send import Server

LOOK_S = 20.0
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
    while not is_over.wait(LOOK_S):
        try:
            send.send_due(at_hand.desk(), server)
        except (at_hand.Closed, SQLAlchemyError):
            LOG.exception("mail could not be looked for")
