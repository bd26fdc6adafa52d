"""A page before its scripts run, while they start, and when the app has taken over."""

from __future__ import annotations

import re

import pytest
from people import Visitor
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
VILLAGE = "place?village=010101107&lang=en"
#: Notes each frame in which no headline is to be seen after there was one, and where the headline stands.
WATCH = """window.gaps = 0; window.tops = [];
const look = () => {
  const shown = [...document.querySelectorAll("h1")].filter((one) => one.getBoundingClientRect().height > 0);
  if (shown.length) window.tops.push(Math.round(shown[0].getBoundingClientRect().top));
  else if (window.tops.length) window.gaps += 1;
  requestAnimationFrame(look);
};
requestAnimationFrame(look);"""
MOVED_PX = 24  # the headline may settle by that much when the app takes over


def test_a_page_is_read_without_scripts_and_taken_over_with_them(browser: Browser, elsewhere: str) -> None:
    without = browser.new_context(java_script_enabled=False).new_page()
    assert without.goto(f"{elsewhere}/{VILLAGE}")
    said = without.locator("h1").inner_text()
    assert without.locator("table").first.is_visible() and without.locator("noscript .atlas-notice").is_visible()
    without.locator(".atlas-breadcrumb a").last.click()  # its links lead on
    assert without.locator("h1").inner_text() != said
    without.context.close()

    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900})
    person = Visitor(context, "first", looks_at_maps=False)
    errors: list[str] = []
    person.page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    person.page.on("response", lambda answer: errors.append(answer.url) if answer.status >= 400 else None)
    person.page.add_init_script(WATCH)
    person.open(f"{elsewhere}/{VILLAGE}")
    assert person.title() == said and person.page.locator("#atlas-first").count() == 0
    assert person.page.evaluate("document.documentElement.className") == ""
    assert person.page.evaluate("window.gaps") == 0
    tops = person.page.evaluate("window.tops")
    assert max(tops) - min(tops) <= MOVED_PX, list(dict.fromkeys(tops))
    assert errors == [] and person.violations == [] and person.strangers == []

    context.grant_permissions(["clipboard-read", "clipboard-write"])
    person.page.get_by_role("button", name="Copy link").click()
    person.page.get_by_text("Link copied").wait_for()
    assert person.page.evaluate("navigator.clipboard.readText()") == person.page.url
    person.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('forbidden')); }")
    person.page.get_by_role("button", name="Copy link").click()
    field = person.page.get_by_label("Link to this view")
    field.wait_for()
    assert field.input_value() == person.page.url
    assert person.page.evaluate("window.getSelection().toString()") == person.page.url
    context.close()


def test_the_app_opens_its_line_without_asking_first_how(browser: Browser, elsewhere: str) -> None:
    """Streamlit would wait for two answers before it begins: a second of nothing on a phone's line."""
    context = browser.new_context(locale="zh-CN")
    person = Visitor(context, "never answered", looks_at_maps=False)
    asked: list[str] = []
    person.page.route(re.compile(r"/_stcore/(health|host-config)$"), lambda one: asked.append(one.request.url))
    person.open(f"{elsewhere}/{VILLAGE}")
    assert person.title() and len(asked) == 2
    context.close()
