"""Every page can be taken to a meeting: what it shows on one or two sheets of A4, by address, made by a worker."""

from __future__ import annotations

import io
from pathlib import Path
from urllib.parse import quote, unquote, urlencode

import docx
import pypdf
import pytest
from one_page import markup, run, words
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

import pages
from atlas.files import pictures
from atlas.handout import made, pdf
from atlas.handout.model import Handout
from atlas.serve import makings, routes
from atlas.view import state
from atlas.view.handout_asked import LONGEST_NOTE, HandoutFile
from atlas.work.refused import UnknownValue
from indicators import places
from indicators.chosen import selection
from indicators.chosen.selection import Selection
from indicators.database import Atlas

MAIN = Path(__file__).parents[2] / "atlas" / "main.py"
LINK = "https://atlas.example.org/x"
MAPPED = ("overview", "place", "pilots", "compare", "gap-map")
needs_font = pytest.mark.skipif(pictures.chinese_font() is None, reason="this machine has no font for Chinese")


def url_paths() -> list[str]:
    return [pages.module(name).PAGE.url_path for name in pages.names()]


def handout(atlas: Atlas, page: str, query: str = "", lang: str = "en", **written: str) -> Handout:
    return made.handout(atlas, HandoutFile(page, "pdf", lang, query, **written), LINK)


def sheets(whole: Handout) -> int:
    return len(pypdf.PdfReader(io.BytesIO(pdf.write(whole))).pages)


@needs_font
@pytest.mark.parametrize("page", url_paths())
def test_every_page_gives_one_or_two_sheets(known: Atlas, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(known.path.parent))
    if not pages.module(page.replace("-", "_")).PAGE.is_there(known):
        with pytest.raises(UnknownValue):
            handout(known, page)
        return
    for lang in ("zh", "en"):
        whole = handout(known, page, lang=lang)
        assert whole.title and whole.about and whole.link == LINK
        assert sheets(whole) in (1, 2)


@needs_font
@pytest.mark.national
@pytest.mark.parametrize("page", [*url_paths(), "place?place=431124", "gap-map?place=431124", "place?place=431100"])
def test_every_page_of_the_nation_gives_one_or_two_sheets(
    national_atlas: Atlas, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(national_atlas.path.parent))
    name, _, query = page.partition("?")
    whole = handout(national_atlas, name, query, "zh")
    assert sheets(whole) in (1, 2)
    if name in MAPPED or name == "investment":
        assert whole.pictures and all(one.svg.startswith(b"<svg") for one in whole.pictures)
    assert ("模拟" in whole.title) <= whole.is_simulated


def test_a_handout_says_what_its_page_says(known: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    page = run(monkeypatch, known, "overview", {}, "en")
    shown = words(" ".join(str(one.proto.body) for one in page.get("html")))
    whole = handout(known, "overview")
    assert whole.title in shown
    assert whole.cards
    for card in whole.cards:
        assert card.value.rstrip("%") in shown and card.title in shown
    assert whole.sources and whole.sources[0] in shown


def test_the_countys_map_shows_its_villages(known: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(known.path.parent))
    level = places.levels(known)[-2]
    found = known.cursor().execute("SELECT place_id FROM place WHERE level = ? AND lon IS NOT NULL", [level])
    county = found.fetchall()[0][0]
    view = state.read(known, {"place": county}, "en")
    chosen = Selection(county, view.standard, view.as_of)
    counts = selection.counts(known, chosen)
    drawn = handout(known, "place", f"place={county}").pictures[0].svg.decode()
    assert sum(counts.values()) > 0
    assert drawn.count('Z" fill="#A6330A"') == counts["unconnected"] + 1  # one more in the key
    assert drawn.count('fill="#3D8FC4"') == counts["connected"] + 1


@pytest.mark.parametrize("query", ["place=nowhere", "standard=telepathy", "&".join(f"a{k}=1" for k in range(999))])
def test_what_the_atlas_does_not_hold_is_refused(known: Atlas, query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(known.path.parent))
    with pytest.raises(UnknownValue):
        handout(known, "overview", query)


def test_there_is_no_handout_of_a_page_that_is_not_there(known: Atlas) -> None:
    with pytest.raises(UnknownValue):
        handout(known, "../etc/passwd")


@needs_font
def test_what_a_reader_writes_stays_a_text(known: Atlas, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(known.path.parent))
    hostile = '#eval("1+1") <b>x</b> $y$ =1+1'
    for suffix in ("pdf", "docx"):
        folder = tmp_path / suffix
        folder.mkdir()
        makings.handout(known, HandoutFile("overview", suffix, "en", "", hostile[:40], hostile), LINK, folder)
        [written] = folder.iterdir()
        assert written.suffix == f".{suffix}"
        if suffix == "pdf":
            text = " ".join(page.extract_text() for page in pypdf.PdfReader(written).pages)
        else:
            text = " ".join(one.text for one in docx.Document(str(written)).paragraphs)
        assert "".join(hostile.split()) in "".join(text.split())


@pytest.fixture
def client(known: Atlas, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(known.path.parent))
    return TestClient(Starlette(routes=routes.routes), raise_server_exceptions=False)


def test_the_address_answers_with_a_name_that_says_what_it_holds(client: TestClient) -> None:
    answer = client.get("/handout/overview.docx?" + urlencode({"lang": "zh", "view": "lang=zh", "by": "王五"}))
    assert answer.status_code == 200, answer.text
    name = unquote(answer.headers["content-disposition"].partition("filename*=utf-8''")[2])
    assert name.startswith("总览-") and name.endswith("汇报页-模拟.docx"), name
    held = docx.Document(io.BytesIO(answer.content))
    assert any("overview?lang=zh" in one.text for one in held.paragraphs)  # the page's whole address
    assert held.core_properties.author == "王五"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/handout/overview.exe?lang=zh", 404),
        ("/handout/nowhere.docx?lang=zh", 400),
        ("/handout/overview.docx?lang=xx", 400),
        ("/handout/overview.docx?lang=zh&view=place%3Dnowhere", 400),
        (f"/handout/overview.docx?lang=zh&note={'x' * (LONGEST_NOTE + 1)}", 400),
        (f"/handout/overview.docx?lang=zh&by={quote(chr(7))}", 400),
        ("/handout/overview.docx?lang=zh&other=1", 400),
    ],
)
def test_a_mistake_is_answered_as_one(client: TestClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert "nowhere" not in answer.text and "xxx" not in answer.text


def test_every_page_offers_it_beside_printing(known: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(known.path.parent))
    page = AppTest.from_file(str(MAIN), default_timeout=60).run()
    assert not page.exception
    links = markup(page)
    assert "handout/overview.pdf?" in links and "handout/overview.docx?" in links


def _offer(atlas: object, query: dict[str, str]) -> None:
    """Runs inside AppTest: the offer alone."""
    from atlas.view import keeping, page, state

    page.shown.set("gap-map")
    keeping.handout(state.read(atlas, query, "en"))  # type: ignore[arg-type]


def test_what_is_written_goes_into_the_address_and_into_no_markup(known: Atlas) -> None:
    page = AppTest.from_function(_offer, kwargs={"atlas": known, "query": {}}).run()
    page.text_area(key="handout_note").set_value('<img src=x onerror="1">')
    page.text_input(key="handout_by").set_value("王五").run()
    links = markup(page)
    assert "note=%3Cimg" in links and "<img src=x" not in links
    assert quote("王五") in links and "handout/gap-map.docx?" in links
