"""What search engines ask before they read: /robots.txt and /sitemap.xml (docs/decisions/103)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from atlas.first import head, ways
from atlas.look.addresses import BASE_PATH, PUBLIC_URL
from atlas.serve import answers
from atlas.serve.answers import ASK_AGAIN, Body
from atlas.work.lane import Lane
from atlas.work.refused import Refused
from indicators import database
from indicators.database import Atlas

XML = "application/xml"
CORE = "_stcore"  # the app's own conversation with the server; who has none reads the first HTML
_LANE = Lane(at_once=1, waiting=4)


def routes(folders: Iterable[str]) -> list[Route]:
    """folders: those that hold data and no page."""
    closed = [*folders, CORE]

    async def robots(request: Request) -> Response:
        return PlainTextResponse(_robots(request, closed), headers={"Cache-Control": ASK_AGAIN})

    return [
        Route("/robots.txt", answers.guarded(robots, "/robots.txt")),
        Route("/sitemap.xml", answers.guarded(_sitemap, "/sitemap.xml")),
    ]


def _robots(request: Request, closed: list[str]) -> str:
    home = ways.public_home()
    base = urlsplit(home).path if home else f"{request.scope.get(BASE_PATH, '')}/"
    lines = ["User-agent: *", *(f"Disallow: {base}{folder}/" for folder in closed)]
    if home and head.is_wanted():
        lines += ["", f"Sitemap: {home}sitemap.xml"]
    return "\n".join(lines) + "\n"


async def _sitemap(request: Request) -> Response:
    """Addresses in it have to be whole: where nobody says under which address the atlas stands, there is none."""
    home = ways.public_home()
    if not (home and head.is_wanted()):
        raise Refused(404, "no list of pages", f"set {PUBLIC_URL}, and {head.SETTING} to on")
    atlas = database.current()
    key, make = (str(atlas.path), "sitemap", home), partial(_body, atlas, home)
    return await answers.answer(request, key, make, is_fixed=False, lane=_LANE)


def _body(atlas: Atlas, home: str) -> Body:
    from atlas.first import sitemap  # here: what Streamlit keeps answers of wants a Streamlit that runs

    with atlas.reading():
        return answers.body(sitemap.made(atlas, home).encode(), XML)
