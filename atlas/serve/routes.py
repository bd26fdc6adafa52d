"""The addresses that answer with data instead of a page: tiles, boundaries, browser files, health.

Everything that comes in is taken for hostile: path parts and parameters are matched against what the build
knows, a mistake answers 4xx with a short JSON text that says what was expected, and nothing of the request
is repeated in an answer. A body is made, compressed and hashed once, then kept (`_bodies`).
"""

from __future__ import annotations

import gzip
import hashlib
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial, wraps

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from atlas.files import downloads, table_files
from atlas.guard.headers import document_policy
from atlas.kept import answers as kept_answers
from atlas.kept import vendor
from atlas.kept.single_flight import SingleFlight
from atlas.look import colours, icons, streamlit_words
from atlas.look.addresses import address, public
from atlas.look.colours import THEMES
from atlas.maps import boundary_tiles, choropleth, hot_spot_file, hot_spots, name_tiles, tiles
from atlas.maps import scripts as map_files
from atlas.published import files as published_files
from atlas.serve import health, makings, sending
from atlas.view import classes, filter_query, map_view, published_query
from atlas.view.state import INPUT
from atlas.work.lane import Lane
from atlas.work.refused import Refused, UnknownValue
from indicators import database, facts
from indicators import register as places
from indicators.database import UNREADABLE, Atlas, AtlasClosed, AtlasMissing
from indicators.places.selection import Selection
from indicators.projects import costs as projects

LOG = logging.getLogger(__name__)

MVT = "application/vnd.mapbox-vector-tile"
GEOJSON = "application/geo+json"
HTML = "text/html; charset=utf-8"
CSS = "text/css; charset=utf-8"
SCRIPT = "text/javascript; charset=utf-8"
SVG = "image/svg+xml"
BODY_CACHE_BYTES = 128 << 20
GZIP_FROM_BYTES = 200  # below that, compressing saves less than the header costs
GZIP_LEVEL = {
    MVT: 1,
    GEOJSON: 5,
    HTML: 5,
}  # a tile is wanted in milliseconds; an outline is made once per build
LANGUAGES = tuple(tiles.WORDS)
FILE_TYPES = downloads.CONTENT_TYPES | {
    "svg": SVG,
    "png": "image/png",
    "json": published_files.CONTENT_TYPE,
}
LINES_BESIDE_LEVELS = (boundary_tiles.MARITIME, boundary_tiles.PILOTS)

FOR_EVER = "public, max-age=31536000, immutable"  # the address names a build, or the content's hash
ASK_AGAIN = "no-cache"  # may be kept, but the ETag is to be checked each time
ALWAYS = {"X-Robots-Tag": "noindex", "X-Content-Type-Options": "nosniff"}

_BUILD_ID = re.compile(r"[0-9A-Za-z._-]{1,80}", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,5}", re.ASCII)  # 2^14 - 1 has five digits
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_WORD = re.compile(r"[^\x00-\x1f]{1,64}")
_HASH = re.compile(r"[0-9a-f]{1,64}", re.ASCII)


@dataclass(frozen=True)
class Body:
    """What is sent: raw, and compressed if that is smaller. An empty tile has no bytes at all."""

    raw: bytes
    zipped: bytes | None
    content_type: str
    etag: str
    policy: str = ""  # of a document with scripts of its own

    @property
    def bytes_held(self) -> int:
        """Memory that it takes in the cache, with a little for itself."""
        return len(self.raw) + len(self.zipped or b"") + 300


MAPS = Lane()
_bodies: SingleFlight[tuple[object, ...], Body] = SingleFlight(BODY_CACHE_BYTES, lambda body: body.bytes_held)

Handler = Callable[[Request], Awaitable[Response]]


def _guarded(handler: Handler) -> Handler:
    """Every failure becomes a short JSON answer; what nobody foresaw is logged with its traceback."""

    @wraps(handler)
    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except Refused as refused:
            return _problem(refused.status, refused.error, refused.expected, refused.retry_s)
        except tiles.OutOfRange as out:
            return _problem(404, "no such tile", str(out))
        except UnknownValue as unknown:
            return _problem(400, str(unknown), unknown.expected)
        except filter_query.Unreadable as unreadable:
            return _problem(400, f"unknown {unreadable.key}", unreadable.expected)
        except AtlasClosed:
            return _problem(410, "this build is not served any more", "reload the page; /readyz says which one is")
        except UNREADABLE:
            LOG.exception("the atlas cannot be read")
            database.doubt()
            return _problem(503, "the atlas cannot be read", "wait a moment; it is being checked")
        except AtlasMissing as missing:
            return _problem(503, "no atlas to read", _without_path(str(missing)))
        except Exception:
            LOG.exception("unexpected failure in %s", handler.__name__)
            return _problem(500, "internal error", "the server's log has the details")

    return answer


