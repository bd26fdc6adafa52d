"""What deploy/ promises: nginx as it is configured stops the slow, the greedy and the forged; the service is walled
in.
"""

from __future__ import annotations

import http.server
import json
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import front
import pytest

DEPLOY = front.ROOT / "deploy"
IMMUTABLE = "public, max-age=31536000, immutable"
BASE = "/gov/cuntong"


class Application(http.server.BaseHTTPRequestHandler):
    """Stands in for the atlas: tells what reached it, calls tiles immutable, refuses what is named busy."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.seen.append(self.path)  # type: ignore[attr-defined]
        body = json.dumps({"path": self.path, "headers": dict(self.headers.items())}).encode()
        self.send_response(429 if "busy" in self.path else 200)
        self.send_header("Content-Type", "text/css" if "/look/" in self.path else "application/json")
        self.send_header("Cache-Control", IMMUTABLE if "build=" in self.path else "no-cache")
        body = body if "/look/" not in self.path else b"a { color: red }\n" * 400
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:
        del format, args


@pytest.fixture(scope="module")
def upstream() -> Iterator[http.server.ThreadingHTTPServer]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Application) as server:
        server.seen = []  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def gate(upstream: http.server.ThreadingHTTPServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[front.Front]:
    with front.nginx(tmp_path_factory.mktemp("front"), upstream.server_port) as found:
        yield found


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[front.Front]:
    """nginx before an application that is not there."""
    with front.nginx(tmp_path / "front", front.free_port()) as found:
        yield found


def asked(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(url, headers={name.replace("_", "-"): text for name, text in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=10, context=front.trusting()) as answer:
            return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, {k.lower(): v for k, v in error.headers.items()}, error.read()


def wrapped(gate: front.Front) -> ssl.SSLSocket:
    plain = socket.create_connection(("127.0.0.1", gate.https_port), 10)
    return front.trusting().wrap_socket(plain, server_hostname=front.NAME)


# --- nginx --------------------------------------------------------------------------------------------------------


def test_what_a_visitor_claims_of_his_way_goes_no_further(gate: front.Front) -> None:
    forged = {"X_Forwarded_For": "10.9.8.7", "X_Forwarded_Host": "evil.example", "X_Real_IP": "10.9.8.7"}
    status, headers, body = asked(f"{gate.address}/gap-map", Forwarded="for=10.9.8.7", **forged)
    told = {name.lower(): text for name, text in json.loads(body)["headers"].items()}
    assert status == 200 and "10.9.8.7" not in str(told) and "evil.example" not in str(told)
    assert told["x-forwarded-for"] == "127.0.0.1" and told["x-forwarded-proto"] == "https"
    assert told["host"] == f"{front.NAME}:{gate.https_port}"
    assert headers["strict-transport-security"] == "max-age=31536000" and headers["server"] == "nginx"


def test_plain_http_leads_to_https_and_another_name_gets_no_certificate(gate: front.Front) -> None:
    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *args: object) -> None:  # type: ignore[override]
            del args

    with pytest.raises(urllib.error.HTTPError) as moved:
        urllib.request.build_opener(Stay).open(f"http://localhost:{gate.http_port}/place?place=1", timeout=10)
    assert moved.value.code == 308 and moved.value.headers["Location"] == f"{gate.address}/place?place=1"
    plain = socket.create_connection(("127.0.0.1", gate.https_port), 10)
    with pytest.raises(ssl.SSLError):
        front.trusting().wrap_socket(plain, server_hostname="rebound.example")


def test_old_tls_is_refused(gate: front.Front) -> None:
    context = front.trusting()
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    with pytest.raises((ssl.SSLError, ConnectionError)):
        context.wrap_socket(socket.create_connection(("127.0.0.1", gate.https_port), 10), server_hostname="localhost")


@pytest.mark.parametrize("path", ["/tiles/names/1/1/1.mvt?build=", "/maps/1.html?build=", "/vendor/x.js?build="])
def test_only_what_is_immutable_is_kept(
    gate: front.Front, upstream: http.server.ThreadingHTTPServer, path: str
) -> None:
    kept, not_kept = f"{path}{time.monotonic_ns()}", f"{path.split('?')[0]}?b={time.monotonic_ns()}"
    for address, times in ((kept, 1), (not_kept, 3)):
        for _ in range(3):
            assert asked(f"{gate.address}{address}")[0] == 200
        assert upstream.seen.count(address) == times  # type: ignore[attr-defined]
    assert asked(f"{gate.address}{kept}", Accept_Encoding="br, gzip")[0] == 200
    assert asked(f"{gate.address}{kept}", Accept_Encoding="gzip, deflate, zstd")[0] == 200
    assert upstream.seen.count(kept) == 2  # type: ignore[attr-defined]  # two codings, not one per browser


def test_a_photo_of_the_desk_is_never_kept(gate: front.Front, upstream: http.server.ThreadingHTTPServer) -> None:
    """Not even where the application were to call it immutable."""
    address = f"/evidence/{time.monotonic_ns()}.jpg?build=1"
    assert [asked(f"{gate.address}{address}")[0] for _ in range(3)] == [200] * 3
    assert upstream.seen.count(address) == 3  # type: ignore[attr-defined]


def test_plain_styles_are_compressed(gate: front.Front) -> None:
    _, headers, body = asked(f"{gate.address}/look/x.css", Accept_Encoding="gzip")
    assert headers["content-encoding"] == "gzip" and len(body) < 500


@pytest.mark.parametrize(("path", "limit"), [("/gap-map", 64 << 10), ("/_stcore/upload_file/a/b", 201 << 20)])
def test_a_longer_body_is_refused_before_it_is_sent(gate: front.Front, path: str, limit: int) -> None:
    with wrapped(gate) as line:
        head = f"POST {path} HTTP/1.1\r\nHost: {front.NAME}:{gate.https_port}\r\nContent-Length: {limit + 1}\r\n\r\n"
        line.sendall(head.encode())
        answer = line.recv(65536).decode()
    assert answer.startswith("HTTP/1.1 413") and "文件太大" in answer + ""


def test_many_downloads_at_once_are_told_to_wait_in_words(gate: front.Front) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: asked(f"{gate.address}/download/x.csv?n={n}"), range(60)))
    refused = [answer for answer in answers if answer[0] == 429]
    assert 10 < len(refused) < 50
    _, headers, body = refused[0]
    assert "请求过于频繁" in body.decode() and "Too many requests" in body.decode()
    assert headers["retry-after"] == "10" and "strict-transport-security" in headers
    assert headers["content-security-policy"].startswith("default-src 'none'")


def test_the_applications_own_words_pass(gate: front.Front) -> None:
    status, _, body = asked(f"{gate.address}/busy")
    assert status == 429 and json.loads(body)["path"] == "/busy"


def test_an_application_that_is_not_there_is_said_in_words(alone: front.Front) -> None:
    status, headers, body = asked(f"{alone.address}/gap-map")
    assert status == 502 and "暂时无法访问" in body.decode() and "cannot be reached" in body.decode()
    assert headers["cache-control"] == "no-store" and str(front.ROOT) not in body.decode()


def test_whoever_sends_a_header_for_ever_is_let_go(gate: front.Front) -> None:
    with wrapped(gate) as line:
        began = time.monotonic()
        line.settimeout(20)
        line.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        try:
            while line.recv(1024):
                pass
        except ConnectionError:
            pass
    assert time.monotonic() - began < 15


def test_the_log_holds_no_address_and_no_query(gate: front.Front) -> None:
    asked(f"{gate.address}/place?place=431128&q=secret")
    time.sleep(0.2)
    text = (gate.folder / "cuntong.log").read_text(encoding="utf-8")
    assert " GET /place 200 " in text
    assert "127.0.0.1" not in text and "secret" not in text and "431128" not in text


@pytest.mark.parametrize("strip", [True, False])
def test_under_a_path_the_application_is_asked_for_the_same(
    upstream: http.server.ThreadingHTTPServer, tmp_path: Path, strip: bool
) -> None:
    with front.nginx(tmp_path / "front", upstream.server_port, BASE, strip=strip) as gate:
        for path in ("/gap-map?a=1", "/tiles/names/1/1/1.mvt?x=%2F", "/_stcore/health", "/"):
            told = json.loads(asked(f"{gate.address}{path}")[2])["path"]
            assert told == (path if strip else f"{BASE}{path}")
        answer = asked(f"{gate.address}?place=1")  # without its slash: led to the folder, and there
        assert json.loads(answer[2])["path"] == ("" if strip else BASE) + "/?place=1"


# --- the service and the container --------------------------------------------------------------------------------


def settings(unit: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in unit.splitlines():
        if re.match(r"[A-Z]\w+=", line):
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def test_the_service_is_its_own_user_and_reaches_nobody() -> None:
    said = settings((DEPLOY / "systemd" / "cuntong.service").read_text(encoding="utf-8"))
    wanted = {
        "User": "cuntong",
        "NoNewPrivileges": "yes",
        "ProtectSystem": "strict",
        "PrivateTmp": "yes",
        "IPAddressDeny": "any",
        "IPAddressAllow": "localhost",
        "CapabilityBoundingSet": "",
    }
    assert {name: said[name][-1] for name in wanted} == wanted
    assert said["MemoryMax"] and said["CPUQuota"] and said["TasksMax"] and said["Restart"]
    assert "--host 127.0.0.1" in said["ExecStart"][0]
    written = said["ReadWritePaths"][0].split()
    told = dict(one.split("=", 1) for line in said["Environment"] for one in line.split())
    assert written == ["-" + told["ATLAS_DESK_DIR"], "-" + told["ATLAS_BUILD_DIR"]]
    calls = " ".join(said["SystemCallFilter"])
    assert all(call in calls for call in ("seccomp", "landlock_create_ruleset", "landlock_restrict_self"))
    assert "MemoryDenyWriteExecute" not in said and "PrivateUsers" not in said


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze on this machine")
def test_systemd_understands_the_service(tmp_path: Path) -> None:
    text = (DEPLOY / "systemd" / "cuntong.service").read_text(encoding="utf-8")
    unit = tmp_path / "cuntong.service"
    unit.write_text(text.replace("/opt/cuntong/.venv/bin/uvicorn", "/bin/true"), encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], check=False, capture_output=True, text=True)
    about = [line for line in (done.stdout + done.stderr).splitlines() if "cuntong.service" in line]
    assert done.returncode == 0 and not about


def stages() -> list[str]:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    lines = re.sub(r"\\\n\s*", " ", text).splitlines()
    joined = "\n".join(line for line in lines if line and not line.startswith("#"))
    return re.split(r"^FROM ", joined, flags=re.MULTILINE)[1:]


def test_the_container_runs_as_nobody_in_particular_without_tools_to_build() -> None:
    build, final = stages()
    assert "--require-hashes" in build and "pip install" not in final and "npm" not in final
    assert not re.search(r"\b(?:gcc|make|build-essential|curl|wget|git)\b", final)
    assert re.search(r"^USER [1-9]\d*$", final, re.MULTILINE)
    assert final.index("USER ") > final.rindex("RUN ")
    assert "HEALTHCHECK" in final and "/healthz" in final
    assert not re.search(r"(?i)^(?:ENV|ARG) .*(?:password|secret|token|key)", build + final, re.MULTILINE)
    assert not re.search(r"^ADD ", build + final, re.MULTILINE)


def test_the_container_holds_every_package_that_the_server_imports() -> None:
    _, final = stages()
    copied = set(re.findall(r"^COPY (\w+) \1$", final, re.MULTILINE))
    packages = {path.parent.name for path in front.ROOT.glob("*/__init__.py")} - {
        "tests",
        "benchmarks",
        "fuzz",
        "supply",
    }
    assert packages <= copied
    for name in copied:
        assert (front.ROOT / name).is_dir()
