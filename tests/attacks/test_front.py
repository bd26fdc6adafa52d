"""Who comes to the door: strangers' names, pages, addresses, bodies and headers, on a small app behind our front.

More than 400 lines: one layer after the other, on the same bare requests.
"""

from __future__ import annotations

import importlib
import io
import json
import logging
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from loops import finished
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocket

from atlas.guard import headers, hosts, origins, outbound, quiet, request_log, sessions
from atlas.serve import front
from atlas.serve.bodies import MOST_ADDRESS_BYTES, MOST_BODY_BYTES, Bodies

HERE = "http://localhost:8501"
STREAM = "ws://localhost:8501/_stcore/stream"
FOREIGN_HOSTS = [
    "evil.example",
    "evil.example:8501",
    "localhost.evil.example",
    "127.0.0.1.nip.io",
    "127.0.0.2",
    "0.0.0.0:8501",
    "2130706433",
    "[::ffff:7f00:1]",
]
NO_HOSTS = [
    "",
    " ",
    "localhost evil",
    "user@localhost",
    "localhost/evil",
    "localhost:http",
    "[::1",
    "[::1]]",
    "a,b",
]
OUR_PAGES = [HERE, "http://LOCALHOST:8501"]
FOREIGN_PAGES = [
    "http://evil.example",
    "http://localhost",  # another port is another program of this machine
    "http://localhost:3000",
    "http://127.0.0.1:8501",
    "http://localhost:8501.evil.example",
    "http://localhost:8501@evil.example",
    "http://localhost:8501/",
    "file://",
    "chrome-extension://abcdef",
    "null",
    "",
    "http://",
    "://localhost:8501",
]


async def echo(request: Request) -> Response:
    return JSONResponse({"bytes": len(await request.body()), "base": str(request.base_url)})


async def page(request: Request) -> Response:
    del request
    return HTMLResponse("<h1>page</h1>")


async def script(request: Request) -> Response:
    del request
    return PlainTextResponse("1", media_type="text/javascript")


async def own_policy(request: Request) -> Response:
    del request
    return HTMLResponse("map", headers={"Content-Security-Policy": "default-src 'none'"})