def _problem(status: int, error: str, expected: object, retry_s: int | None = None) -> Response:
    headers = ALWAYS | {"Cache-Control": "no-store"}
    if retry_s is not None:
        headers["Retry-After"] = str(retry_s)
    return JSONResponse({"error": error, "expected": expected}, status, headers)


def _without_path(message: str) -> str:
    """Only the last part of AtlasMissing, the command to run: where files lie is nobody's business."""
    return message.rpartition("; ")[2]


# --- addresses -----------------------------------------------------------------------------------


@_guarded
async def village_tile(request: Request) -> Response:
    """/tiles/villages/{z}/{x}/{y}.mvt?build=&standard=&as_of=&within=&lang=&states= and the filters' parameters"""
    asked = _parameters(request, {"build", "standard", "as_of", "within", "lang", "states", *filter_query.KEYS})
    z, x, y = _tile_address(request)
    atlas = _atlas(asked)
    standard, as_of = _word(asked, "standard"), _date(asked, "as_of")
    within = _word(asked, "within") if "within" in asked else None
    lang = _one_of(asked, "lang", LANGUAGES, LANGUAGES[0])
    states = _some_of(asked, "states", tuple(tiles.STATES))
    filters = filter_query.read(asked)
    key = ("villages", str(atlas.path), z, x, y, standard, as_of, within, lang, states, filters)

    def make() -> Body:
        return _body(tiles.of_atlas(atlas).tile(z, x, y, standard, as_of, within, states, lang, filters), MVT)

    return await _answer(request, key, make, asked)


@_guarded
async def boundary_tile(request: Request) -> Response:
    """/tiles/boundaries/{z}/{x}/{y}.mvt?build=&levels=province,prefecture&maritime=1&pilots=1"""
    asked = _parameters(request, {"build", "levels", *LINES_BESIDE_LEVELS})
    z, x, y = _tile_address(request)
    atlas = _atlas(asked)
    levels = tuple(_word(asked, "levels").split(",")) if "levels" in asked else ()
    others = tuple(kind for kind in LINES_BESIDE_LEVELS if _one_of(asked, kind, ("0", "1"), "0") == "1")
    if not levels and not others:
        raise Refused(400, "nothing to draw", "levels=..., maritime=1 or pilots=1")
    key = ("boundaries", str(atlas.path), z, x, y, frozenset(levels), others)

    def make() -> Body:
        return _body(boundary_tiles.tile(atlas, z, x, y, levels, others), MVT)

    return await _answer(request, key, make, asked)


@_guarded
async def name_tile(request: Request) -> Response:
    """/tiles/names/{z}/{x}/{y}.mvt?build=&lang="""
    asked = _parameters(request, {"build", "lang"})
    z, x, y = _tile_address(request)
    atlas = _atlas(asked)
    lang = _one_of(asked, "lang", LANGUAGES, LANGUAGES[0])
    key = ("names", str(atlas.path), z, x, y, lang)
    return await _answer(request, key, lambda: _body(name_tiles.tile(atlas, z, x, y, lang), MVT), asked)


@_guarded
async def boundary_areas(request: Request) -> Response:
    """/boundaries/{level}.geojson?within=&resolution=&build="""
    asked = _parameters(request, {"build", "within", "resolution"})
    level = str(request.path_params["level"])
    atlas = _atlas(asked)
    within = _word(asked, "within") if "within" in asked else None
    resolution = _one_of(asked, "resolution", tuple(boundary_tiles.DEGREE_DECIMALS), "medium")
    key = ("areas", str(atlas.path), level, within, resolution)

    def make() -> Body:
        return _body(boundary_tiles.polygons(atlas, level, within, resolution), GEOJSON)

    return await _answer(request, key, make, asked, lane=MAPS)


