"""An official, a planner and a citizen do what they came for; and everyone can read every page."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from urllib.parse import urljoin

import pytest
from people import ROOT, SLOW_MS, Visitor
from playwright.sync_api import Browser, expect

from indicators.chosen import selection
from indicators.chosen.selection import Filters
from indicators.database import Atlas

pytestmark = [pytest.mark.browser, pytest.mark.national]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PAGES = {
    "overview": "?lang=zh",
    "gap-map": "gap-map?place=431100&lang=zh",
    "pilots": "pilots?lang=zh",
    "investment": "investment?lang=en",
    "compare": "compare?lang=zh",
    "village": "place?place=431102001205&lang=zh",
    "methods": "methods?lang=en",
    "search": "search?q=xintian&lang=en",
    "data": "data?lang=zh",
}
LIST_TITLE = {"zh": "所选村庄", "en": "Villages in this selection"}
REMOVE = {"zh": "清除“第 1 批试点地区”", "en": "Remove: pilot places of batch 1"}


@pytest.mark.parametrize("name", PAGES)
def test_no_page_breaks_the_accessibility_rules(reader: Visitor, china: str, name: str) -> None:
    """WCAG 2.2 AA, as far as a machine can tell."""
    reader.open(f"{china}/{PAGES[name]}")
    reader.painted()
    reader.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = reader.page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    assert len(found["passes"]) > 10  # it did look
    said = [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in found["violations"]]
    assert said == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_planner_filters_counts_and_takes_the_list_away(
    reader: Visitor, china: str, national_atlas: Atlas, lang: str
) -> None:
    """Map, list and file are cut the same way; a filter is taken back by its link."""
    reader.open(f"{china}/gap-map?place=431100&standard=4g&as_of=2018-09-30&batch=1&states=unconnected&lang={lang}")
    held = selection.numbers(national_atlas, "431100", Filters(batch=1))
    listed = reader.page.locator("h2, h3, .atlas-heading").filter(has_text=LIST_TITLE[lang]).first.inner_text()
    total = int(re.sub(r"\D", "", listed.splitlines()[0]))
    assert 0 < total < len(held)
    shown = reader.page.locator(".atlas-map-legend tr").first.inner_text()
    assert f"{total:,}" in shown
    link = reader.page.locator(".atlas-files a").filter(has_text="CSV").get_attribute("href")
    assert link
    text = reader.page.request.get(urljoin(reader.page.url, link)).body().decode("utf-8-sig")
    rows = [row for row in csv.reader(io.StringIO(text)) if not row[0].startswith("# ")]
    assert len(rows) - 1 == total
    first = reader.page.get_by_role("region", name=LIST_TITLE[lang]).locator("tbody tr").first.inner_text()
    assert rows[1][0] in first  # the file begins where the list begins
    reader.keep(f"planner-{lang}")
    reader.page.get_by_role("link", name=REMOVE[lang]).click()
    reader.page.wait_for_url(lambda url: "batch" not in url)
    reader.settled()
    assert "states=unconnected" in reader.page.url


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_planner_draws_an_area_and_gets_its_villages(reader: Visitor, china: str, lang: str) -> None:
    reader.open(f"{china}/gap-map?place=431100&lang={lang}")
    reader.page.locator(".st-key-is_drawing label").click()
    reader.page.frame_locator("iframe").locator(".leaflet-pm-icon-circle").click()
    box = reader.page.locator("iframe").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    reader.page.mouse.click(x, y)
    reader.page.mouse.move(x + 30, y + 20)
    assert "km²" in reader.page.frame_locator("iframe").locator(".atlas-size").inner_text()
    reader.page.mouse.click(x + 60, y + 40)
    reader.page.frame_locator("iframe").locator(".leaflet-popup-content a").click()
    reader.page.wait_for_url(re.compile("area=circle"))
    reader.settled()
    listed = reader.page.get_by_role("region", name=LIST_TITLE[lang]).locator("tbody tr")
    listed.first.wait_for()
    reader.painted()
    reader.keep(f"drawn-{lang}")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_citizen_finds_her_village_on_a_phone(phone_reader: Visitor, china: str, lang: str) -> None:
    """By pinyin, with the parents shown; then when, how sure, and whom to tell that it is wrong."""
    phone_reader.open(f"{china}/?lang={lang}")
    box = phone_reader.page.locator(".st-key-question input")
    box.fill("yongzhou shuangjiqiao")
    box.press("Enter")
    phone_reader.page.wait_for_url(re.compile("/search"))
    phone_reader.settled()
    phone_reader.page.get_by_role("link", name="双济桥村委会").click()
    phone_reader.page.wait_for_url(re.compile("place=431102001205"))
    phone_reader.settled()
    assert "双济桥" in phone_reader.title()
    assert phone_reader.page.locator(".atlas-notice-warning").count() == 1  # simulated, in words
    phone_reader.page.get_by_role("button", name={"zh": "纠错", "en": "Report an error"}[lang]).click()
    code = phone_reader.page.locator("[data-testid=stPopoverBody] code").first
    code.wait_for()
    assert "place=431102001205" in code.inner_text()
    assert phone_reader.page.evaluate("document.documentElement.scrollWidth") <= 391
    phone_reader.page.keyboard.press("Escape")
    phone_reader.keep(f"citizen-{lang}")


def test_a_village_prints_on_one_page_with_its_address(reader: Visitor, china: str, tmp_path: Path) -> None:
    reader.open(f"{china}/place?place=431102001205&lang=zh")
    assert not reader.page.locator(".st-key-qr_code").is_visible()
    reader.page.emulate_media(media="print")
    reader.page.locator(".st-key-qr_code img").wait_for()
    assert not reader.page.locator(".st-key-noprint_keeping").is_visible()
    printed = tmp_path / "village.pdf"
    reader.page.pdf(path=printed, format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed.read_bytes())) == 1


def test_an_official_asks_what_a_number_is_and_compares(reader: Visitor, china: str) -> None:
    reader.open(f"{china}/?place=430000&standard=fibre&as_of=2015-12-31&lang=zh")
    asked = reader.page.locator(".atlas-card").filter(has=reader.page.locator(".atlas-what")).first
    number = asked.locator(".atlas-card-value").inner_text()
    asked.locator(".atlas-what").click()
    reader.page.wait_for_url(re.compile("/methods.*about="))
    reader.settled()
    assert re.sub(r"\s", "", number.split("个")[0]) in re.sub(
        r"\s", "", reader.page.locator("[data-testid=stMain]").inner_text()
    )
    reader.open(f"{china}/compare?place=430000&standard=fibre&as_of=2015-12-31&vs_as_of=2018-09-30&lang=zh")
    expect(reader.page.locator("[data-testid=stDeckGlJsonChart]")).to_have_count(3, timeout=SLOW_MS)
    assert reader.page.locator(".st-key-side_legend .atlas-legend").count() == 1  # one for both sides
    assert reader.page.locator("[class*=st-key-map_legend_compare_] .atlas-legend").count() == 1  # of the difference
    reader.painted()
    reader.keep("compare-zh")


def test_back_takes_a_filter_away(reader: Visitor, china: str) -> None:
    reader.open(f"{china}/gap-map?place=431100&lang=zh")
    reader.page.get_by_role("button", name=re.compile("更多筛选")).click()
    reader.page.locator("[data-testid=stPopoverBody] button").filter(has_text="已通").click()
    reader.page.wait_for_url(re.compile("states=unconnected%2Cunknown"))
    reader.settled()
    reader.page.go_back()
    reader.page.wait_for_url(lambda url: "states" not in url)
    reader.settled()
    assert "states" not in reader.page.url


def test_a_browser_in_english_is_answered_in_english(browser: Browser, china: str) -> None:
    context = browser.new_context(locale="en-GB")
    person = Visitor(context, "english")
    person.open(f"{china}/methods")
    assert "lang=en" in person.page.url
    context.close()
