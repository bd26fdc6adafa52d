"""The atlas under any path: every address that is written leads back into it, with the path stripped or kept on the
way.
"""

from __future__ import annotations

import ast
import html as entities
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from loops import finished
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from atlas import main
from atlas.guard import base_path
from atlas.look import addresses, html
from atlas.look.addresses import address, for_frame, from_document, step
from atlas.serve.routes import routes
from indicators.database import Atlas

ROOT = Path(__file__).resolve().parents[2]
HOST = "https://atlas.example.org"
BASES = ("", "/cuntong", "/gov/cuntong", "/a/b/c", "/tiles", "/data/maps")
PAGES = {module.PAGE.url_path for module in main.page_modules()}
FOLDERS = {route.path.split("/")[1] for route in routes} - {""}
OURS = "|".join(sorted(re.escape(name) for name in PAGES | FOLDERS))
#: An address of ours as somebody would write it by hand, in a text of Python or in a script or style sheet.
IN_PYTHON = re.compile(rf"\.{{0,2}}/?(?:{OURS})(?:[/?].*)?", re.DOTALL)
FROM_THE_ROOT = re.compile(rf"""["'`(=]/(?:{OURS})(?:[/?"'`)]|$)""")
IN_MARKUP = re.compile(r"""(?:href|src|action|url)\s*[=(]\s*["']?/""")
HOSTILE = [
    "../../etc",
    "..",
    "a/b",
    "//evil.example",
    "javascript:alert(1)",
    "?x=1#y",
    "%2e%2e%2f",
    "\\\\x",
    "村\u202e",
    "",
]


# --- nobody writes an address by hand ---------------------------------------------------------------------------


def by_hand(source: str) -> list[str]:
    """Texts of a Python file that are addresses of ours, no argument of the function that makes them, and no PATH of a
    question that is asked by address."""
    tree = ast.parse(source)
    made = {id(part) for call in ast.walk(tree) if _makes(call) for part in ast.walk(call)}
    documented = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    declared = {id(path) for kind in ast.walk(tree) if isinstance(kind, ast.ClassDef) for path in _paths(kind)}
    known = made | documented | declared
    found = []
    for node in ast.walk(tree):
        if id(node) in known:
            continue
        if isinstance(node, ast.JoinedStr) and isinstance(first := node.values[0], ast.Constant):
            known |= {id(part) for part in node.values}
            text = str(first.value)
            found += [text] if "/" in text and IN_PYTHON.fullmatch(text) else []
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            is_path = re.search(r"[/?]", node.value) and IN_PYTHON.fullmatch(node.value)
            found += [node.value] if is_path or IN_MARKUP.search(node.value) else []
    return found


def _paths(kind: ast.ClassDef) -> Iterator[ast.expr]:
    """What an Addressed says its path is."""
    if {"Addressed", "choropleth.Question"} & set(map(ast.unparse, kind.bases)):
        for line in kind.body:
            if isinstance(line, ast.Assign) and list(map(ast.unparse, line.targets)) == ["PATH"]:
                yield line.value


def _makes(call: ast.AST) -> bool:
    return isinstance(call, ast.Call) and ast.unparse(call.func).split(".")[-1] in ("address", "Route")


@pytest.mark.parametrize(
    "line",
    [
        'link = "/place?place=1"',
        'link = "/gap-map"',
        'link = f"/maps/{x}.html"',
        'link = "tiles/villages/1/1/1.mvt"',
        'link = f"../download/{x}.csv"',
        "text = '<a href=\"/anything\">'",
        'link = "place?" + query',
    ],
)
def test_an_address_by_hand_is_noticed(line: str) -> None:
    assert by_hand(line)
    assert not by_hand(re.sub(r'f?"[^"]*"', 'address("place")', line)) or "href" in line


def test_a_declared_path_is_none_by_hand() -> None:
    declared = 'class Map(Addressed):\n    PATH = "maps/{place_id}.html"\n'
    assert not by_hand(declared)
    assert by_hand(declared.replace("Addressed", "object")) and by_hand(declared.replace("PATH", "link"))
    assert by_hand('PATH = "maps/{place_id}.html"')


