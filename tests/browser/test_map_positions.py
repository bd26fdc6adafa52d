"""Where a map was left is where it opens again: by Back, by a pasted link, in the close-up of a county, too."""

from __future__ import annotations

import re

import pytest
from people import POSITIONS, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.national]

DECK = f"() => ({POSITIONS})()[0]"  # of the first map
#: Where the close-up is, from Leaflet; zooms of tiles of 256 px.
LEAFLET = """() => {
  const frame = document.querySelector("iframe[src*='/maps/']");
  const inside = frame && frame.contentWindow;
  const map = inside && inside.L && Object.values(inside).find((one) => one instanceof inside.L.Map);
  return map && map._loaded ? [map.getCenter().lng, map.getCenter().lat, map.getZoom()] : null;
}"""
CLOSE = 1e-3  # degrees and zooms


def drag(person: Visitor, selector: str) -> None:
    shown = person.page.locator(selector).first
    shown.scroll_into_view_if_needed()
    box = shown.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.4
    person.page.mouse.move(x, y)
    person.page.mouse.down()
    person.page.mouse.move(x + 100, y + 60, steps=6)
    person.page.mouse.up()
    person.page.wait_for_url(re.compile("at="))


def position_in(url: str) -> list[float]:
    found = re.search(r"at=([-.\d]+)(?:%2C|,)([-.\d]+)(?:%2C|,)([-.\d]+)", url)
    assert found, url
    return [float(one) for one in found.groups()]


def test_back_returns_to_where_the_map_was_left(reader: Visitor, china: str) -> None:
    page = reader.page
    reader.open(f"{china}/gap-map?place=431100&lang=zh")
    page.wait_for_function(DECK)
    page.wait_for_function("() => window.atlasMaps")
    drag(reader, "[data-testid=stDeckGlJsonChart]")
    reader.rests()
    left = position_in(page.url)
    page.locator("header").get_by_role("link", name=re.compile("试点地区")).click()
    page.wait_for_url(re.compile("/pilots"))
    reader.settled()
    page.go_back()
    page.wait_for_url(re.compile("/gap-map"))  # one press is enough
    reader.settled()
    page.wait_for_function(DECK)
    assert position_in(page.url) == pytest.approx(left, abs=CLOSE)
    page.wait_for_function(
        f"left => (({DECK})() || [0]).every((number, i) => Math.abs(number - left[i]) < {CLOSE})", arg=left
    )


def test_the_close_up_opens_where_its_link_was_copied(reader: Visitor, china: str) -> None:
    """Dragged, copied, pasted, and kept over a change of standard."""
    page = reader.page
    reader.open(f"{china}/place?place=431128&lang=zh")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.wait_for_function(LEAFLET)
    page.wait_for_function("() => window.atlasMaps")
    before = page.evaluate(LEAFLET)
    drag(reader, "iframe[src*='/maps/']")
    inside = page.frame_locator("iframe[src*='/maps/']")
    inside.locator("[data-atlas-do=copy]").click()
    inside.locator("output").get_by_text("链接已复制").wait_for()
    there = page.evaluate(LEAFLET)
    assert abs(there[0] - before[0]) > 0.01
    reader.open(page.evaluate("navigator.clipboard.readText()"))
    page.wait_for_function(LEAFLET)
    page.wait_for_function(f"() => Math.abs(({LEAFLET})()[0] - {there[0]}) < {CLOSE}")
    reader.chooses("4G", "standard=4g")
    reader.settled()
    page.wait_for_function(
        f"() => document.querySelector(\"iframe[src*='standard=4g']\") && ({LEAFLET})() &&"
        f"Math.abs(({LEAFLET})()[0] - {there[0]}) < {CLOSE}"
    )


def test_the_close_ups_key_folds_out_beneath_it_on_a_phone(phone_reader: Visitor, china: str) -> None:
    """Folded at first; opened, it pushes what follows down instead of covering it."""
    phone_reader.open(f"{china}/place?place=431128&lang=zh")
    phone_reader.page.wait_for_function(LEAFLET)
    inside = phone_reader.page.frame_locator("iframe[src*='/maps/']")
    legend = inside.locator(".atlas-map-legend")
    assert not legend.is_visible()
    inside.locator("summary").click()
    legend.wait_for(state="visible")
    grown = "() => document.querySelector(\"iframe[src*='/maps/']\").clientHeight > 500"
    phone_reader.page.wait_for_function(grown)  # the frame grows once the browser has told that the key is open
    frame = phone_reader.page.locator("iframe[src*='/maps/']").bounding_box()
    after = phone_reader.page.get_by_text("示意图，不作为划界依据").last.bounding_box()
    assert frame and after
    assert after["y"] >= frame["y"] + frame["height"] - 1


@pytest.mark.parametrize("path", ["gap-map?place=430000", "place?place=431128"])
def test_one_finger_scrolls_the_page_and_two_move_the_map(phone_reader: Visitor, china: str, path: str) -> None:
    page = phone_reader.page
    is_deck = path.startswith("gap")
    where, chart = (DECK, "[data-testid=stDeckGlJsonChart]") if is_deck else (LEAFLET, "iframe[src*='/maps/']")
    scrolled = "() => document.querySelector('[data-testid=stMain]').scrollTop"
    phone_reader.open(f"{china}/{path}&lang=zh")
    page.wait_for_function(where)
    page.wait_for_function("() => window.atlasMaps")
    page.evaluate("chart => document.querySelector(chart).scrollIntoView({block: 'center'})", chart)
    phone_reader.rests()
    hand = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        places = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    def middle() -> tuple[float, float]:
        box = page.locator(chart).first.bounding_box()
        assert box
        return box["x"] + box["width"] / 2, box["y"] + 200

    before, top = page.evaluate(where), page.evaluate(scrolled)
    x, y = middle()
    touch("touchStart", (x, y))
    for step in range(1, 11):
        touch("touchMove", (x, y - 10 * step))
    hint = page if is_deck else page.frame_locator(chart)
    hint.locator(".atlas-hint[data-told]").get_by_text("用两个手指移动地图").wait_for()
    touch("touchEnd")
    page.wait_for_function(f"top => ({scrolled})() > top + 50", arg=top)
    assert page.evaluate(where) == before
    phone_reader.rests()
    top = page.evaluate(scrolled)
    x, y = middle()
    touch("touchStart", (x - 30, y))
    touch("touchStart", (x - 30, y), (x + 30, y))
    for step in range(1, 11):
        touch("touchMove", (x - 30 - 5 * step, y), (x + 30 + 5 * step, y))
    touch("touchEnd")
    page.wait_for_function(f"zoom => ({where})()[2] > zoom + 0.1", arg=before[2])
    assert page.evaluate(scrolled) == top
