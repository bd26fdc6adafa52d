"""What stands around the sign-in: a file that is whole or no start, cookies of the atlas alone, no secret told."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest
import signing
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit import config
from streamlit.runtime.secrets import secrets_singleton

from atlas.guard import base_path, request_log, sign_in
from atlas.guard.internals import Internals
from atlas.guard.sign_in import SignIn, UnfitSignIn

HOST = "https://atlas.example.org"
PROVIDER = "https://id.example.org"


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    files = config.get_option("secrets.files")
    yield
    config.set_option("secrets.files", files)
    secrets_singleton._reset()


def named(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    monkeypatch.setenv(sign_in.SETTING, str(file))
    sign_in.prepare()


async def callback(request: Request) -> Response:
    answer = RedirectResponse("/", 302)
    for name in ("_streamlit_user", "_streamlit_user_1", "_streamlit_session", "other"):
        answer.set_cookie(name, "a|b=c", httponly=True, samesite="lax", max_age=9)
    return answer


def client(base: str = "") -> TestClient:
    routes = [Route("/oauth2callback", callback), Route("/auth/logout", callback), Route("/elsewhere", callback)]
    inner = [Middleware(base_path.BasePath, base), Middleware(Internals), Middleware(SignIn)]
    return TestClient(Starlette(routes=routes, middleware=inner), base_url=HOST, follow_redirects=False)


# --- the file -----------------------------------------------------------------------------------------------------


def test_the_file_may_lie_anywhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert not sign_in.has_sign_in()
    named(monkeypatch, signing.sign_in(tmp_path, HOST, PROVIDER).secrets)
    assert sign_in.has_sign_in()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[auth]", "[other]", "no section"),
        ("[auth]", "[auth", "TOML"),
        (signing.SECRET, "short", "cookie_secret"),
        ("client_id", "client", "client_id"),
        ("server_metadata_url", "metadata", "server_metadata_url"),
        ("/oauth2callback", "/callback", "redirect_uri"),
    ],
)
def test_a_file_that_is_not_whole_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, old: str, new: str, told: str
) -> None:
    file = signing.sign_in(tmp_path, HOST, PROVIDER).secrets
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(UnfitSignIn, match=told) as unfit:
        named(monkeypatch, file)
    assert signing.SECRET not in str(unfit.value) and "of the atlas" not in str(unfit.value)


def test_a_file_that_is_not_there_stops_the_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(UnfitSignIn, match="no such file"):
        named(monkeypatch, tmp_path / "missing.toml")


# --- addresses and cookies ----------------------------------------------------------------------------------------


def test_without_a_sign_in_its_addresses_are_not_there() -> None:
    assert client().get("/oauth2callback").status_code == client().get("/auth/logout").status_code == 404


@pytest.mark.parametrize("base", ["", "/gov/cuntong"])
def test_whoever_comes_back_comes_to_the_desk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, base: str) -> None:
    """Streamlit leads to "/", which was made relative to nothing: the browser asked the callback again and again."""
    named(monkeypatch, signing.sign_in(tmp_path, HOST, PROVIDER, base).secrets)
    answer = client(base).get(f"{base}/oauth2callback?code=1&state=2")
    assert urljoin(f"{HOST}{base}/oauth2callback", answer.headers["location"]) == f"{HOST}{base}/desk"
    out = client(base).get(f"{base}/auth/logout").headers
    assert urljoin(f"{HOST}{base}/auth/logout", out["location"]) == f"{HOST}{base}/"
    assert answer.headers["cache-control"] == out["cache-control"] == "no-store"


def test_a_redirect_to_the_root_is_never_empty() -> None:
    inner = Starlette(routes=[Route("/here", lambda request: RedirectResponse("/"))])
    answer = TestClient(base_path.BasePath(inner, ""), base_url=HOST, follow_redirects=False).get("/here")
    assert answer.headers["location"] == "./"


@pytest.mark.parametrize(("origin", "is_https"), [(HOST, True), ("http://localhost:8501", False)])
@pytest.mark.parametrize("base", ["", "/gov/cuntong"])
def test_cookies_of_the_sign_in_are_the_atlases_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, origin: str, is_https: bool, base: str
) -> None:
    named(monkeypatch, signing.sign_in(tmp_path, origin, PROVIDER, base).secrets)
    *ours, other = client(base).get(f"{base}/oauth2callback").headers.get_list("set-cookie")
    for one in ours:
        parts = one.split("; ")
        assert f"Path={base or '/'}" in parts and "HttpOnly" in parts and "SameSite=lax" in parts
        assert ("Secure" in parts) == is_https and "Max-Age=9" in parts and '"a|b=c"' in parts[0]
    assert "Path=/;" in f"{other};" and "Secure" not in other


# --- the log ------------------------------------------------------------------------------------------------------


def test_no_code_token_or_key_is_logged() -> None:
    async def inner(scope: dict[str, object], receive: object, send: object) -> None:
        await Response()(scope, receive, send)  # type: ignore[arg-type]

    logged: list[dict[str, object]] = []
    handler = logging.Handler()
    handler.emit = lambda record: logged.append(record.msg)  # type: ignore[method-assign, assignment]
    log = request_log.RequestLog(inner)  # type: ignore[arg-type]
    request_log.LOG.handlers = [handler]
    asked = TestClient(log, base_url=HOST)  # type: ignore[arg-type]
    secret = "s3cr3tC0de"
    for address in (
        f"/oauth2callback?code={secret}&state={secret}",
        f"/auth/login?provider={secret}",
        f"/correction?lang=en&correction.key={secret}",
        f"/evidence/1.jpg?key={secret}",
        f"/{secret}",
    ):
        asked.get(address, headers={"Cookie": f"_streamlit_user={secret}", "Referer": f"{HOST}/?k={secret}"})
    assert len(logged) == 5 and secret not in json.dumps(logged)
    request_log.Writing.stop()
