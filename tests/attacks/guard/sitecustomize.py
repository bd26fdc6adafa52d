"""Python reads this file at its start when its folder is on the path: whom the process asks is noted, and not asked."""

from __future__ import annotations

import ipaddress
import os
import socket
from typing import Any

NOTES = os.environ["ATLAS_TEST_ASKED"]


def is_here(host: object) -> bool:
    name = str(host or "localhost").strip("[]")
    try:
        found = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return name == "localhost"
    return found.is_loopback or found.is_unspecified


def checked(host: object) -> None:
    if isinstance(host, bytes):
        host = host.decode()
    if not is_here(host):
        with open(NOTES, "a", encoding="utf-8") as notes:
            notes.write(f"{host}\n")
        raise OSError("nobody is asked in this test")


def guarded(ask: Any) -> Any:
    def method(self: socket.socket, *arguments: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            checked(arguments[-1][0])
        return ask(self, *arguments)

    return method


def resolved(ask: Any) -> Any:
    def function(host: Any, *arguments: Any, **named: Any) -> Any:
        checked(host)
        return ask(host, *arguments, **named)

    return function


for name in ("connect", "connect_ex", "sendto"):
    setattr(socket.socket, name, guarded(getattr(socket.socket, name)))
for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
    setattr(socket, name, resolved(getattr(socket, name)))
