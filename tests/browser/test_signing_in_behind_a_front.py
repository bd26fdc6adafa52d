"""The sign-in as offices meet it: by HTTPS, behind nginx with the delivered file, under a path of a host."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import front
import pytest
import signing
from offices import ROLES, USERS, Colleague, Office
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
BASE = "/gov/cuntong"


@pytest.fixture(params=[False, True], ids=["kept", "stripped"])
def behind(request: pytest.FixtureRequest, mini_build_dir: Path, tmp_path: Path) -> Iterator[Office]:
    """nginx first, since its port stands in the redirect URI; then the atlas that it leads to."""
    front.need_nginx()
    port = front.free_port()
    with (
        signing.provider(USERS) as provider,
        front.nginx(tmp_path / "nginx", port, BASE, strip=request.param) as gate,
    ):
        sign_in = signing.sign_in(tmp_path, f"https://localhost:{gate.https_port}", provider, BASE)
        made = Office(gate.address, sign_in, tmp_path)
        made.roles.write_text(ROLES, encoding="utf-8")
        settings = {"ATLAS_SIGN_IN": str(sign_in.secrets), "ATLAS_ROLES": str(made.roles)}
        settings |= {"ATLAS_DESK_DIR": str(tmp_path / "desk"), "ATLAS_PUBLIC_URL": gate.address}
        settings |= {} if request.param else {"ATLAS_BASE_PATH": BASE}
        with front.application(mini_build_dir, front.UVICORN, port, **settings):
            yield made


def test_in_and_out_by_https(behind: Office, browser: Browser) -> None:
    context = browser.new_context(locale="en-GB", ignore_https_errors=True)
    somebody = Colleague(context, "front-sign-in", behind)
    somebody.signs_in("pub")
    assert "Publisher" in somebody.reads() and somebody.page.url.startswith(f"{behind.address}/desk")
    cookies: list[Any] = [one for one in context.cookies() if one["name"].startswith(("_streamlit_u", "_streamlit_s"))]
    assert {signing.COOKIE, "_streamlit_user_tokens"} <= {one["name"] for one in cookies}
    for one in cookies:
        told = (one["httpOnly"], one["secure"], one["sameSite"], one["path"].rstrip("/"))
        assert told == (True, True, "Lax", BASE), one
    somebody.page.get_by_role("button", name="Sign out").click()
    somebody.page.get_by_role("button", name="End session").click()
    somebody.page.wait_for_url(re.compile(rf"^{re.escape(behind.address)}/desk"))
    somebody.settled()
    assert somebody.offers("Sign in")
    assert signing.COOKIE not in {one["name"] for one in context.cookies()}
    assert somebody.violations == [] and somebody.strangers == []
    context.close()