#: Texts that look like addresses and name something else: file → what.
NAMES_ELSEWHERE = {
    "atlas/guard/internals.py": "Streamlit's own",
    "atlas/guard/request_log.py": "Streamlit's own",
    "atlas/first/handing.py": "Streamlit's own",
    "atlas/handout/made.py": "the beginning of an address that a page wrote",
    "atlas/kept/answers.py": "the end of an address that a page wrote",
}


@pytest.mark.parametrize("folder", ["atlas", "pages", "indicators", "planning"])
def test_no_address_is_written_by_hand(folder: str) -> None:
    found = {}
    for path in sorted((ROOT / folder).rglob("*.py")):
        texts = by_hand(path.read_text(encoding="utf-8"))
        if texts and path.relative_to(ROOT).as_posix() not in NAMES_ELSEWHERE:
            found[path.name] = texts
    assert not found


def test_no_script_and_no_style_names_an_address_from_the_root() -> None:
    files = [path for suffix in ("js", "css", "svg", "html") for path in (ROOT / "atlas").rglob(f"*.{suffix}")]
    ours = [path for path in files if "vendor_static" not in path.parts]
    assert len(ours) >= 4
    for path in ours:
        text = path.read_text(encoding="utf-8")
        assert not FROM_THE_ROOT.findall(text) and not IN_MARKUP.findall(text), path.name


def test_a_link_that_leaves_the_atlas_never_reaches_a_page() -> None:
    for href in ("place?place=1", "?x=/y", "#a", "download/values/a/b.csv?within=1", "locator/%2F..%2F.svg"):
        assert html.safe_href(href)
    outside = ["/place", "//evil.example", "https://evil.example", "javascript:alert(1)", "../x", "a/../../x"]
    for href in [*outside, "place\\x", "", " place", "a:b", "./x", "place?x=\ny", "\u202eplace"]:
        with pytest.raises(html.UnsafeValue):
            html.safe_href(href)


# --- what addresses resolve to ----------------------------------------------------------------------------------


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("code", HOSTILE)
def test_whatever_a_code_is_its_address_stays_in_the_atlas(base: str, code: str) -> None:
    made = address(f"maps/{step(code)}.html", {"place": code})
    for page in ("", "gap-map"):
        there = urlsplit(urljoin(f"{HOST}{base}/{page}", made))
        assert there.netloc == "atlas.example.org" and there.path.startswith(f"{base}/maps/")
        assert unquote(there.path) == f"{base}/maps/{code}.html"
    from_map = urlsplit(urljoin(f"{HOST}{base}/maps/1.html", from_document(address("place", {"place": code}))))
    assert from_map.path == f"{base}/place"


@pytest.mark.parametrize("base", BASES)
def test_a_frame_is_named_from_the_root_of_the_host(base: str) -> None:
    made = for_frame(address("maps/1.html", {"a": "b"}), f"{HOST}{base}/place")
    assert made == f"{base}/maps/1.html?a=b"
    assert for_frame("maps/1.html", None) == "/maps/1.html"
    assert for_frame("maps/1.html", f"{HOST}//evil.example/place") == "/evil.example/maps/1.html"


def test_pages_with_frames_have_a_name_in_the_address() -> None:
    """Streamlit gives the first page's address without its folder, from which `for_frame` could not go on."""
    first = main.page_modules()[0]
    assert "for_frame" not in Path(str(first.__file__)).read_text(encoding="utf-8")  # type: ignore[attr-defined]


# --- the path on its way in -------------------------------------------------------------------------------------


async def _echo(request: Request) -> JSONResponse:
    found = {name: request.scope[name] for name in ("path", addresses.BASE_PATH)}
    there = addresses.public(request, address("gap-map"))
    return JSONResponse(found | {"raw": request.scope["raw_path"].decode(), "there": there})


async def _away(request: Request) -> RedirectResponse:
    return RedirectResponse(request.query_params["to"], 301)


def client(base: str) -> TestClient:
    inner = Starlette(routes=[Route("/away{rest:path}", _away), Route("/{rest:path}", _echo)])
    return TestClient(base_path.BasePath(inner, base), base_url=HOST, follow_redirects=False)


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("path", ["/", "/gap-map", "/tiles/names/1/1/1.mvt", "/maps/a%2Fb.html", "/tiles/tiles"])
def test_kept_and_stripped_are_the_same_inside(base: str, path: str) -> None:
    kept = client(base).get(f"{base}{path}").json()
    assert kept["raw"] == path and kept["path"] == unquote(path)
    assert kept[addresses.BASE_PATH] == base and kept["there"] == f"{HOST}{base}/gap-map"
    if base.split("/")[-1] not in path.split("/"):
        assert client(base).get(path).json() == kept


