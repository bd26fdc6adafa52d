"""The first HTML of each page: what it says of itself, its answer as text, and what stands where there is no page."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from one_page import words
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient
from streamlit.web.server.starlette.starlette_static_routes import create_streamlit_static_assets_routes

import pages
from atlas.first import document, listed
from atlas.kept import app_files
from atlas.look import page_scripts
from atlas.look.language import LANGUAGES, html_tag
from atlas.serve import first_pages, routes
from atlas.work.lane import Lane
from indicators.database import Atlas

MOST_BYTES = 60 << 10
NATION, DISTRICT, WARD, VILLAGE = "ZZ", "0101", "010101", "010101107"
PLACES = (NATION, DISTRICT, WARD, VILLAGE)
META = re.compile(r'<meta (?:name|property)="(?P<name>[^"]+)" content="(?P<said>[^"]*)">')
HOME = "https://atlas.example.org/gov"
NO_PAGE = {"zh": "没有这个页面", "en": "No such page"}
NO_PLACE = {"zh": "没有这个地区", "en": "No such place"}


@pytest.fixture
def client(mini_atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """The routes with Streamlit's own files behind them."""
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(mini_atlas.path.parent))
    first_pages._held.drop(lambda key: True)  # what is kept does not know that a test changes a setting
    behind = create_streamlit_static_assets_routes("")
    app = Starlette(routes=[*routes.routes, *behind], middleware=[Middleware(first_pages.Nowhere)])
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


def meta(text: str) -> dict[str, str]:
    return {found["name"]: unescape(found["said"]) for found in META.finditer(text)}


def canonical(text: str) -> str:
    [found] = re.findall(r'<link rel="canonical" href="([^"]*)">', text)
    return unescape(found)


def h1(text: str) -> str:
    [found] = re.findall(r"<h1>(.*?)</h1>", text, re.DOTALL)
    return words(found)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ("", *listed.addresses()))
def test_every_page_says_what_it_is(client: TestClient, name: str, lang: str) -> None:
    for place in PLACES:
        answer = client.get(f"/{name}?place={place}&lang={lang}")
        text = answer.text
        assert answer.status_code == 200 and len(text.encode()) <= MOST_BYTES
        assert f'<html lang="{html_tag(lang)}">' in text and text.count("<title>") == 1
        said = meta(text)
        assert h1(text) and said["description"] == said["og:description"] and said["og:title"] in unescape(text)
        assert said["og:type"] == "website" and said["og:locale"] == html_tag(lang).replace("-", "_")
        assert f"lang={lang}" in canonical(text) and "og:url" not in said and "hreflang" not in text
        assert text.index('id="atlas-first"') < text.index('<div id="root"></div>')
        assert page_scripts.url("first").split("?")[0] in text and "<noscript>" in text
        assert "openapi.json" not in text and "Streamlit</title>" not in text


def test_titles_tell_places_apart(client: TestClient) -> None:
    found = [client.get(f"/place?place={one}&lang=en").text.partition("<title>")[2].split("<")[0] for one in PLACES]
    assert len(set(found)) == len(PLACES)
    assert canonical(client.get("/overview?lang=en").text) == canonical(client.get("/?lang=en").text) == "?lang=en"


def test_a_place_holds_its_answer(client: TestClient, mini_atlas: Atlas) -> None:
    text = client.get(f"/place?place={DISTRICT}&lang=en").text
    said = words(text)
    assert "Published" in said and "Simulated" in said and "Report an error" in said
    assert "Data up to" in said and "Sources:" in said
    for link in ("place?lang=en", f"place?place={WARD}"):
        assert f'href="{link}' in unescape(text)
    [(days,)] = mini_atlas.cursor().execute("SELECT list(DISTINCT as_of::TEXT) FROM status_column").fetchall()
    assert all(day in said for day in days)


def test_a_village_holds_its_states(client: TestClient, mini_atlas: Atlas) -> None:
    text = client.get(f"/place?village={VILLAGE}&lang=zh").text
    name = mini_atlas.cursor().execute("SELECT name FROM village WHERE place_id = $1", [VILLAGE]).fetchall()[0][0]
    assert h1(text).startswith(name) and VILLAGE in text and "模拟" in words(text)
    assert "<table>" in text and f"place={WARD}" in text and "纠错" in text
    assert canonical(text) == f"place?place={VILLAGE}&lang=zh"


