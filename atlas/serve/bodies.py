"""How much a stranger may send: of an address, of headers, of a body. Refused before any of it is kept."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from atlas.guard.refusal import refuse
from atlas.intake import allowed

MOST_ADDRESS_BYTES = 8 << 10  # the longest of ours, a scenario in a link, has a quarter of it
MOST_HEADERS = 100
MOST_HEADER_BYTES = 32 << 10
MOST_BODY_BYTES = 64 << 10  # nothing but an upload has a body
UPLOAD = "/_stcore/upload_file/"
FORM_BYTES = 1 << 20  # what a form takes besides its file


class TooLong(Exception):
    """More came than was allowed."""


class Bodies:
    """Answers 414 to a long address, 431 to too many headers, 413 to a long body; all counted in bytes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif len(scope.get("raw_path") or b"") + len(scope["query_string"]) > MOST_ADDRESS_BYTES:
            await refuse(scope, receive, send, 414, "the address is too long", f"{MOST_ADDRESS_BYTES} bytes")
        elif _is_much(scope["headers"]):
            await refuse(scope, receive, send, 431, "too many headers", f"{MOST_HEADER_BYTES} bytes in all")
        elif scope["type"] == "websocket":
            await self.app(scope, receive, send)
        else:
            await self._counted(scope, receive, send)

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the body on as long as it is short enough; what was declared is believed, and counted all the same."""
        most = most_bytes(scope["path"])
        if _declared(scope["headers"]) > most:
            await _too_long(scope, receive, send, most)
            return
        came, has_begun = 0, False

        async def counting() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > most:
                raise TooLong
            return message

        async def noting(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self.app(scope, counting, noting)
        except TooLong:
            if not has_begun:
                await _too_long(scope, receive, send, most)


def most_bytes(path: str) -> int:
    """Bytes that a body may have at an address."""
    _, upload, rest = path.partition(UPLOAD)
    return allowed.most_upload_bytes(rest.partition("/")[0]) + FORM_BYTES if upload else MOST_BODY_BYTES


def _declared(headers: list[tuple[bytes, bytes]]) -> int:
    """Bytes that Content-Length promises; 0 where it doesn't, as with a body in chunks."""
    said = next((value for name, value in headers if name == b"content-length"), b"0")
    return int(said) if said.isdigit() and len(said) < 20 else 0


def _is_much(headers: list[tuple[bytes, bytes]]) -> bool:
    is_many = len(headers) > MOST_HEADERS
    return is_many or sum(len(name) + len(value) for name, value in headers) > MOST_HEADER_BYTES


async def _too_long(scope: Scope, receive: Receive, send: Send, most: int) -> None:
    await refuse(scope, receive, send, 413, "more was sent than is taken here", f"at most {most} bytes")
