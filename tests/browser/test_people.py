"""An official, a planner and a citizen do what they came for; and everyone can read every page."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from urllib.parse import urljoin

import pytest
from people import POSITIONS, SLOW_MS, Visitor
from playwright.sync_api import Browser, expect

from indicators.chosen import selection
from indicators.chosen.selection import Filters
from indicators.database import Atlas

pytestmark = [pytest.mark.browser, pytest.mark.national]
LIST_TITLE = {"zh": "所选村庄", "en": "Villages in this selection"}
REMOVE = {"zh": "清除“第 1 批试点地区”", "en": "Remove: pilot places of batch 1"}


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


SHAPES = {"zh": {"polygon": "多边形", "circle": "圆", "list": "列出该范围内的村", "undo": "撤销"}}
SHAPES["en"] = {
    "polygon": "Polygon",
    "circle": "Circle",
    "list": "List the villages in this area",
    "undo": "Undo",
}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_planner_draws_an_area_and_gets_its_villages(reader: Visitor, china: str, lang: str) -> None:
    """On the map itself, which stays where it is and as it is; what was drawn is there when its villages are listed."""
    page, words = reader.page, SHAPES[lang]
    reader.open(f"{china}/gap-map?place=431100&states=unconnected&lang={lang}")
    page.wait_for_function(f"() => ({POSITIONS})().some(Boolean)")
    before = page.evaluate(POSITIONS)
    bar, area = page.locator(".atlas-draw"), page.locator(".atlas-drawn-line")
    chart = page.locator("[data-testid=stDeckGlJsonChart]").bounding_box()
    assert chart

    def at(x: float, y: float) -> tuple[float, float]:
        return chart["x"] + chart["width"] / 2 + x, chart["y"] + 250 + y

    bar.get_by_role("button", name=words["circle"]).click()
    page.mouse.click(*at(0, 0))
    page.mouse.move(*at(30, 20))
    bar.locator("output").get_by_text("km²").wait_for()
    page.keyboard.press("Escape")
    page.wait_for_function("() => !document.querySelector('.atlas-drawn-line').getAttribute('d')")
    bar.get_by_role("button", name=words["polygon"]).click()
    for corner in ((-60, -60), (60, -60), (60, 60), (-60, 60), (-200, 0)):
        page.mouse.click(*at(*corner))
    bar.get_by_role("button", name=words["undo"]).click()
    assert page.locator("[class*=st-key-map_legend_gap]").is_visible()
    assert page.locator("[data-testid=stDeckGlJsonChart]").bounding_box() == chart
    assert page.evaluate(POSITIONS) == before
    page.keyboard.press("Enter")
    bar.get_by_role("link", name=words["list"]).click()
    page.wait_for_url(re.compile("area="))
    assert "states=unconnected" in page.url
    reader.settled()
    listed = page.get_by_role("region", name=LIST_TITLE[lang]).locator("tbody tr")
    listed.first.wait_for()
    page.wait_for_function("() => document.querySelector('.atlas-drawn-line')?.getAttribute('d')")
    assert len(re.findall("[ML]", area.get_attribute("d") or "")) == 4
    assert not bar.get_by_role("link", name=words["list"]).is_visible()
    reader.painted()
    reader.keep(f"drawn-{lang}")


def test_an_area_is_drawn_with_a_finger(phone_reader: Visitor, china: str) -> None:
    page = phone_reader.page
    phone_reader.open(f"{china}/gap-map?place=431100&lang=zh")
    page.wait_for_function(f"() => ({POSITIONS})().some(Boolean)")
    bar = page.locator(".atlas-draw")
    bar.get_by_role("button", name="多边形").tap()
    page.locator("[data-testid=stDeckGlJsonChart]").scroll_into_view_if_needed()
    chart = page.locator("[data-testid=stDeckGlJsonChart]").bounding_box()
    assert chart
    for x, y in ((120, 120), (260, 120), (200, 260)):
        page.touchscreen.tap(chart["x"] + x, chart["y"] + y)
    bar.get_by_role("button", name="完成").tap()
    bar.locator("output").get_by_text("km²").wait_for()
    bar.get_by_role("link", name="列出该范围内的村").tap()
    page.wait_for_url(re.compile("area="))


def test_an_official_types_and_chooses_by_the_keyboard(reader: Visitor, china: str) -> None:
    """In one word with its places; and Back leads to what was looked at before."""
    reader.open(f"{china}/pilots?place=430000&standard=fibre&as_of=2017-12-31&lang=zh")
    reader.page.evaluate("window.isTheSame = true")
    box = reader.page.get_by_role("combobox", name="检索")
    box.press_sequentially("道县寿佛")
    option = reader.page.get_by_role("option", name=re.compile("寿佛村.*(未通|已通|未知).*模拟.*永州市 › 道县"))
    option.wait_for()
    box.press("Escape")
    assert not option.is_visible() and box.get_attribute("aria-expanded") == "false"
    box.press("ArrowDown")
    option.wait_for()
    box.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == option.get_attribute("id")
    assert option.get_attribute("aria-selected") == "true"
    box.press("Enter")
    reader.page.wait_for_url(re.compile("/place.*place=431124102201"))
    reader.settled()
    assert reader.page.evaluate("window.isTheSame")  # the page was not loaded anew
    assert "standard=fibre&as_of=2017-12-31&lang=zh" in reader.page.url
    reader.page.go_back()
    reader.page.wait_for_url(re.compile("/pilots.*place=430000"))
    reader.sees("湖南省")


def test_the_search_box_says_what_it_is_however_often_it_is_drawn_anew(reader: Visitor, china: str) -> None:
    """A box that came after the script, or in another's place, was a plain box until somebody entered it."""
    reader.open(f"{china}/pilots?place=430000&lang=zh")
    reader.page.get_by_role("combobox", name="检索").wait_for()
    reader.page.evaluate("""() => {
      const box = document.querySelector(".st-key-question input");
      const other = box.cloneNode();
      for (const name of ["role", "aria-autocomplete", "aria-expanded"]) other.removeAttribute(name);
      box.replaceWith(other);
    }""")
    box = reader.page.get_by_role("combobox", name="检索")
    box.wait_for()
    assert box.get_attribute("aria-expanded") == "false"


