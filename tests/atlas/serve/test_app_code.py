"""Streamlit's own files travel packed and for ever, and the fonts hold what pages show."""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest
from fontTools.ttLib import TTFont
from starlette.testclient import TestClient

from atlas.first import listed
from atlas.kept import app_files, fonts
from dashboard import app

UNPACKED = {"Accept-Encoding": "identity"}


@pytest.fixture(scope="module")
def client(mini_build_dir: Path) -> Iterator[TestClient]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ATLAS_BUILD_DIR", str(mini_build_dir))
        with TestClient(app, base_url="http://127.0.0.1") as asking:
            yield asking


def named_by_index() -> list[str]:
    return re.findall(r'"\./(static/[^"]+\.(?:js|css))"', app_files.index())


def test_what_the_index_names_is_what_streamlit_has(client: TestClient) -> None:
    names = named_by_index()
    assert len(names) > 20
    for name in names[:12]:
        answer = client.get(f"/{name}", headers=UNPACKED)
        assert answer.status_code == 200 and answer.content == app_files.files()[name].read_bytes()
        assert "immutable" in answer.headers["cache-control"] and "content-encoding" not in answer.headers


@pytest.mark.parametrize(
    ("accepted", "sent"),
    [("gzip, deflate, br, zstd", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("*", "br"), ("identity", None)],
)
def test_a_script_comes_as_the_browser_takes_it(client: TestClient, accepted: str, sent: str | None) -> None:
    name = max(named_by_index(), key=lambda one: app_files.files()[one].stat().st_size)
    whole = app_files.files()[name].read_bytes()
    with client.stream("GET", f"/{name}", headers={"Accept-Encoding": accepted}) as answer:
        raw = b"".join(answer.iter_raw())
    assert answer.headers.get("content-encoding") == sent and answer.headers["vary"] == "Accept-Encoding"
    unpacked = {"br": brotli.decompress, "gzip": gzip.decompress}.get(sent or "", bytes)(raw)
    assert unpacked == whole
    assert sent is None or len(raw) < 0.4 * len(whole)
    assert client.get(f"/{name}", headers={"If-None-Match": answer.headers["etag"]}).status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/static/",
        "/static/js/",
        "/static/js/none.js",
        "/static/js/%2e%2e/%2e%2e/index.html",
        "/static/js/..%2f..%2f..%2f__init__.py",
        "/static//etc/passwd",
        "/static/%00",
    ],
)
def test_no_other_file_is_to_be_had(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404 and answer.headers["content-type"] == "application/json"
    assert "site-packages" not in answer.text and "root:" not in answer.text


def test_what_is_written_is_not_read_here(client: TestClient) -> None:
    assert client.post("/static/js/none.js").status_code in (404, 405)


def test_scripts_that_every_page_needs_are_asked_for_early(client: TestClient) -> None:
    early = app_files.asked_early()
    assert early and set(early) <= set(app_files.files()) and not set(early) & set(named_by_index())
    text = client.get("/methods?lang=en").text
    assert all(f'<link rel="modulepreload" crossorigin href="./{name}">' in text for name in early)
    assert 'as="font"' not in text
    assert text.index('rel="stylesheet" crossorigin') < text.index("modulepreload")


def test_icons_that_are_shown_are_in_the_font_and_no_letter_of_streamlits_is() -> None:
    """As set-up made them."""
    wanted = set(fonts.icons())
    assert {page.PAGE.icon.removeprefix(":material/").rstrip(":") for page in listed.page_modules()} <= wanted
    [icons] = [path for path in app_files.files().values() if path.name.startswith("MaterialSymbols")]
    [letters] = [path for path in app_files.files().values() if path.name.startswith("SourceSansVF-Upright")]
    small = fonts.content(icons)
    assert len(small) < 0.1 * icons.stat().st_size and len(fonts.content(letters)) < 5_000
    with TTFont(icons) as whole, TTFont(io.BytesIO(small)) as cut:
        assert wanted & set(fonts.ligatures_of(whole)) <= set(fonts.ligatures_of(cut))
        assert "location_on" in fonts.ligatures_of(cut)  # a sign of two names
