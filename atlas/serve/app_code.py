"""Answers for the browser files of Streamlit's own: compressed once, for ever the browser's, icons as few as are shown.

Streamlit reads them from disk and sends them as they are, 2.9 MB for a page of text; no route of ours may stand in its
folder, so this stands before it. What is no such file is refused here, too.
"""

from __future__ import annotations

import mimetypes
from functools import partial
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from atlas.kept import app_files, fonts, vendor
from atlas.serve import answers
from atlas.serve.answers import READING, Body
from atlas.work.refused import Refused

HELD_BYTES = 64 << 20  # packing all again where tiles have thrown it out would take seconds
_held = answers.bodies(HELD_BYTES)


class AppCode:
    """Stands for Streamlit's folder of files."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._answer = answers.guarded(_answer, app_files.FOLDER)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in READING or not _name(scope).startswith(app_files.FOLDER):
            await self.app(scope, receive, send)
            return
        await (await self._answer(Request(scope)))(scope, receive, send)


def _name(scope: Scope) -> str:
    return str(scope["path"]).removeprefix("/")


async def _answer(request: Request) -> Response:
    """By its name among those that there are. Raises Refused."""
    path = app_files.files().get(_name(request.scope))
    if path is None:
        raise Refused(404, "no such file", "a file that a page names")
    return await answers.answer(request, (path.name,), partial(_body, path), is_fixed=True, kept=_held)


def _body(path: Path) -> Body:
    kind = vendor.CONTENT_TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return answers.body(fonts.content(path), kind)
