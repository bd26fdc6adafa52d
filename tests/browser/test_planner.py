"""Cost, priority and sites in a browser, in both languages, and a search that is stopped by hand."""

from __future__ import annotations

import pytest
from people import Visitor
from test_screens import colours_of_map

pytestmark = [pytest.mark.browser, pytest.mark.national]

HERE = "place=431128&standard=4g&as_of=2015-12-31"
WAIT_MS = 60_000


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ["cost", "priority", "sites"])
def test_a_planner_page_answers_in_both_languages(
    request: pytest.FixtureRequest, china: str, name: str, lang: str
) -> None:
    has_map = name != "cost"
    visitor: Visitor = request.getfixturevalue("visitor" if has_map else "reader")
    visitor.open(f"{china}/{name}?{HERE}&lang={lang}")
    page = visitor.page
    word = {"zh": "保存方案", "en": "Save this scenario"}[lang]
    page.get_by_text(word).first.wait_for(timeout=WAIT_MS)
    visitor.painted()
    visitor.keep(f"{name}-{lang}")
    assert page.locator("[data-testid=stException], [data-testid=stAlert]").count() == 0
    assert {"zh": "模拟", "en": "Simulated"}[lang] in page.locator("main, [data-testid=stMain]").first.inner_text()
    if has_map:
        assert colours_of_map(visitor) > 6


def test_a_long_search_is_stopped_by_hand(reader: Visitor, china: str) -> None:
    """Trade-offs of lots by township over a province take seconds, long enough to press the button."""
    reader.page.goto(
        f"{china}/priority?place=430000&standard=fibre&as_of=2015-12-31&lang=en&priority.lot=4&priority.level=township&priority.limit=60"
    )  # not `open`, which waits for the answer
    page = reader.page
    page.locator(".st-key-stop_tradeoffs").get_by_role("button", name="Stop the search").click(timeout=WAIT_MS)
    page.get_by_text("The search was stopped").wait_for(timeout=WAIT_MS)
    assert page.get_by_role("button", name="Search again").is_visible()