@_guarded
async def coloured_areas(request: Request) -> Response:
    """/choropleth/{indicator}/{level}.geojson?within=&standard=&as_of=&lang=&theme=&resolution=&classes=&demo=&build="""
    known = {"build", "within", "standard", "as_of", "lang", "theme", "resolution", "demo"}
    asked = _parameters(request, known | {"classes", "vs_within", "vs_standard", "vs_as_of", "show"})
    atlas = _atlas(asked)
    question = choropleth.Question(
        indicator_id=str(request.path_params["indicator"]),
        level=str(request.path_params["level"]),
        within=_word(asked, "within"),
        standard=_word(asked, "standard"),
        as_of=_date(asked, "as_of"),
        lang=_one_of(asked, "lang", LANGUAGES, LANGUAGES[0]),
        theme=_one_of(asked, "theme", THEMES, THEMES[0]),
        resolution=_one_of(asked, "resolution", choropleth.RESOLUTIONS, choropleth.RESOLUTIONS[0]),
        versus=_versus(asked),
        classes=_classes(asked),
        is_demonstration=_one_of(asked, "demo", ("0", "1"), "0") == "1",
    )
    key = ("choropleth", str(atlas.path), question)

    def make() -> Body:
        return _body(choropleth.geojson(atlas, question), GEOJSON)

    return await _answer(request, key, make, asked, lane=MAPS)


def _classes(asked: dict[str, str]) -> str:
    try:
        return classes.read(asked.get("classes", ""))
    except classes.UnreadableClasses as unreadable:
        raise Refused(400, "unknown classes", unreadable.expected) from unreadable


@_guarded
async def hot_spot_areas(request: Request) -> Response:
    """/hot-spots/{level}.geojson?within=&standard=&as_of=&lang=&theme=&resolution=&demo=&build="""
    asked = _parameters(request, {"build", "within", "standard", "as_of", "lang", "theme", "resolution", "demo"})
    atlas = _atlas(asked)
    question = hot_spots.Question(
        level=str(request.path_params["level"]),
        within=_word(asked, "within"),
        standard=_word(asked, "standard"),
        as_of=_date(asked, "as_of"),
        lang=_one_of(asked, "lang", LANGUAGES, LANGUAGES[0]),
        theme=_one_of(asked, "theme", THEMES, THEMES[0]),
        resolution=_one_of(asked, "resolution", choropleth.RESOLUTIONS, choropleth.RESOLUTIONS[0]),
        is_demonstration=_one_of(asked, "demo", ("0", "1"), "0") == "1",
    )
    tiles.of_atlas(atlas).check(question.standard, question.as_of, question.within)
    await sending.ready(request, atlas, hot_spot_file.write, hot_spots.tested(question), question.lang)
    key = ("hot-spots", str(atlas.path), question)
    return await _answer(request, key, lambda: _body(hot_spots.geojson(atlas, question), GEOJSON), asked, lane=MAPS)


def _versus(asked: dict[str, str]) -> choropleth.Versus | None:
    """The other side of a comparison: all of vs_within, vs_standard and vs_as_of, or none of them."""
    if not any(name in asked for name in ("vs_within", "vs_standard", "vs_as_of", "show")):
        return None
    return choropleth.Versus(
        within=_word(asked, "vs_within"),
        standard=_word(asked, "vs_standard"),
        as_of=_date(asked, "vs_as_of"),
        is_change=_one_of(asked, "show", ("value", "change"), "value") == "change",
    )


@_guarded
async def pilot_outlines(request: Request) -> Response:
    """/pilots/outlines.geojson?build=&resolution=&lang=&batch="""
    asked = _parameters(request, {"build", "resolution", "lang", "batch"})
    atlas = _atlas(asked)
    lang = _one_of(asked, "lang", LANGUAGES, LANGUAGES[0])
    resolution = _one_of(asked, "resolution", choropleth.RESOLUTIONS, choropleth.RESOLUTIONS[0])
    batch = _batch(atlas, asked)
    key = ("pilots", str(atlas.path), lang, resolution, batch)

    def make() -> Body:
        return _body(choropleth.pilot_areas(atlas, lang, resolution, batch), GEOJSON)

    return await _answer(request, key, make, asked, lane=MAPS)


