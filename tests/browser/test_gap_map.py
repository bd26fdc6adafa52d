"""The gap map keeps its place; its layers, its link and its list agree; compared maps move together."""

from __future__ import annotations

import io
import re
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from people import POSITIONS, Visitor
from PIL import Image

pytestmark = [pytest.mark.browser, pytest.mark.national]

MOVED = 0.05  # degrees: a drag of a hundred pixels is more


def positions(person: Visitor) -> list[list[float]]:
    return [one for one in person.page.evaluate(POSITIONS) if one]


def drag(person: Visitor, chart: int = 0) -> None:
    """Move a map by a hundred pixels and let it come to rest."""
    shown = person.page.locator("[data-testid=stDeckGlJsonChart]").nth(chart)
    shown.scroll_into_view_if_needed()
    box = shown.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.3
    person.page.mouse.move(x, y)
    person.page.mouse.down()
    person.page.mouse.move(x + 100, y + 60, steps=6)
    person.page.mouse.up()
    person.rests()


def ready(person: Visitor, url: str) -> None:
    person.open(url)
    person.page.wait_for_function(f"() => ({POSITIONS})().some(Boolean)")
    person.page.wait_for_function("() => window.atlasMaps")


def test_a_change_of_filter_does_not_move_the_map(reader: Visitor, china: str) -> None:
    """Standard and date change the tiles; the canvas stays the same one, at the same place to the pixel."""
    ready(reader, f"{china}/gap-map?place=431100&lang=zh")
    before = positions(reader)[0]
    drag(reader)
    moved = positions(reader)[0]
    assert abs(moved[0] - before[0]) > MOVED
    reader.page.evaluate("document.querySelector('[data-testid=stDeckGlJsonChart] canvas').id = 'mine'")
    reader.chooses("4G", "standard=4g")
    reader.sees("4G")
    reader.painted()
    assert positions(reader)[0] == pytest.approx(moved, abs=1e-5)
    assert reader.page.locator("#mine").count() == 1, "the map was made anew"


def test_the_map_does_not_go_blank_while_a_filter_changes(visitor: Visitor, china: str) -> None:
    """Sampled while new tiles arrive: the map is never without its villages."""
    ready(visitor, f"{china}/gap-map?lang=zh")
    visitor.painted()
    chart = visitor.page.locator("[data-testid=stDeckGlJsonChart] canvas").first

    def painted() -> float:
        """The share of the map in the colours of cells, which are far from grey."""
        pixels = np.asarray(Image.open(io.BytesIO(chart.screenshot())).convert("RGB")).astype(int)
        return float(np.mean(np.ptp(pixels, axis=2) > 60))

    full = painted()
    assert full > 0.02
    visitor.page.locator("[data-testid=stButtonGroup] button").filter(has_text=re.compile("^4G$")).click()
    least = min(painted() for _ in range(12))
    visitor.sees("4G")
    assert least > 0.3 * full


def test_a_link_opens_where_the_map_was_left(reader: Visitor, china: str) -> None:
    """The position is in the address after a pan, without a rerun; the copied link and a reload open there."""
    ready(reader, f"{china}/gap-map?place=431100&lang=zh")
    reader.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    reader.page.evaluate(
        "window.sent = 0; const send = WebSocket.prototype.send;"
        "WebSocket.prototype.send = function (data) { window.sent += 1; return send.call(this, data); }; 0"
    )
    drag(reader)
    reader.page.wait_for_url(re.compile("at="))
    assert reader.page.evaluate("window.sent") == 0, "a pan asked the server"
    there = positions(reader)[0]
    reader.page.get_by_role("button", name="复制当前视图链接").click()
    reader.page.locator(".atlas-view output").get_by_text("链接已复制").wait_for()
    link = reader.page.evaluate("navigator.clipboard.readText()")
    ready(reader, link)
    assert positions(reader)[0] == pytest.approx(there, abs=1e-3)
    reader.page.reload()
    reader.settled()
    reader.page.wait_for_function(f"() => ({POSITIONS})().some(Boolean)")
    assert positions(reader)[0] == pytest.approx(there, abs=1e-3)
    reader.page.get_by_role("button", name="显示全域：").click()
    reader.page.wait_for_url(lambda url: "at=" not in url)
    reader.page.wait_for_function(
        f"there => Math.abs(({POSITIONS})()[0][0] - there[0]) > {MOVED}", arg=there
    )  # the map is drawn anew after the address has changed


