"""Money, pilots and places in a browser: classes by hand, charts to take away, a sheet of paper for a meeting."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from people import ROOT, Visitor
from playwright.sync_api import Browser

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


def test_a_planner_chooses_classes_by_keyboard_and_the_link_keeps_them(visitor: Visitor, china: str) -> None:
    visitor.open(f"{china}/?lang=en")
    words = "edges as typed"
    visitor.picks(visitor.page.get_by_label("Classes").first, words, "classes=")
    visitor.settled()
    edges = visitor.page.locator(".st-key-class_edges input")
    edges.fill("20, 50")
    edges.press("Enter")
    visitor.page.wait_for_url(re.compile(r"classes=20(,|%2C)50"))
    shown = visitor.page.locator(".atlas-legend").first
    shown.filter(has_text="50").filter(has_not_text="70").wait_for()  # the edges before went up to 70
    legend = shown.inner_text()
    assert words in legend and "20" in legend
    visitor.open(visitor.page.url)
    assert visitor.page.locator(".atlas-legend").first.inner_text() == legend


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_official_prints_a_prefecture_and_a_county_on_one_sheet_each(
    visitor: Visitor, china: str, tmp_path: Path, lang: str
) -> None:
    for code in ("431100", "431128"):
        visitor.open(f"{china}/place?place={code}&lang={lang}")
        visitor.painted()
        visitor.page.emulate_media(media="print")
        assert visitor.page.locator(".atlas-picture img").is_visible()
        assert visitor.page.locator(".st-key-qr_code img").is_visible()
        assert not visitor.page.locator(".st-key-noprint_area_map").is_visible()
        printed = tmp_path / f"{code}.pdf"
        visitor.painted()
        visitor.page.pdf(path=printed, format="A4")
        assert pages_of(printed) == 1
        visitor.page.emulate_media(media="screen")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_planner_takes_a_chart_along(visitor: Visitor, china: str, lang: str) -> None:
    visitor.open(f"{china}/pilots?lang={lang}")
    with visitor.page.expect_download() as download:
        visitor.page.locator("a[href*='download/chart/pilots-by-region.svg']").click()
    assert download.value.suggested_filename == "pilots-by-region-100000.svg"
    drawn = Path(str(download.value.path())).read_text(encoding="utf-8")
    assert "<svg" in drawn and {"zh": "来源", "en": "Source"}[lang] in drawn
    visitor.keep(f"pilots-{lang}")


@pytest.mark.parametrize("path", ["?lang=zh", "investment?lang=zh", "pilots?lang=zh", "place?place=431100&lang=zh"])
def test_pages_of_figures_fit_a_phone(phone: Visitor, china: str, path: str) -> None:
    phone.open(f"{china}/{path}")
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 391
    phone.painted()
    assert broken_rules(phone) == []


@pytest.mark.parametrize(
    "path", ["?lang=zh&classes=natural", "investment?lang=zh", "pilots?lang=zh", "place?place=431100&lang=en"]
)
def test_pages_of_figures_are_readable_in_the_dark(browser: Browser, china: str, path: str) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 1100}, color_scheme="dark")
    person = Visitor(context, "dark")
    person.open(f"{china}/{path}")
    person.painted()
    assert broken_rules(person) == []
    context.close()
