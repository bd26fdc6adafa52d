"""Every page at every width, in both themes: nothing crosses its border or is stacked letter by letter, every control
has a name of its own, fingers find what they press, and a machine finds no fault with its accessibility."""

from __future__ import annotations

import pytest
from people import ROOT, Visitor

import pages

pytestmark = [pytest.mark.browser, pytest.mark.national]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
CONTRAST = ["color-contrast"]  # all that another theme can change
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WIDTHS = (1366, 1024, 820, 683, 390)
HEIGHT = 900
PLACES = ("place?place=431124", "place?place=431102001205", "?place=431100", "search?q=xintian")
#: The framework's own box for a dropped file: a section of no role that has a name. Said on the page Accessibility.
FRAMEWORK = "[data-testid=stFileUploaderDropzone]"

#: What is wrong with how the page is set at its present width.
FAULTS = """() => {
  const main = document.querySelector("[data-testid=stMain]"), width = document.documentElement.clientWidth, found = [];
  if (main.scrollWidth > main.clientWidth + 1) found.push(`the page scrolls sideways: ${main.scrollWidth} px`);
  const scrolls = (node) => {
    for (; node && node !== main; node = node.parentElement)
      if (getComputedStyle(node).overflowX !== "visible" && node.scrollWidth > node.clientWidth) return true;
    return false;
  };
  for (const node of main.querySelectorAll("*")) {
    const box = node.getBoundingClientRect(), style = getComputedStyle(node);
    const isText = node.children.length === 0 && (node.innerText || "").trim();
    if (!box.width || style.visibility === "hidden" || !isText) continue;
    if (node.closest(".atlas-watermark, .atlas-hidden, svg, canvas, iframe, [data-testid=stElementToolbar]")) continue;
    const text = node.innerText.trim();
    if (box.right > width + 1 && !scrolls(node.parentElement)) found.push(`crosses the edge: ${text.slice(0, 40)}`);
    const range = document.createRange();
    range.selectNodeContents(node);
    const lines = new Set([...range.getClientRects()].map((one) => Math.round(one.top))).size;
    if (lines >= 3 && text.length / lines < 2.1) found.push(`stacked letter by letter: ${text.slice(0, 40)}`);
  }
  return [...new Set(found)];
}"""

#: Controls that sound alike, and those that have no name.
ALIKE = """() => {
  const named = new Map();
  for (const one of document.querySelectorAll("button, summary, select")) {
    if (!one.getBoundingClientRect().width || one.closest("[aria-hidden=true]")) continue;
    const name = (one.getAttribute("aria-label") || one.innerText || one.title || "").trim();
    named.set(name, (named.get(name) || 0) + 1);
  }
  return [...named].filter(([name, times]) => times > 1 || !name).map(([name]) => name);
}"""

#: Buttons and boxes that a finger would miss; what is read in a line of text may be smaller (WCAG 2.2, 2.5.8).
SMALL = """() => [...document.querySelectorAll("[data-testid^=stBaseButton], [data-testid=stPopoverButton],"
    + ".atlas-print, .atlas-icon-button, .atlas-files a, .atlas-fold summary, [data-testid=stExpander] summary")]
  .map((one) => [one, one.getBoundingClientRect()])
  .filter(([one, box]) => box.width && box.height < 43.5 && !one.closest("[data-testid=stHeader]"))
  .map(([one, box]) => `${one.innerText.slice(0, 30)}: ${Math.round(box.height)} px`)"""


def addresses() -> list[str]:
    """Every page of the folder, and three kinds of places."""
    paths = [pages.module(name).PAGE.url_path for name in pages.names()]
    return [*("" if path == "overview" else path for path in paths if path != "place"), *PLACES]


@pytest.mark.parametrize(("number", "path"), list(enumerate(addresses())))
def test_a_page_is_for_everybody(reader: Visitor, china: str, number: int, path: str) -> None:
    """Half of the pages in Chinese, half in English; each in both themes."""
    lang = ("zh", "en")[number % 2]
    page = reader.page
    page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})
    reader.open(f"{china}/{path}{'&' if '?' in path else '?'}lang={lang}")
    reader.painted()
    faults = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.wait_for_timeout(300)
        faults += [f"{width}: {fault}" for fault in page.evaluate(FAULTS)]
    faults += [f"small: {one}" for one in page.evaluate(SMALL)]  # at the last width, a phone's
    faults += [f"alike: {name}" for name in page.evaluate(ALIKE)]
    faults += _axe(reader, RULES)
    page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})
    page.locator("[data-atlas-turn=dark]").click()
    page.locator("[data-atlas-turn=light]").wait_for()
    reader.settled()
    faults += _axe(reader, CONTRAST)
    assert faults == []


def _axe(reader: Visitor, rules: list[str]) -> list[str]:
    reader.page.evaluate(AXE.read_text(encoding="utf-8"))
    context = {"exclude": [FRAMEWORK]}
    found = reader.page.evaluate("([context, rules]) => axe.run(context, {runOnly: rules})", [context, rules])
    looked_at = len(found["passes"]) + len(found["incomplete"])
    assert looked_at > (8 if rules is RULES else 0)  # it did look
    return [f"{one['id']}: {node['html'][:160]}" for one in found["violations"] for node in one["nodes"][:2]]