def test_a_wheel_scrolls_the_page_and_moves_the_map_only_with_ctrl(reader: Visitor, china: str) -> None:
    """Who tries the plain wheel is told the other way; buttons and keys go it as well."""
    scrolled = "() => document.querySelector('[data-testid=stMain]').scrollTop"
    page = reader.page
    page.set_viewport_size({"width": 1366, "height": 700})
    ready(reader, f"{china}/gap-map?place=430000&lang=zh")
    [whole] = positions(reader)
    box = page.locator("[data-testid=stDeckGlJsonChart]").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 150)
    page.mouse.wheel(0, 120)
    page.wait_for_function(f"() => ({scrolled})() === 120")
    page.locator(".atlas-hint[data-told]").get_by_text("按住 Ctrl 键滚动可缩放地图").wait_for()
    assert positions(reader) == [whole]
    page.keyboard.down("Control")
    page.mouse.wheel(0, -120)
    page.keyboard.up("Control")
    page.wait_for_function(f"zoom => ({POSITIONS})()[0][2] > zoom + 0.2", arg=whole[2])
    assert page.evaluate(scrolled) == 120
    for button, change in (("放大地图", 1.0), ("缩小地图", -1.0)):
        [before] = positions(reader)
        page.get_by_role("button", name=f"{button}：").click()
        page.wait_for_function(f"zoom => Math.abs(({POSITIONS})()[0][2] - zoom) < 1e-6", arg=before[2] + change)
    page.locator(".deck-events-root").evaluate("root => root.focus({preventScroll: true})")
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"lon => ({POSITIONS})()[0][0] > lon + {MOVED}", arg=before[0])
    assert page.evaluate(scrolled) == 120
    page.keyboard.press("0")
    page.wait_for_function(
        f"there => ({POSITIONS})()[0].every((number, i) => Math.abs(number - there[i]) < 1e-3)", arg=whole
    )
    page.set_viewport_size({"width": 1440, "height": 1100})


def test_a_position_belongs_to_its_place(reader: Visitor, china: str) -> None:
    ready(reader, f"{china}/gap-map?place=430000&at=111.50000,27.50000,9.000&lang=zh")
    assert positions(reader)[0] == pytest.approx([111.5, 27.5, 9.0])
    reader.page.locator(".atlas-breadcrumb a").first.click()
    reader.page.wait_for_url(lambda url: "place=430000" not in url)
    reader.settled()
    assert "at=" not in reader.page.url


def test_compared_maps_move_together(reader: Visitor, china: str) -> None:
    ready(
        reader,
        f"{china}/compare?place=430000&standard=fibre&as_of=2015-12-31&vs_as_of=2018-09-30&lang=zh",
    )
    reader.page.wait_for_function(f"() => ({POSITIONS})().filter(Boolean).length >= 2")
    assert reader.title().startswith("湖南省 · 光纤：公布的通达率 <70%（全国、2015-12-31）")
    before = positions(reader)
    drag(reader, 0)
    reader.page.wait_for_function(
        f"() => {{ const [first, ...others] = ({POSITIONS})(); return others.length && others.every("
        "(other) => other && other.every((number, i) => Math.abs(number - first[i]) < 1e-4)); }"
    )
    after = positions(reader)
    assert len(after) == 3
    for now, then in zip(after, before, strict=False):
        assert abs(now[0] - then[0]) > MOVED  # not that all went back to where they were


def test_hot_spots_wait_for_the_demonstration_switch(reader: Visitor, china: str) -> None:
    """Clusters of a simulation are shown to nobody who has not asked for a demonstration, and say so then."""
    asked: list[str] = []
    reader.page.on("request", lambda request: asked.append(request.url))
    ready(reader, f"{china}/gap-map?lang=zh&layers=outlines,hot_spots")
    assert not [url for url in asked if "/hot-spots/" in url]
    reader.page.get_by_role("link", name="以演示方式显示").click()
    reader.page.wait_for_url(re.compile("demo=1"))
    reader.settled()
    reader.page.locator(".st-key-map_legend_gap").get_by_text("热点：未通村成片").wait_for()
    assert reader.page.locator(".st-key-map_legend_gap .atlas-badge-simulated").count() == 1
    shown = reader.page.get_by_role("region", name="热点")
    assert 1 <= shown.locator("tbody tr").count() <= 12
    reader.painted()
    assert [url for url in asked if "/hot-spots/" in url]
    reader.keep("hot-spots-zh")


def test_layers_are_in_the_address(reader: Visitor, china: str) -> None:
    ready(reader, f"{china}/gap-map?place=431100&lang=zh")
    reader.page.get_by_role("button", name=re.compile("图层")).click()
    pills = reader.page.locator("[data-testid=stPopoverBody] [data-testid=stButtonGroup] button")
    pills.filter(has_text="试点地区").click()
    reader.page.wait_for_url(re.compile("layers=villages%2Coutlines"))
    reader.settled()
    reader.page.locator(".st-key-map_legend_gap").get_by_text("未显示").wait_for()
    asked = parse_qs(urlsplit(reader.page.url).query)
    assert asked["layers"] == ["villages,outlines"]


