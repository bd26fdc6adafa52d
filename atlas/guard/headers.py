"""What every answer says about itself: what it may load, who may frame it, what the browser must not guess.

docs/decisions/088-headers.md says which allowance is needed for what. A route that knows better says so itself: a
header that an answer has already is left alone.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import file_util

FRAME_ANCESTORS = "ATLAS_FRAME_ANCESTORS"
POLICY = "content-security-policy"
_INLINE_SCRIPT = re.compile(rb"<script(?![^>]*\ssrc\s*=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_HOST = r"(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::[0-9]{1,5})?"
_SOURCE = re.compile(rf"'(?:self|none)'|(?:https?://)?{_HOST}", re.IGNORECASE)
#: What a data file or a picture may do when somebody opens it by itself: show its own colours.
INERT = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # an address says which place a visitor looked at
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), midi=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def frame_ancestors() -> str:
    """Who may show our pages in a frame: ATLAS_FRAME_ANCESTORS, addresses with blanks between; else only ourselves.

    Raises ValueError for what is no address of a page's host.
    """
    named = os.environ.get(FRAME_ANCESTORS, "'self'").split()
    if not named or not all(_SOURCE.fullmatch(one) for one in named):
        raise ValueError(f"{FRAME_ANCESTORS}: expected addresses like https://portal.example.org")
    ours = ["'self'"] if "'none'" not in named and "'self'" not in named else []  # pages frame their own maps
    return "frame-ancestors " + " ".join(ours + named)


def page_policy(index: bytes) -> str:
    """For Streamlit's pages, whose one HTML document is `index`."""
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' 'wasm-unsafe-eval' {_hashes(index)}".strip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self' data:",
            "worker-src 'self' blob:",
            "frame-src 'self'",
            "media-src 'self'",
            "manifest-src 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            frame_ancestors(),
        ]
    )


def document_policy(document: bytes, pictures_from: str = "") -> str:
    """For a map's own document: the scripts that stand in it and ours, no others; base tiles from one address."""
    scheme, netloc = urlsplit(pictures_from.replace("{s}", "*"))[:2]
    elsewhere = [f"{scheme}://{netloc}"] if _SOURCE.fullmatch(netloc) else []
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' {_hashes(document)}".strip(),
            "style-src 'self' 'unsafe-inline'",
            " ".join(["img-src 'self' data:", *elsewhere]),
            "font-src 'self' data:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            frame_ancestors(),
        ]
    )


def _hashes(document: bytes) -> str:
    """The scripts inside a document, as a policy names them."""
    digests = (hashlib.sha256(found).digest() for found in _INLINE_SCRIPT.findall(document))
    return " ".join(sorted({f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests}))


@lru_cache(maxsize=1)
def _index() -> bytes:
    return (Path(file_util.get_static_dir()) / "index.html").read_bytes()


class SafeHeaders:
    """Adds what is missing to every answer, also to a handshake that was refused."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        policy = page_policy(_index())
        own_window = {"Cross-Origin-Opener-Policy": "same-origin"}
        #: By the first half of a media type. A worker's policy comes with its script.
        self.of_pages = _pairs(EVERYWHERE | own_window | {POLICY: policy})
        self.of_scripts = _pairs(EVERYWHERE | {POLICY: policy})
        self.of_data = _pairs(EVERYWHERE | {POLICY: INERT + "; " + frame_ancestors()})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def adding(message: Message) -> None:
            # "Not modified" speaks of a page as of a picture: the browser would put the policy of one on the other.
            if message["type"].endswith("http.response.start") and message["status"] != 304:
                self._complete(message)
            await send(message)

        await self.app(scope, receive, adding if scope["type"] != "lifespan" else send)

    def _complete(self, message: Message) -> None:
        headers = list(message.get("headers", ()))
        present = {name.lower(): value for name, value in headers}
        missing = self._of_type(present.get(b"content-type", b""))
        message["headers"] = headers + [pair for pair in missing if pair[0] not in present]

    def _of_type(self, content_type: bytes) -> list[tuple[bytes, bytes]]:
        if content_type.startswith(b"text/html"):
            return self.of_pages
        return self.of_scripts if b"javascript" in content_type else self.of_data


def _pairs(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("ascii"), value.encode("ascii")) for name, value in headers.items()]
