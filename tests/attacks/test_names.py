"""A name is text: hostile ones in every field, on every page, in every document and file, in both languages."""

from __future__ import annotations

import csv
import html
import html.parser
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import hostile_profile
import pyarrow.parquet as pq
import pytest
from hostile_profile import HOSTILE, MARK, SEEN
from mini_profile import ROOT
from one_page import run
from starlette.applications import Starlette
from starlette.testclient import TestClient

import pages
from atlas.files import chart_files
from atlas.look import country_words, language
from atlas.planner.scenario import report as scenario_report
from atlas.serve import routes
from etl.declaration import load_profile
from etl.errors import DeclarationError
from ground.visible import UNSEEN
from importer.dry_run import dry_run
from importer.report import page as report
from indicators import country
from indicators.database import Atlas
from planning.scenario import Scenario, from_json, to_json

PAGES = pages.names()
VILLAGE, WARD, DISTRICT = "010101107", "010101", "0101"
#: What a scenario file may hold: no slashes, which make a path.
TEXT = MARK + "{{7*7}}{% raw %}${7*7}<img src=x onerror=alert(1)><b>:red[x]$x^2$`c`" + MARK
#: Charts for which the invented country has too few values.
NO_CHART = frozenset({"amounts", "amounts-by-region", "pilots", "pilots-by-region"})
#: Fields that its front end shows as they are.
PLAIN = {"Selectbox.options", "Selectbox.raw_value", "ButtonGroup.raw_values", "Code.code_text", "IFrame.alt"}
#: Of a first HTML: the theme's, ours, what looks for WebGL, and Streamlit's two, one of which says a word by itself.
SCRIPTS = 5
#: What Streamlit's front end reads as Markdown: here marks must be escaped.
MARKDOWN = re.compile(r"(?<!\\)(?:\[x\]|:red\[|\$x\^|<img|`c`|\*b\*)")


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    return hostile_profile.atlas(tmp_path_factory.mktemp("hostile"))


class Dangers(html.parser.HTMLParser):
    """Elements and attributes that a text may not become."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(document)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        address = (names.get("href") or names.get("src") or "").strip().lower()
        if names.get("src") == "x" or any(name.startswith("on") for name in names) or address.startswith("javascript:"):
            self.found.append(f"<{tag} {attrs}>")

    def handle_data(self, data: str) -> None:
        if "alert(1)" in data and self.get_starttag_text() == "<script>":
            self.found.append(f"<script>{data[:60]}")


class Tags(html.parser.HTMLParser):
    """The elements of a document, what its head says in attributes, and the text of its title."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.contents: list[str] = []
        self.said: dict[str, str] = {}
        self.feed(document)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.contents += [value or "" for name, value in attrs if name == "content"]

    def handle_data(self, data: str) -> None:
        if self.seen:
            self.said[self.seen[-1]] = self.said.get(self.seen[-1], "") + data


