"""One line per request: what was asked for and how it went, and nothing about who asked.

No address of a visitor, no browser's name, no query, and of a path only which of ours it is: what somebody looks for
is nobody's business, and what a stranger writes into a path never reaches the log. Lines wait in a short queue for a
thread that writes them, so that a slow disk or terminal keeps no tile back; when the queue is full they are dropped.
"""

from __future__ import annotations

import atexit
import json
import logging
import os
import sys
import time
from contextlib import suppress
from logging.handlers import QueueHandler, QueueListener, RotatingFileHandler
from pathlib import Path
from queue import Full, Queue
from typing import Any

from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

KIND, FILE = "ATLAS_LOG", "ATLAS_LOG_FILE"
KINDS = ("text", "json", "off")
MOST_FILE_BYTES, OLDER_FILES = 10 << 20, 5
MOST_WAITING = 10_000
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
STATIC = "/static/"  # Streamlit's own scripts, dozens with a first page: they say nothing
PAGES = frozenset(
    "/" + path.stem.replace("_", "-") for path in (Path(__file__).resolve().parents[2] / "pages").rglob("[a-z]*.py")
)
LOG = logging.getLogger("atlas.requests")


def kind() -> str:
    """How lines are written: text, json, or not at all. Raises ValueError for another word."""
    chosen = os.environ.get(KIND, KINDS[0])
    if chosen not in KINDS:
        raise ValueError(f"{KIND}: expected one of {', '.join(KINDS)}")
    return chosen


class Line(logging.Formatter):
    """A line of text, or of JSON, from a record that holds the facts of a request as its message."""

    converter = staticmethod(time.gmtime)

    def __init__(self, is_json: bool) -> None:
        super().__init__()
        self.is_json = is_json

    def format(self, record: logging.LogRecord) -> str:
        at = self.formatTime(record, "%Y-%m-%dT%H:%M:%SZ")
        facts: dict[str, Any] = record.msg  # type: ignore[assignment]
        if self.is_json:
            return json.dumps({"at": at} | facts)
        return "{} {method} {address} {status} {ms} ms {bytes} bytes".format(at, **facts)


class Waiting(QueueHandler):
    """Puts lines into the queue as they are; what finds no room is left out."""

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        return record

    def enqueue(self, record: logging.LogRecord) -> None:
        with suppress(Full):
            self.queue.put_nowait(record)


class Writing:
    """The thread that writes lines as the settings say; one for the process."""

    _thread: QueueListener | None = None

    @classmethod
    def start(cls) -> bool:
        """Returns whether lines are wanted at all."""
        cls.stop()
        if kind() == "off":
            return False
        queue: Queue[logging.LogRecord] = Queue(MOST_WAITING)
        LOG.handlers, LOG.propagate = [Waiting(queue)], False
        LOG.setLevel(logging.INFO)
        cls._thread = QueueListener(queue, _writer())
        cls._thread.start()
        return True

    @classmethod
    def stop(cls) -> None:
        """Write what still waits."""
        if cls._thread is not None:
            cls._thread.stop()
            cls._thread = None


atexit.register(Writing.stop)


def _writer() -> logging.Handler:
    path = os.environ.get(FILE)
    writer: logging.Handler = (
        RotatingFileHandler(path, maxBytes=MOST_FILE_BYTES, backupCount=OLDER_FILES, encoding="utf-8")
        if path
        else logging.StreamHandler(sys.stderr)
    )
    writer.setFormatter(Line(kind() == "json"))
    return writer


class RequestLog:
    """Notes each answer when its last byte is sent, each websocket when it ends."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.is_on = Writing.start()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self.is_on or scope["type"] == "lifespan" or scope["path"].startswith(STATIC):
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        status, sent = 101 if scope["type"] == "websocket" else 500, 0

        async def noting(message: Message) -> None:
            nonlocal status, sent
            if "status" in message:
                status = message["status"]
            sent += len(message.get("body") or message.get("bytes") or b"")
            await send(message)

        try:
            await self.app(scope, receive, noting)
        finally:
            ms = round((time.perf_counter() - began) * 1000, 1)
            facts = {"method": _method(scope), "address": _address(scope), "status": status}
            LOG.info(facts | {"ms": ms, "bytes": sent})


def _method(scope: Scope) -> str:
    if scope["type"] == "websocket":
        return "WEBSOCKET"
    method: str = scope["method"]
    return method if method in METHODS else "OTHER"


def _address(scope: Scope) -> str:
    """The pattern of the route that answered, or a page's name; "(other)" for what is neither."""
    route = scope.get("route")
    if isinstance(route, Route):
        return route.path
    path: str = scope["path"]
    is_ours = path == "/" or path in PAGES or (scope["type"] == "websocket" and path == "/_stcore/stream")
    return path if is_ours else "(other)"
