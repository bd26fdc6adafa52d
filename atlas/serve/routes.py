"""The addresses that answer with data instead of a page: tiles, boundaries, files, browser files, health.

What may be asked is declared where the question is (atlas/look/addressed.py says how); here stands what answers it, one
line each. Everything that comes in is taken for hostile: a mistake answers 4xx with a short JSON text that says what
was expected, and nothing of the request is repeated in an answer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from atlas.desk import asked as desk_asked
from atlas.desk import served
from atlas.desk.asked import ChangesFile
from atlas.desk.released import makings as desk_makings
from atlas.files import asked as files
from atlas.files import downloads
from atlas.first import handing
from atlas.guard.headers import document_policy
from atlas.intake import allowed
from atlas.kept import answers as kept_answers
from atlas.kept import vendor
from atlas.look import cards, colours, icons, page_scripts, streamlit_words
from atlas.look.addressed import BUILD, VERSION, Addressed
from atlas.look.addresses import address, public, step
from atlas.maps import answered, choropleth, hot_spot_file, hot_spots, scripts
from atlas.maps import asked as maps
from atlas.maps.paper import drawn
from atlas.pieces import about_number
from atlas.published import files as published_files
from atlas.serve import answers, crawlers, first_pages, health, makings, sending
from atlas.serve.answers import CSS, GEOJSON, HTML, JSON, MVT, SCRIPT, SVG, Body
from atlas.serve.asking import asked_of, page_link
from atlas.view import map_view, published_query, suggestions
from atlas.view.handout_asked import HandoutFile
from atlas.view.state import INPUT
from atlas.work.lane import Lane
from atlas.work.refused import Refused
from indicators import facts
from indicators.database import Atlas

MAPS = Lane()
#: Whoever types asks some questions a second, a stranger a thousand: they wait for each other and for nobody else.
TYPING, TYPED = Lane(2, 40, "too many questions are being asked"), answers.bodies(8 << 20)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FILE_TYPES = downloads.CONTENT_TYPES | {"svg": SVG, "png": "image/png", "json": published_files.CONTENT_TYPE}
FILE_TYPES |= {"pdf": "application/pdf", "docx": DOCX}


class Served(Protocol):
    """A kind of question, and how a request that asks it is answered."""

    @property
    def question(self) -> type[Addressed]: ...

    async def respond(self, request: Request) -> Response: ...


@dataclass(frozen=True)
class Kept:
    """Answers from an atlas that are kept in memory once they are made."""

    question: type[Addressed]
    content_type: str
    make: Callable[[Atlas, Any], bytes]
    lane: Lane | None = None
    kept: answers.Bodies | None = None  # where not with all others
    #: What a worker makes first: the function that writes it, and what that is given besides the atlas.
    first: tuple[Callable[..., None], Callable[[Any], tuple[object, ...]]] | None = None

    async def respond(self, request: Request) -> Response:
        asked = asked_of(request, self.question)
        wanted: Any = self.question.read(asked)
        wanted.check(asked.atlas)
        if self.first:
            write, given = self.first
            await sending.ready(request, asked.atlas, write, given(wanted), wanted.lang)
        key, make = (str(asked.atlas.path), wanted), partial(self._body, asked.atlas, wanted)
        return await answers.answer(request, key, make, is_fixed=BUILD in asked.values, lane=self.lane, kept=self.kept)

    def _body(self, atlas: Atlas, wanted: Addressed) -> Body:
        made = self.make(atlas, wanted)
        return answers.body(made, self.content_type, _policy(atlas, made) if self.content_type == HTML else "")


def _policy(atlas: Atlas, page: bytes) -> str:
    """Of a map's own document: it may load what is ours, and the base tiles that the profile names."""
    base = facts.settings(atlas)["map"].get("base_tiles") or {}
    return document_policy(page, base.get("url", ""))


@dataclass(frozen=True)
class Fixed:
    """What no atlas is needed for. `find` says under which name it is kept, its content type, and what reads it."""

    question: type[Addressed]
    find: Callable[[Any, str], tuple[object, str, Callable[[], bytes]]]

    async def respond(self, request: Request) -> Response:
        asked = asked_of(request, self.question)
        wanted = self.question.read(asked)
        name, content_type, read = self.find(wanted, asked.values.get(VERSION, ""))
        is_fixed = not self.question.PIN or self.question.PIN in asked.values
        return await answers.answer(
            request, (wanted, name), lambda: answers.body(read(), content_type), is_fixed=is_fixed
        )