class Words(html.parser.HTMLParser):
    """What a document says."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.feed(document)

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def texts(message: Any) -> Iterator[tuple[str, str]]:
    """Every text of a protobuf message, with the name of its field."""
    for field, value in message.ListFields():
        for one in value if field.is_repeated else [value]:
            if field.type == field.TYPE_MESSAGE:
                yield from texts(one)
            elif field.type == field.TYPE_STRING:
                yield f"{message.DESCRIPTOR.name}.{field.name}", one


def elements(block: Any) -> Iterator[Any]:
    for one in block.children.values():
        yield one
        if hasattr(one, "children"):
            yield from elements(one)


def is_offered(name: str, atlas: Atlas) -> bool:
    return bool(pages.module(name).PAGE.is_there(atlas))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_on_every_page_a_text_stays_a_text(monkeypatch: pytest.MonkeyPatch, atlas: Atlas, name: str, lang: str) -> None:
    if not is_offered(name, atlas):
        return
    place = {"zh": WARD, "en": VILLAGE}[lang] if name == "place" else DISTRICT
    page = run(monkeypatch, atlas, name, {"place": place}, lang)
    said = [pair for one in elements(page._tree) if getattr(one, "proto", None) for pair in texts(one.proto)]
    assert any(MARK in text for _, text in said)
    for field, text in said:
        assert f"{MARK}49" not in text
        if field == "Html.body":
            assert Dangers(text).found == []
        elif MARK in text and field not in PLAIN:
            assert not MARKDOWN.search(text), f"{field}: {text[:200]}"


def test_every_text_of_the_atlas_is_tried(atlas: Atlas) -> None:
    """Each text column that holds anything holds a hostile text; and nothing that nobody sees has come in."""
    connection = atlas.cursor()
    tried = 0
    for table, column in hostile_profile.text_columns(connection):
        query = f"SELECT count({column}), count(*) FILTER ({column} LIKE '%' || $1 || '%') FROM {table}"
        [(held, hostile)] = connection.execute(query, [MARK]).fetchall()
        assert held == hostile, (table, column)
        tried += held > 0
        [(unseen,)] = connection.execute(
            f"SELECT count_if(regexp_matches({column}, $1)) FROM {table}", [UNSEEN]
        ).fetchall()
        assert not unseen, (table, column)
    assert tried > 40


@pytest.fixture
def client(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(atlas.path.parent))
    with TestClient(Starlette(routes=routes.routes), raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_a_first_html_holds_names_as_text(client: TestClient, atlas: Atlas, name: str, lang: str) -> None:
    for place in (DISTRICT, WARD, VILLAGE):
        text = client.get(f"/{name.replace('_', '-')}?place={place}&lang={lang}").text
        assert 'id="atlas-first"' in text and Dangers(text).found == [] and f"{MARK}49" not in text
        assert [one for one in re.findall(r"<[^>]*>", text) if MARK in one and "<" in one[1:]] == []
        tags = Tags(text)
        assert {"meta", "title", "h1"} <= set(tags.seen) and tags.seen.count("script") == SCRIPTS
        if is_offered(name, atlas):
            assert SEEN in tags.said["title"] and any(SEEN in one for one in tags.contents)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("folder", ["maps"])
@pytest.mark.parametrize("place", [WARD, DISTRICT, "ZZ"])
def test_a_map_document_holds_names_as_data(client: TestClient, folder: str, place: str, lang: str) -> None:
    """Seen before: `{{…}}` in a village's name was evaluated, `{% raw %}` gave a 500."""
    answer = client.get(f"/{folder}/{place}.html?standard=wire&as_of=2012-12-31&lang={lang}")
    assert answer.status_code == 200, answer.text
    assert f"{MARK}49" not in answer.text and Dangers(answer.text).found == []
    block = re.search(r'<script type="application/json" id="atlas-map-data">(.*?)</script>', answer.text, re.DOTALL)
    assert block and not set("<>&") & set(block[1])
    drawn = json.loads(block[1])
    names = [one["name"] for layer in drawn.get("layers", []) for one in layer.get("villages", [])]
    assert all(SEEN in name for name in names) and bool(names) == (folder == "maps")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_drawing_is_xml_that_shows_the_name(client: TestClient, lang: str) -> None:
    answer = client.get(f"/locator/{VILLAGE}.svg?lang={lang}")
    assert answer.status_code == 200
    drawing = ElementTree.fromstring(answer.content)
    assert SEEN in "".join(drawing.itertext())
    assert not [one for one in drawing.iter() if one.tag.rpartition("}")[2] in ("script", "img")]