async def stream(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.receive()


ROUTES = [
    Route("/", page),
    Route("/maps/{place_id}.html", own_policy),
    Route("/look/words.js", script),
    Route("/echo/{word}", echo, methods=["GET", "PUT", "POST", "DELETE"]),
    Route("/_stcore/{rest:path}", echo, methods=["GET", "PUT", "POST", "DELETE"]),
    Route("/component/{rest:path}", echo),
    Route("/auth/{rest:path}", echo),
    WebSocketRoute("/_stcore/stream", stream),
]


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """A browser at localhost:8501, with the settings of nobody."""
    for name in (
        "ATLAS_HOSTS",
        "ATLAS_PUBLIC_URL",
        "ATLAS_SESSIONS",
        "ATLAS_FRAME_ANCESTORS",
        "ATLAS_LOG_FILE",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ATLAS_LOG", "off")
    with behind_the_front() as one:
        yield one


def behind_the_front() -> TestClient:
    return TestClient(Starlette(routes=ROUTES, middleware=front.middleware()), base_url=HERE)


def handshake(client: TestClient, **sent: str) -> int:
    """The status that a websocket's handshake is answered with."""
    try:
        with client.websocket_connect(STREAM, headers=sent) as open_one:
            open_one.send_text("")
            return 101
    except WebSocketDenialResponse as refused:
        return refused.status_code


# --- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_a_strangers_name_reaches_nothing(client: TestClient, host: str) -> None:
    answer = client.get("/echo/a", headers={"Host": host})
    assert answer.status_code == 421 and "ATLAS_HOSTS" in answer.json()["expected"]
    assert host not in answer.text and handshake(client, host=host) == 421


@pytest.mark.parametrize("host", NO_HOSTS)
def test_what_is_no_name_reaches_nothing(client: TestClient, host: str) -> None:
    assert client.get("/echo/a", headers={"Host": host}).status_code == 400
    assert handshake(client, host=host) == 400


@pytest.mark.parametrize("said", [[], [b"localhost", b"localhost"], [b"localhost", b"evil.example"], [b"\xff"]])
def test_no_name_several_names_and_bytes_reach_nothing(said: list[bytes]) -> None:
    statuses: list[int] = []

    async def send(message: dict[str, object]) -> None:
        if "status" in message:
            statuses.append(int(str(message["status"])))

    async def unreached(*_: object) -> None:
        raise AssertionError("the app was reached")

    scope = {"type": "http", "method": "GET", "path": "/", "headers": [(b"host", one) for one in said]}
    finished(lambda: hosts.Hosts(unreached)(scope, unreached, send))  # type: ignore[arg-type]
    assert statuses == [400]


@pytest.mark.parametrize(
    "host", ["localhost", "LocalHost:9", "127.0.0.1:8501", "[::1]:8501", "[0:0:0:0:0:0:0:1]", "localhost."]
)
def test_this_machine_is_answered(client: TestClient, host: str) -> None:
    assert client.get("/echo/a", headers={"Host": host}).status_code == 200


def test_named_hosts_are_answered_and_only_these(monkeypatch: pytest.MonkeyPatch, client: TestClient) -> None:
    assert hosts.is_loopback_only()
    monkeypatch.setenv("ATLAS_HOSTS", " Atlas.Example.org , 10.1.2.3:8501, 村通.example")
    assert not hosts.is_loopback_only()
    named = hosts.allowed()
    for host in ("atlas.example.org", "atlas.example.org:444", "10.1.2.3:8501", "xn--brvv12g.example"):
        assert hosts.is_allowed(host, named), host
    for host in ("localhost", "10.1.2.3", "10.1.2.3:80", "www.atlas.example.org"):
        assert not hosts.is_allowed(host, named), host


def test_this_machine_may_always_ask_how_the_server_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATLAS_HOSTS", "atlas.example.org")
    inside = TestClient(Starlette(routes=ROUTES, middleware=front.middleware()), base_url=HERE)
    asked = {path: inside.get(path, headers={"Host": "127.0.0.1:8501"}) for path in ("/healthz", "/echo/a")}
    assert {path: answer.status_code for path, answer in asked.items()} == {"/healthz": 404, "/echo/a": 421}
    assert inside.get("/healthz", headers={"Host": "evil.example"}).status_code == 421


@pytest.mark.parametrize("entry", ["http://atlas.example.org", "*", "a b", "[::1", "atlas.example.org:99999999"])
def test_a_setting_that_is_no_name_stops_the_start(monkeypatch: pytest.MonkeyPatch, entry: str) -> None:
    monkeypatch.setenv("ATLAS_HOSTS", entry)
    with pytest.raises(hosts.UnreadableHost, match="ATLAS_HOSTS"):
        hosts.allowed()


def test_forwarded_names_are_not_believed(client: TestClient) -> None:
    sent = {
        "X-Forwarded-Host": "evil.example",
        "Forwarded": "host=evil.example",
        "X-Original-Host": "evil.example",
    }
    assert client.get("/echo/a", headers=sent).json()["base"] == f"{HERE}/"


# --- pages that ask ------------------------------------------------------------------------------


@pytest.mark.parametrize("origin", FOREIGN_PAGES)
def test_a_strangers_page_changes_nothing(client: TestClient, origin: str) -> None:
    assert handshake(client, origin=origin) == 403
    for method in ("PUT", "POST", "DELETE"):
        assert client.request(method, "/echo/a", headers={"Origin": origin}).status_code == 403
    assert client.get("/echo/a", headers={"Origin": origin}).status_code == 200  # the browser keeps it from reading


@pytest.mark.parametrize("origin", OUR_PAGES)
def test_our_own_pages_may(client: TestClient, origin: str) -> None:
    assert handshake(client, origin=origin) == 101
    assert client.put("/echo/a", headers={"Origin": origin}).status_code == 200
    assert handshake(client) == 101  # a program names no page


def test_behind_a_front_that_changes_host_the_public_address_is_ours() -> None:
    public = "https://atlas.example.org"
    assert origins.is_ours(public, "127.0.0.1:8501", public)
    assert origins.is_ours(f"{public}:443", "127.0.0.1:8501", public)
    assert not origins.is_ours("http://atlas.example.org", "127.0.0.1:8501", public)
    assert not origins.is_ours("https://evil.example", "127.0.0.1:8501", public)


def test_the_machines_address_is_asked_of_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    import requests
    from streamlit.web.server import server_util

    asked: list[str] = []
    monkeypatch.setattr(requests, "get", lambda url, **_: asked.append(url))
    for question in outbound.QUESTIONS:
        monkeypatch.setattr(f"streamlit.net_util.{question}", getattr(server_util.net_util, question))
    outbound.forbid()
    assert not server_util.is_url_from_allowed_origins("http://evil.example") and asked == []


# --- headers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/echo/a", "/look/words.js", "/nowhere", "/maps/1.html", "/_stcore/metrics"])
@pytest.mark.parametrize("host", ["localhost:8501", "evil.example"])
def test_every_answer_says_what_it_may(client: TestClient, path: str, host: str) -> None:
    said = client.get(path, headers={"Host": host}).headers
    assert said["x-content-type-options"] == "nosniff" and said["referrer-policy"] == "same-origin"
    assert "geolocation=()" in said["permissions-policy"]
    assert said["content-security-policy"].startswith("default-src 'none'")
    assert said.get_list("content-security-policy") == [said["content-security-policy"]]


def test_not_modified_changes_no_policy() -> None:
    """A browser would give the page it has kept the policy of a data file, and show nothing at the second visit."""

    async def not_modified(request: Request) -> Response:
        del request
        return Response(status_code=304)

    app = Starlette(routes=[Route("/", not_modified)], middleware=front.middleware())
    answer = TestClient(app, base_url=HERE).get("/")
    assert answer.status_code == 304 and headers.POLICY not in answer.headers


def test_a_refused_handshake_says_it_too(client: TestClient) -> None:
    with pytest.raises(WebSocketDenialResponse) as refused:
        client.websocket_connect(STREAM, headers={"origin": "null"}).__enter__()
    assert "default-src 'none'" in refused.value.headers["content-security-policy"]


def test_each_kind_has_its_own_policy(client: TestClient) -> None:
    page, data, script, map_ = (
        client.get(path).headers["content-security-policy"]
        for path in ("/", "/echo/a", "/look/words.js", "/maps/1.html")
    )
    assert "'unsafe-eval'" not in page and "script-src 'self' 'wasm-unsafe-eval' 'sha256-" in page
    assert all(said in page for said in ("object-src 'none'", "base-uri 'self'", "frame-ancestors 'self'"))
    assert "sandbox" in data and "script-src" not in data and "connect-src 'self'" in script
    assert map_ == "default-src 'none'"  # the route knew better


def test_the_scripts_of_a_map_are_named_and_no_others() -> None:
    policy = headers.document_policy(b"<script src='a.js'></script><SCRIPT>one()</SCRIPT><script>two()</script>")
    (named,) = [part for part in policy.split("; ") if part.startswith("script-src")]
    assert named.count("sha256-") == 2 and "unsafe" not in named
    assert headers.document_policy(b"", "https://{s}.tile.example/{z}/{x}/{y}.png").count("https://*.tile.example") == 1
    assert "script-src *" not in headers.document_policy(b"", "https://a;script-src *;/{z}")


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("https://portal.example.org *.gov.example", "'self' https://portal.example.org *.gov.example"),
        ("'self' https://a.example:8443", "'self' https://a.example:8443"),
        ("'none'", "'none'"),
    ],
)
def test_who_may_frame_us_is_told(monkeypatch: pytest.MonkeyPatch, told: str, said: str) -> None:
    monkeypatch.setenv("ATLAS_FRAME_ANCESTORS", told)
    assert headers.frame_ancestors() == f"frame-ancestors {said}"


