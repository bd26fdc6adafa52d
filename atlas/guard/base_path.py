"""The path in front of the atlas (`/gov/cuntong`), taken off before anything else looks at a request.

A front may strip that path or pass it on: inside, every path is as at the root of a host. Nothing that the atlas
writes needs to know it (addresses are relative), but for links in files, which are read elsewhere.
"""

from __future__ import annotations

import os
import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config

from atlas.look import addresses

SETTING = "ATLAS_BASE_PATH"
STREAMLIT_SETTING = "server.baseUrlPath"
_BASE_PATH = re.compile(r"(?:/(?!\.)[A-Za-z0-9._~-]{1,80}){1,8}")


class UnreadableBasePath(ValueError):
    """A setting that is no path; the message says which and what was expected."""


def configured() -> str:
    """The path without a slash at its end, "" for none: ATLAS_BASE_PATH, else what `streamlit run` was told.

    Streamlit's own setting is cleared: it would put only Streamlit's addresses under the path, not ours.
    Raises UnreadableBasePath.
    """
    told = os.environ.get(SETTING) or config.get_option(STREAMLIT_SETTING) or ""
    config.set_option(STREAMLIT_SETTING, "", SETTING)
    path = told.strip("/") and f"/{told.strip('/')}"
    if path and not _BASE_PATH.fullmatch(path):
        raise UnreadableBasePath(f"{SETTING}: expected a path like /gov/atlas, of letters, digits and . _ ~ -")
    return path


class BasePath:
    """Before all that looks at paths: takes the base off requests that carry it, and keeps redirects from naming a
    host's root.
    """

    def __init__(self, app: ASGIApp, base: str) -> None:
        self.app = app
        self.base = base

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if self.base and scope["type"] == "http" and scope["path"] == self.base:
            await _to_folder(scope, send)  # without its slash, relative addresses would miss the last step
            return
        inner = _inside(scope, self.base)

        async def send_relative(message: Message) -> None:
            if message["type"] == "http.response.start" and 300 <= message["status"] < 400:
                headers = message["headers"]
                message["headers"] = [(name, _relative(name, value, inner["path"])) for name, value in headers]
            await send(message)

        await self.app(inner, receive, send_relative)


def _inside(scope: Scope, base: str) -> Scope:
    """The request as the atlas sees it. The base is kept, for links in files."""
    inner = {**scope, addresses.BASE_PATH: base}
    if base and scope["path"].startswith(f"{base}/"):
        inner["path"] = scope["path"][len(base) :]
        inner["raw_path"] = scope.get("raw_path", b"")[len(base) :] or inner["path"].encode()
    return inner


async def _to_folder(scope: Scope, send: Send) -> None:
    query = b"?" + scope["query_string"] if scope["query_string"] else b""
    there = scope["path"].rpartition("/")[2].encode() + b"/" + query
    headers = [(b"location", there), (b"cache-control", b"no-cache"), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 307, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _relative(name: bytes, value: bytes, path: str) -> bytes:
    """A Location from the root of the host, as seen from the request: `/gap-map` at `/gap-map/` is `../gap-map`."""
    if name.lower() != b"location" or not value.startswith(b"/") or value.startswith(b"//"):
        return value
    return b"../" * (path.count("/") - 1) + value[1:] or b"./"  # "" would lead to the request itself, again and again