@pytest.mark.parametrize("path", ["villages", "projects", "pilots"])
def test_a_table_has_no_formula(client: TestClient, path: str) -> None:
    asked = "within=ZZ&standard=wire&as_of=2012-12-31" if path == "villages" else "within=ZZ"
    rows = client.get(f"/download/{path}.csv?{asked}&lang=en").content.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(rows)) for cell in row]
    assert any(SEEN in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r"))]
    workbook = client.get(f"/download/{path}.xlsx?{asked}&lang=en").content
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
        held = {name: parts.read(name) for name in parts.namelist() if name.endswith(".xml")}
    for content in held.values():
        assert not [
            one for one in ElementTree.fromstring(content).iter() if one.tag.rpartition("}")[2] in ("f", "hyperlink")
        ]
    assert any("{{7*7}}" in content.decode() for content in held.values())


def test_points_for_map_programs_carry_the_characters_themselves(client: TestClient) -> None:
    text = client.get("/download/villages.geojson?within=ZZ&standard=wire&as_of=2012-12-31&lang=en").text
    said = [str(value) for one in json.loads(text)["features"] for value in one["properties"].values()]
    assert any(SEEN in value for value in said)


@pytest.mark.parametrize("name", sorted(chart_files.CHARTS))
def test_a_chart_to_take_away_is_a_drawing_of_the_name(client: TestClient, name: str) -> None:
    """Text between dollar signs is no formula to be typeset, and a name no element of the drawing."""
    asked = "within=ZZ&lang=en&standard=wire&as_of=2012-12-31" + "&level=district" * (name == "ranking")
    answer = client.get(f"/download/chart/{name}.svg?{asked}")
    if name in NO_CHART:
        assert answer.status_code == 404 and answer.json()["error"] == "nothing to draw"
        return
    assert answer.status_code == 200, answer.text
    drawing = ElementTree.fromstring(answer.content)
    assert "{{7*7}}" in "".join(drawing.itertext())
    assert not [one for one in drawing.iter() if one.tag.rpartition("}")[2] in ("script", "img", "a")]
    assert client.get(f"/download/chart/{name}.png?{asked}").content.startswith(b"\x89PNG")


def test_villages_for_machines_carry_the_characters_themselves(client: TestClient, tmp_path: Path) -> None:
    asked = "within=ZZ&standard=wire&as_of=2012-12-31&lang=en"
    held = tmp_path / "villages.parquet"
    held.write_bytes(client.get(f"/download/villages.parquet?{asked}").content)
    assert any(SEEN in name for name in pq.read_table(held)["name"].to_pylist())


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("names", [("A",), ("A", "B")])
def test_a_report_of_a_strangers_scenario_file(atlas: Atlas, lang: str, names: tuple[str, ...]) -> None:
    held = Scenario(
        question="priority",
        inputs={
            "place": "0101",
            "note": TEXT,
            "asked": {"in_note": [TEXT]},
            "bids": [{"bidder": TEXT}],
        },
        profile="mini",
        build_id="20260131T000000Z-0000",
        created="2026-01-31T09:00:00+08:00",
        seed=1,
        solver="HiGHS",
        results={"note": TEXT, "cost_yuan": 1e8, "places_in": "village", f"place:{WARD}": 1.0},
    )
    read = from_json(to_json(held))
    country_words.use(country.words(atlas))
    with language.speaking(lang):
        text = scenario_report.document(atlas, dict.fromkeys(names, read), "https://atlas.example.org/x")
    assert Dangers(text).found == [] and f"{MARK}49" not in text
    shown = Words(text).said
    assert any(TEXT in one for one in shown)


def test_a_quality_report_shows_what_a_file_holds(tmp_path: Path) -> None:
    """In its headers and cells, as a page and in a terminal, whose colours and lines it does not command."""
    headers = [HOSTILE.replace("\0", ""), "name", "lon", "lat"]
    cells = [[HOSTILE.replace("\0", ""), "x\x1b[31m\x1b]0;title\x07" + SEEN, "9999", SEEN] for _ in range(40)]
    path = tmp_path / "a\x1b[31m{{7*7}}<img src=x>.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([headers, *cells])
    qualities = [part.quality for part in dry_run(path, ["country", "region"]).parts]
    page, lines = report.html(qualities), report.text(qualities[0])
    assert Dangers(page).found == [] and f"{MARK}49" not in page and "\x1b" not in page
    assert "\x1b" not in lines and "\x07" not in lines and "\u202e" not in lines
    assert SEEN[:40] in html.unescape(page)


def test_a_name_for_machines_cannot_be_a_text(tmp_path: Path) -> None:
    """It would stand in addresses, headers and names of columns: refused where it is declared."""
    made = hostile_profile.profile(tmp_path)
    made.edit("sources/costs.toml", 'source_id = "costs"', 'source_id = "costs\\r\\nX: 1"')
    with pytest.raises(DeclarationError, match="source_id"):
        load_profile(made.folder)


def test_only_one_file_speaks_to_folium() -> None:
    """Which reads what it is given as a template: that file knows neither an atlas nor a profile."""
    users = [
        path
        for path in (ROOT / "atlas").rglob("*.py")
        if re.search(r"\b(?:folium|branca)\.|import (?:folium|branca)\b", path.read_text())
    ]
    page = (ROOT / "atlas" / "maps" / "folium_page.py").read_text(encoding="utf-8")
    assert [path.name for path in users if path.name not in ("vendor.py",)] == ["folium_page.py"]
    assert not re.search(r"^(?:from|import) (?:indicators|importer|planning)", page, re.MULTILINE)


def test_a_template_is_a_file_of_ours() -> None:
    """Jinja compiles `importer/report/report.html` and folium's own; no text is compiled anywhere."""
    compiling = re.compile(r"jinja2|\bTemplate\(|from_string\(")
    found = [
        path.relative_to(ROOT).as_posix()
        for folder in ("atlas", "pages", "importer", "etl", "indicators", "planning", "ground")
        for path in (ROOT / folder).rglob("*.py")
        if compiling.search(path.read_text(encoding="utf-8"))
    ]
    assert found == ["importer/report/page.py"]
    assert "from_string" not in (ROOT / found[0]).read_text(encoding="utf-8")