@_guarded
async def close_up(request: Request) -> Response:
    """/maps/{place_id}.html?standard=&as_of=&lang=&theme=&build=: the folium map of one county."""
    from atlas.maps import (
        close_up as county_map,  # here: folium is slow to load, and only this address needs it
    )

    asked = _parameters(request, {"build", "standard", "as_of", "lang", "theme"})
    atlas = _atlas(asked)
    wanted = county_map.CloseUp(
        place_id=str(request.path_params["place_id"]),
        standard=_word(asked, "standard"),
        as_of=_date(asked, "as_of"),
        lang=_one_of(asked, "lang", LANGUAGES, LANGUAGES[0]),
        theme=_one_of(asked, "theme", THEMES, THEMES[0]),
    )
    key = ("close-up", str(atlas.path), wanted)
    return await _answer(request, key, lambda: _document(atlas, county_map.page(atlas, wanted)), asked, lane=MAPS)


@_guarded
async def locator_map(request: Request) -> Response:
    """/locator/{place_id}.svg?lang=&theme=&build=: where a place or village lies, small and printable."""
    from atlas.maps import locator  # here: only place pages need it

    asked = _parameters(request, {"build", "lang", "theme"})
    atlas = _atlas(asked)
    wanted = locator.Locator(
        place_id=str(request.path_params["place_id"]),
        lang=_one_of(asked, "lang", LANGUAGES, LANGUAGES[0]),
        theme=_one_of(asked, "theme", THEMES, THEMES[0]),
    )
    key = ("locator", str(atlas.path), wanted)
    return await _answer(request, key, lambda: _body(locator.svg(atlas, wanted), SVG), asked, lane=MAPS)


@_guarded
async def rejects_file(request: Request) -> Response:
    """/download/rejects/{source_id}.csv?build=&lang=: every finding of a source with its rule in words."""
    from atlas.intake import (
        allowed as intake,  # here: only offices that take files in show what was wrong with them
    )

    asked = _parameters(request, {"build", "lang"})
    atlas = _atlas(asked)
    source_id = str(request.path_params["source_id"])
    if not intake.shows_rejects(request.headers) or source_id not in set(facts.sources(atlas)["source_id"]):
        raise Refused(404, "no such source", "a source that the page Data lists")
    lang = _one_of(asked, "lang", LANGUAGES, LANGUAGES[0])
    return await _file(request, atlas, makings.rejects, (source_id, lang), "csv", lang)


@_guarded
async def findings_file(request: Request) -> Response:
    """/download/findings.csv?build=&lang=: everything that the rules found in the records of projects."""
    asked = _parameters(request, {"build", "lang"})
    atlas = _atlas(asked)
    lang = _one_of(asked, "lang", LANGUAGES, LANGUAGES[0])
    return await _file(request, atlas, makings.findings, (lang,), "csv", lang)


@_guarded
async def drawing_map(request: Request) -> Response:
    """/draw/{place_id}.html?standard=&as_of=&lang=&theme=&build=: a folium map to draw an area on."""
    from atlas.maps import drawing  # here: folium is slow to load

    asked = _parameters(request, {"build", "standard", "as_of", "lang", "theme"})
    atlas = _atlas(asked)
    wanted = drawing.Canvas(
        place_id=str(request.path_params["place_id"]),
        standard=_word(asked, "standard"),
        as_of=_date(asked, "as_of"),
        lang=_one_of(asked, "lang", LANGUAGES, LANGUAGES[0]),
        theme=_one_of(asked, "theme", THEMES, THEMES[0]),
    )
    tiles.of_atlas(atlas).check(wanted.standard, wanted.as_of, None)
    key = ("drawing", str(atlas.path), wanted)
    return await _answer(request, key, lambda: _document(atlas, drawing.page(atlas, wanted)), asked, lane=MAPS)


@_guarded
async def villages_file(request: Request) -> Response:
    """/download/villages.{csv,xlsx,geojson,parquet}?standard=&as_of=&within=&states=&lang=&build= and filters."""
    asked = _parameters(request, {"build", "standard", "as_of", "within", "lang", "states", *filter_query.KEYS})
    suffix = str(request.path_params["suffix"])
    if suffix not in downloads.FORMATS:
        raise Refused(404, "no such format", list(downloads.FORMATS))
    atlas = _atlas(asked)
    chosen = Selection(
        within=_word(asked, "within"),
        standard=_word(asked, "standard"),
        as_of=_date(asked, "as_of"),
        states=filter_query.states_read(asked.get("states")),
        filters=filter_query.read(asked),
    )
    tiles.of_atlas(atlas).check(chosen.standard, chosen.as_of, chosen.within)
    lang = _one_of(asked, "lang", LANGUAGES, LANGUAGES[0])
    wanted = (chosen, suffix, lang, _shown_at(request, asked))
    return await _file(request, atlas, makings.villages, wanted, suffix, lang)


