"""Fetching declared files, from a server on this machine."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from importer.errors import DeclarationProblem, FileAltered, FileMissing
from importer.read.remote import fetch

DATA = bytes(range(256)) * 4000
SHA256 = hashlib.sha256(DATA).hexdigest()


class Server(ThreadingHTTPServer):
    asked: list[str]
    breaks_off: int  # how many answers end half way


class Handler(BaseHTTPRequestHandler):
    """Serves DATA with ranges; the first answers may break off half way."""

    server: Server

    def do_GET(self) -> None:
        asked = self.headers.get("Range")
        self.server.asked.append(asked or "all")
        if self.path != "/data.bin":
            self.send_error(404)
            return
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
        body = DATA[start:]
        self.send_response(206 if asked else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.server.breaks_off:
            self.server.breaks_off -= 1
            body = body[: len(body) // 2]
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    one = Server(("127.0.0.1", 0), Handler)
    one.asked, one.breaks_off = [], 0
    thread = threading.Thread(target=one.serve_forever, daemon=True)
    thread.start()
    yield one
    one.shutdown()
    one.server_close()


def url(server: Server, name: str = "data.bin") -> str:
    return f"http://127.0.0.1:{server.server_address[1]}/{name}"


def test_a_file_is_fetched_once_and_verified(server: Server, tmp_path: Path) -> None:
    first = fetch(url(server), SHA256, tmp_path, "sub.bin")
    assert first.path.read_bytes() == DATA and first.is_new and first.sha256 == SHA256
    again = fetch(url(server), SHA256, tmp_path, "sub.bin")
    assert not again.is_new and server.asked == ["all"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sub.bin"]


def test_a_broken_connection_is_continued(server: Server, tmp_path: Path) -> None:
    server.breaks_off = 2
    assert fetch(url(server), SHA256, tmp_path, "a.bin").path.read_bytes() == DATA
    first, second, third = server.asked
    assert first == "all"
    assert 0 < int(second.removeprefix("bytes=").rstrip("-")) < int(third.removeprefix("bytes=").rstrip("-"))


def test_a_connection_that_keeps_breaking_says_what_to_do_and_goes_on_next_time(server: Server, tmp_path: Path) -> None:
    server.breaks_off = 3
    with pytest.raises(FileMissing) as told:
        fetch(url(server), SHA256, tmp_path, "a.bin")
    assert str(tmp_path / "a.bin") in str(told.value) and "browser" in str(told.value)
    assert not (tmp_path / "a.bin").exists()
    assert fetch(url(server), SHA256, tmp_path, "a.bin").path.read_bytes() == DATA
    assert server.asked[-1].startswith("bytes=")


def test_another_file_than_declared_is_not_kept(server: Server, tmp_path: Path) -> None:
    with pytest.raises(FileAltered):
        fetch(url(server), "0" * 64, tmp_path, "a.bin")
    assert not (tmp_path / "a.bin").exists()
    (tmp_path / "b.bin").write_bytes(b"old edition")
    with pytest.raises(FileAltered, match=r"remove .*b\.bin"):
        fetch(url(server), SHA256, tmp_path, "b.bin")


def test_without_a_declared_sum_the_found_one_is_told(server: Server, tmp_path: Path) -> None:
    assert fetch(url(server), None, tmp_path, "a.bin").sha256 == SHA256


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/none", "gone"])
def test_no_network_and_not_found(server: Server, tmp_path: Path, address: str) -> None:
    wanted = url(server, "gone.bin") if address == "gone" else address
    with pytest.raises(FileMissing, match="put the file at"):
        fetch(wanted, None, tmp_path, "a.bin")


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://127.0.0.1/x", "/etc/passwd"])
def test_only_the_web(tmp_path: Path, address: str) -> None:
    with pytest.raises(DeclarationProblem, match="https://"):
        fetch(address, None, tmp_path, "a.bin")
