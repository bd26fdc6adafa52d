"""Headless Chromium: counts what a page receives and asks for, and sees when its map is painted.

The times are taken inside the page by its own clock; nothing here waits for the page to answer, so a
page that is busy for a minute can still be given up.
"""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    BrowserType,
    ConsoleMessage,
    Page,
    Request,
    ViewportSize,
    WebSocket,
    sync_playwright,
)
from playwright.sync_api import Error as PlaywrightError

from benchmarks.processes import LOOPBACK

CHROMIUM = Path("/usr/bin/chromium")  # else the one that playwright brings
ARGUMENTS = [
    "--no-sandbox",
    "--headless=new",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
    f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {LOOPBACK}",  # asked for is counted, but never reached
]
VIEWPORT = ViewportSize(width=1440, height=1000)
OWN_SCHEMES = ("data", "blob", "about")
SCRIPT_AT_REST = '[data-testid="stApp"][data-test-script-state="notRunning"]'
POLL_MS = 100
QUIET_S = 2.0
SETTLED_S = 3.0
GIVE_UP_S = 240.0
AT_REST_S = 60.0
SAY = "atlas-benchmark"

# The drawing buffer is kept so that it can be read at any time; a map is painted once the canvas is not
# of one colour, and complete at the last change of its pixels.
WATCH = (
    """
(() => {
  const original = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (kind, options) {
    const kept = String(kind).startsWith("webgl") ? {...options, preserveDrawingBuffer: true} : options;
    return original.call(this, kind, kept);
  };
  const small = Object.assign(document.createElement("canvas"), {width: 240, height: 160});
  const brush = small.getContext("2d", {willReadFrequently: true});
  let before = "";
  const look = () => {
    const map = document.querySelector('[data-testid="stDeckGlJsonChart"] canvas');
    if (!map || !map.width) return;
    brush.clearRect(0, 0, small.width, small.height);
    brush.drawImage(map, 0, 0, small.width, small.height);
    const pixels = new Uint32Array(brush.getImageData(0, 0, small.width, small.height).data.buffer);
    let sum = 0, inked = 0;
    for (const pixel of pixels) { sum = (Math.imul(sum, 31) + pixel) | 0; inked += pixel !== pixels[0]; }
    if (!inked || sum === before) return;
    before = sum;
    console.debug(`SAY ${performance.now()} ${inked}`);
  };
  setInterval(look, 250);
})();
"""
).replace("SAY", SAY)


class NoBrowser(RuntimeError):
    """Chromium did not start; the message says what to install."""


class PageStuck(RuntimeError):
    """The page did not load or did not let itself be clicked; the message says what was tried."""