def test_a_township_can_be_chosen(reader: Visitor, china: str) -> None:
    ready(reader, f"{china}/gap-map?place=431128&lang=zh")
    box = reader.page.get_by_role("combobox", name=re.compile("乡级"))
    reader.picks(box, "金陵镇", "place=431128101")
    reader.sees("金陵镇")
    total = sum(
        int(text.replace(",", ""))
        for text in reader.page.locator(".atlas-map-legend tr td:nth-child(2)").all_inner_texts()[:3]
    )
    rows = reader.page.get_by_role("region", name="所选村庄").locator("tbody tr")
    assert rows.count() == total > 0


#: A spinner as Streamlit draws it, whose time it writes anew into the same text; and what stands there a moment later.
WAITED = """async () => {
  const spinner = document.createElement("div"), shown = document.createElement("span"), told = [];
  spinner.dataset.testid = "stSpinner";
  const text = shown.appendChild(document.createTextNode("(0.1 seconds)"));
  document.querySelector("[data-testid=stMain]").append(spinner);
  spinner.append(shown);
  for (const said of ["(8.6 seconds)", "(1 minute, 5.2 seconds)", "(2 hours, 3 minutes)"]) {
    text.data = said;
    await new Promise((done) => setTimeout(done, 50));
    told.push(text.data);
  }
  spinner.remove();
  return told;
}"""


def test_streamlits_own_words_follow_the_language(reader: Visitor, china: str) -> None:
    """Labels for screen readers included; and back to English when that is chosen."""
    labels = "() => [...document.querySelectorAll('[aria-label]')].map((one) => one.getAttribute('aria-label'))"
    ready(reader, f"{china}/gap-map?lang=zh")
    reader.page.wait_for_function(f"() => ({labels})().includes('返回首页')")
    said = reader.page.evaluate(labels)
    assert not {"App pages", "Open", "Navigate to home page", "Close"} & set(said)
    assert reader.page.evaluate(WAITED) == ["(8.6 秒)", "(1 分, 5.2 秒)", "(2 小时, 3 分)"]
    reader.page.locator(".st-key-language button").filter(has_text="EN").click()
    reader.page.wait_for_url(re.compile("lang=en"))
    reader.sees("without")
    reader.page.wait_for_function(f"() => !({labels})().includes('返回首页')")


def test_the_list_names_places_in_the_visitors_language(reader: Visitor, china: str) -> None:
    ready(reader, f"{china}/gap-map?place=431128&lang=en")
    cells = reader.page.get_by_role("region", name="Villages in this selection").locator("tbody td:nth-child(3)")
    assert "Xintian County" in cells.first.inner_text()


def test_what_did_not_load_is_said(reader: Visitor, china: str) -> None:
    reader.page.route("**/tiles/villages/**", lambda route: route.fulfill(status=503, body=""))
    reader.open(f"{china}/gap-map?lang=en")
    said = reader.page.get_by_text("Part of the map did not load")
    said.wait_for(state="visible")
    reader.page.unroute("**/tiles/villages/**")
    reader.page.get_by_role("button", name="Load again").click()
    reader.painted()
    assert not said.is_visible()


def test_without_webgl_the_map_is_a_picture_from_the_first_look_on(reader: Visitor, china: str) -> None:
    """Nothing fails on the way: no chart is tried, and the console stays empty."""
    page, errors = reader.page, []
    page.on("console", lambda told: errors.append(told.text) if told.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.add_init_script(
        "const get = HTMLCanvasElement.prototype.getContext; HTMLCanvasElement.prototype.getContext ="
        " function (kind, ...rest) { return kind.startsWith('webgl') ? null : get.call(this, kind, ...rest); }"
    )
    reader.open(f"{china}/gap-map?place=431100&lang=zh")
    page.get_by_text("此浏览器不支持 WebGL，地图以静态图片显示。").wait_for()
    page.wait_for_function("() => document.querySelector('.atlas-on-paper img')?.naturalWidth > 100")
    assert page.locator(".atlas-on-paper img").is_visible()
    assert page.locator("[data-testid=stDeckGlJsonChart]").count() == 0
    page.locator(".atlas-as-picture summary").click()
    page.locator(".atlas-as-picture").get_by_role("link", name="江永县").click()
    page.wait_for_url(re.compile("place=431125"))
    reader.settled()
    assert errors == []


def test_a_map_that_does_not_load_becomes_a_picture_that_may_be_tried_again(reader: Visitor, china: str) -> None:
    page = reader.page
    page.route("**/DeckGlJsonChart*.js", lambda route: route.abort())
    page.goto(f"{china}/gap-map?place=431100&lang=zh")
    page.get_by_text("交互地图未能载入").wait_for()
    page.unroute("**/DeckGlJsonChart*.js")
    page.get_by_role("button", name="重试").click()
    page.wait_for_function(f"() => ({POSITIONS})().some(Boolean)")
