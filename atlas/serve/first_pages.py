"""Answers the addresses of pages with their first HTML, and any address that is none with 404 and words.

What is made is kept, within bounds, and made by a lane of its own: where too many strangers ask for something new, or
the atlas cannot be read, the page begins as Streamlit's own index, and the app says the rest.
"""

from __future__ import annotations

import logging
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from atlas.first import asked as addresses
from atlas.first import listed
from atlas.first.asked import Asked
from atlas.kept import app_files
from atlas.kept.single_flight import SingleFlight
from atlas.look.addresses import RELEASE
from atlas.pieces import wrong_address
from atlas.serve import answers
from atlas.serve.answers import ASK_AGAIN, HTML, READING, Body
from atlas.work.lane import Lane
from atlas.work.refused import Refused
from indicators import database, kept_builds
from indicators.database import Atlas, AtlasMissing

LOG = logging.getLogger(__name__)
HELD_BYTES = 32 << 20
NOWHERE = 404
#: Of what Streamlit's own files answer these say that there is one.
FOUND = frozenset({200, 206, 304})
_LANE = Lane(at_once=2, waiting=20)
_held: SingleFlight[tuple[object, ...], tuple[Body, int]] = SingleFlight(HELD_BYTES, lambda kept: kept[0].bytes_held)


async def page(request: Request) -> Response:
    """The first HTML of a page."""
    return await _answer(request, request.scope["path"].removeprefix("/"))


async def not_found(request: Request) -> Response:
    """What stands at an address that is none."""
    return await _answer(request, None)


async def _answer(request: Request, name: str | None) -> Response:
    headers = {"Cache-Control": ASK_AGAIN, "Vary": "Accept-Encoding"}
    if addresses.depends_on_browser(request.query_params):
        headers["Vary"] = "Accept-Encoding, Accept-Language"
    try:
        made, status = await _made(request, name)
    except Refused:
        return _as_it_is(headers, name)
    except Exception as failure:
        if not isinstance(failure, AtlasMissing):
            LOG.exception("the first HTML could not be made")
        if isinstance(failure, database.UNREADABLE):
            database.doubt()
        return _as_it_is(headers, name)
    return answers.sent(request, made, headers, status)


def _as_it_is(headers: dict[str, str], name: str | None) -> Response:
    """Streamlit's own index: the app says what there is, or why there is nothing."""
    return Response(app_files.index(), NOWHERE if name is None else 200, headers, media_type=HTML)


async def _made(request: Request, name: str | None) -> tuple[Body, int]:
    """Body and status, from memory if they are there. Raises Refused, AtlasMissing, OtherIndex."""
    wanted = request.query_params.get(RELEASE, "") if name is not None else ""
    atlas = (await run_in_threadpool(kept_builds.of_number, wanted) if wanted else None) or database.current()
    asked = addresses.read(atlas, name, request.query_params, request.headers.get("accept-language"))
    depth = 0 if name is not None else _depth(request.scope["path"])
    if (kept := _held.peek(_key(atlas, asked, depth))) is not None:
        return kept
    return await _LANE.run(partial(_make, atlas, asked, depth))


def _make(atlas: Atlas, asked: Asked, depth: int) -> tuple[Body, int]:
    """What a stranger made up, a place or a path, is not kept: it would throw out what others ask for."""
    from atlas.first import document  # here: what Streamlit keeps answers of wants a Streamlit that runs

    def make() -> tuple[Body, int]:
        made = document.made(atlas, asked, depth)
        return answers.body(made.html.encode(), HTML), made.status

    with atlas.reading():
        if depth > 1 or asked.view(atlas).unknown_place:
            return make()
        return _held.get(_key(atlas, asked, depth), make)


def _key(atlas: Atlas, asked: Asked, depth: int) -> tuple[object, ...]:
    """The build stands in it by name, so that what is kept goes with it."""
    return (str(atlas.path), asked, depth)


def _depth(path: str) -> int:
    """Steps below the folder of the pages; 0 where the app can take over and says the same."""
    steps = path.removeprefix("/").split("/")
    return 0 if len(steps) == 1 and wrong_address.NAME.fullmatch(steps[0]) else max(1, len(steps))


async def _to_folder(request: Request) -> Response:
    """The index by its file's name is the first page."""
    query = request.url.query
    return RedirectResponse(f"./?{query}" if query else "./", 308, {"Cache-Control": ASK_AGAIN})


routes: list[Route] = [
    Route("/", page),
    *(Route(f"/{name}", page) for name in listed.addresses()),
    Route("/index.html", _to_folder),
]


class Nowhere:
    """Streamlit answers every address with its index; where that is neither a page nor a file, it is a 404."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in READING:
            await self.app(scope, receive, send)
            return
        is_nowhere = False

        async def looking(message: Message) -> None:
            nonlocal is_nowhere
            if message["type"] == "http.response.start":
                is_nowhere = message["status"] in FOUND and _is_index(scope)
            if not is_nowhere:
                await send(message)

        await self.app(scope, receive, looking)
        if is_nowhere:
            await (await not_found(Request(scope)))(scope, receive, send)


def _is_index(scope: Scope) -> bool:
    """Whether Streamlit's own files were asked, and have none of that name."""
    return isinstance(scope.get("endpoint"), StaticFiles) and scope["path"].removeprefix("/") not in app_files.files()
