"""How many visitors at once: each open page holds a websocket and some megabytes of the server's memory.

Who comes when all places are taken reads so in words, in place of a page that never connects, and the page asks again
by itself.
"""

from __future__ import annotations

import os
from collections import Counter
from html import escape
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from atlas.guard.refusal import refuse
from atlas.look.language import choose, html_tag, speaking, t

SETTING = "ATLAS_SESSIONS"
MOST = 200
SHARE = 4  # one address may hold this part of all: an office behind one address is many people
AGAIN_S = 15
BUSY = (
    '<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>{title}</title>'
    '<meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="{again_s}">'
    '<body style="font: 1.1rem/1.6 sans-serif; max-width: 36rem; margin: 15vh auto; padding: 0 1rem">'
    "<h1>{title}</h1><p>{said}</p></body></html>"
)


def most() -> int:
    """Websockets open at once on the whole server. Raises ValueError for what is no positive number."""
    number = int(os.environ.get(SETTING, MOST))
    if number < 1:
        raise ValueError(f"{SETTING}: expected a whole number from 1 on")
    return number


def words(accept_language: str | None) -> str:
    """The page that is shown while there is no place, in the language that the browser asks for."""
    lang = choose(None, accept_language)
    with speaking(lang):
        title = t("All places are taken")
        said = t("Too many visitors have the atlas open at the moment. This page tries again by itself.")
    return BUSY.format(lang=html_tag(lang), again_s=AGAIN_S, title=escape(title), said=escape(said))


class Sessions:
    """Answers 503 with words when as many websockets are open as there may be, or too many from one address."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.most = most()
        self.open: Counter[str] = Counter()  # websockets by the address that they come from

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._in_a_place(scope, receive, send)
        elif scope["type"] == "http" and self._is_full() and _is_page(scope):
            said = words(Headers(scope=scope).get("accept-language"))
            headers = {"Cache-Control": "no-store", "Retry-After": str(AGAIN_S)}
            await HTMLResponse(said, 503, headers)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _in_a_place(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = (scope.get("client") or ("",))[0]
        if self._is_full() or self.open[client] >= self._share(client):
            await refuse(scope, receive, send, 503, "all places are taken", "another try later", AGAIN_S)
            return
        self.open[client] += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.open[client] -= 1
            if not self.open[client]:
                del self.open[client]

    def _is_full(self) -> bool:
        return self.open.total() >= self.most

    def _share(self, client: str) -> int:
        """A front on this machine that does not say for whom it asks stands for everybody."""
        try:
            is_front = ip_address(client).is_loopback
        except ValueError:
            is_front = True  # a socket without an address
        return self.most if is_front else max(1, self.most // SHARE)


def _is_page(scope: Scope) -> bool:
    """Whether a person waits for this answer: a browser that asks for HTML, at an address without a dot."""
    is_html = "text/html" in Headers(scope=scope).get("accept", "")
    return is_html and "." not in scope["path"].rpartition("/")[2]
