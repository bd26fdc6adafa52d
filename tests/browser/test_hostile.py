"""A village may be called anything. It is text, everywhere."""

from __future__ import annotations

import pytest
from people import Visitor

from indicators.database import Atlas

pytestmark = pytest.mark.browser


def test_a_hostile_name_is_shown_as_its_characters(
    visitor: Visitor, elsewhere: str, mini_atlas: Atlas
) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    [(village, parent)] = (
        mini_atlas.cursor()
        .execute("SELECT place_id, district_id FROM village WHERE name = $1 LIMIT 1", [hostile])
        .fetchall()
    )
    visitor.open(f"{elsewhere}/place?place={village}&lang=en")
    assert hostile in visitor.title()
    visitor.open(f"{elsewhere}/place?place={parent}&lang=en")
    visitor.painted()
    assert visitor.page.locator("img[src=x]").count() == 0


@pytest.mark.parametrize(
    "query", ["?place=%3Cscript%3Ealert(1)%3C/script%3E", "?standard=../../etc", "?as_of=0000-99-99&lang=xx"]
)
def test_a_hostile_link_is_harmless(visitor: Visitor, elsewhere: str, query: str) -> None:
    visitor.open(f"{elsewhere}/{query}")
    assert visitor.page.locator("[data-testid=stException]").count() == 0
    assert visitor.title().strip()
