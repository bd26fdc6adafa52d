"""The atlas as visitors meet it: behind nginx with the delivered file, under a path two levels deep, in a frame."""

from __future__ import annotations

import functools
import http.server
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import front
import pytest
from people import SETTLED, Visitor
from playwright.sync_api import Browser, BrowserContext, Frame, Page

BASE = "/gov/cuntong"
COUNTY = "431128"
PINGS = re.compile(r"/_stcore/(?:health|host-config)$")  # Streamlit asks for its base, and 404 is an answer
STREAMLIT = [
    "-m",
    "streamlit",
    "run",
    "dashboard.py",
    "--server.port",
    "{port}",
    "--server.address",
    "127.0.0.1",
]
BY_STREAMLIT = [*STREAMLIT, "--server.baseUrlPath", BASE.strip("/")]


class Traveller(Visitor):
    """A visitor who remembers what was asked outside the base, and what did not answer."""

    def __init__(self, context: BrowserContext, name: str, home: str) -> None:
        super().__init__(context, name, looks_at_maps=False)
        self.home = home
        self.outside: list[str] = []
        self.failed: list[str] = []
        self.page.on("request", lambda request: self._within(request.url))
        self.page.on("response", lambda answer: self._answered(answer.status, answer.url))

    def _within(self, url: str) -> None:
        socket = self.home.replace("http", "ws", 1)
        if url != self.home and not url.startswith((f"{self.home}/", f"{socket}/", "data:", "blob:", "about:")):
            self.outside.append(url)

    def _answered(self, status: int, url: str) -> None:
        if status >= 400 and not PINGS.search(url):
            self.failed.append(f"{status} {url}")

    def has_met_no_dead_end(self) -> None:
        assert not self.outside and not self.failed and not self.strangers


@pytest.fixture(scope="module")
def portal() -> Iterator[str]:
    """Where another site is that shows the atlas in a frame: another host name, as browsers count."""
    port = front.free_port()
    yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def application(national_build_dir: Path, portal: str) -> Iterator[int]:
    settings = {"ATLAS_BASE_PATH": BASE, "ATLAS_FRAME_ANCESTORS": portal}
    with front.application(national_build_dir, front.UVICORN, **settings) as port:
        yield port


@pytest.fixture(scope="module")
def strict_desk(browser: Browser) -> Iterator[BrowserContext]:
    """A desk whose browser takes the test's certificate."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 1100},
        locale="zh-CN",
        ignore_https_errors=True,
        accept_downloads=True,
    )
    context.add_init_script("window.printed = 0; window.print = () => { window.printed += 1; };")
    yield context
    context.close()


def traveller(context: BrowserContext, name: str, home: str) -> Iterator[Traveller]:
    person = Traveller(context, name, home)
    yield person
    person.page.close()


@pytest.fixture
def kept(application: int, strict_desk: BrowserContext, tmp_path: Path) -> Iterator[Traveller]:
    with front.nginx(tmp_path / "nginx", application, BASE) as gate:
        yield from traveller(strict_desk, "front-kept", gate.address)


@pytest.fixture
def stripped(application: int, strict_desk: BrowserContext, tmp_path: Path) -> Iterator[Traveller]:
    with front.nginx(tmp_path / "nginx", application, BASE, strip=True) as gate:
        yield from traveller(strict_desk, "front-stripped", gate.address)


# --- what everybody does ----------------------------------------------------------------------------------------


def close_up(page: Page | Frame) -> Frame:
    """The county's map inside the page, once its villages are drawn."""
    element = page.wait_for_selector("iframe[src*='maps/']")
    assert element is not None
    frame = element.content_frame()
    assert frame is not None
    frame.wait_for_selector(".atlas-close-up select option:nth-child(3)", state="attached")
    return frame


def follow_a_popup(page: Page | Frame) -> str:
    """Choose a village in the close-up and follow its popup's link; returns the village's code."""
    frame = close_up(page)
    village = frame.locator(".atlas-close-up select option").nth(2).get_attribute("value")
    frame.locator(".atlas-close-up select").select_option(village)
    frame.locator(".leaflet-popup a[target=_top]").click()
    return str(village)


def downloads(person: Traveller) -> str:
    """The first table that the page offers, as text."""
    with person.page.expect_download() as begun:
        person.page.locator("a[download][href*='.csv']").first.click()
    return Path(begun.value.path()).read_text(encoding="utf-8-sig")


def permalink(person: Traveller) -> str:
    """What the button copies; this browser lets nobody copy, so that the link stands selected."""
    person.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('not here')); }")
    person.page.get_by_role("button", name="复制链接").click()
    return str(person.page.locator(".st-key-noprint_keeping input").input_value())


def pictures_are_there(person: Traveller) -> None:
    sizes = person.page.evaluate("[...document.images].map((one) => [one.src.slice(0, 90), one.naturalWidth])")
    assert sizes and all(width > 0 for _, width in sizes), sizes


# --- the ways to stand behind a front ---------------------------------------------------------------------------


