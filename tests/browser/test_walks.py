"""Three people do what they came for, from the first page to the last, on three screens, in both languages and themes.

Each pair of a width, a language and a theme is walked by each of them.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from urllib.parse import urljoin

import pytest
from people import Visitor, a_visit
from playwright.sync_api import BrowserContext
from python_calamine import CalamineWorkbook

pytestmark = [pytest.mark.browser, pytest.mark.national]
DESK, TABLET, PHONE = 1366, 820, 390
HEIGHT = {DESK: 633, TABLET: 1100, PHONE: 844}
SCREENS = [
    (DESK, "zh", "light"),
    (DESK, "en", "dark"),
    (TABLET, "zh", "dark"),
    (TABLET, "en", "light"),
    (PHONE, "zh", "light"),
    (PHONE, "en", "dark"),
]
NATION, PROVINCE, PREFECTURE, COUNTY, TOWNSHIP = "100000", "430000", "431100", "431124", "431124102"
VILLAGE = "431124102201"
NAMES = {
    "zh": {
        NATION: "全国",
        PROVINCE: "湖南省",
        PREFECTURE: "永州市",
        COUNTY: "道县",
        TOWNSHIP: "寿雁镇",
        VILLAGE: "寿佛村",
    },
    "en": {
        NATION: "China",
        PROVINCE: "Hunan",
        PREFECTURE: "Yongzhou",
        COUNTY: "Dao",
        TOWNSHIP: "Shouyan",
        VILLAGE: "Shoufo",
    },
}
REPORT = {"zh": "纠错", "en": "Report an error"}
HANDOUT = {"zh": "汇报页", "en": "Handout"}
COPY, COPIED = {"zh": "复制链接", "en": "Copy link"}, {"zh": "链接已复制", "en": "Link copied"}
#: As people write it: in one word, in an office's form, by ear, in traditional letters, with a slip, by its code.
WRITTEN = ["永州市道县寿佛村", "道县寿佛村委会", "yongzhou daoxian shoufo", "道縣壽佛村", "道县寿拂村", VILLAGE]


@pytest.fixture
def somebody(
    desk: BrowserContext, pocket: BrowserContext, screen: tuple[int, str, str], request: pytest.FixtureRequest
) -> Iterator[Visitor]:
    """In front of such a screen, with the theme that the system wants."""
    width, _, theme = screen
    for person in a_visit(pocket if width == PHONE else desk, request.node.name, looks_at_maps=False):
        person.page.set_viewport_size({"width": width, "height": HEIGHT[width]})
        person.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        yield person


def goes(person: Visitor, link: str, place: str, page: str = "") -> None:
    """By a click, to a page of the place; nothing crosses the border of the screen there."""
    person.page.locator(link).first.click()
    person.page.wait_for_url(re.compile(rf"{page}.*place={place}(&|$)"))
    person.settled()
    width = person.page.viewport_size["width"]  # type: ignore[index]
    assert person.page.evaluate("document.documentElement.scrollWidth") <= width + 1


def to(place: str, within: str = ".atlas-bars th") -> str:
    return f"{within} a[href*='place={place}&']"


def taken(person: Visitor, link: str) -> bytes:
    """What lies behind a link to a file."""
    address = person.page.locator(link).first.get_attribute("href")
    assert address
    answer = person.page.request.get(urljoin(person.page.url, address))
    assert answer.ok
    return answer.body()


@pytest.mark.parametrize("screen", SCREENS, ids=str)
def test_an_official(somebody: Visitor, china: str, screen: tuple[int, str, str]) -> None:
    """From the nation to a village by clicks, and Back to each; compares; takes a sheet and a workbook along."""
    _, lang, theme = screen
    names = NAMES[lang]
    somebody.open(f"{china}/?lang={lang}")
    ground = somebody.page.evaluate("getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", ground)[:3])) > 384) == (theme == "light")
    goes(somebody, to(PROVINCE), PROVINCE)
    goes(somebody, to(PREFECTURE), PREFECTURE)
    _takes_along(somebody, lang)
    goes(somebody, to(COUNTY), COUNTY)
    goes(somebody, to(TOWNSHIP), TOWNSHIP, "gap-map")
    goes(somebody, to(VILLAGE, ".atlas-table"), VILLAGE, "place")
    assert names[VILLAGE] in somebody.title()
    for place in (TOWNSHIP, COUNTY, PREFECTURE, PROVINCE, NATION):
        somebody.page.go_back()
        somebody.page.wait_for_url(re.compile(rf"place={place}(&|$)") if place != NATION else re.compile(r"lang="))
        somebody.sees(names[place])
    goes(somebody, to(PROVINCE, ".atlas-bars td"), PROVINCE, "compare")
    shown = somebody.page.locator("[data-testid=stMain] .atlas-table").first.inner_text()
    assert names[NATION] in shown and names[PROVINCE] in shown


def _takes_along(person: Visitor, lang: str) -> None:
    """The sheet says what the page says; the workbook has the number that stands at the county."""
    row = person.page.locator(".atlas-bars tr").filter(has=person.page.locator(to(COUNTY, "th")))
    shown = int(re.match(r"[\d,]+", row.locator(".atlas-bar-text").inner_text())[0].replace(",", ""))  # type: ignore[index]
    book = CalamineWorkbook.from_filelike(io.BytesIO(taken(person, ".atlas-files a[href*='.xlsx']")))
    rows = book.get_sheet_by_index(0).to_python()
    [held] = [one for one in rows if COUNTY in map(str, one)]
    assert shown in [int(cell) for cell in held if isinstance(cell, float) and cell.is_integer()]
    person.page.get_by_role("button", name=HANDOUT[lang]).click()
    person.page.locator("[data-testid=stPopoverBody] a[href*='.pdf']").wait_for()
    assert taken(person, "[data-testid=stPopoverBody] a[href*='.pdf']").startswith(b"%PDF")
    person.page.keyboard.press("Escape")


def test_an_official_without_a_mouse(reader: Visitor, china: str) -> None:
    """The same by Tab, arrows and Enter: a date, the way to a village, a map, a sheet, a workbook, a comparison."""
    reader.open(f"{china}/?standard=fibre&as_of=2015-12-31&lang=zh")
    keys = reader.page.keyboard
    tabs_to(reader, "[role=slider], input[type=range]")
    keys.press("ArrowRight")
    reader.sees("2017-12-31")
    for place in (PROVINCE, PREFECTURE):
        tabs_to(reader, to(place))
        keys.press("Enter")
        reader.sees(NAMES["zh"][place])
    tabs_to(reader, ".deck-events-root")
    zoom = reader.rests()[0][2]
    keys.press("+")
    reader.page.wait_for_timeout(300)
    assert reader.rests()[0][2] > zoom
    tabs_to(reader, ".atlas-files a[href*='.xlsx']")
    tabs_to(reader, "[data-testid=stPopover] button", backwards=True)
    keys.press("Enter")
    reader.page.locator("[data-testid=stPopoverBody] a[href*='.pdf']").wait_for()
    tabs_to(reader, "[data-testid=stPopoverBody] a[href*='.pdf']")
    keys.press("Escape")
    for place, within in ((COUNTY, ".atlas-bars th"), (TOWNSHIP, ".atlas-bars th"), (VILLAGE, ".atlas-table")):
        tabs_to(reader, to(place, within))
        keys.press("Enter")
        reader.sees(NAMES["zh"][place])
    for place in (TOWNSHIP, COUNTY, PREFECTURE):
        reader.page.go_back()  # the browser's own key
        reader.sees(NAMES["zh"][place])
    tabs_to(reader, to(COUNTY, ".atlas-bars td"))
    keys.press("Enter")
    reader.page.wait_for_url(re.compile("/compare"))
    reader.sees(NAMES["zh"][COUNTY])


def tabs_to(person: Visitor, wanted: str, *, backwards: bool = False, most: int = 250) -> None:
    """Press Tab until what is wanted has the keys; what is pressed then is seen by everybody."""
    for _ in range(most):
        person.page.keyboard.press("Shift+Tab" if backwards else "Tab")
        if person.page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"{wanted} is not among the {most} next stops")


@pytest.mark.parametrize("screen", SCREENS, ids=str)
def test_a_citizen(somebody: Visitor, china: str, screen: tuple[int, str, str]) -> None:
    """Finds her village however she writes it, reads the answer, passes it on, and says where it is wrong."""
    _, lang, _ = screen
    ways = WRITTEN if screen == SCREENS[4] else [WRITTEN[SCREENS.index(screen)]]
    for written in ways:
        somebody.open(f"{china}/?lang={lang}")
        box = somebody.page.locator(".st-key-question input")
        box.fill(written)
        box.press("Enter")
        somebody.page.wait_for_url(re.compile(f"place={VILLAGE}|/search"))
        somebody.settled()
        if VILLAGE not in somebody.page.url:  # several are called so, or nearly: she chooses
            goes(somebody, f"[data-testid=stMain] a[href*='place={VILLAGE}']", VILLAGE, "place")
        assert NAMES[lang][VILLAGE] in somebody.title()
    assert somebody.page.locator(".atlas-notice-warning").count() == 1  # simulated, in words
    somebody.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    somebody.page.get_by_role("button", name=COPY[lang]).click()
    somebody.page.get_by_text(COPIED[lang]).wait_for()
    assert f"place={VILLAGE}" in somebody.page.evaluate("navigator.clipboard.readText()")
    somebody.page.locator("[data-testid=stMain] [data-testid=stPageLink-NavLink]", has_text=REPORT[lang]).click()
    somebody.page.wait_for_url(re.compile(f"/correct.*place={VILLAGE}"))
    somebody.settled()
    assert NAMES[lang][VILLAGE] in somebody.title()
    assert somebody.page.locator("[data-testid=stForm]").count() == 1  # without an account


@pytest.mark.parametrize("screen", SCREENS, ids=str)
def test_a_journalist(somebody: Visitor, china: str, screen: tuple[int, str, str]) -> None:
    """Reads the headline, follows it to who said so, and takes the figure with its source."""
    _, lang, _ = screen
    somebody.open(f"{china}/?lang={lang}")
    [rate] = re.findall(r"(\d+)%", somebody.title())[:1]
    somebody.page.locator(".atlas-subtitle a[href*='figure=']").first.click()
    somebody.page.wait_for_url(re.compile("/figures.*figure="))
    somebody.settled()
    [figure] = re.findall(r"figure=(\w+)", somebody.page.url)
    said = somebody.page.locator("[data-testid=stMain]").inner_text()
    assert rate in said and figure in said
    published = somebody.page.locator("[data-testid=stMain] dd a[href^='http']").first.get_attribute("href")
    assert published and said.count(published) >= 2  # as a link, and in the words to cite it by
    somebody.page.locator(".atlas-notice a").first.click()
    somebody.page.wait_for_url(re.compile(r"/figures(?!.*figure=)"))
    somebody.settled()
    text = taken(somebody, ".atlas-files a[href*='figures.csv']").decode("utf-8-sig")
    [row] = [row for row in csv.reader(io.StringIO(text)) if figure in row]
    assert published in row and rate in row