@pytest.mark.parametrize("told", ["", "https://a.example; script-src *", "https://a/b\r\nX: y", "javascript:x"])
def test_a_frame_that_is_no_address_stops_the_start(monkeypatch: pytest.MonkeyPatch, told: str) -> None:
    monkeypatch.setenv("ATLAS_FRAME_ANCESTORS", told)
    with pytest.raises(ValueError, match="ATLAS_FRAME_ANCESTORS"):
        headers.frame_ancestors()


# --- how much ------------------------------------------------------------------------------------


def test_long_addresses_headers_and_bodies_are_refused(client: TestClient) -> None:
    assert client.get(f"/echo/a?q={'x' * MOST_ADDRESS_BYTES}").status_code == 414
    assert client.get(f"/echo/{'x' * MOST_ADDRESS_BYTES}").status_code == 414
    assert client.get("/echo/a", headers={f"X-{n}": "1" for n in range(120)}).status_code == 431
    assert client.get("/echo/a", headers={"Cookie": "c=" + "x" * 40_000}).status_code == 431
    assert client.put("/echo/a", content=b"x" * MOST_BODY_BYTES).json()["bytes"] == MOST_BODY_BYTES


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "GET"])
@pytest.mark.parametrize("declared_bytes", [None, 3, MOST_BODY_BYTES + 1, 10**18])
def test_a_body_that_is_too_long_is_not_read_to_its_end(method: str, declared_bytes: int | None) -> None:
    """Declared, nothing is read; in chunks or with a false promise, reading stops at the bound."""
    read, said = 0, []

    async def receive() -> dict[str, object]:
        nonlocal read
        read += 4096
        return {"type": "http.request", "body": b"x" * 4096, "more_body": True}

    async def send(message: dict[str, object]) -> None:
        said.append(message.get("status"))

    promised = [] if declared_bytes is None else [(b"content-length", str(declared_bytes).encode())]
    scope = {"type": "http", "method": method, "path": "/echo/a", "query_string": b"", "headers": promised}
    app = Starlette(routes=ROUTES, middleware=[Middleware(Bodies)])
    finished(lambda: app(scope, receive, send))  # type: ignore[arg-type]
    assert said[0] == 413
    assert read == (0 if (declared_bytes or 0) > MOST_BODY_BYTES else MOST_BODY_BYTES + 4096)