def test_a_path_that_only_begins_alike_is_another() -> None:
    for path in ("/gov/cuntongx/place", "/gov", "/x/gov/cuntong/place"):
        assert client("/gov/cuntong").get(path).json()["path"] == path


def test_the_base_without_its_slash_leads_to_the_folder() -> None:
    answer = client("/gov/cuntong").get("/gov/cuntong?place=1&lang=zh")
    assert answer.status_code == 307
    assert urljoin(f"{HOST}/gov/cuntong", answer.headers["location"]) == f"{HOST}/gov/cuntong/?place=1&lang=zh"


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("path", ["/away", "/away/", "/away/x/y"])
def test_redirects_stay_under_the_base(base: str, path: str) -> None:
    answer = client(base).get(f"{base}{path}?to=/gap-map%3Fa=1")
    assert urljoin(f"{HOST}{base}{path}", answer.headers["location"]) == f"{HOST}{base}/gap-map?a=1"
    elsewhere = client(base).get(f"{base}{path}?to=https://elsewhere.example/").headers["location"]
    assert elsewhere == "https://elsewhere.example/"


def test_a_websocket_finds_its_way_too() -> None:
    seen = {}

    async def inner(scope: dict[str, object], receive: object, send: object) -> None:
        seen.update(scope)

    scope = {
        "type": "websocket",
        "path": "/gov/cuntong/_stcore/stream",
        "raw_path": b"/gov/cuntong/_stcore/stream",
    }
    served = base_path.BasePath(inner, "/gov/cuntong")
    finished(lambda: served(scope | {"query_string": b""}, None, None))
    assert seen["path"] == "/_stcore/stream" and seen["raw_path"] == b"/_stcore/stream"


def test_links_in_files_come_from_the_operator_and_no_header_bends_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bent = {
        "X-Forwarded-Prefix": "/evil",
        "X-Forwarded-Host": "evil.example",
        "Forwarded": "host=evil.example",
    }
    assert client("/a").get("/x", headers=bent).json()["there"] == f"{HOST}/a/gap-map"
    for told in ("https://atlas.example.org/gov/", "https://atlas.example.org/gov"):
        monkeypatch.setenv(addresses.PUBLIC_URL, told)
        assert client("/a").get("/x").json()["there"] == "https://atlas.example.org/gov/gap-map"


@pytest.mark.parametrize("told", ["gov/cuntong", "/gov/cuntong/", "/gov/cuntong", "//gov/cuntong//"])
def test_the_setting_is_read_with_or_without_slashes(monkeypatch: pytest.MonkeyPatch, told: str) -> None:
    monkeypatch.setenv(base_path.SETTING, told)
    assert base_path.configured() == "/gov/cuntong"


@pytest.mark.parametrize("told", ["/a//b", "/../x", "/a b", "/a?b", "https://x/y", "/{{7*7}}", "/村", "/a/.git"])
def test_a_setting_that_is_no_path_is_refused(monkeypatch: pytest.MonkeyPatch, told: str) -> None:
    monkeypatch.setenv(base_path.SETTING, told)
    with pytest.raises(base_path.UnreadableBasePath, match=base_path.SETTING):
        base_path.configured()


# --- every address of every page --------------------------------------------------------------------------------


def show(name: str, query: dict[str, str]) -> None:
    """Run inside AppTest: a page as the frame shows it, whatever the language."""
    import streamlit as st

    from atlas import main
    from atlas.look import country_words, language, theme
    from atlas.view import state
    from indicators import country, database

    atlas = database.current()
    country_words.use(country.words(atlas))
    language.use("en")
    theme.inject()
    modules = main.page_modules()
    known = {
        one.PAGE.url_path: st.Page(lambda: None, title=one.PAGE.url_path, url_path=one.PAGE.url_path) for one in modules
    }
    st.session_state["atlas_pages"] = known
    st.navigation(list(known.values()), position="hidden")
    main._run(next(one for one in modules if one.PAGE.url_path == name), atlas, state.read(atlas, query, "en"))
    main._foot(atlas, state.read(atlas, query, "en"), name)


