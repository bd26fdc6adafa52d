"""Whether anybody but this machine can reach the server: asked of its own sockets, not of what it was told."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import socket
import stat
from collections.abc import Iterator

HANDLES = "/dev/fd"  # the handles of the process that looks, on Linux, macOS and the BSDs


def is_loopback_only() -> bool:
    """True where every socket that takes connections is bound to the loopback; False where that cannot be known."""
    if not os.path.isdir(HANDLES):
        return False
    return all(_is_loopback(one) for one in _listening())


def _listening() -> Iterator[socket.socket]:
    """The sockets of this process that take connections, as copies that are closed afterwards."""
    for name in os.listdir(HANDLES):
        with contextlib.suppress(OSError):  # closed meanwhile, or no socket
            if not stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                continue
            with socket.socket(fileno=os.dup(int(name))) as one:
                if one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                    yield one


def _is_loopback(one: socket.socket) -> bool:
    """Whoever listens on a Unix socket has a web server in front, which the world may reach."""
    if one.family not in (socket.AF_INET, socket.AF_INET6):
        return False
    address = ipaddress.ip_address(one.getsockname()[0].partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
