"""The four screens and the place page, as people see them."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from people import Visitor
from PIL import Image
from playwright.sync_api import Route

from indicators.database import Atlas
from indicators.measure import figure

pytestmark = [pytest.mark.browser, pytest.mark.national]

PAGES = {
    "overview": "",
    "gap-map": "gap-map",
    "pilots": "pilots",
    "investment": "investment",
    "county": "place?place=431128",
    "village": "place?place=431128101200",
}
ENGLISH_WORDS = re.compile(r"\b(the|of|and|village|villages|place|date|share|unknown|published)\b", re.IGNORECASE)
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def colours_of_map(person: Visitor) -> int:
    """How many distinct colours the map shows: a blank one has a handful at most."""
    chart = person.page.locator("[data-testid=stDeckGlJsonChart] canvas").first
    image = Image.open(io.BytesIO(chart.screenshot())).convert("RGB").quantize(64)
    return len(np.unique(np.asarray(image)))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_shows_itself_in_both_languages(
    request: pytest.FixtureRequest, china: str, name: str, lang: str
) -> None:
    path = PAGES[name]
    has_map = path in ("", "gap-map", "pilots")
    visitor: Visitor = request.getfixturevalue("visitor" if has_map else "reader")
    visitor.open(f"{china}/{path}{'&' if '?' in path else '?'}lang={lang}")
    visitor.painted()
    visitor.keep(f"{name}-{lang}")
    assert visitor.title().strip()
    assert visitor.page.locator("[data-testid=stException], [data-testid=stAlert]").count() == 0
    is_simulated = path not in ("pilots", "investment")  # what is not may be found by whoever searches
    assert visitor.page.locator("meta[name=robots][content=noindex]").count() == int(is_simulated)
    assert visitor.page.evaluate("document.documentElement.lang") == {"zh": "zh-CN", "en": "en"}[lang]
    if lang == "zh":
        shown = visitor.page.locator("[data-testid=stMain]").inner_text()
        assert ENGLISH_WORDS.findall(shown) == []
    elif "place" not in path:  # names as published, titles of sources and the language switch stay Chinese
        words = visitor.page.locator(
            ".atlas-finding, .atlas-card, .atlas-legend, .atlas-notice, .atlas-bars, [data-testid=stHeader]"
        ).all_inner_texts()
        assert [text for text in words if CHINESE.search(text)] == []
    if has_map:
        assert colours_of_map(visitor) > 8, "the map is blank"


def test_simulated_data_say_so_on_screen_and_on_paper(reader: Visitor, china: str) -> None:
    reader.open(f"{china}/gap-map")
    assert reader.page.locator(".atlas-badge-simulated").first.is_visible()
    reader.page.locator(".atlas-watermark").first.wait_for()  # on the map, once that is there
    reader.page.emulate_media(media="print")
    reader.page.locator(".atlas-on-paper img").first.wait_for()  # the drawing in the map's place
    drawn = reader.page.locator(".atlas-on-paper img").first.get_attribute("src")
    assert "模拟" in reader.page.request.get(f"{china}/{drawn}").text()


def test_a_planner_picks_a_province_a_standard_and_a_date(reader: Visitor, china: str, national_atlas: Atlas) -> None:
    """The URL follows, the numbers are the database's, and the pasted link shows the same."""
    from datetime import date

    reader.open(f"{china}/gap-map?lang=zh")
    reader.picks(reader.page.locator("[data-testid=stSelectbox] input").first, "贵州", "place=520000")
    reader.sees("贵州省")
    reader.chooses("4G", "standard=4g")
    reader.sees("4G")
    expected = figure(national_atlas, "unconnected_villages", "520000", standard="4g", as_of=date(2025, 12, 31))
    card = reader.page.locator(".st-key-place_card")
    card.get_by_text(f"{int(expected.value or 0):,}").first.wait_for()
    link = reader.page.url
    reader.open(link)
    assert reader.page.url == link
    assert "贵州省" in reader.title()
    assert reader.page.locator(".st-key-place_card").get_by_text(f"{int(expected.value or 0):,}").count() >= 1


def test_the_list_adds_up_to_the_key_figure(reader: Visitor, china: str) -> None:
    """The counties of a prefecture, as listed, sum to the number on the card."""
    reader.open(f"{china}/gap-map?place=431100&lang=zh")
    cells = reader.page.locator(".st-key-place_card .atlas-states td").all_inner_texts()
    unconnected = int(cells[0].replace(",", ""))
    counties = reader.page.locator("[data-testid=stMain] .atlas-table").first
    rows = counties.locator("tbody tr td:nth-child(2)").all_inner_texts()
    assert sum(int(row.replace(",", "")) for row in rows) <= unconnected
    assert len(rows) == 8


def test_back_returns_to_the_view_before(reader: Visitor, china: str) -> None:
    reader.open(f"{china}/?lang=zh")
    before = reader.title()
    reader.chooses("5G", "standard=5g")
    reader.sees("5G")
    reader.page.go_back()
    reader.page.wait_for_function("before => document.querySelector('h1')?.innerText === before", arg=before)


