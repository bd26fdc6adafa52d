"""The whole server, started both ways, with every question to another machine noted: there is none."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets import Subprotocol
from websockets.sync.client import connect

ROOT = Path(__file__).resolve().parents[2]
GUARD = Path(__file__).resolve().parent / "guard"
WAYS = {
    "uvicorn": ("-m", "uvicorn", "dashboard:app", "--host", "127.0.0.1", "--log-level", "warning", "--port"),
    "streamlit": ("-m", "streamlit", "run", "dashboard.py", "--server.address", "0.0.0.0", "--server.port"),
}
HOSTILE = [
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://10.0.0.1:8501"},
    {"Origin": "https://192.0.2.1", "Host": "192.0.2.1"},
    {"Origin": "http://evil.example", "Host": "evil.example"},
]


@dataclass(frozen=True)
class Watched:
    """A server, and the file that says whom it asked."""

    port: int
    notes: Path

    def asked(self) -> list[str]:
        return self.notes.read_text(encoding="utf-8").splitlines() if self.notes.exists() else []

    def status(self, path: str, **sent: str) -> int:
        """The status of one request, its headers as given."""
        lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items())]
        with socket.create_connection(("127.0.0.1", self.port), 20) as line:
            line.sendall("\r\n".join([*lines, "", ""]).encode())
            return int(line.recv(64).split()[1])

    def handshake(self, **sent: str) -> int:
        upgrade = {
            "Host": f"127.0.0.1:{self.port}",
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        }
        return self.status("/_stcore/stream", **(upgrade | sent))


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="module", params=WAYS)
def watched(
    request: pytest.FixtureRequest, mini_build_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Watched]:
    server = Watched(free_port(), tmp_path_factory.mktemp("asked") / "hosts.txt")
    process = subprocess.Popen(
        [sys.executable, *WAYS[request.param], str(server.port)],
        cwd=ROOT,
        env=os.environ
        | {
            "ATLAS_BUILD_DIR": str(mini_build_dir),
            "PYTHONPATH": str(GUARD),
            "ATLAS_TEST_ASKED": str(server.notes),
            "ATLAS_LOG": "off",
        },
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for(server, process)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()


def wait_for(server: Watched, process: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        assert process.poll() is None, "the server ended at its start"
        try:
            if server.status("/healthz", Host="localhost") == 200:
                return
        except OSError:
            pass
        time.sleep(0.25)
    raise AssertionError("the server did not come up within a minute")


def test_hostile_handshakes_are_refused_at_once_and_ask_nobody(watched: Watched) -> None:
    begun = time.perf_counter()
    statuses = [watched.handshake(**sent) for sent in HOSTILE]
    assert time.perf_counter() - begun < 1
    assert statuses == [403, 403, 403, 421, 421]
    assert watched.status("/", Host="evil.example") == 421 and watched.status("/") == 400
    assert watched.status("http://evil.example/", Host="evil.example") == 421
    assert watched.asked() == []


def test_pages_ask_nobody(watched: Watched) -> None:
    """One visitor opens some pages, from the start of the server on."""
    address = f"ws://127.0.0.1:{watched.port}/_stcore/stream"
    own = f"http://127.0.0.1:{watched.port}"
    with connect(address, origin=own, subprotocols=[Subprotocol("streamlit")], max_size=None, proxy=None) as line:  # type: ignore[arg-type]
        for page in ("overview", "gap-map", "data", "methods"):
            line.send(BackMsg(rerun_script=ClientState(page_name=page)).SerializeToString())
            while ForwardMsg.FromString(line.recv(60)).WhichOneof("type") != "script_finished":  # type: ignore[arg-type]
                pass
    for path in (
        "/",
        "/_stcore/health",
        "/_stcore/host-config",
        "/_stcore/metrics",
        "/_stcore/agent/openapi.json",
    ):
        watched.status(path, Host="localhost")
    assert watched.asked() == []


def test_the_watching_sees_a_question(tmp_path: Path) -> None:
    """Streamlit's own ways of asking, in a process with the guard but without the atlas."""
    notes = tmp_path / "hosts.txt"
    asking = "from streamlit import net_util; net_util.get_internal_ip(); net_util.get_external_ip()"
    environment = os.environ | {"PYTHONPATH": str(GUARD), "ATLAS_TEST_ASKED": str(notes)}
    subprocess.run([sys.executable, "-c", asking], env=environment, check=True, capture_output=True)
    assert len(notes.read_text(encoding="utf-8").splitlines()) >= 2
