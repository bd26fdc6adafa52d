"""nginx with deploy/nginx/cuntong.conf in front of a running atlas, for tests: unprivileged ports, an own
certificate.
"""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NGINX = ROOT / "deploy" / "nginx"
NAME = "localhost"
PROGRAM = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")  # where Debian puts it
START_S = 60
STOP_S = 10
#: What the system's own nginx.conf says, for somebody who is not root.
MAIN = """\
daemon off;
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 1024; }}
http {{
    default_type application/octet-stream;
    types {{ text/html html; }}
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/cuntong.conf;
}}
"""


@dataclass(frozen=True)
class Front:
    """Where a browser goes: `https://localhost:<port>` and the path under which the atlas stands there."""

    https_port: int
    http_port: int
    base: str
    folder: Path

    @property
    def address(self) -> str:
        return f"https://{NAME}:{self.https_port}{self.base}"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def need_nginx() -> None:
    if PROGRAM:
        return
    if os.environ.get("CI"):
        pytest.fail("no nginx: .ci/run must install it")
    pytest.skip("no nginx on this machine (Debian: apt-get install nginx-light)")


def rendered(folder: Path, application: int, https: int, http: int, path: str = "/", strip: str = "") -> str:
    """The file as it is delivered, with the ports, names and folders of a test; each has to occur in it.

    path: of the location, as for a path that is kept. strip: a path that nginx takes off.
    """
    text = (NGINX / "cuntong.conf").read_text(encoding="utf-8")
    changes = {
        "listen 443 ssl": f"listen 127.0.0.1:{https} ssl",
        "listen 80;": f"listen 127.0.0.1:{http};",
        "server 127.0.0.1:8501;": f"server 127.0.0.1:{application};",
        "/etc/nginx/tls/atlas.example.org": f"{folder}/certificate",
        "return 308 https://atlas.example.org$": f"return 308 https://{NAME}:{https}$",
        "atlas.example.org": NAME,
        "/etc/nginx/cuntong-pages/": f"{NGINX}/pages/",
        "/var/cache/nginx/": f"{folder}/cache-",
        "/var/log/nginx/": f"{folder}/",
    }
    if strip:
        lines = [f"rewrite ^{strip}$ {strip}/ permanent;", f"rewrite ^{strip}(/.*)$ $1;", "location / {\n"]
        changes["    location / {\n"] = "\n".join(f"    {line}" for line in lines)
    elif path != "/":
        changes["    location / {\n"] = f"    location {path} {{\n"
    for old, new in changes.items():
        assert old in text, f"cuntong.conf has no {old!r}"
        text = text.replace(old, new)
    return text


def certificate(folder: Path) -> None:
    """A key and a certificate for `localhost` that nobody vouches for."""
    made = ["-keyout", f"{folder}/certificate.key", "-out", f"{folder}/certificate.pem"]
    kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    named = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"]
    subprocess.run(["openssl", "req", *kind, *made, *named], check=True, capture_output=True)


def accepted(folder: Path) -> str:
    """What `nginx -t` says to the rendered file; raises CalledProcessError where it refuses it."""
    done = subprocess.run(_nginx(folder, "-t"), check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stderr


def _nginx(folder: Path, *more: str) -> list[str]:
    return [str(PROGRAM), "-p", str(folder), "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf", *more]


@contextmanager
def nginx(folder: Path, application: int, base: str = "", strip: bool = False) -> Iterator[Front]:
    """nginx in front of the application's port, the atlas at `base` (kept on the way, or taken off)."""
    need_nginx()
    https, http = free_port(), free_port()
    folder.mkdir(parents=True, exist_ok=True)
    certificate(folder)
    text = rendered(folder, application, https, http, f"{base}/", base if strip else "")
    (folder / "cuntong.conf").write_text(text, encoding="utf-8")
    user = "user root;" if os.geteuid() == 0 else ""  # else root's workers could not write into the test's folder
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=user), encoding="utf-8")
    accepted(folder)
    process = subprocess.Popen(_nginx(folder))
    try:
        _wait(lambda: socket.create_connection(("127.0.0.1", https), 1).close(), process)
        yield Front(https, http, base, folder)
    finally:
        stop(process)


@contextmanager
def application(build_dir: Path, command: list[str], at: int = 0, **environment: str) -> Iterator[int]:
    """The atlas on a free port (or `at` one), started by `command` (its arguments with `{port}`)."""
    port = at or free_port()
    process = subprocess.Popen(
        [sys.executable, *(one.format(port=port) for one in command)],
        cwd=ROOT,
        env=os.environ | {"ATLAS_BUILD_DIR": str(build_dir)} | environment,
    )
    base = environment.get("ATLAS_BASE_PATH", "")
    try:
        _wait(lambda: _is_ready(f"http://127.0.0.1:{port}{base}/readyz"), process)
        yield port
    finally:
        stop(process)


UVICORN = [
    "-m",
    "uvicorn",
    "dashboard:app",
    "--host",
    "127.0.0.1",
    "--port",
    "{port}",
    "--log-level",
    "warning",
]


def _is_ready(address: str) -> None:
    urllib.request.urlopen(address, timeout=2).close()


def _wait(attempt: object, process: subprocess.Popen[bytes]) -> None:
    for _ in range(START_S * 4):
        try:
            attempt()  # type: ignore[operator]
        except (OSError, urllib.error.URLError):
            time.sleep(0.25)
            assert process.poll() is None, "it ended before it answered"
        else:
            return
    raise AssertionError("it did not answer within a minute")


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def trusting() -> ssl.SSLContext:
    """For a client that takes any certificate: the one of a test is nobody's."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
