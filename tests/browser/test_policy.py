"""What the browser does with the policy that every answer carries."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from people import Visitor
from playwright.sync_api import BrowserContext

pytestmark = pytest.mark.browser

INLINE = """() => {
  const script = Object.assign(document.createElement("script"), { textContent: "window.atlasForged = true" });
  document.body.append(script);
  const picture = new Image();
  document.body.append(picture);
  picture.setAttribute("onerror", "window.atlasForged = true");
  picture.src = "http://192.0.2.1/spy.png";
  setTimeout(() => eval("window.atlasForged = true"));
  return new Promise((resolve) => setTimeout(() => resolve(Boolean(window.atlasForged)), 500));
}"""


@pytest.fixture
def attacked(desk: BrowserContext) -> Iterator[Visitor]:
    """A visitor to whose page somebody has got a script: its traces are what the test is about."""
    person = Visitor(desk, "attacked", looks_at_maps=False)
    yield person
    person.page.close()


def test_what_got_into_a_page_does_not_run_or_load(attacked: Visitor, elsewhere: str) -> None:
    attacked.open(elsewhere)
    assert attacked.page.evaluate(INLINE) is False
    kinds = ("script-src-elem", "script-src-attr", "img-src", "script-src")
    assert all(any(kind in said for said in attacked.violations) for kind in kinds), attacked.violations
