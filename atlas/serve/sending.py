"""Sends a file that a worker makes, or made before: the request waits, no thread does."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

from atlas.look.language import speaking, t
from atlas.work import kept_files, workshop
from atlas.work.kept_files import KeptFiles
from atlas.work.refused import WORDS, Refused
from atlas.work.worker import Task
from indicators.database import Atlas

NOBODY = 499  # as front servers write it into their logs: the client left before the answer


class LentFile(FileResponse):
    """A file under a name of its own, which goes when the answer is sent or broken off."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            Path(self.path).unlink(missing_ok=True)


async def file(
    request: Request,
    atlas: Atlas,
    make: Callable[..., None],
    arguments: tuple[Any, ...],
    media_type: str,
    lang: str,
    headers: dict[str, str],
) -> Response:
    """The file that `make(atlas, *arguments, folder)` writes. Raises Refused, with words in `lang`.

    A HEAD request makes nothing: it learns the size of what is kept already, and of anything else only that it is to
    be had.
    """
    kept, task = kept_files.of(atlas), Task(make, atlas.path.resolve(), arguments)
    if request.method == "HEAD" and kept.find(task.build_id, workshop.key_of(task)) is None:
        return Response(headers=headers, media_type=media_type)
    for _ in range(2):  # what was found may be thrown out before it is opened
        path = await ready(request, atlas, make, arguments, lang)
        with contextlib.suppress(FileNotFoundError):
            return LentFile(kept.lend(path), media_type=media_type, filename=path.name, headers=headers)
    raise Refused(503, "no room for another file", WORDS["full"], workshop.RETRY_S)


async def ready(
    request: Request, atlas: Atlas, make: Callable[..., None], arguments: tuple[Any, ...], lang: str
) -> Path:
    """Where the file lies, once it is made. Raises Refused, with words in `lang`; also when the client left."""
    try:
        kept, task = kept_files.of(atlas), Task(make, atlas.path.resolve(), arguments)
        found = kept.find(task.build_id, workshop.key_of(task))
        return found or await made(request, task, kept)
    except Refused as refused:
        if refused.expected in WORDS.values():
            with speaking(lang):
                refused.expected = t(str(refused.expected))
        raise


async def made(request: Request, task: Task, kept: KeptFiles) -> Path:
    """The finished file. When the client leaves, nobody makes it unless others wait. Raises Refused."""
    job = workshop.WORKSHOP.ask(task, kept, request.client.host if request.client else "")
    is_made = asyncio.Event()
    loop = asyncio.get_running_loop()
    job.made.add_done_callback(lambda _: loop.call_soon_threadsafe(is_made.set))
    waits = [asyncio.create_task(is_made.wait()), asyncio.create_task(_left(request))]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        if not is_made.is_set():
            raise Refused(NOBODY, "the client left")
        return job.made.result()
    finally:
        for one in waits:
            one.cancel()
        workshop.WORKSHOP.leave(job)


async def _left(request: Request) -> None:
    """Returns when the client closes the connection."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