def test_a_click_on_a_province_goes_there(visitor: Visitor, china: str) -> None:
    visitor.open(f"{china}/?lang=zh")
    visitor.painted()
    box = visitor.page.locator("[data-testid=stDeckGlJsonChart]").first.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.33
    visitor.page.mouse.move(x, y)
    visitor.page.locator(".deck-tooltip").filter(has_text="新疆维吾尔自治区").wait_for()
    visitor.page.mouse.click(x, y, delay=40)
    visitor.page.wait_for_url(re.compile("place=650000"))
    visitor.sees("新疆维吾尔自治区")


def test_from_a_county_map_to_a_village(reader: Visitor, china: str) -> None:
    """Folium: the villages of a county, a popup, and the village's own page."""
    reader.open(f"{china}/place?place=431128&lang=zh")
    frame = reader.page.frame_locator("iframe").first
    frame.locator(".leaflet-control-layers-overlays").wait_for()
    assert "未通（2）" in frame.locator(".leaflet-control-layers-overlays").inner_text()
    inner = next(one for one in reader.page.frames if "/maps/" in one.url)
    x, y = inner.evaluate(
        """() => {
          const map = Object.values(window).find(v => v && v._leaflet_id && v.getCenter);
          const villages = [];
          map.eachLayer(layer => { if (layer.getLatLng && layer.getPopup()) villages.push(layer); });
          const away = layer => map.distance(layer.getLatLng(), map.getCenter());
          const found = villages.reduce((a, b) => (away(b) < away(a) ? b : a)); // clear of the key at the side
          const point = map.latLngToContainerPoint(found.getLatLng());
          return [point.x, point.y];
        }"""
    )
    box = reader.page.locator("iframe").first.bounding_box()
    assert box is not None
    reader.page.mouse.click(box["x"] + x, box["y"] + y)
    popup = frame.locator(".leaflet-popup-content")
    popup.wait_for()
    popup.locator("a").click()
    reader.page.wait_for_url(re.compile(r"place=4311281?\d{5,}"))
    reader.settled()
    assert "光纤" in reader.title()


def test_the_controls_of_a_close_up_wait_for_its_scripts(reader: Visitor, china: str) -> None:
    """On a slow line the document is there before its scripts: what is chosen or drawn then would be lost."""
    held: list[Route] = []
    reader.page.route(re.compile(r"/look/maps/(?:close_up|drawing)\.js"), lambda route: held.append(route))
    reader.page.goto(f"{china}/place?place=431128&lang=zh")
    frame = reader.page.frame_locator("iframe").first
    village = frame.locator(".atlas-close-up select option").nth(2).get_attribute("value")
    assert village and frame.locator(".atlas-close-up select, .atlas-close-up [data-atlas-do=print]").evaluate_all(
        "all => all.length === 2 && all.every(one => one.disabled)"
    )
    tools = frame.locator(".leaflet-pm-toolbar").first
    tools.wait_for(state="attached")
    reader.page.wait_for_timeout(500)  # both scripts are asked for by now, and neither has come
    assert len(held) == 2 and not tools.is_visible()
    for one in held:
        one.continue_()
    frame.locator(".atlas-close-up select").select_option(village)
    frame.locator(".leaflet-popup a[target=_top]").wait_for()
    tools.wait_for(state="visible")


def test_an_unknown_place_is_said_and_left_by_its_links(reader: Visitor, china: str) -> None:
    reader.open(f"{china}/place?place=999999&lang=zh")
    assert reader.title() == "没有这个地区"
    reader.page.get_by_role("radio", name="EN").click()
    reader.page.get_by_role("heading", name="No such place").wait_for()
    assert "place=999999" in reader.page.url and "lang=en" in reader.page.url
    reader.page.get_by_role("link", name="Overview").last.click()
    reader.settled()
    assert reader.title().startswith("China")


@pytest.mark.parametrize("name", ["overview", "gap-map", "pilots", "investment", "village"])
def test_a_phone_needs_no_sideways_scrolling(phone_reader: Visitor, china: str, name: str) -> None:
    path = PAGES[name]
    phone_reader.open(f"{china}/{path}{'&' if '?' in path else '?'}lang=zh")
    phone_reader.painted()
    phone_reader.keep(f"phone-{name}")
    assert phone_reader.page.evaluate("document.documentElement.scrollWidth") <= 391


def test_the_page_message_stays_small(reader: Visitor, china: str) -> None:
    """Rows never travel inside the page: what a change of filter sends is a few kilobytes.

    Streamlit's own list of some thirty pages, sent each time, makes 2.5 KB of it, the bar for drawing 1.6 KB.
    """
    received: list[int] = []
    reader.page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda frame: received.append(len(frame))),
    )
    reader.open(f"{china}/gap-map?lang=zh")
    received.clear()
    reader.chooses("宽带", "standard=broadband")
    reader.settled()
    reader.page.wait_for_timeout(500)
    assert 0 < sum(received) <= 27_000, f"{sum(received):,} bytes"