def test_the_address_speaks_before_the_browser(client: TestClient) -> None:
    browser = {"Accept-Language": "en-GB,en;q=0.9"}
    assert '<html lang="en">' in (english := client.get("/gap-map", headers=browser)).text
    assert "Accept-Language" in english.headers["vary"]
    chinese = client.get("/gap-map?lang=zh", headers=browser)
    assert '<html lang="zh-CN">' in chinese.text and chinese.headers["vary"] == "Accept-Encoding"
    odd = client.get("/gap-map?lang=%3Cscript%3E", headers={"Accept-Language": "<script>"})
    assert odd.status_code == 200 and "<script>alert" not in odd.text and '<html lang="en">' in odd.text


def test_it_is_asked_again_and_not_sent_again(client: TestClient) -> None:
    answer = client.get("/place?lang=en", headers={"Accept-Encoding": "gzip"})
    assert (answer.headers["cache-control"], answer.headers["content-encoding"]) == ("no-cache", "gzip")
    again = client.get("/place?lang=en", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.head("/place?lang=en").status_code == 200


# --- addresses that are none -----------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "path", ["/nosuch", "/gap_map", "/a/b", "/a/b/c.php", "/.env", "/%E6%9D%91", "/tiles", "/place/x"]
)
def test_an_unknown_page(client: TestClient, path: str, lang: str) -> None:
    answer = client.get(f"{path}?lang={lang}&place=<b>")
    assert answer.status_code == 404 and h1(answer.text) == NO_PAGE[lang]
    assert 'href="search?' in answer.text and meta(answer.text)["robots"] == "noindex"
    is_taken_over = re.fullmatch(r"/[\w-]+", path, re.ASCII) is not None
    assert ('id="root"' in answer.text) == is_taken_over
    steps = path.count("/")
    assert is_taken_over or f'<base href="{"../" * steps}">' in answer.text or steps == 1


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("query", ["place=999999", "village=1", "place=%00", "place=" + "9" * 3000])
def test_an_unknown_place(client: TestClient, query: str, lang: str) -> None:
    for page in ("", "place", "gap-map", "rules"):
        answer = client.get(f"/{page}?{query}&lang={lang}")
        assert answer.status_code == 404 and h1(answer.text) == NO_PLACE[lang]
        assert "999999" not in answer.text.partition("</head>")[0] and 'href="search?' in answer.text


def test_files_are_files_and_missing_ones_are_missing(client: TestClient) -> None:
    script = next(path for path in app_files.files() if path.endswith(".js"))
    assert client.get(f"/{script}").status_code == 200
    assert client.get("/favicon.png").status_code == 200
    for etag in ({}, {"If-None-Match": "*"}, {"Range": "bytes=0-9"}):
        assert client.get("/nosuch", headers=etag).status_code == 404
    there = client.get("/index.html?lang=en")
    assert (there.status_code, there.headers["location"]) == (308, "./?lang=en")