def named(page: AppTest) -> Iterator[str]:
    """Every address in a page: in its markup, in its style, of its frames and of the layers of its maps."""
    for one in page.get("html"):
        body = str(one.proto.body)
        yield from (
            entities.unescape(a or b) for a, b in re.findall(r'\b(?:href|src)="([^"]*)"|url\("([^"]*)"\)', body)
        )
    for one in page.get("iframe"):
        yield str(one.proto.src)
    for one in page.get("deck_gl_json_chart"):
        for layer in json.loads(one.proto.json)["layers"]:
            yield from (text for text in _texts(layer) if re.match(r"[./a-z-]+/[^ ]*\.", text))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


PLACES = {"place": {"place": "0101"}, "gap-map": {"place": "0100"}}


@pytest.fixture(scope="module")
def found_on_pages(mini_atlas: Atlas) -> dict[str, set[str]]:
    """Page → the addresses that it names, of the mini country."""
    patch = pytest.MonkeyPatch()
    patch.setenv("ATLAS_BUILD_DIR", str(mini_atlas.path.parent))
    found = {}
    for name in sorted(PAGES):
        page = AppTest.from_function(show, kwargs={"name": name, "query": PLACES.get(name, {})})
        page.run(timeout=60)
        assert not page.exception, (name, [error.value for error in page.exception])
        found[name] = {one for one in named(page) if not one.startswith(("data:", "#", "?", "mailto:"))}
    patch.undo()
    return found


def test_pages_name_addresses_of_every_kind(found_on_pages: dict[str, set[str]]) -> None:
    everything = set().union(*found_on_pages.values())
    assert {one.lstrip("/").split("/")[0].split("?")[0] for one in everything} >= {
        *("look", "vendor", "tiles", "maps", "download", "place", "methods", "locator"),
    }
    framed = {one for one in everything if one.startswith("/")}
    assert framed and all(one.startswith("/maps/") for one in framed)  # AppTest has no browser to say where it is


@pytest.mark.parametrize("base", ["", "/gov/cuntong"])
@pytest.mark.parametrize("is_kept", [True, False])
def test_every_address_of_every_page_answers(
    found_on_pages: dict[str, set[str]],
    mini_atlas: Atlas,
    monkeypatch: pytest.MonkeyPatch,
    base: str,
    is_kept: bool,
) -> None:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(mini_atlas.path.parent))
    inner = base_path.BasePath(Starlette(routes=routes), base)
    with TestClient(inner, base_url=HOST) as browser:
        for page, names in found_on_pages.items():
            for name in sorted(names):
                there = urlsplit(urljoin(f"{HOST}{base}/{page}", f"{base}{name}" if name.startswith("/") else name))
                assert there.path.startswith(f"{base}/"), (page, name)
                path = there.path if is_kept else there.path.removeprefix(base)
                rest = there.path.removeprefix(f"{base}/")
                if rest in PAGES:
                    continue
                asked = re.sub(r"\{[zxy]\}", "0", unquote(path)) + (f"?{there.query}" if there.query else "")
                assert browser.get(asked).status_code in (200, 204), (page, name)


@pytest.mark.parametrize("folder", ["maps"])
def test_every_address_of_a_map_document_answers(
    mini_atlas: Atlas, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(mini_atlas.path.parent))
    with TestClient(base_path.BasePath(Starlette(routes=routes), "/gov/cuntong"), base_url=HOST) as browser:
        asked = f"{HOST}/gov/cuntong/{folder}/0101.html?standard=wire&as_of=2010-12-31&lang=en"
        document = browser.get(asked)
        assert document.status_code == 200
        names = re.findall(r'\b(?:href|src)="([^"]+)"', document.text)
        assert len(names) > 5
        for name in map(entities.unescape, names):
            there = urljoin(asked, name)
            assert there.startswith(f"{HOST}/gov/cuntong/"), name
            if urlsplit(there).path.removeprefix("/gov/cuntong/") not in PAGES:
                assert browser.get(there).status_code == 200, name
