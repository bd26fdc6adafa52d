"""The names that this server answers to.

A page of a stranger whose name points at 127.0.0.1 (DNS rebinding) would read everything with the visitor's own
browser, and a `Host` of a stranger would stand as an address inside a downloaded file. Both end at a list of names.
"""

from __future__ import annotations

import ipaddress
import os
import re

from starlette.types import ASGIApp, Receive, Scope, Send

from atlas.guard.refusal import refuse

SETTING = "ATLAS_HOSTS"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
#: Asked by whoever watches over the server on its own machine; they tell nothing of a visitor.
PROBES = frozenset({"healthz", "readyz"})
EXPECTED = f"a name that {SETTING} lists (names with commas between, for example atlas.example.org,10.1.2.3:8501)"
_HOST = re.compile(r"(?P<name>[a-z0-9_](?:[a-z0-9_.-]{0,252})|\[[0-9a-f:.]{2,45}\])(?::(?P<port>[0-9]{1,5}))?")


class UnreadableHost(ValueError):
    """A text that is no host name: carries what was expected."""


def allowed() -> frozenset[str]:
    """The names, each as `name`, `name:port` or `[IPv6]:port`; the loopback names where ATLAS_HOSTS is not set.

    Raises UnreadableHost for an entry that is no host name.
    """
    named = [entry.strip() for entry in os.environ.get(SETTING, "").split(",")]
    return frozenset(_join(*split(_in_ascii(entry))) for entry in named if entry) or LOOPBACK


def is_loopback_only() -> bool:
    """Whether only this machine's own names are answered: nobody else is meant to come."""
    return all(_is_loopback(split(host)[0]) for host in allowed())


def is_allowed(host: str, among: frozenset[str]) -> bool:
    """Whether `host`, as a browser sends it, is one of the names; a name without a port stands for all ports.

    Raises UnreadableHost.
    """
    name, port = split(host)
    return name in among or _join(name, port) in among


def split(host: str) -> tuple[str, str]:
    """Name (lower case, without the root's dot) and port ("" where none is said). Raises UnreadableHost."""
    found = _HOST.fullmatch(host.lower())
    if not found:
        raise UnreadableHost(f"{SETTING}: expected host names like atlas.example.org or [::1]:8501")
    name = found["name"].removesuffix(".")
    if name.startswith("["):
        try:
            name = f"[{ipaddress.IPv6Address(name[1:-1]).compressed}]"
        except ValueError as error:
            raise UnreadableHost(f"{SETTING}: expected an IPv6 address in brackets") from error
    return name, found["port"] or ""


def _join(name: str, port: str) -> str:
    return f"{name}:{port}" if port else name


def _in_ascii(entry: str) -> str:
    """A name in any script, as browsers send it."""
    try:
        return entry if entry.isascii() else entry.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise UnreadableHost(f"{SETTING}: a name that is no host name") from error


def _is_loopback(name: str) -> bool:
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


class Hosts:
    """Answers 421 to a name that is not ours, 400 to none, to several and to what is no name."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.among = allowed()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        said = [value for name, value in scope["headers"] if name == b"host"]
        try:
            (one,) = said
            among = self.among | LOOPBACK if scope["path"].removeprefix("/") in PROBES else self.among
            is_ours = is_allowed(one.decode("latin-1"), among)
        except ValueError:
            await refuse(scope, receive, send, 400, "one Host that is a name is needed", EXPECTED)
            return
        if is_ours:
            await self.app(scope, receive, send)
        else:
            await refuse(scope, receive, send, 421, "this server does not answer to that name", EXPECTED)
