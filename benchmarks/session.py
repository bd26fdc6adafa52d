"""A visitor without a browser: speaks Streamlit's websocket, so that time and bytes are the server's own.

It does what the page in the browser does: asks for a rerun, reads messages until the script has finished,
and says which large messages it still has, so that the server may send a hash instead of them.
"""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server.starlette.starlette_app_utils import generate_xsrf_token_string
from streamlit.web.server.starlette.starlette_server_config import XSRF_COOKIE_NAME
from websockets import Subprotocol
from websockets.sync.client import ClientConnection, connect

from benchmarks.processes import LOOPBACK, Server

ANSWER_SECONDS = 120.0


class PageFailed(RuntimeError):
    """The page showed an exception or did not run; the message holds what it said."""


@dataclass(frozen=True)
class Rerun:
    """One run of a page: from the request to the message that it has finished."""

    ms: float
    received_bytes: int
    by_kind: Counter[str]  # bytes by the kind of message or element


@dataclass(frozen=True)
class KnownBy:
    """What a browser sends of somebody who was here before, from a page at `origin`."""

    origin: str
    cookies: tuple[tuple[str, str], ...]


class Session:
    """One visitor's connection."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._kept: dict[str, None] = {}
        self.received = b""  # all messages of the last run

    def rerun(self, page: str, view: dict[str, str]) -> Rerun:
        """Run a page under a query string. Raises PageFailed."""
        state = ClientState(query_string=urlencode(view), page_name=page, cached_message_hashes=self._kept)
        begun = time.perf_counter()
        self._connection.send(BackMsg(rerun_script=state).SerializeToString())
        by_kind: Counter[str] = Counter()
        frames = []
        while True:
            frame = self._connection.recv(ANSWER_SECONDS)
            assert isinstance(frame, bytes)
            frames.append(frame)
            message = ForwardMsg.FromString(frame)
            by_kind[_kind(message)] += len(frame)
            _refuse(page, message)
            if message.metadata.cacheable:
                self._kept[message.hash] = None
            if message.WhichOneof("type") == "script_finished":
                break
        ms = 1000 * (time.perf_counter() - begun)
        self.received = b"".join(frames)
        return Rerun(ms, sum(by_kind.values()), by_kind)


@contextlib.contextmanager
def session(server: Server, known_by: KnownBy | None = None) -> Iterator[Session]:
    """A new visitor of a server."""
    address = f"ws://{LOOPBACK}:{server.port}/_stcore/stream"
    # Neither the length limit nor compression: Streamlit's own page has none by default.
    protocols, headers = ["streamlit"], {}
    if known_by:
        token = generate_xsrf_token_string()  # without it Streamlit looks at no cookie
        protocols.append(token)
        cookies = (*known_by.cookies, (XSRF_COOKIE_NAME, token))
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies), "Origin": known_by.origin}
    with connect(
        address,
        subprotocols=[Subprotocol(one) for one in protocols],
        additional_headers=headers,
        max_size=None,
        compression=None,
        proxy=None,
    ) as connection:
        yield Session(connection)


def _kind(message: ForwardMsg) -> str:
    kind = message.WhichOneof("type") or "?"
    if kind != "delta":
        return kind
    return message.delta.new_element.WhichOneof("type") or message.delta.WhichOneof("type") or kind


def _refuse(page: str, message: ForwardMsg) -> None:
    if message.WhichOneof("type") == "page_not_found":
        raise PageFailed(f"page {page!r}: there is no such page")
    if message.delta.new_element.WhichOneof("type") == "exception":
        shown = message.delta.new_element.exception
        raise PageFailed(f"page {page!r}: expected a whole page, found {shown.type}; the server's log has the rest")
    finished = message.WhichOneof("type") == "script_finished"
    if finished and message.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY:
        raise PageFailed(f"page {page!r}: expected a whole run, found one that ended early")
