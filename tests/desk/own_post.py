"""A server for mail that tests hold in their hands."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller


class Taken:
    """It takes mail, or refuses it; `meanwhile` is done while the sender waits."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.answer = "250 taken"
        self.meanwhile: Callable[[], object] | None = None

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.meanwhile is not None:
            done, self.meanwhile = self.meanwhile, None
            await asyncio.to_thread(done)
        if self.answer.startswith("250"):
            self.mails.append(envelope)
        return self.answer


@contextmanager
def taking() -> Iterator[tuple[Taken, str]]:
    """The server and its address for ATLAS_SMTP_URL."""
    taken = Taken()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(taken, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield taken, f"smtp://127.0.0.1:{port}?from=atlas@example.org"
    finally:
        controller.stop()
