"""A real server and a real browser. Nothing but loopback may be asked for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import hostile_profile
import pytest
from people import Visitor, a_visit
from playwright.sync_api import Browser, BrowserContext, Playwright, sync_playwright
from serving import serve, stop

from indicators.database import Atlas

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--headless=new",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--webgl-antialiasing-mode=none",
    "--disable-gpu-compositing",  # pages are put together by the processor itself, only maps by the software renderer
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PHONE = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Mobile Safari/537.36"
)


@pytest.fixture(scope="session")
def national_build_dir(national_atlas: Atlas) -> Path:
    return national_atlas.path.parent


@pytest.fixture(scope="session")
def china(national_build_dir: Path) -> Iterator[str]:
    """Address of a server with the national atlas."""
    process, address = serve(national_build_dir)
    yield address
    stop(process)


@pytest.fixture(scope="session")
def elsewhere(mini_build_dir: Path) -> Iterator[str]:
    """Address of a server with the small invented country and its hostile names."""
    process, address = serve(mini_build_dir)
    yield address
    stop(process)


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server whose atlas is hostile in every text."""
    process, address = serve(hostile_profile.atlas(tmp_path_factory.mktemp("hostile")).path.parent)
    yield address
    stop(process)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser."""
    path = next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), None)
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium: .ci/run must install it")
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    return path


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(driver: Playwright, chromium: str) -> Iterator[Browser]:
    """For contexts of a test's own: of other languages, of other certificates."""
    launched = driver.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
    yield launched
    launched.close()


@pytest.fixture(scope="session")
def desk(driver: Playwright, chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """One for all visitors at a desk. It has a folder, in which the dashboard's scripts are kept compiled."""
    context = driver.chromium.launch_persistent_context(
        tmp_path_factory.mktemp("desk"),
        executable_path=chromium,
        args=CHROMIUM_FLAGS,
        viewport={"width": 1440, "height": 1100},
        locale="zh-CN",
    )
    yield context
    context.close()


@pytest.fixture(scope="session")
def pocket(driver: Playwright, chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """One for all visitors with a phone."""
    context = driver.chromium.launch_persistent_context(
        tmp_path_factory.mktemp("pocket"),
        executable_path=chromium,
        args=CHROMIUM_FLAGS,
        viewport={"width": 390, "height": 844},
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        locale="zh-CN",
        user_agent=PHONE,
    )
    yield context
    context.close()


@pytest.fixture
def visitor(desk: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    """A visitor at a desk who reads Chinese."""
    yield from a_visit(desk, request.node.name)


@pytest.fixture
def reader(desk: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    """A visitor at a desk who reads and clicks; the maps are there and move, but nothing is painted on them."""
    yield from a_visit(desk, request.node.name, looks_at_maps=False)


@pytest.fixture
def phone_reader(pocket: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    yield from a_visit(pocket, request.node.name, looks_at_maps=False)