def test_the_whole_walk_where_the_path_is_kept(kept: Traveller) -> None:
    kept.open(kept.home)  # without the slash at its end
    assert kept.page.url.startswith(f"{kept.home}/?")
    kept.painted()
    kept.keep("front-kept-overview")
    kept.page.get_by_role("link", name="缺口地图").first.click()
    kept.page.wait_for_url(f"{kept.home}/gap-map?*")
    with kept.page.expect_response(re.compile("/tiles/villages/.*mvt")) as tile:
        kept.page.reload()
    assert tile.value.ok and len(kept.page.evaluate("performance.getEntriesByType('resource').map(e => e.name)")) > 20
    kept.painted()
    kept.keep("front-kept-gap-map")
    assert f"{kept.home}/gap-map?" in downloads(kept)  # „shown at“

    kept.page.get_by_placeholder(re.compile("拼音")).fill("新田县")
    kept.page.keyboard.press("Enter")
    kept.page.wait_for_url(re.compile(rf"{re.escape(kept.home)}/place\?place={COUNTY}"))
    kept.settled()
    village = follow_a_popup(kept.page)
    kept.page.wait_for_url(re.compile(rf"{re.escape(kept.home)}/place\?.*\bplace={village}"))
    kept.painted()
    pictures_are_there(kept)  # the locator, and the code for phones, which holds the page's address
    assert re.match(rf"{re.escape(kept.home)}/place\?(?:.*&)?place={village}\b", permalink(kept))
    kept.page.keyboard.press("Escape")
    kept.page.locator("[data-atlas-print]").first.click()
    assert kept.page.evaluate("window.printed") == 1
    kept.keep("front-kept-village")
    kept.has_met_no_dead_end()


def test_the_same_answers_where_the_path_is_stripped(stripped: Traveller) -> None:
    stripped.open(f"{stripped.home}/gap-map/?place={COUNTY}")  # with a slash too many
    assert stripped.page.url.startswith(f"{stripped.home}/gap-map?place={COUNTY}")
    stripped.painted()
    stripped.keep("front-stripped-gap-map")
    assert f"{stripped.home}/gap-map?" in downloads(stripped)
    stripped.open(f"{stripped.home}/place?place={COUNTY}")
    village = follow_a_popup(stripped.page)
    stripped.page.wait_for_url(re.compile(rf"{re.escape(stripped.home)}/place\?.*\bplace={village}"))
    stripped.painted()
    pictures_are_there(stripped)
    stripped.keep("front-stripped-village")
    stripped.has_met_no_dead_end()


def test_a_scenario_is_kept_sent_and_read_again(kept: Traveller, tmp_path: Path) -> None:
    """An upload passes nginx, its limits and the check of origins; the links of its comparison stay under the base."""
    kept.open(f"{kept.home}/cost?place={COUNTY}")
    assert permalink(kept).startswith(f"{kept.home}/cost?place={COUNTY}")
    kept.page.keyboard.press("Escape")
    kept.open(f"{kept.home}/scenarios?place={COUNTY}")
    kept.page.locator("input[type=file]").set_input_files(
        {"name": "x.json", "mimeType": "application/json", "buffer": b'{"not": "a scenario"}'}
    )
    with kept.page.expect_response(re.compile("/_stcore/upload_file/")) as sent:
        kept.settled()
    assert sent.value.ok
    kept.has_met_no_dead_end()


def test_in_a_frame_of_another_site(kept: Traveller, portal: str, tmp_path: Path) -> None:
    folder = tmp_path / "portal"
    folder.mkdir()
    inner = f"{kept.home}/place?place={COUNTY}"
    page = (
        f'<!DOCTYPE html><title>portal</title><h1>Portal</h1><iframe src="{inner}" width="1300" height="900"></iframe>'
    )
    (folder / "index.html").write_text(page, encoding="utf-8")
    quiet = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", int(portal.rpartition(":")[2])), quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        kept.page.goto(f"{portal}/")
        element = kept.page.wait_for_selector("iframe")
        assert element is not None
        atlas = element.content_frame()
        assert atlas is not None
        atlas.wait_for_selector(".atlas-foot")
        village = follow_a_popup(atlas)
        atlas.wait_for_url(re.compile(rf"{re.escape(kept.home)}/place\?.*\bplace={village}"))
        atlas.wait_for_function(SETTLED)
        assert atlas.get_by_role("link", name="缺口地图").first.is_visible()  # its menu is there, too
        kept.keep("front-in-a-frame")
        assert kept.page.url == f"{portal}/"  # the portal is still there
        server.shutdown()
    kept.outside = [url for url in kept.outside if not url.startswith(portal)]
    kept.has_met_no_dead_end()


def test_started_by_streamlit_with_a_base_of_its_own(national_build_dir: Path, strict_desk: BrowserContext) -> None:
    with front.application(national_build_dir, BY_STREAMLIT) as port:
        for person in traveller(strict_desk, "front-streamlit", f"http://127.0.0.1:{port}{BASE}"):
            person.open(f"{person.home}/gap-map?place={COUNTY}")
            person.painted()
            person.keep("front-streamlit-gap-map")
            assert f"{person.home}/gap-map?" in downloads(person)
            person.open(f"{person.home}/place?place={COUNTY}")
            village = follow_a_popup(person.page)
            person.page.wait_for_url(re.compile(rf"{re.escape(person.home)}/place\?.*\bplace={village}"))
            person.painted()
            pictures_are_there(person)
            person.has_met_no_dead_end()


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Says nothing on the terminal."""

    def log_message(self, format: str, *args: object) -> None:
        del format, args