@dataclass
class Visit:
    """One page in a browser of its own: no cache from an earlier visit."""

    page: Page
    begun: float
    frames: list[int] = field(default_factory=list)  # bytes of each websocket message received
    requests: int = 0
    pending: int = 0
    outside: list[str] = field(default_factory=list)
    changes_ms: list[float] = field(default_factory=list)  # when the map's pixels changed, since navigation
    last_event: float = field(default_factory=time.perf_counter)

    def until_quiet(self) -> None:
        """Until nothing has been asked, received or painted for a while, or it takes too long.

        A new server, or a browser that draws in software, can be silent for seconds in the middle of a run:
        hence the second wait. Raises PageStuck where the run never ends.
        """
        self._wait(self._is_quiet)
        try:
            self.page.locator(SCRIPT_AT_REST).wait_for(timeout=1000 * AT_REST_S)
        except PlaywrightError as error:
            raise PageStuck(f"expected a run to end, found: {error.message.splitlines()[0]}") from error
        self._wait(self._is_quiet)

    def _is_quiet(self) -> bool:
        return bool(self.frames) and self.pending <= 0 and self._idle_s() > QUIET_S

    def until_painted(self) -> None:
        """Until the map is there and has not changed for a while, or it takes too long."""
        self._wait(lambda: self.is_settled)

    @property
    def is_settled(self) -> bool:
        """Painted, nothing on its way, and no change for a while."""
        return bool(self.changes_ms) and self.pending <= 0 and self._idle_s() > SETTLED_S

    def change_standard(self) -> bool:
        """Click on a standard that is not chosen. False where the page has none to click. Raises PageStuck."""
        others = self.page.locator('.st-key-standard [role="radio"][aria-checked="false"]')
        if not others.count():
            return False
        try:
            others.first.click(timeout=1000 * AT_REST_S)
        except PlaywrightError as error:
            raise PageStuck(f"expected a standard to click, found: {error.message.splitlines()[0]}") from error
        self.last_event = time.perf_counter()
        self.until_quiet()
        return True

    def _idle_s(self) -> float:
        return time.perf_counter() - self.last_event

    def _wait(self, is_done: Callable[[], bool]) -> None:
        while not is_done() and time.perf_counter() - self.begun < GIVE_UP_S:
            self.page.wait_for_timeout(POLL_MS)

    def listen(self) -> None:
        """Count from now on."""
        self.page.on("websocket", self._websocket)
        self.page.on("console", self._console)
        self.page.context.on("request", self._request)
        for event in ("requestfinished", "requestfailed"):
            self.page.context.on(event, self._ended)

    def _websocket(self, socket: WebSocket) -> None:
        self._place(socket.url)
        socket.on("framereceived", self._frame)

    def _frame(self, payload: str | bytes) -> None:
        self.frames.append(len(payload.encode() if isinstance(payload, str) else payload))
        self.last_event = time.perf_counter()

    def _console(self, message: ConsoleMessage) -> None:
        words = message.text.split()
        if words[:1] == [SAY]:
            self.changes_ms.append(float(words[1]))
            self.last_event = time.perf_counter()

    def _request(self, request: Request) -> None:
        self.pending += 1
        self._place(request.url)

    def _ended(self, request: Request) -> None:
        del request
        self.pending -= 1
        self.last_event = time.perf_counter()

    def _place(self, url: str) -> None:
        self.requests += 1
        self.last_event = time.perf_counter()
        parts = urlsplit(url)
        if parts.scheme not in OWN_SCHEMES and parts.hostname != LOOPBACK:
            self.outside.append(url)


@dataclass(frozen=True)
class Chromium:
    """A running browser."""

    running: Browser
    kind: BrowserType

    @contextlib.contextmanager
    def profile(self) -> Iterator[BrowserContext]:
        """A browser of its own with a profile on the disk, as people have: it keeps files and compiled scripts."""
        with tempfile.TemporaryDirectory() as folder:
            context = self.kind.launch_persistent_context(
                folder, executable_path=_installed(), args=ARGUMENTS, viewport=VIEWPORT, locale="zh-CN"
            )
            try:
                yield context
            finally:
                context.close()

    @contextlib.contextmanager
    def visit(self, url: str) -> Iterator[Visit]:
        """Open an address without waiting for it."""
        context = self.running.new_context(viewport=VIEWPORT, locale="zh-CN")
        try:
            context.add_init_script(WATCH)
            page = context.new_page()
            visit = Visit(page, time.perf_counter())
            visit.listen()
            try:
                page.goto(url, wait_until="commit")
            except PlaywrightError as error:
                raise PageStuck(f"expected a page, found: {error.message.splitlines()[0]}") from error
            yield visit
        finally:
            context.close()


@contextlib.contextmanager
def browser() -> Iterator[Chromium]:
    """Chromium for as long as the block lasts. Raises NoBrowser."""
    with sync_playwright() as playwright:
        try:
            running = playwright.chromium.launch(executable_path=_installed(), args=ARGUMENTS)
        except PlaywrightError as error:
            raise NoBrowser(
                f"expected Chromium, found none; install it or run: playwright install chromium\n{error}"
            ) from error
        try:
            yield Chromium(running, playwright.chromium)
        finally:
            running.close()


def _installed() -> str | None:
    return str(CHROMIUM) if CHROMIUM.exists() else None
