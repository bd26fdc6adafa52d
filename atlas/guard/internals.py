"""Of Streamlit's own addresses only those that the atlas needs; the rest (metrics, programs' interface, …) is not
there.

A list of what is open, since a later Streamlit may bring more that nobody here has looked at.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from atlas.guard.refusal import refuse
from atlas.guard.sign_in import CALLBACK, has_sign_in

CORE = "/_stcore/"
NEEDED = ("stream", "health", "host-config", "upload_file/", "bidi-components/")
OTHERS = ("/component/", "/app/static/")
SIGN_IN = ("/auth/", CALLBACK)


def is_needed(path: str, closed: tuple[str, ...]) -> bool:
    """Whether a path (the base path is off it) is open; all of the atlas's own are."""
    rest = path.removeprefix(CORE)
    if rest != path:
        return any(rest == name or (name.endswith("/") and rest.startswith(name)) for name in NEEDED)
    return not path.startswith(closed)


class Internals:
    """Answers 404 to what of Streamlit is not needed."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.closed = OTHERS if has_sign_in() else OTHERS + SIGN_IN

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or is_needed(scope["path"], self.closed):
            await self.app(scope, receive, send)
        else:
            await refuse(scope, receive, send, 404, "no such address", "an address that a page names")
