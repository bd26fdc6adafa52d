"""Servers that are started for a measurement and stopped after it, whatever happens in between."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from benchmarks.machine import peak_memory_mb

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = "127.0.0.1"
DASHBOARD = "dashboard:app"
START_SECONDS = 120.0
STOP_SECONDS = 10.0
LOG_TAIL = 2000


class NotServing(RuntimeError):
    """A server did not come up; the message holds the end of its log."""


@dataclass(frozen=True)
class Server:
    """A server at work on this machine."""

    pid: int
    port: int
    started_s: float  # from the start of the process to its first answer

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def wait_until_loaded(self) -> None:
        """Until the dashboard has read what it reads behind its first visitor's back: till then reruns wait for it."""
        until = time.perf_counter() + START_SECONDS
        while time.perf_counter() < until:
            with contextlib.closing(HTTPConnection(LOOPBACK, self.port, timeout=START_SECONDS)) as connection:
                connection.request("GET", "/readyz")
                if json.loads(connection.getresponse().read())["loaded"]:
                    return
            time.sleep(0.5)
        raise NotServing("the dashboard never said that it had loaded everything")

    @property
    def peak_memory_mb(self) -> float | None:
        return peak_memory_mb(self.pid)


@contextlib.contextmanager
def atlas_server(build_dir: Path, app: str = DASHBOARD, settings: Mapping[str, str] | None = None) -> Iterator[Server]:
    """The dashboard as `make run` serves it, over the atlas published in `build_dir`; or another app of its kind."""
    port = free_port()
    command = [
        "-m",
        "uvicorn",
        app,
        "--host",
        LOOPBACK,
        "--port",
        str(port),
        "--log-level",
        "warning",
    ]
    told = {"ATLAS_BUILD_DIR": str(build_dir)} | dict(settings or {})
    with _serving(command, port, "/readyz", ROOT, told) as server:
        yield server


@contextlib.contextmanager
def streamlit_server(script: Path, folder: Path, settings: dict[str, str]) -> Iterator[Server]:
    """A page of one script under `streamlit run`, from a folder without a configuration of ours."""
    port = free_port()
    options = {
        "server.address": LOOPBACK,
        "server.port": str(port),
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
    }
    command = [
        "-m",
        "streamlit",
        "run",
        str(script),
        *(f"--{name}={value}" for name, value in options.items()),
    ]
    with _serving(command, port, "/_stcore/health", folder, settings) as server:
        yield server


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        return int(listener.getsockname()[1])


@contextlib.contextmanager
def child(
    arguments: Sequence[str], folder: Path, settings: dict[str, str], log: int
) -> Iterator[subprocess.Popen[bytes]]:
    """A Python process of our own, ended by its id when the block is left."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=folder,
        env=os.environ | settings,
        stdout=log,
        stderr=log,
        stdin=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ask it to end; end it where it does not."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextlib.contextmanager
def _serving(command: Sequence[str], port: int, probe: str, folder: Path, settings: dict[str, str]) -> Iterator[Server]:
    begun = time.perf_counter()
    with tempfile.TemporaryFile() as log, child(command, folder, settings, log.fileno()) as process:
        while not _answers(port, probe):
            if process.poll() is not None or time.perf_counter() - begun > START_SECONDS:
                log.seek(0)
                tail = log.read()[-LOG_TAIL:].decode(errors="replace")
                raise NotServing(f"no answer from {command[1]} within {START_SECONDS:.0f} s; its log ends:\n{tail}")
            time.sleep(0.05)
        yield Server(process.pid, port, time.perf_counter() - begun)


def _answers(port: int, probe: str) -> bool:
    connection = HTTPConnection(LOOPBACK, port, timeout=START_SECONDS)
    try:
        connection.request("GET", probe)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
