"""An answer that ends a request: a status and a short JSON text, over HTTP and to a websocket's handshake alike."""

from __future__ import annotations

from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

#: What lets a server answer a handshake with a status of ours; without it the handshake is closed (403).
DENIAL = "websocket.http.response"


async def refuse(
    scope: Scope, receive: Receive, send: Send, status: int, error: str, expected: str, retry_s: int = 0
) -> None:
    """Answer with `status`; nothing of the request is repeated. `retry_s`: seconds to wait before another try."""
    if scope["type"] == "websocket" and DENIAL not in (scope.get("extensions") or {}):
        await send({"type": "websocket.close", "code": 1008, "reason": error})
        return
    headers = {"Cache-Control": "no-store", "Connection": "close"}
    if retry_s:
        headers["Retry-After"] = str(retry_s)
    answer = JSONResponse({"error": error, "expected": expected}, status, headers)
    await answer(scope, receive, send)