def test_an_upload_is_as_long_as_the_check_of_files_takes(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("atlas.intake.allowed.most_upload_bytes", lambda session: 100_000)
    sent = {"path": "/_stcore/upload_file/session/file"}
    assert client.put(sent["path"], content=b"x" * 100_000).status_code == 200
    assert client.put(sent["path"], content=b"x" * ((1 << 20) + 100_001)).status_code == 413


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics",
        "/_stcore/script-health-check",
        "/_stcore/agent/mcp",
        "/_stcore/agent/openapi.json",
        "/_stcore/healthy",
        "/_stcore/stream/x",
        "/component/x/index.html",
        "/auth/login",
    ],
)
def test_what_of_streamlit_is_not_needed_is_not_there(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["health", "host-config", "bidi-components/x.js"])
def test_what_is_needed_is_there(client: TestClient, path: str) -> None:
    assert client.get(f"/_stcore/{path}").status_code == 200


def test_when_all_places_are_taken_it_is_said_in_words(monkeypatch: pytest.MonkeyPatch, client: TestClient) -> None:
    monkeypatch.setenv("ATLAS_SESSIONS", "2")
    asked = {"Accept": "text/html,*/*", "Accept-Language": "zh-CN"}
    with behind_the_front() as full:
        with full.websocket_connect(STREAM), full.websocket_connect(STREAM):
            assert handshake(full) == 503
            answer = full.get("/", headers=asked)
            assert answer.status_code == 503 and answer.headers["retry-after"] == "15"
            assert "访问人数已满" in answer.text
            assert "All places are taken" in full.get("/", headers=asked | {"Accept-Language": "en"}).text
            assert full.get("/echo/a").status_code == 200  # tiles and files go on
        assert handshake(full) == 101 and full.get("/", headers=asked).status_code == 200