async def _file(
    request: Request,
    atlas: Atlas,
    make: Callable[..., None],
    arguments: tuple[object, ...],
    suffix: str,
    lang: str,
) -> Response:
    """A file to keep, made by a worker; its address may ask for another build tomorrow."""
    headers = ALWAYS | {"Cache-Control": "no-store"}
    return await sending.file(request, atlas, make, arguments, FILE_TYPES[suffix], lang, headers)


@_guarded
async def values_file(request: Request) -> Response:
    """/download/values/{indicator}/{level}.{csv,xlsx}?within=&standard=&as_of=&classes=&lang=&build="""
    asked = _parameters(request, {"build", "within", "standard", "as_of", "classes", "lang"})
    suffix = _table_suffix(request)
    atlas = _atlas(asked)
    question = choropleth.Question(
        indicator_id=str(request.path_params["indicator"]),
        level=str(request.path_params["level"]),
        within=_word(asked, "within"),
        standard=_word(asked, "standard"),
        as_of=_date(asked, "as_of"),
        lang=_one_of(asked, "lang", LANGUAGES, LANGUAGES[0]),
        theme=THEMES[0],
        classes=_classes(asked),
    )
    link = _page_link(request, asked, "")
    return await _file(request, atlas, makings.values, (question, suffix, link), suffix, question.lang)


@_guarded
async def projects_file(request: Request) -> Response:
    """/download/projects.{csv,xlsx}?within=&per=&lang=&build="""
    asked = _parameters(request, {"build", "within", "per", "lang"})
    suffix = _table_suffix(request)
    atlas = _atlas(asked)
    within = _place(atlas, asked)
    per = _one_of(asked, "per", tuple(projects.COLUMNS), "village")
    lang = _one_of(asked, "lang", LANGUAGES, LANGUAGES[0])
    link = _page_link(request, asked, "investment")
    return await _file(request, atlas, makings.projects, (within, per, suffix, lang, link), suffix, lang)


@_guarded
async def pilots_file(request: Request) -> Response:
    """/download/pilots.{csv,xlsx}?within=&lang=&build=&batch="""
    asked = _parameters(request, {"build", "within", "lang", "batch"})
    suffix = _table_suffix(request)
    atlas = _atlas(asked)
    within = _place(atlas, asked)
    lang = _one_of(asked, "lang", LANGUAGES, LANGUAGES[0])
    batch = _batch(atlas, asked)
    link = _page_link(request, asked, "pilots")
    return await _file(request, atlas, makings.pilots, (within, batch, suffix, lang, link), suffix, lang)


def _batch(atlas: Atlas, asked: dict[str, str]) -> int | None:
    """The batch of pilots that is asked for: one of which a list is held, or none."""
    known = {
        str(batch): int(batch)
        for batch in facts.pilot_lists(atlas, facts.settings(atlas)["nation"]["place_id"])["batch"]
    }
    return known.get(_one_of(asked, "batch", ("", *known), ""))


@_guarded
async def figures_file(request: Request) -> Response:
    """/download/figures.{csv,xlsx,json}?within=&words=&topic=&seen=&contradiction=&from=&to=&lang=&build="""
    asked = _parameters(request, {"build", "within", "lang", *published_query.KEYS})
    suffix = str(request.path_params["suffix"])
    if suffix not in published_files.FORMATS:
        raise Refused(404, "no such format", list(published_files.FORMATS))
    atlas = _atlas(asked)
    wanted = published_query.read(_place(atlas, asked), asked)
    lang = _one_of(asked, "lang", LANGUAGES, LANGUAGES[0])
    inputs = {f"{INPUT}{key}": value for key, value in published_query.written(wanted).items()}
    link = public(request, address("figures", {"place": wanted.within, "lang": lang} | inputs))
    return await _file(request, atlas, makings.figures, (wanted, suffix, lang, link), suffix, lang)


