"""Whoever sits in front of the atlas in a browser test."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request
from playwright.sync_api import TimeoutError as PlaywrightTimeout

ROOT = Path(__file__).resolve().parents[2]
#: Where pictures of the pages are wanted; without it none is taken, and no map is painted that no test looks at.
SCREENS = os.environ.get("ATLAS_SCREENS")
LOOPBACK = tuple(
    f"{scheme}://{host}:" for scheme in ("http", "https", "ws", "wss") for host in ("127.0.0.1", "localhost")
)
SLOW_MS = 60_000  # a software renderer on two busy cores
LOOK_MS, QUIET_MS, RESTING_MS = 100, 700, 500

#: True once the page has said for a fifth of a second that it has run to its end: between a press of a key and the
#: server's word that it runs again, a page looks as if it had.
SETTLED = """() => {
  const app = document.querySelector("[data-testid=stApp]");
  const rests = app && app.dataset.testScriptState === "notRunning" && app.dataset.testConnectionState === "CONNECTED"
    && document.querySelector(".atlas-foot") && !document.querySelector("[data-testid=stSkeleton]")
    && !document.querySelector("[data-testid=stStatusWidget]");
  if (!rests) { window.restsSince = null; return false; }
  window.restsSince ??= performance.now();
  if (performance.now() - window.restsSince < 200) return false;
  window.restsSince = null;
  return true;
}"""

#: Where each map of the page is: longitude, latitude and zoom of deck.gl's own viewport, null until it has one. Asked
#: by a way of its own, not through the page's script; React's properties may be those of the drawing before.
POSITIONS = """() => [...document.querySelectorAll("[data-testid=stDeckGlJsonChart]")].map((chart) => {
  let node = chart.querySelector("canvas"), fiber = null;
  for (; node && !fiber; node = node.parentElement)
    fiber = node[Object.keys(node).find((name) => name.startsWith("__reactFiber$"))];
  for (; fiber; fiber = fiber.return)
    for (let hook = fiber.memoizedState; hook && "next" in hook; hook = hook.next)
      for (const held of [hook.memoizedState, hook.memoizedState && hook.memoizedState.current])
        if (held && held.deck && held.deck.isInitialized && held.deck.getViewports()[0]) {
          const { longitude, latitude, zoom } = held.deck.getViewports()[0];
          return [longitude, latitude, zoom];
        }
  return null;
})"""


#: For who looks at no map: it is there, asks for its tiles and moves, but nothing is painted on it. That painting, by a
#: software renderer, is most of what a browser test costs.
UNPAINTED = """for (const kind of [window.WebGLRenderingContext, window.WebGL2RenderingContext].filter(Boolean))
  for (const name of ["clear", "drawArrays", "drawElements", "drawArraysInstanced", "drawElementsInstanced"])
    if (kind.prototype[name]) kind.prototype[name] = () => undefined;"""

VIOLATION = "kept by the policy: "
TELL_VIOLATIONS = f"""document.addEventListener("securitypolicyviolation", (event) =>
  console.warn({VIOLATION!r} + event.effectiveDirective + " " + event.blockedURI + " " + event.sourceFile))"""


class Visitor:
    """A person in front of the atlas: opens pages, reads them, and reports what the browser asked for.

    looks_at_maps: false for who only reads, so that maps stay unpainted and nothing moves for its beauty's sake.
    """

    def __init__(self, context: BrowserContext, name: str, *, looks_at_maps: bool = True) -> None:
        self.page: Page = context.new_page()
        self.page.set_default_timeout(SLOW_MS)
        if not (looks_at_maps or SCREENS):
            self.page.add_init_script(UNPAINTED)
            self.page.emulate_media(reduced_motion="reduce")
        self.name = name
        self.strangers: list[str] = []
        self.dialogs: list[str] = []
        self.violations: list[str] = []  # of the pages' own policy: what was kept from loading or running
        self._under_way = 0
        self.page.on("request", self._begun)
        self.page.on("requestfinished", self._ended)
        self.page.on("requestfailed", self._ended)
        self.page.add_init_script(TELL_VIOLATIONS)
        self.page.on("console", self._listened)
        self.page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))

    def _begun(self, request: Request) -> None:
        self._under_way += 1
        self._note(request.url)

    def _ended(self, request: Request) -> None:
        self._under_way -= 1

    def _listened(self, message: ConsoleMessage) -> None:
        if message.text.startswith(VIOLATION):
            self.violations.append(message.text.removeprefix(VIOLATION))

    def _note(self, url: str) -> None:
        if not url.startswith((*LOOPBACK, "data:", "blob:", "about:")):
            self.strangers.append(url)

    def open(self, url: str) -> None:
        self.page.goto(url)
        self.settled()

    def settled(self) -> None:
        """The page has run to its end and nothing is being recomputed."""
        self.page.wait_for_function(SETTLED)

    def painted(self) -> None:
        """Tiles and pictures are there: nothing has been on its way for a while, and a frame was drawn since."""
        self.settled()
        quiet_ms = 0
        for _ in range(SLOW_MS // LOOK_MS):
            self.page.wait_for_timeout(LOOK_MS)
            quiet_ms = 0 if self._under_way > 0 else quiet_ms + LOOK_MS
            if quiet_ms >= QUIET_MS:
                break
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def rests(self) -> list[list[float]]:
        """Where the maps are once they move no more: a slow browser is still following when the hand has gone."""
        seen: list[object] = []
        for _ in range(SLOW_MS // RESTING_MS):
            seen.append((self.page.url, self.page.evaluate(POSITIONS)))
            if len(seen) > 3 and seen[-1] == seen[-2] == seen[-3]:
                break
            self.page.wait_for_timeout(RESTING_MS)
        return [one for one in self.page.evaluate(POSITIONS) if one]

    def chooses(self, words: str, in_url: str) -> None:
        """Press a button of a choice until the address says so: a press during a redraw may get lost."""
        button = self.page.locator("[data-testid=stButtonGroup] button").filter(has_text=re.compile(f"^{words}$"))
        for _ in range(3):
            button.click()
            try:
                self.page.wait_for_url(re.compile(in_url), timeout=SLOW_MS / 3)
                return
            except PlaywrightTimeout:
                continue
        raise AssertionError(f"{words} was pressed and the address never said {in_url}")

    def picks(self, box: Locator, words: str, in_url: str) -> None:
        """Open a box of a long list, type, Enter, until the address says so: a redraw may take the letters away."""
        for _ in range(4):
            box.focus()
            box.fill("")  # what an attempt before left there would not be noticed as typed
            self.page.keyboard.insert_text(words)
            try:
                self.page.get_by_role("option", name=words).first.wait_for(timeout=SLOW_MS / 4)
                self.page.keyboard.press("Enter")
                self.page.wait_for_url(re.compile(in_url), timeout=SLOW_MS / 4)
                return
            except PlaywrightTimeout:
                self.page.keyboard.press("Escape")
        raise AssertionError(f"{words} was typed and the address never said {in_url}")

    def sees(self, words: str) -> None:
        """The title says so, at the latest when the rerun under way has ended."""
        self.page.wait_for_function("words => document.querySelector('h1')?.innerText.includes(words)", arg=words)
        self.settled()

    def title(self) -> str:
        return self.page.locator("h1").inner_text()

    def keep(self, name: str) -> None:
        """A picture of what is seen, where pictures are wanted."""
        if SCREENS:
            Path(SCREENS).mkdir(parents=True, exist_ok=True)
            self.painted()
            self.page.screenshot(path=Path(SCREENS) / f"{name}.png")


def a_visit(context: BrowserContext, name: str, *, looks_at_maps: bool = True) -> Iterator[Visitor]:
    """Somebody who was never here; at the end: no stranger was asked, no script ran, nothing is left behind."""
    person = Visitor(context, name, looks_at_maps=looks_at_maps)
    yield person
    if person.page.url.startswith("http"):
        person.page.evaluate("localStorage.clear()")  # a theme that was chosen
    person.page.close()
    context.clear_cookies()
    context.clear_permissions()
    assert person.strangers == [], "the page asked another host"
    assert person.dialogs == [], "a script from the data ran"
    assert person.violations == [], "the page does what its policy does not allow"