@dataclass(frozen=True)
class TakenAway:
    """Files to keep, made by a worker; their address may ask for another build tomorrow."""

    question: type[Addressed]
    make: Callable[..., None]
    page: Callable[[Request, Any], str] = lambda request, wanted: ""  # which shows what the file holds
    may: Callable[[Request, Any], None] = lambda request, wanted: None  # raises where this visitor may not have it

    async def respond(self, request: Request) -> Response:
        asked = asked_of(request, self.question)
        wanted: Any = self.question.read(asked)
        self.may(request, wanted)
        wanted.check(asked.atlas)
        media_type = FILE_TYPES[getattr(wanted, "suffix", "csv")]
        headers = answers.ALWAYS | {"Cache-Control": "no-store"}
        given = (wanted, self.page(request, wanted))
        return await sending.file(request, asked.atlas, self.make, given, media_type, wanted.lang, headers)


# --- what answers --------------------------------------------------------------------------------------


def _answer(asked: kept_answers.Answer, version: str) -> tuple[object, str, Callable[[], bytes]]:
    del version
    text = kept_answers.held(asked.key)
    if text is None:
        raise Refused(410, "this answer is not held any more", "reload the page that showed it")
    return "answer", GEOJSON, lambda: text


def _map_file(asked: scripts.MapFile, version: str) -> tuple[object, str, Callable[[], bytes]]:
    del version
    return "map", CSS if asked.name.endswith(".css") else SCRIPT, partial(scripts.content, asked.name)


def _browser_file(asked: vendor.BrowserFile, version: str) -> tuple[object, str, Callable[[], bytes]]:
    """Only what the manifest lists; the path is looked up, never opened."""
    asset = vendor.assets().get(asked.path)
    if asset is None:
        expected = "a file that vendor.toml names" if vendor.assets() else f"run: {vendor.COMMAND}"
        raise Refused(404, "no such browser file", expected)
    if version and not asset.sha256.startswith(version):
        raise Refused(404, "no such version of this file", "the current page's address")
    return (asset.sha256, str(asset.path)), asset.content_type, asset.path.read_bytes


def _figures_page(request: Request, asked: published_files.FiguresFile) -> str:
    inputs = {f"{INPUT}{key}": value for key, value in published_query.written(asked.wanted).items()}
    return public(request, address("figures", {"place": asked.wanted.within, "lang": asked.lang} | inputs))


def _handout_page(request: Request, asked: HandoutFile) -> str:
    return public(request, f"{step(asked.page)}?{asked.view}")


def _chart_page(request: Request, asked: files.ChartFile) -> str:
    return page_link(request, files.CHART_PAGES[asked.name])


def _may_see_rejects(request: Request, asked: files.RejectsFile) -> None:
    """Only offices that take files in show what was wrong with them."""
    if not allowed.shows_rejects(request.headers):
        raise asked.unknown


def _page(path: str) -> Callable[[Request, Addressed], str]:
    return lambda request, asked: page_link(request, path)


@dataclass(frozen=True)
class OfDesk:
    """What is asked anew each time whether this visitor may have it, and kept by nobody."""

    question: type[Addressed]
    send: Callable[[Request, Atlas, Any], Awaitable[Response]]

    async def respond(self, request: Request) -> Response:
        asked = asked_of(request, self.question)
        return await self.send(request, asked.atlas, self.question.read(asked))


@dataclass(frozen=True)
class Changes:
    """What changed between two releases, made by a worker; two releases never change, nor what is between them."""

    question: type[ChangesFile] = ChangesFile

    async def respond(self, request: Request) -> Response:
        wanted = self.question.read(asked_of(request, self.question))
        older, newer = [await run_in_threadpool(served.build_of, one) for one in (wanted.older, wanted.newer)]
        await run_in_threadpool(served.check_place, newer, wanted.within)
        given = (wanted, served.changes_page(request, wanted), str(older.path))
        headers = answers.ALWAYS | {"Cache-Control": "no-store"}
        return await sending.file(request, newer, desk_makings.changes, given, FILE_TYPES["csv"], wanted.lang, headers)