@_guarded
async def chart_file(request: Request) -> Response:
    """/download/chart/{name}.{svg,png}?within=&standard=&as_of=&level=&per=&classes=&lang=&build=: a chart with what
    it rests on.
    """
    from atlas.files import chart_files  # here: matplotlib is slow to load

    asked = _parameters(request, {"build", "within", "standard", "as_of", "level", "per", "classes", "lang"})
    name, suffix = str(request.path_params["name"]), str(request.path_params["suffix"])
    if name not in chart_files.CHARTS or suffix not in chart_files.FORMATS:
        raise Refused(404, "no such chart", [f"{one}.svg" for one in chart_files.CHARTS])
    atlas = _atlas(asked)
    wanted = chart_files.Asked(
        name=name,
        within=_place(atlas, asked),
        standard=_word(asked, "standard"),
        as_of=_date(asked, "as_of"),
        lang=_one_of(asked, "lang", LANGUAGES, LANGUAGES[0]),
        level=_word(asked, "level") if "level" in asked else "",
        per=_one_of(asked, "per", ("", *projects.COLUMNS), ""),
        classes=_classes(asked),
    )
    tiles.of_atlas(atlas).check(wanted.standard, wanted.as_of, None)
    link = _page_link(request, asked, chart_files.PAGES[name])
    return await _file(request, atlas, makings.chart, (wanted, suffix, link), suffix, wanted.lang)


def _table_suffix(request: Request) -> str:
    suffix = str(request.path_params["suffix"])
    if suffix not in table_files.FORMATS:
        raise Refused(404, "no such format", list(table_files.FORMATS))
    return suffix


def _place(atlas: Atlas, asked: dict[str, str]) -> str:
    """A place that the atlas holds."""
    place_id = _word(asked, "within")
    if places.place(atlas, place_id) is None:
        raise Refused(400, "unknown within", "the code of a place")
    return place_id


def _page_link(request: Request, asked: dict[str, str], page: str) -> str:
    """The page that shows what a file holds."""
    wanted = {
        "place" if key == "within" else key: value for key, value in asked.items() if key not in ("build", "level")
    }
    return public(request, address(page, wanted))


def _shown_at(request: Request, asked: dict[str, str]) -> str:
    """The page that shows what the file holds."""
    wanted = {"place" if key == "within" else key: value for key, value in asked.items() if key != "build"}
    return public(request, address("gap-map", wanted))


@_guarded
async def answer_map(request: Request) -> Response:
    """/answers/{key}.geojson: what a page worked out, as areas and points; the key is the content's hash."""
    asked = _parameters(request, set())
    key = str(request.path_params["key"])
    text = kept_answers.held(key)
    if text is None:
        raise Refused(410, "this answer is not held any more", "reload the page that showed it")
    return await _answer(request, ("answer", key), lambda: _body(text, GEOJSON), asked, is_fixed=True)


@_guarded
async def style_sheet(request: Request) -> Response:
    """/look/atlas.css?v=<hash>: the style sheet of every page."""
    asked = _parameters(request, {"v"})
    return await _answer(
        request, ("style",), lambda: _body(colours.style().encode(), CSS), asked, is_fixed="v" in asked
    )


@_guarded
async def icon_image(request: Request) -> Response:
    """/look/icons.svg?theme=&v=<hash>: the symbols of villages and cells."""
    asked = _parameters(request, {"theme", "v"})
    chosen = _one_of(asked, "theme", THEMES, THEMES[0])
    key = ("icons", chosen)
    return await _answer(request, key, lambda: _body(icons.image(chosen), SVG), asked, is_fixed="v" in asked)


@_guarded
async def map_script(request: Request) -> Response:
    """/look/map-view.js?v=<hash>: what the maps of every page do in the browser."""
    asked = _parameters(request, {"v"})
    return await _answer(request, ("map-view",), lambda: _body(map_view.script(), SCRIPT), asked, is_fixed="v" in asked)


@_guarded
async def map_file(request: Request) -> Response:
    """/look/maps/{name}?v=<hash>: scripts and style of the maps in frames."""
    asked = _parameters(request, {"v"})
    name = str(request.path_params["name"])
    if name not in map_files.NAMES:
        raise Refused(404, "no such file", list(map_files.NAMES))
    kind = CSS if name.endswith(".css") else SCRIPT
    return await _answer(
        request,
        ("map-file", name),
        lambda: _body(map_files.content(name), kind),
        asked,
        is_fixed="v" in asked,
    )


@_guarded
async def words_script(request: Request) -> Response:
    """/look/words.js?lang=&v=<hash>: Streamlit's own words in the visitor's language."""
    asked = _parameters(request, {"lang", "v"})
    lang = _one_of(asked, "lang", LANGUAGES, LANGUAGES[0])
    key = ("words", lang)
    return await _answer(
        request, key, lambda: _body(streamlit_words.script(lang), SCRIPT), asked, is_fixed="v" in asked
    )