def test_a_planner_slides_through_the_dates_by_the_keyboard(reader: Visitor, china: str) -> None:
    """Arrow keys go from date to date, the slider keeps the keys, and Back takes the date back."""
    reader.open(f"{china}/?standard=fibre&as_of=2018-09-30&lang=zh")
    slider = reader.page.get_by_role("slider", name="日期")
    slider.focus()
    reader.page.keyboard.press("ArrowRight")
    reader.page.wait_for_url(re.compile("as_of=2019-10-31"))
    reader.sees("2019-10-31")
    assert slider.evaluate("one => one === document.activeElement")
    assert slider.get_attribute("aria-valuetext") == "2019-10-31"
    reader.page.go_back()
    reader.page.wait_for_url(re.compile("as_of=2018-09-30"))
    reader.sees("2018-09-30")


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
    beside = reader.page.get_by_role("dialog")
    assert re.sub(r"\s", "", number.split("个")[0]) in re.sub(r"\s", "", beside.inner_text())
    assert "/methods" not in reader.page.url
    reader.page.keyboard.press("Escape")
    assert reader.page.evaluate("document.activeElement.className") == "atlas-what"
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


def test_what_stands_beside_a_map_comes_after_it_on_a_phone(reader: Visitor, china: str) -> None:
    """Key figures and list beside the map where there is room; else below it, before the small charts."""
    reader.open(f"{china}/?place=430000&lang=zh")
    page = reader.page
    parts = [page.get_by_role("button", name="放大"), page.locator(".atlas-bars"), page.locator(".atlas-multiples")]

    def tops() -> list[float]:
        return [one.first.bounding_box()["y"] for one in parts]  # type: ignore[index]

    page.set_viewport_size({"width": 1366, "height": 633})
    chart, ranking, small = tops()
    assert chart < ranking < small
    assert page.locator(".atlas-cards-beside").first.bounding_box()["y"] < chart + 100  # type: ignore[index]
    page.set_viewport_size({"width": 390, "height": 844})
    chart, ranking, small = tops()
    assert chart < page.locator(".atlas-cards-beside").first.bounding_box()["y"] < ranking < small  # type: ignore[index]
