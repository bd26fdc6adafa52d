"""A walk through tender, fund, welfare, sharing and scenarios with a real browser, in both languages."""

from __future__ import annotations

import base64
import dataclasses
import json
import re
from pathlib import Path

import pytest
from people import Visitor

from atlas.look import country_words, language
from atlas.planner.scenario import report as scenario_report
from indicators import country, facts, places
from indicators.database import Atlas
from planning.scenario import Scenario

pytestmark = [pytest.mark.browser, pytest.mark.national]

ENGLISH_WORDS = re.compile(r"\b(the|and|village|villages|share|unknown|published|price)\b", re.IGNORECASE)
EXPECTED = {
    "tender": ("13.3%",),
    "fund": ("9.5%", "15.3%"),
    "welfare": ("33.4", "1/35"),
    "sharing?place=431100": ("20.0%",),
}


def saved(visitor: Visitor, path: Path) -> None:
    """Press "save this scenario" and keep the file."""
    button = visitor.page.locator(".st-key-scenario_save button")
    button.wait_for()
    with visitor.page.expect_download() as download:
        button.click()
    download.value.save_as(path)


def sheets(visitor: Visitor, report: Path) -> int:
    """Of A4, as Chromium prints the file."""
    page = visitor.page.context.new_page()
    page.goto(report.as_uri())
    printed = page.pdf(prefer_css_page_size=True)
    page.close()
    return len(re.findall(rb"/Type\s*/Page\b", printed))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", EXPECTED)
def test_a_page_shows_its_example(reader: Visitor, china: str, path: str, lang: str) -> None:
    reader.open(f"{china}/{path}{'&' if '?' in path else '?'}lang={lang}")
    reader.page.locator(".st-key-scenario_save button").wait_for()
    text = reader.page.locator("[data-testid=stMain]").inner_text()
    for words in EXPECTED[path]:
        assert words in text
    assert reader.page.locator("[data-testid=stException]").count() == 0
    if lang == "zh":
        assert ENGLISH_WORDS.findall(text) == []
        assert "Upload" not in text and "per file" not in text


def test_scenarios_are_saved_compared_and_run_again(reader: Visitor, china: str, tmp_path: Path) -> None:
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    reader.open(f"{china}/sharing?place=431100&lang=en")
    saved(reader, first)
    reader.open(f"{china}/sharing?place=431100&lang=en&sharing.units=counties&standard=fibre&as_of=2018-09-30")
    saved(reader, second)
    assert json.loads(first.read_text())["is_demonstration"] is True
    reader.open(f"{china}/scenarios?lang=en")
    reader.page.locator("input[type=file]").set_input_files([first, second])
    reader.page.get_by_role("heading", name="Who gains, who loses").wait_for()
    assert "whole counties only" in reader.page.locator("[data-testid=stMain]").inner_text()
    with reader.page.expect_download() as download:
        reader.page.locator(".st-key-scenario_report button").click()
    report = tmp_path / "report.html"
    download.value.save_as(report)
    assert "simulated" in download.value.suggested_filename
    assert report.read_text(encoding="utf-8").count("<section>") == 2
    assert sheets(reader, report) == 2
    with reader.page.expect_download() as download:
        reader.page.locator(".st-key-scenario_areas button").click()
    places = json.loads(Path(str(download.value.path())).read_text(encoding="utf-8"))
    assert places["metadata"]["is_demonstration"] is True and len(places["features"]) > 1
    assert all(one["properties"]["name"] and "verdict_B" in one["properties"] for one in places["features"])
    drawn = {one["properties"]["place_id"] for one in places["features"] if one["geometry"]}
    everywhere = {one["properties"]["place_id"] for one in places["features"]}
    assert everywhere - drawn == {"431171", "431173"}  # development zones, which have no outline
    reader.keep("scenarios-en")
    reader.page.get_by_role("link", name="Run A again").click()
    reader.page.get_by_text("the answer is the same").wait_for()


@pytest.mark.parametrize("n", [1, 8])
def test_a_report_is_two_sheets_and_maps_the_nation(
    reader: Visitor, national_atlas: Atlas, tmp_path: Path, n: int
) -> None:
    """One scenario of the nation by province, and as many as can be kept with texts that fill every cell."""
    nation = str(facts.settings(national_atlas)["nation"]["place_id"])
    provinces = places.parts(national_atlas, nation, places.level_below(national_atlas, nation) or "")
    one = Scenario(
        question="priority",
        inputs={"place": nation, "asked": {f"in_{k}": "很长的文字 long words " * 6 for k in range(25)}},
        profile="china",
        build_id=national_atlas.build_id,
        created="2026-01-31T09:00:00+08:00",
        is_demonstration=True,
        results={"cost_yuan": 1e8, "places_in": "village"}
        | {f"place:{place.place_id}": float(k) for k, place in enumerate(provinces)},
    )
    named = {
        label: dataclasses.replace(one, created=f"2026-01-0{k + 1}T09:00:00+08:00")
        for k, label in enumerate("ABCDEFGH"[:n])
    }
    country_words.use(country.words(national_atlas))
    with language.speaking("zh"):
        text = scenario_report.document(national_atlas, named, "http://localhost/priority?" + "a=b&" * 300)
    [data] = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', text)
    drawing = base64.b64decode(data).decode()
    assert drawing.count("<path") == len(provinces) + 1  # the maritime line, too
    report = tmp_path / "report.html"
    report.write_text(text, encoding="utf-8")
    assert sheets(reader, report) == 2