@_guarded
async def vendor_file(request: Request) -> Response:
    """/vendor/{path}?v=<hash>: only what the manifest lists; the path is looked up, never opened."""
    asked = _parameters(request, {"v"})
    asset = vendor.assets().get(request.path_params["path"])
    if asset is None:
        expected = "a file that vendor.toml names" if vendor.assets() else f"run: {vendor.COMMAND}"
        raise Refused(404, "no such browser file", expected)
    version = asked.get("v", "")
    if version and not (_HASH.fullmatch(version) and asset.sha256.startswith(version)):
        raise Refused(404, "no such version of this file", "the current page's address")
    key = ("vendor", asset.sha256, str(asset.path))
    return await _answer(
        request, key, lambda: _body(asset.path.read_bytes(), asset.content_type), asked, is_fixed="v" in asked
    )


@_guarded
async def not_found(request: Request) -> Response:
    """Data addresses that do not exist; without this the page's HTML would answer with 200."""
    del request
    raise Refused(404, "no such address", sorted({f"/{route.path.split('/')[1]}" for route in routes}))


# Numbers are checked by hand: Starlette's {z:int} would call int() on thousands of digits and raise.
routes: list[Route] = [
    Route("/tiles/villages/{z}/{x}/{y}.mvt", village_tile),
    Route("/tiles/boundaries/{z}/{x}/{y}.mvt", boundary_tile),
    Route("/tiles/names/{z}/{x}/{y}.mvt", name_tile),
    Route("/boundaries/{level}.geojson", boundary_areas),
    Route("/choropleth/{indicator}/{level}.geojson", coloured_areas),
    Route("/hot-spots/{level}.geojson", hot_spot_areas),
    Route("/pilots/outlines.geojson", pilot_outlines),
    Route("/maps/{place_id}.html", close_up),
    Route("/draw/{place_id}.html", drawing_map),
    Route("/locator/{place_id}.svg", locator_map),
    Route("/download/villages.{suffix}", villages_file),
    Route("/download/values/{indicator}/{level}.{suffix}", values_file),
    Route("/download/projects.{suffix}", projects_file),
    Route("/download/pilots.{suffix}", pilots_file),
    Route("/download/figures.{suffix}", figures_file),
    Route("/download/chart/{name}.{suffix}", chart_file),
    Route("/answers/{key}.geojson", answer_map),
    Route("/look/atlas.css", style_sheet),
    Route("/look/icons.svg", icon_image),
    Route("/look/map-view.js", map_script),
    Route("/look/maps/{name}", map_file),
    Route("/look/words.js", words_script),
    Route("/vendor/{path:path}", vendor_file),
    Route("/healthz", health.alive),
    Route("/readyz", health.ready),
    Route("/tiles/{rest:path}", not_found),
    Route("/boundaries/{rest:path}", not_found),
    Route("/choropleth/{rest:path}", not_found),
    Route("/hot-spots/{rest:path}", not_found),
    Route("/pilots/{rest:path}", not_found),
    Route("/maps/{rest:path}", not_found),
    Route("/download/rejects/{source_id}.csv", rejects_file),
    Route("/download/findings.csv", findings_file),
    Route("/download/{rest:path}", not_found),
    Route("/draw/{rest:path}", not_found),
    Route("/answers/{rest:path}", not_found),
    Route("/locator/{rest:path}", not_found),
]


# --- what was asked ------------------------------------------------------------------------------


def _parameters(request: Request, known: set[str]) -> dict[str, str]:
    """The query as a dict. An unknown or repeated name is refused: a typing error must not widen a filter."""
    pairs = request.query_params.multi_items()
    names = [name for name, _ in pairs]
    if not set(names) <= known:
        raise Refused(400, "unknown parameter", sorted(known))
    if len(names) != len(set(names)):
        raise Refused(400, "a parameter is given twice", sorted(known))
    return dict(pairs)


def _atlas(asked: dict[str, str]) -> Atlas:
    build_id = asked.get("build")
    if build_id is None:
        return database.current()
    if not _BUILD_ID.fullmatch(build_id):
        raise Refused(400, "malformed build", "a build id; /readyz says which one is current")
    atlas = database.of_build(build_id)
    if atlas is None:
        raise Refused(410, "this build is not served any more", "reload the page; /readyz says which one is")
    return atlas


