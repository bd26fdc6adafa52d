"""Which pages may open a websocket or send something: ours.

A browser names in `Origin` the page that a request comes from. Left to Streamlit, a page it doesn't know makes it ask
a host on the internet for its own public address, with the whole server waiting; here it is refused before that.
"""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config

from atlas.guard.hosts import UnreadableHost, split
from atlas.guard.refusal import refuse
from atlas.look.addresses import PUBLIC_URL

READING = frozenset({"GET", "HEAD", "OPTIONS"})
PORTS = {"http": "80", "https": "443"}
EXPECTED = f"a page of this server; behind a front that changes Host, set {PUBLIC_URL}"


class UnreadableOrigin(ValueError):
    """A text that names no page on the web."""


def public_origin() -> str:
    """The address that visitors see, as an origin (`https://atlas.example.org`); "" where it is not told."""
    scheme, netloc = urlsplit(os.environ.get(PUBLIC_URL, ""))[:2]
    return f"{scheme}://{netloc}" if netloc else ""


def trust_public() -> None:
    """Streamlit asks once more itself, and knows only Host: tell it the address that visitors see."""
    if public := public_origin():
        config.set_option("server.corsAllowedOrigins", [public], PUBLIC_URL)


def is_ours(origin: str, host: str, public: str) -> bool:
    """Whether `origin` is a page under `host`, the checked Host of the same request, or under the public address."""
    try:
        scheme, named = _parts(origin)
        return named == _with_port(host, scheme) or (bool(public) and (scheme, named) == _parts(public))
    except ValueError:
        return False


def _parts(origin: str) -> tuple[str, tuple[str, str]]:
    """Scheme, and name with port. Raises UnreadableOrigin for `null`, for a path, for what is no web page's."""
    scheme, separator, host = origin.partition("://")
    if not separator or scheme.lower() not in PORTS:
        raise UnreadableOrigin(origin)
    return scheme.lower(), _with_port(host, scheme.lower())


def _with_port(host: str, scheme: str) -> tuple[str, str]:
    try:
        name, port = split(host)
    except UnreadableHost as error:
        raise UnreadableOrigin(host) from error
    return name, port or PORTS[scheme]


class Origins:
    """Answers 403 to a websocket, and to a request that changes something, from any page but ours.

    None at all is let through: programs send none, and a browser always does.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.public = public_origin()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or scope.get("method") in READING or self._may(scope):
            await self.app(scope, receive, send)
        else:
            await refuse(scope, receive, send, 403, "this page may not do that here", EXPECTED)

    def _may(self, scope: Scope) -> bool:
        origins = [value.decode("latin-1") for name, value in scope["headers"] if name == b"origin"]
        host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
        return all(is_ours(origin, host, self.public) for origin in origins)