def test_one_address_does_not_take_all_places(monkeypatch: pytest.MonkeyPatch, client: TestClient) -> None:
    monkeypatch.setenv("ATLAS_SESSIONS", "8")
    app = Starlette(routes=ROUTES, middleware=front.middleware())
    far = TestClient(app, base_url=HERE, client=("10.9.8.7", 1))
    other = TestClient(app, base_url=HERE, client=("10.9.8.6", 1))
    with far.websocket_connect(STREAM), far.websocket_connect(STREAM):
        assert handshake(far) == 503 and handshake(other) == 101


@pytest.mark.parametrize("told", ["0", "-1", "many"])
def test_a_number_of_places_that_is_none_stops_the_start(monkeypatch: pytest.MonkeyPatch, told: str) -> None:
    monkeypatch.setenv("ATLAS_SESSIONS", told)
    with pytest.raises(ValueError):
        sessions.most()


# --- what is written down ------------------------------------------------------------------------


@pytest.fixture
def logged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, client: TestClient) -> Path:
    monkeypatch.setenv("ATLAS_LOG", "json")
    monkeypatch.setenv("ATLAS_LOG_FILE", str(tmp_path / "requests.log"))
    with behind_the_front() as noted:
        noted.get("/echo/zhang-san?phone=13800000000&name=zhang", headers={"User-Agent": "spy"})
        noted.get("/nowhere/%0a%1b[31mforged%20line")
        noted.request("SPY13800000000", "/")
        noted.get("/echo/a", headers={"Host": "evil.example"})
        handshake(noted)
    request_log.Writing.stop()
    return tmp_path / "requests.log"


def test_a_request_is_one_line_without_anything_of_the_stranger(logged: Path) -> None:
    text = logged.read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    assert [(line["method"], line["address"], line["status"]) for line in lines] == [
        ("GET", "/echo/{word}", 200),
        ("GET", "(other)", 404),
        ("OTHER", "/", 405),
        ("GET", "(other)", 421),
        ("WEBSOCKET", "/_stcore/stream", 101),
    ]
    assert all(line["ms"] >= 0 and line["bytes"] >= 0 and len(line) == 6 for line in lines)
    for word in ("zhang", "13800000000", "phone", "spy", "SPY", "forged", "evil", "\x1b", "testclient"):
        assert word not in text


def test_a_log_in_a_file_is_bounded(logged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_log, "MOST_FILE_BYTES", 2000)
    monkeypatch.setenv("ATLAS_LOG", "text")
    with behind_the_front() as noted:
        for _ in range(300):
            noted.get("/")
    request_log.Writing.stop()
    files = list(logged.parent.glob("requests.log*"))
    assert len(files) == request_log.OLDER_FILES + 1 and max(one.stat().st_size for one in files) <= 2000
    assert logged.read_text(encoding="utf-8").splitlines()[-1].split(" ", 1)[1].startswith("GET / 200 ")


def test_an_unknown_kind_of_log_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATLAS_LOG", "xml")
    with pytest.raises(ValueError, match="ATLAS_LOG"):
        request_log.kind()


def test_the_same_complaint_is_written_once_and_counted() -> None:
    out = io.StringIO()
    complaining = logging.getLogger("tests.complaining")
    complaining.handlers, complaining.propagate = [logging.StreamHandler(out)], False
    complaining.addFilter(quiet.OncePerMinute(every_s=0.5))
    for number in range(700):
        complaining.warning("Invalid HTTP request received.")
        complaining.warning("bad message of %s", number)
    assert out.getvalue().count("\n") == 2
    deadline = time.monotonic() + 5
    while out.getvalue().count("\n") < 4 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert out.getvalue().count("699 more") == 2


def test_streamlits_and_the_servers_complaints_are_counted() -> None:
    """Names of loggers that nobody uses would count nothing."""
    for name in quiet.COMPLAINING:
        if name.startswith("streamlit"):
            assert importlib.import_module(name)._LOGGER.name == name