def _tile_address(request: Request) -> tuple[int, int, int]:
    parts = [str(request.path_params[name]) for name in ("z", "x", "y")]
    if not all(_NUMBER.fullmatch(part) for part in parts):
        raise Refused(404, "no such tile", "whole numbers for z, x and y")
    z, x, y = (int(part) for part in parts)
    tiles.check_tile(z, x, y)
    return z, x, y


def _word(asked: dict[str, str], name: str) -> str:
    text = asked.get(name, "")
    if not _WORD.fullmatch(text):
        raise Refused(400, f"missing or malformed {name}", f"{name}=<up to 64 characters>")
    return text


def _date(asked: dict[str, str], name: str) -> date:
    text = asked.get(name, "")
    try:
        return date.fromisoformat(text if _DATE.fullmatch(text) else "")
    except ValueError:
        raise Refused(400, f"missing or malformed {name}", f"{name}=YYYY-MM-DD") from None


def _one_of(asked: dict[str, str], name: str, allowed: tuple[str, ...], default: str) -> str:
    value = asked.get(name, default)
    if value not in allowed:
        raise Refused(400, f"unknown {name}", list(allowed))
    return value


def _some_of(asked: dict[str, str], name: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """A comma-separated choice in the order of `allowed`, so that equal choices share a cache entry."""
    if name not in asked:
        return allowed
    chosen = asked[name].split(",")
    if not set(chosen) <= set(allowed):
        raise Refused(400, f"unknown {name}", list(allowed))
    return tuple(value for value in allowed if value in chosen)


# --- the answer ----------------------------------------------------------------------------------


def _body(raw: bytes, content_type: str) -> Body:
    zipped = None
    if len(raw) >= GZIP_FROM_BYTES:
        smaller = gzip.compress(raw, GZIP_LEVEL.get(content_type, 9), mtime=0)
        zipped = smaller if len(smaller) < 0.9 * len(raw) else None
    # Weak: the compressed and the raw body are the same tile, and share this tag.
    etag = f'W/"{hashlib.blake2b(raw, digest_size=12).hexdigest()}"'
    return Body(raw, zipped, content_type, etag)


def _document(atlas: Atlas, page: bytes) -> Body:
    """A map's own document: it may load what is ours, and the base tiles that the profile names."""
    base = facts.settings(atlas)["map"].get("base_tiles") or {}
    return replace(_body(page, HTML), policy=document_policy(page, base.get("url", "")))


async def _answer(
    request: Request,
    key: tuple[object, ...],
    make: Callable[[], Body],
    asked: dict[str, str],
    is_fixed: bool | None = None,
    lane: Lane | None = None,
) -> Response:
    """From the cache at once; otherwise made in a thread, so that other requests go on meanwhile.

    lane: the threads for what takes longer than a tile.
    """
    body = _bodies.peek(key)
    if body is None and lane is not None:
        body = await lane.run(partial(_bodies.get, key, make))
    elif body is None:
        body = await run_in_threadpool(_bodies.get, key, make)
    lasting = "build" in asked if is_fixed is None else is_fixed
    headers = ALWAYS | {
        "ETag": body.etag,
        "Cache-Control": FOR_EVER if lasting else ASK_AGAIN,
        "Vary": "Accept-Encoding",
    }
    if body.policy:
        headers["Content-Security-Policy"] = body.policy
    if _is_known(request.headers.get("if-none-match", ""), body.etag):
        return Response(status_code=304, headers=headers)
    if not body.raw:
        return Response(status_code=204, headers=headers)  # an empty tile
    if body.zipped is not None and _takes_gzip(request.headers.get("accept-encoding", "")):
        headers["Content-Encoding"] = "gzip"
        return Response(body.zipped, headers=headers, media_type=body.content_type)
    return Response(body.raw, headers=headers, media_type=body.content_type)


def _is_known(if_none_match: str, etag: str) -> bool:
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return "*" in tags or etag.removeprefix("W/") in tags


def _takes_gzip(accept_encoding: str) -> bool:
    """RFC 9110 12.5.3: named (or covered by *) and not with weight 0."""
    weights = {}
    for part in accept_encoding.lower().split(","):
        name, _, parameters = part.partition(";")
        weight = parameters.strip().removeprefix("q=").strip() or "1"
        weights[name.strip()] = weight.strip("0.") != ""
    return weights.get("gzip", weights.get("*", False))
