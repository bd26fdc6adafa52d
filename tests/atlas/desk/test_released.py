"""Releases as they are asked for: on pages, in files and tiles, compared, told to programs, cited."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from mini_profile import MINI
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from atlas.desk import at_hand
from atlas.desk.released import cite, feeds, keeper
from atlas.desk.released.cite import Cited
from atlas.serve import routes
from desk import engine
from desk.desk import Desk, opened
from desk.people.rights import Grant, Person
from desk.releases import candidate, publish
from etl.build import build
from ground import builds
from indicators import compare_builds, kept_builds
from indicators.database import Atlas

MAIN = Path(__file__).resolve().parents[3] / "atlas" / "main.py"
WAIT_S = 90
PUBLISHER = Person("publisher", "Publisher", (Grant("publisher"),))
HOSTILE = "<script>alert(1)</script> ]]> & \"' {x} \\"
A, B = "010101100", "010101107"
DECISIONS = "place_id,standard,state,as_of,evidence,challenge_no\n"
SOURCE = """
source_id = "desk-decisions"
kind = "decisions"
title = { zh = "d", en = "d" }
publisher = { zh = "d", en = "d" }
edition = "2026.11"
licence = "test"
evidence = "declared"
file = { path = "decisions.csv" }
"""
TILE = "tiles/boundaries/3/2/4.mvt?levels=region"
VILLAGES = "download/villages/wire-2012-12-31.csv"


@dataclass(frozen=True)
class Made:
    """A desk with three releases, of which the third is served."""

    home: Path
    builds: dict[str, Path]

    @property
    def build_dir(self) -> Path:
        return self.home / "build"

    def id_of(self, number: str) -> str:
        return self.builds[number].stem.removeprefix("atlas-")

    def publish(self, desk: Desk, number: str) -> None:
        folder, file = candidate.folder_of(desk), self.builds[number]
        (folder / candidate.BUILD).mkdir(parents=True)
        copied = folder / candidate.BUILD / file.name
        copied.write_bytes(file.read_bytes())
        builds.offer(copied)
        about = candidate.About(number, f"{HOSTILE} {number}", HOSTILE, PUBLISHER.sub, 0)
        (folder / candidate.ABOUT).write_text(json.dumps(asdict(about)), encoding="utf-8")
        publish.publish(desk, PUBLISHER, "ZZ", self.build_dir, file.name)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    home = tmp_path_factory.mktemp("released")
    more = home / "more"
    (more / "sources").mkdir(parents=True)
    (more / "sources" / "decisions.toml").write_text(SOURCE, encoding="utf-8")
    lines, files = "", {}
    for number, line in (
        ("2026.10", f"{A},wire,unconnected,2012-12-31,declared,1\n"),
        ("2026.11", f"{A},wire,connected,2012-12-31,measured,2\n"),
        ("2026.12", f"{B},wire,unconnected,2010-12-31,measured,3\n"),
    ):
        lines += line
        (more / "decisions.csv").write_text(DECISIONS + lines, encoding="utf-8")
        files[number] = build(MINI, home / number, quiet=True, more=[more], release={"number": number})
    found = Made(home, files)
    desk = opened(home / "desk", engine.url(home / "desk"))
    for number in ("2026.10", "2026.11"):
        found.publish(desk, number)
    return found


@pytest.fixture
def released(made: Made, monkeypatch: pytest.MonkeyPatch) -> Iterator[Made]:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(made.build_dir))
    monkeypatch.setenv("ATLAS_DESK_DIR", str(made.home / "desk"))
    monkeypatch.delenv("ATLAS_DESK_URL", raising=False)
    monkeypatch.setenv("ATLAS_PROFILE", str(MINI))
    before = kept_builds._keeper
    kept_builds.use(keeper.Releases())
    yield made
    kept_builds.use(before)


@pytest.fixture
def client(released: Made) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=routes.routes), raise_server_exceptions=False) as client:
        yield client


def page(**query: str) -> AppTest:
    app = AppTest.from_file(str(MAIN), default_timeout=WAIT_S)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def shown(app: AppTest) -> str:
    return "".join(str(one.proto.body) for one in app.get("html"))


# --- addresses: before and after another release, in this order ----------------------------------------------


def test_the_same_address_gives_the_same_for_ever(client: TestClient, released: Made) -> None:
    older, newer = released.id_of("2026.10"), released.id_of("2026.11")
    addresses = [f"{TILE}&release=2026.10", f"{TILE}&build={older}", f"{TILE}&release=2026.10&build={older}"]
    addresses += [f"boundaries/region.geojson?resolution=coarse&within=ZZ&build={older}", f"{TILE}&build={newer}"]
    changes = "download/changes/2026.10/2026.11.csv?within=ZZ&lang=en"
    before = {one: client.get(one) for one in (*addresses, changes)}
    assert {one: answer.status_code for one, answer in before.items()} == dict.fromkeys((*addresses, changes), 200)
    served = builds.named(released.build_dir)
    released.publish(at_hand.desk(), "2026.12")
    assert builds.named(released.build_dir) == released.build_dir / released.builds["2026.12"].name != served
    for one in (*addresses, changes):
        again = client.get(one)
        assert (again.status_code, again.content) == (200, before[one].content), one
    assert not (released.build_dir / released.builds["2026.10"].name).exists()


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("release=2026.09", 404),
        ("release=..%2F2026.10", 404),
        ("release=2026.10%0A", 404),
        ("release=", 404),
        ("release=2026.10&build={2026.11}", 404),
        ("release=2026.10&build=..%2F", 404),
        ("build=20200101T000000Z-0000", 410),
        ("build=..%2F", 400),
        ("release=2026.10&release=2026.11", 400),
    ],
)
def test_addresses_that_name_no_release(client: TestClient, released: Made, query: str, status: int) -> None:
    asked = query.replace("{2026.11}", released.id_of("2026.11"))
    answer = client.get(f"{TILE}&{asked}")
    assert answer.status_code == status and set(answer.json()) == {"error", "expected"}
    assert str(released.home) not in answer.text


def test_the_difference_as_a_file(client: TestClient, released: Made) -> None:
    answer = client.get("download/changes/2026.10/2026.11.csv?within=ZZ&lang=en")
    lines = answer.content.decode("utf-8-sig").splitlines()
    header = next(n for n, line in enumerate(lines) if line.startswith("Code,"))
    rows = list(csv.DictReader(io.StringIO("\n".join(lines[header:]))))
    found = compare_builds.difference(Atlas(released.builds["2026.10"]), Atlas(released.builds["2026.11"])).rows
    assert [row["Code"] for row in rows] == found["place_id"].tolist() and rows
    assert {row["Code"] for row in rows} == {A} and all("No. 000002" in row["Reason"] for row in rows)
    by_day = {(row["Date"], row["State before"], row["State after"]) for row in rows if row["State before"]}
    assert len(by_day) == len(found[found["kind"].isin(("state", "evidence"))])
    nowhere = client.get("download/changes/2026.10/2026.11.csv?within=0200&lang=en")
    assert nowhere.status_code == 200 and A not in nowhere.text
    for place in ("nowhere", A):
        assert client.get(f"download/changes/2026.10/2026.11.csv?within={place}&lang=en").status_code == 400
    for wrong in ("2026.09/2026.11", "2026.10/2026.09", "..%2Fx/2026.11"):
        assert client.get(f"download/changes/{wrong}.csv?within=ZZ&lang=en").status_code == 404


# --- pages --------------------------------------------------------------------------------------------------


def test_a_page_in_a_release_of_before(released: Made) -> None:
    app = page(place=A, lang="en", release="2026.10")
    assert "This is release 2026.10 as it was published." in shown(app)
    assert app.query_params["release"] in ("2026.10", ["2026.10"])
    assert released.id_of("2026.10") in shown(app)
    links = [link for link in re.findall(r'href="([^"]*\?[^"]*place=[^"]*)"', shown(app)) if "lang=" in link]
    without = [link for link in links if "release" not in parse_qs(link.replace("&amp;", "&").partition("?")[2])]
    assert links and len(without) == 1, without  # the way to what is served now


def test_a_page_in_the_release_that_is_served_and_in_none(released: Made) -> None:
    number = next(
        number for number, file in released.builds.items() if file.name == builds.named(released.build_dir).name
    )
    assert "as it was published" not in shown(page(place="ZZ", lang="en", release=number))
    app = page(place="ZZ", lang="en", release="2026.09<script>")
    assert "2026.09&lt;script&gt;" in shown(app) and "as it was published" not in shown(app)
    assert "release" not in app.query_params


# --- told to programs, cited ----------------------------------------------------------------------------------

NAME = "{http://www.w3.org/2005/Atom}"


def test_the_feed(client: TestClient, released: Made) -> None:
    answer = client.get("feed/releases.atom?lang=en")
    assert answer.status_code == 200 and answer.headers["content-type"] == feeds_type()
    feed = ET.fromstring(answer.content)
    entries = feed.findall(f"{NAME}entry")
    numbers = [entry.findtext(f"{NAME}title", "").partition(" ")[0] for entry in entries]
    assert numbers in (["2026.11", "2026.10"], ["2026.12", "2026.11", "2026.10"])
    assert entries[-1].findtext(f"{NAME}title") == f"2026.10 {HOSTILE} 2026.10"
    assert len({entry.findtext(f"{NAME}id") for entry in entries}) == len(entries)
    moment = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
    for one in (feed, *entries):
        assert moment.fullmatch(one.findtext(f"{NAME}updated", "")) and one.findtext(f"{NAME}id", "").startswith("http")


def feeds_type() -> str:
    from atlas.desk import served

    return served.ATOM


def test_a_feed_of_what_no_xml_can_hold() -> None:
    nasty = "a\0b\x01\x0b\x1f\ud800\ufffe\uffff]]><!-- 😀 \t\n"
    item = feeds.Item(nasty, "http://h/?a=1&b=2", "2026-11-01T00:00:00Z", nasty)
    feed = ET.fromstring(feeds.feed(nasty, "http://h/", "http://h/feed", [item]))
    assert feed.findtext(f"{NAME}title") == feed.findtext(f"{NAME}entry/{NAME}summary") == "ab]]><!-- 😀 \t\n"
    assert ET.fromstring(feeds.feed("", "http://h/", "http://h/feed", [])).findtext(f"{NAME}updated")


@pytest.mark.parametrize("title", ["a } b", "{{", "\\", "\\}", "~n ^a", "50 % & $1 #_", "@misc{x,\n}\n@a{", "村 😀"])
def test_a_citation_keeps_its_form(title: str) -> None:
    cited = Cited(cite._line(title), "Atlas", "2026.11", "2026-11-02", "http://h/?a={b}%20", date(2026, 11, 28))
    text = cite.bibtex(cited)
    depth, lowest = 0, 9
    for letter in text.partition("{")[2][:-1]:
        depth += {"{": 1, "}": -1}.get(letter, 0)  # as BibTeX counts them: whatever stands before
        lowest = min(lowest, depth)
    assert depth == 0 and lowest == 0 and text.startswith("@misc{atlas-2026-11,\n") and text.endswith("\n}")
    assert [line.partition(" = ")[0].strip() for line in text.splitlines()[1:-1]] == [
        *("title", "howpublished", "version", "year", "url", "urldate")
    ]
    assert re.search(r"\\[~^{}]", text) is None
    reference = cite.gbt(cited)
    assert "\n" not in reference and reference.endswith(
        "[DB/OL]. 2026.11. (2026-11-02)[2026-11-28]. http://h/?a={b}%20."
    )
