"""A walk through tender, fund, welfare, sharing and scenarios with a real browser, in both languages."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from people import Visitor

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


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", EXPECTED)
def test_a_page_shows_its_example(visitor: Visitor, china: str, path: str, lang: str) -> None:
    visitor.open(f"{china}/{path}{'&' if '?' in path else '?'}lang={lang}")
    visitor.page.locator(".st-key-scenario_save button").wait_for()
    text = visitor.page.locator("[data-testid=stMain]").inner_text()
    for words in EXPECTED[path]:
        assert words in text
    assert visitor.page.locator("[data-testid=stException]").count() == 0
    if lang == "zh":
        assert ENGLISH_WORDS.findall(text) == []


def test_scenarios_are_saved_compared_and_run_again(visitor: Visitor, china: str, tmp_path: Path) -> None:
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    visitor.open(f"{china}/sharing?place=431100&lang=en")
    saved(visitor, first)
    visitor.open(f"{china}/sharing?place=431100&lang=en&in.units=counties&standard=fibre&as_of=2018-09-30")
    saved(visitor, second)
    assert json.loads(first.read_text())["is_demonstration"] is True
    visitor.open(f"{china}/scenarios?lang=en")
    visitor.page.locator("input[type=file]").set_input_files([first, second])
    visitor.page.get_by_role("heading", name="Who gains, who loses").wait_for()
    assert "whole counties only" in visitor.page.locator("[data-testid=stMain]").inner_text()
    with visitor.page.expect_download() as download:
        visitor.page.locator(".st-key-scenario_report button").click()
    report = tmp_path / "report.html"
    download.value.save_as(report)
    assert "simulated" in download.value.suggested_filename
    assert report.read_text(encoding="utf-8").count("<section>") == 2
    visitor.page.get_by_role("link", name="Run A again").click()
    visitor.page.get_by_text("the answer is the same").wait_for()
