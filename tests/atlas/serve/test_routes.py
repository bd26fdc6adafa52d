"""What the server answers to good, odd and hostile requests."""

from __future__ import annotations

import gzip
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import mapbox_vector_tile
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient
from synthetic import BUILD_ID, make_atlas

from atlas.kept import vendor
from atlas.maps.tiles import villages as tiles
from atlas.serve import answers, routes, startup
from indicators import database
from indicators.database import Atlas

VILLAGES = "/tiles/villages/8/206/107.mvt?standard=fibre&as_of=2017-12-31"
CELLS = "/tiles/villages/3/6/3.mvt?standard=fibre&as_of=2017-12-31"
LINES = "/tiles/boundaries/3/6/3.mvt?levels=province,prefecture"
AREAS = "/boundaries/county.geojson?resolution=coarse"


@pytest.fixture()
def client(atlas: Atlas) -> Iterator[TestClient]:
    del atlas  # only that there is one
    with TestClient(Starlette(routes=routes.routes), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture()
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of browser files, as `python -m atlas.kept.vendor` leaves it."""
    source = tmp_path / "node_modules" / "maps"
    source.mkdir(parents=True)
    (source / "maps.js").write_text("draw()" * 100)
    (tmp_path / "vendor.toml").write_text('[files]\n"maps/maps.js" = "maps/maps.js"\n')
    target = tmp_path / "static"
    vendor.copy(tmp_path / "node_modules", tmp_path / "vendor.toml", target, "stamp")
    (target / "unlisted.js").write_text("secret")
    monkeypatch.setattr(vendor.assets, "__defaults__", (target,))
    return target


@pytest.mark.parametrize("path", [VILLAGES, CELLS, LINES])
def test_tiles(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == answers.MVT
    assert answer.headers["x-robots-tag"] == "noindex"
    assert answer.headers["cache-control"] == "no-cache"
    (layer,) = mapbox_vector_tile.decode(answer.content).values()
    assert layer["features"]


def test_areas(client: TestClient) -> None:
    answer = client.get(AREAS + "&within=r1")
    assert answer.headers["content-type"] == "application/geo+json"
    assert len(answer.json()["features"]) == 16


def test_a_named_build_may_be_kept_for_ever(client: TestClient) -> None:
    assert "immutable" in client.get(f"{CELLS}&build={BUILD_ID}").headers["cache-control"]


def test_gzip_only_for_those_who_take_it(client: TestClient) -> None:
    plain = client.get(CELLS, headers={"Accept-Encoding": "identity"})
    zipped = client.get(CELLS, headers={"Accept-Encoding": "br, gzip"})
    refused = client.get(CELLS, headers={"Accept-Encoding": "gzip;q=0, *;q=0"})
    assert "content-encoding" not in plain.headers and "content-encoding" not in refused.headers
    assert zipped.headers["content-encoding"] == "gzip"
    assert int(zipped.headers["content-length"]) < int(plain.headers["content-length"])
    assert plain.content == zipped.content == refused.content
    assert zipped.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    ("header", "takes"),
    [
        ("gzip", True),
        ("", False),
        ("*", True),
        ("gzip;q=0", False),
        ("gzip; q=0.0", False),
        ("deflate, GZIP;q=0.5", True),
        ("*;q=0", False),
        ("gzip;q=", True),
        ("br", False),
    ],
)
def test_accept_encoding(header: str, takes: bool) -> None:
    assert answers.takes("gzip", header) is takes


def test_a_known_tag_is_not_sent_again(client: TestClient) -> None:
    etag = client.get(CELLS).headers["etag"]
    for tag in (etag, etag.removeprefix("W/"), f'"x", {etag}', "*"):
        answer = client.get(CELLS, headers={"If-None-Match": tag})
        assert (answer.status_code, answer.content) == (304, b"")
    assert client.get(CELLS, headers={"If-None-Match": '"x"'}).status_code == 200


def test_an_empty_tile_has_no_content(client: TestClient) -> None:
    answer = client.get("/tiles/villages/8/0/0.mvt?standard=fibre&as_of=2017-12-31")
    assert (answer.status_code, answer.content) == (204, b"")
    assert "etag" in answer.headers


def test_languages_differ_and_states_filter(client: TestClient) -> None:
    bodies = {client.get(VILLAGES + extra).content for extra in ("", "&lang=en", "&states=unconnected")}
    assert len(bodies) == 3
    same = [client.get(f"{VILLAGES}&states={s}").headers["etag"] for s in ("unknown,connected", "connected,unknown")]
    assert same[0] == same[1]


HOSTILE = [
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e",
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "\0",
    "9" * 5000,
    "-1",
    "1e3",
    "٣",
    "1.0",
    "NaN",
    "😀",
    "a" * 3000,
    "%",
    "%ff%fe",
    "null",
    " ",
]


def check_refusal(answer: Any, text: str) -> None:
    assert 400 <= answer.status_code < 500, (answer.status_code, text)
    body = answer.json()
    assert set(body) == {"error", "expected"}
    assert "Traceback" not in answer.text and len(answer.content) < 800
    assert answer.headers["cache-control"] == "no-store"
    if len(text) > 3:
        assert text not in answer.text


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("part", ["z", "x", "y"])
def test_hostile_addresses(client: TestClient, part: str, text: str) -> None:
    parts = {"z": "3", "x": "6", "y": "3"} | {part: quote(text, safe="")}
    for kind, query in (("villages", "standard=fibre&as_of=2017-12-31"), ("boundaries", "levels=province")):
        check_refusal(client.get(f"/tiles/{kind}/{parts['z']}/{parts['x']}/{parts['y']}.mvt?{query}"), text)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("name", ["build", "standard", "as_of", "within", "lang", "states"])
def test_hostile_parameters(client: TestClient, name: str, text: str) -> None:
    query = {"standard": "fibre", "as_of": "2017-12-31"} | {name: text}
    check_refusal(client.get("/tiles/villages/3/6/3.mvt", params=query), text)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_boundaries(client: TestClient, text: str) -> None:
    check_refusal(client.get("/tiles/boundaries/3/6/3.mvt", params={"levels": text}), text)
    check_refusal(client.get("/tiles/boundaries/3/6/3.mvt", params={"maritime": text}), text)
    check_refusal(client.get("/boundaries/county.geojson", params={"within": text}), text)
    check_refusal(client.get("/boundaries/county.geojson", params={"resolution": text}), text)
    check_refusal(client.get(f"/boundaries/{quote(text, safe='')}.geojson"), text)
    check_refusal(client.get(f"/vendor/{quote(text, safe='')}"), text)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.text(max_size=12), st.text(max_size=30), max_size=4))
def test_any_query_is_answered(client: TestClient, query: dict[str, str]) -> None:
    encoded = "&".join(f"{quote(k, safe='')}={quote(v, safe='')}" for k, v in query.items())
    assert client.get(f"/tiles/villages/3/6/3.mvt?{encoded}").status_code == 400


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (CELLS + "&colour=red", 400),
        (CELLS + "&lang=zh&lang=en", 400),
        (CELLS + "&standard=", 400),
        ("/tiles/villages/3/6/3.mvt", 400),
        ("/tiles/villages/3/6/3.mvt?standard=fibre", 400),
        ("/tiles/villages/3/6/3.mvt?standard=fibre&as_of=2017-02-31", 400),
        ("/tiles/villages/3/8/3.mvt?standard=fibre&as_of=2017-12-31", 404),
        ("/tiles/villages/15/0/0.mvt?standard=fibre&as_of=2017-12-31", 404),
        ("/tiles/villages/3/6.mvt", 404),
        ("/tiles/villages/3/6/3.png", 404),
        ("/tiles/", 404),
        ("/boundaries/village.geojson", 400),
        ("/tiles/boundaries/3/6/3.mvt", 400),
        (CELLS + "&build=20190101T000000Z-gone", 410),
        (CELLS + "&build=../CURRENT", 400),
        ("/healthz?x=1", 400),
    ],
)
def test_refusals(client: TestClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert set(answer.json()) == {"error", "expected"}


def test_only_get(client: TestClient) -> None:
    assert client.post(CELLS).status_code == 405
    assert client.head(CELLS).content == b""


def test_alive_touches_no_atlas(client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(tmp_path))
    monkeypatch.setattr(database, "shelf_of", None)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_ready(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """And whether what is read behind the first visitor's back is there."""
    monkeypatch.setattr(startup, "_has_all", threading.Event())
    monkeypatch.setattr(startup, "FIRST_PAGE_S", 0)
    monkeypatch.setattr(startup.collecting, "set_aside", lambda: None)
    tiles.of_atlas(database.current())
    found = client.get("/readyz").json()
    assert (found["status"], found["build_id"], found["loaded"]) == ("ok", BUILD_ID, False)
    assert found["villages"] > 400 and found["trouble"] is None
    startup.load_the_rest()
    assert client.get("/readyz").json()["loaded"] is True


def test_not_ready_without_an_atlas(client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(tmp_path))
    for path in ("/readyz", CELLS, LINES, AREAS, CELLS + f"&build={BUILD_ID}"):
        answer = client.get(path)
        assert answer.status_code == 503
        assert answer.json()["expected"] == "run: python -m etl build"
        assert str(tmp_path) not in answer.text


def test_a_new_build_takes_over_and_the_old_one_is_still_served(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(tmp_path))
    make_atlas(tmp_path, villages=100, build_id="one")
    assert client.get(CELLS).content == client.get(CELLS + "&build=one").content
    make_atlas(tmp_path, villages=200, build_id="two", seed=8)
    assert client.get(CELLS).content == client.get(CELLS + "&build=two").content
    assert client.get("/readyz").json()["build_id"] == "two"
    assert client.get(CELLS + "&build=one").status_code == 200
    assert client.get(CELLS + "&build=one").content != client.get(CELLS + "&build=two").content
    make_atlas(tmp_path, villages=20, build_id="three")
    assert client.get(CELLS + "&build=three").status_code in (200, 204)
    assert client.get(CELLS + "&build=one").status_code == 410


def test_what_nobody_foresaw_is_logged_and_not_shown(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(atlas: Atlas) -> tiles.TileIndex:
        raise RuntimeError("secret")

    monkeypatch.setattr(tiles, "of_atlas", fail)
    answer = client.get("/tiles/villages/7/1/1.mvt?standard=fibre&as_of=2017-12-31")
    assert answer.status_code == 500 and "secret" not in answer.text
    assert "secret" in caplog.text and "village_tile" in caplog.text


def test_browser_files(client: TestClient, served: Path) -> None:
    address = vendor.url("maps/maps.js")
    answer = client.get(address)
    assert answer.text == "draw()" * 100
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]
    assert client.get("/vendor/maps/maps.js").headers["cache-control"] == "no-cache"
    assert client.get("/vendor/maps/maps.js?v=abc").status_code == 404
    del served


@pytest.mark.parametrize(
    "path",
    [
        "unlisted.js",
        "manifest.json",
        "",
        "maps",
        "maps/",
        "../vendor.py",
        "maps/../unlisted.js",
        "%2e%2e/vendor.py",
        "..%2fvendor.py",
        "maps%2f..%2funlisted.js",
        "%252e%252e%252fvendor.py",
        "..%5cvendor.py",
        "/etc/passwd",
        "maps/maps.js%00.css",
        "maps/maps.js/",
    ],
)
def test_nothing_else_is_served(client: TestClient, served: Path, path: str) -> None:
    assert os.path.exists(served / "unlisted.js")
    answer = client.get(f"/vendor/{path}")
    assert answer.status_code == 404
    assert "secret" not in answer.text


def test_without_browser_files_the_command_is_named(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vendor.assets, "__defaults__", (tmp_path / "none",))
    assert client.get("/vendor/mvt-worker.js").json()["expected"] == "run: python -m atlas.kept.vendor"


def test_bodies_are_compressed_reproducibly() -> None:
    raw = json.dumps(list(range(1000))).encode()
    one, two = answers.body(raw, answers.GEOJSON), answers.body(raw, answers.GEOJSON)
    assert one == two and gzip.decompress(one.zipped or b"") == raw
    assert answers.body(b"short", answers.MVT).zipped is None


def test_streamlits_words_come_in_the_language_asked_for(client: TestClient) -> None:
    zh, en = (client.get(f"/look/words.js?lang={lang}") for lang in ("zh", "en"))
    assert zh.status_code == en.status_code == 200 and zh.headers["content-type"].startswith("text/javascript")
    assert "关闭" in zh.text and zh.text.endswith('"zh-CN")') and en.text.endswith('({},"en")')
    assert client.get("/look/words.js?lang=xx").status_code == 400