DATA: tuple[Served, ...] = (
    Kept(maps.VillageTile, MVT, answered.village_tile),
    Kept(maps.BoundaryTile, MVT, answered.boundary_tile),
    Kept(maps.OutlineTile, MVT, answered.outline_tile),
    Kept(maps.NameTile, MVT, answered.name_tile),
    Kept(maps.Areas, GEOJSON, answered.areas, MAPS),
    Kept(maps.Outside, GEOJSON, answered.outside, MAPS),
    Kept(choropleth.Question, GEOJSON, choropleth.geojson, MAPS),
    Kept(hot_spots.Question, GEOJSON, hot_spots.geojson, MAPS, first=(hot_spot_file.write, hot_spots.tested)),
    Kept(maps.PilotOutlines, GEOJSON, answered.pilot_outlines, MAPS),
    Kept(maps.CloseUp, HTML, answered.close_up, MAPS),
    Kept(cards.AboutNumber, HTML, about_number.beside),
    Kept(suggestions.Suggestions, JSON, suggestions.answer, TYPING, TYPED),
    *(Kept(question, SVG, draw, MAPS) for question, draw in drawn.DRAWERS.items()),
    TakenAway(files.VillagesFile, makings.villages, _page("gap-map")),
    TakenAway(files.ValuesFile, makings.values, _page("")),
    TakenAway(files.ProjectsFile, makings.projects, _page("investment")),
    TakenAway(files.PilotsFile, makings.pilots, _page("pilots")),
    TakenAway(published_files.FiguresFile, makings.figures, _figures_page),
    TakenAway(files.ChartFile, makings.chart, _chart_page),
    TakenAway(HandoutFile, makings.handout, _handout_page),
    TakenAway(files.RejectsFile, makings.rejects, may=_may_see_rejects),
    TakenAway(files.FindingsFile, makings.findings),
    TakenAway(files.TemplateFile, makings.template),
    OfDesk(desk_asked.Photo, served.photo),
    OfDesk(desk_asked.ReleasesFeed, served.releases_feed),
    OfDesk(desk_asked.CorrectionsFeed, served.corrections_feed),
    OfDesk(desk_asked.NoticesFeed, served.notices_feed),
    OfDesk(desk_asked.LogFile, served.log_file),
    Changes(),
    Fixed(kept_answers.Answer, _answer),
)
LOOK: tuple[Served, ...] = (
    Fixed(colours.StyleSheet, lambda asked, version: ("style", CSS, lambda: colours.style().encode())),
    Fixed(icons.Icons, lambda asked, version: ("icons", SVG, partial(icons.image, asked.theme))),
    Fixed(map_view.Script, lambda asked, version: ("map-view", SCRIPT, map_view.script)),
    Fixed(handing.Icon, lambda asked, version: ("icon", FILE_TYPES["png"], handing.ICON.read_bytes)),
    Fixed(scripts.MapFile, _map_file),
    Fixed(streamlit_words.Words, lambda asked, version: ("words", SCRIPT, partial(streamlit_words.script, asked.lang))),
    Fixed(page_scripts.PageScript, lambda asked, version: ("page", SCRIPT, partial(page_scripts.content, asked.name))),
    Fixed(vendor.BrowserFile, _browser_file),
)


async def _not_found(request: Request) -> Response:
    """Data addresses that do not exist; without this the page's HTML would answer with 200."""
    del request
    raise Refused(404, "no such address", sorted({f"/{route.path.split('/')[1]}" for route in routes}))


def _route(served: Served) -> Route:
    path = f"/{served.question.PATH}"
    return Route(path, answers.guarded(served.respond, path))


_FOLDERS = dict.fromkeys(one.question.PATH.split("/")[0] for one in DATA)
routes: list[Route] = [
    *(_route(one) for one in (*DATA, *LOOK)),
    *first_pages.routes,
    *crawlers.routes(_FOLDERS),
    Route("/healthz", health.alive),
    Route("/readyz", health.ready),
    *(Route(f"/{folder}/{{rest:path}}", answers.guarded(_not_found, folder)) for folder in _FOLDERS),
]