@given(
    query=st.dictionaries(
        st.sampled_from(["place", "village", "lang", "standard", "as_of", "q", "in.x", "at"]), st.text()
    )
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_asked(client: TestClient, query: dict[str, str]) -> None:
    answer = client.get("/place", params=query)
    assert answer.status_code in (200, 404) and h1(answer.text)


# --- what a stranger cannot do ---------------------------------------------------------------------------------


def test_a_host_of_a_stranger_is_in_no_address(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    claimed = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Prefix": "/evil"}
    for path in ("/", "/place?place=0101", "/nosuch", "/robots.txt", "/sitemap.xml"):
        assert "evil" not in client.get(path, headers=claimed).text
    monkeypatch.setenv("ATLAS_PUBLIC_URL", f"{HOME}/")
    first_pages._held.drop(lambda key: True)
    text = client.get(f"/place?place={DISTRICT}&lang=en&standard=wire", headers=claimed).text
    assert "evil" not in text and canonical(text) == meta(text)["og:url"] == f"{HOME}/place?place={DISTRICT}&lang=en"
    others = dict(re.findall(r'hreflang="([^"]+)" href="([^"]+)"', text))
    assert set(others) == {*map(html_tag, LANGUAGES), "x-default"}
    assert others["x-default"] == f"{HOME}/place?place={DISTRICT}"


def test_a_flood_of_addresses_is_not_kept(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    client.get("/nosuch?lang=en"), client.get("/place?lang=en")
    kept = len(first_pages._held)
    for number in range(30):
        client.get(f"/place?place=made-up-{number}&lang=en&at={number}")
        client.get(f"/made-up-{number}?place={number}&lang=en")
        client.get(f"/made/up/{number}?lang=en")
        client.get(f"/place?lang=en&made-up-{number}=1&as_of=20{number:02}-xx")
    assert len(first_pages._held) == kept
    most = first_pages._held._limit
    assert most <= 64 << 20
    monkeypatch.setattr(first_pages, "_LANE", Lane(at_once=0 + 1, waiting=-1))
    full = client.get(f"/place?place={WARD}&lang=en")
    assert full.status_code == 200 and full.text == app_files.index() and "etag" not in full.headers
    assert h1(client.get("/place?lang=en").text)  # what is kept waits for nobody


def test_without_an_atlas_the_index_is_as_it_was(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(tmp_path))
    for path, status in (("/", 200), ("/gap-map", 200), ("/nosuch", 404)):
        answer = client.get(path)
        assert (answer.status_code, answer.text) == (status, app_files.index())
    assert client.get("/robots.txt").status_code == 200


def test_another_index_of_streamlit_is_served_as_it_is(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    other = app_files.index().replace('<div id="root">', '<div id="app">')
    monkeypatch.setattr(app_files, "index", lambda: other)
    assert client.get("/place?lang=en").text == other
    with pytest.raises(document.OtherIndex, match="0 times"):
        document._once(document._ROOT, "", other)


def test_nothing_waits_for_the_making(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is made is made in a thread: the loop is free meanwhile."""
    loops: list[bool] = []
    made: Callable[..., Any] = document.made

    def noting(*args: Any) -> Any:
        try:
            asyncio.get_running_loop()
            loops.append(True)
        except RuntimeError:  # there is no loop in a thread
            loops.append(False)
        return made(*args)

    monkeypatch.setattr(document, "made", noting)
    client.get(f"/place?place={WARD}&lang=zh")
    assert loops == [False]


# --- search engines --------------------------------------------------------------------------------------------


def test_only_what_is_simulated_is_not_to_be_listed(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in pages.names():
        text = client.get(f"/{name.replace('_', '-')}?lang=en").text
        said = text.partition('<main class="atlas-first-body">')[2].partition("<noscript>")[0]
        if "atlas-badge-simulated" in said:
            assert meta(text)["robots"] == "noindex"
    assert "robots" not in meta(client.get("/methods?lang=en").text)
    monkeypatch.setenv("ATLAS_INDEXING", "off")
    first_pages._held.drop(lambda key: True)
    assert meta(client.get("/methods?lang=en").text)["robots"] == "noindex"
    assert client.get("/sitemap.xml").status_code == 404


def test_robots_and_the_list_of_pages(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = client.get("/robots.txt").text
    assert "Disallow: /tiles/" in alone and "Sitemap" not in alone
    assert client.get("/sitemap.xml").json()["error"] == "no list of pages"
    monkeypatch.setenv("ATLAS_PUBLIC_URL", HOME)
    first_pages._held.drop(lambda key: True)
    robots = client.get("/robots.txt").text
    assert f"Sitemap: {HOME}/sitemap.xml" in robots and "Disallow: /gov/tiles/" in robots
    answer = client.get("/sitemap.xml")
    assert answer.headers["content-type"].startswith("application/xml")
    found = [
        one.text or ""
        for one in ElementTree.fromstring(answer.content).iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")
    ]
    assert len(found) == len(set(found)) > 10
    assert f"{HOME}/methods?lang=en" in found and f"{HOME}/search?lang=en" not in found
    closed = [line.partition(": ")[2] for line in robots.splitlines() if line.startswith("Disallow")]
    for address in found:
        path = address.removeprefix("https://atlas.example.org")
        assert path != address and not path.startswith(tuple(closed))
        listed_page = client.get(path.removeprefix("/gov"))
        assert listed_page.status_code == 200 and "robots" not in meta(listed_page.text), path
        assert canonical(listed_page.text) == address
