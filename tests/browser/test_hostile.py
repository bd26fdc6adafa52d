"""A village may be called anything. It is text, everywhere."""

from __future__ import annotations

import pytest
from hostile_profile import SEEN
from people import Visitor

from indicators.database import Atlas

pytestmark = pytest.mark.browser
WARD = "010101"


def test_a_hostile_name_is_shown_as_its_characters(reader: Visitor, elsewhere: str, mini_atlas: Atlas) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    [(village, parent)] = (
        mini_atlas.cursor()
        .execute("SELECT place_id, district_id FROM village WHERE name = $1 LIMIT 1", [hostile])
        .fetchall()
    )
    reader.open(f"{elsewhere}/place?place={village}&lang=en")
    assert hostile in reader.title()
    reader.open(f"{elsewhere}/place?place={parent}&lang=en")
    reader.painted()
    assert reader.page.locator("img[src=x]").count() == 0


@pytest.mark.parametrize(
    "query", ["?place=%3Cscript%3Ealert(1)%3C/script%3E", "?standard=../../etc", "?as_of=0000-99-99&lang=xx"]
)
def test_a_hostile_link_is_harmless(reader: Visitor, elsewhere: str, query: str) -> None:
    reader.open(f"{elsewhere}/{query}")
    assert reader.page.locator("[data-testid=stException]").count() == 0
    assert reader.title().strip()


def test_a_hostile_village_on_the_close_up(reader: Visitor, hostile: str) -> None:
    """Popup and tooltip show the characters; nothing of the name was a template, markup or a link."""
    reader.page.goto(f"{hostile}/maps/{WARD}.html?standard=wire&as_of=2012-12-31&lang=en")
    choice = reader.page.locator(".atlas-close-up select")
    choice.select_option(index=1)
    popup = reader.page.locator(".leaflet-popup-content")
    popup.wait_for()
    assert SEEN in popup.inner_text()
    box = popup.bounding_box()
    assert box and box["width"] < 400  # a name without blanks wraps
    assert popup.locator("a").count() == 1 and popup.locator("img, script").count() == 0
    reader.page.locator(".leaflet-popup-close-button").click()
    shown = reader.page.evaluate(
        "() => { let said = ''; window.map_atlas.eachLayer((one) => {"
        " if (one.getTooltip && one.getTooltip() && !said) {"
        " one.openTooltip(); said = one.getTooltip().getElement().textContent; } }); return said; }"
    )
    assert SEEN in shown
    assert reader.page.locator(".leaflet-tooltip img, .leaflet-tooltip script").count() == 0
    reader.keep("hostile-close-up")
