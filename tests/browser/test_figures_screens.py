"""Money, pilots and places in a browser: classes by hand, charts to take away, a sheet of paper for a meeting."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from people import ROOT, Visitor

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

pytestmark = [pytest.mark.browser, pytest.mark.national]


def pages_of(pdf: Path) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf.read_bytes()))


def broken_rules(person: Visitor) -> list[tuple[str, list[str]]]:
    person.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = person.page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    assert len(found["passes"]) > 10
    return [(one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in found["violations"]]


def test_a_planner_chooses_classes_by_keyboard_and_the_link_keeps_them(reader: Visitor, china: str) -> None:
    reader.open(f"{china}/?lang=en")
    words = "edges as typed"
    reader.picks(reader.page.get_by_label("Classes").first, words, "classes=")
    reader.settled()
    edges = reader.page.locator(".st-key-class_edges input")
    edges.fill("20, 50")
    edges.press("Enter")
    reader.page.wait_for_url(re.compile(r"classes=20(,|%2C)50"))
    shown = reader.page.locator(".atlas-legend").first
    shown.filter(has_text="50").filter(has_not_text="70").wait_for()  # the edges before went up to 70
    legend = shown.inner_text()
    assert words in legend and "20" in legend
    reader.open(reader.page.url)
    assert reader.page.locator(".atlas-legend").first.inner_text() == legend


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_official_prints_a_prefecture_and_a_county_on_one_sheet_each(
    reader: Visitor, china: str, tmp_path: Path, lang: str
) -> None:
    for code in ("431100", "431128"):
        reader.open(f"{china}/place?place={code}&lang={lang}")
        reader.painted()
        reader.page.emulate_media(media="print")
        assert reader.page.locator(".atlas-picture img").is_visible()
        assert reader.page.locator(".st-key-qr_code img").is_visible()
        drawing = reader.page.locator(".atlas-on-paper img").first
        drawing.evaluate("image => image.decode()")  # the map's drawing stands for the map
        assert drawing.is_visible() and drawing.evaluate("image => image.naturalWidth") > 300
        assert not reader.page.locator("iframe, canvas:not(.marks)").first.is_visible()
        printed = tmp_path / f"{code}.pdf"
        reader.painted()
        reader.page.pdf(path=printed, format="A4")
        assert pages_of(printed) == 1
        reader.page.emulate_media(media="screen")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_planner_takes_a_chart_along(reader: Visitor, china: str, lang: str) -> None:
    reader.open(f"{china}/pilots?lang={lang}")
    with reader.page.expect_download() as download:
        reader.page.locator("a[href*='download/chart/pilots-by-region.svg']").click()
    assert download.value.suggested_filename == "pilots-by-region-100000.svg"
    drawn = Path(str(download.value.path())).read_text(encoding="utf-8")
    assert "<svg" in drawn and {"zh": "来源", "en": "Source"}[lang] in drawn


@pytest.mark.parametrize("path", ["?lang=zh", "investment?lang=zh", "pilots?lang=zh", "place?place=431100&lang=zh"])
def test_pages_of_figures_fit_a_phone(phone_reader: Visitor, china: str, path: str) -> None:
    phone_reader.open(f"{china}/{path}")
    assert phone_reader.page.evaluate("document.documentElement.scrollWidth") <= 391
    phone_reader.painted()
    assert broken_rules(phone_reader) == []


@pytest.mark.parametrize(
    "path", ["?lang=zh&classes=natural", "investment?lang=zh", "pilots?lang=zh", "place?place=431100&lang=en"]
)
def test_pages_of_figures_are_readable_in_the_dark(reader: Visitor, china: str, path: str) -> None:
    reader.page.emulate_media(color_scheme="dark")
    reader.open(f"{china}/{path}")
    reader.painted()
    assert broken_rules(reader) == []
