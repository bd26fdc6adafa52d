"""The app as a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def serve(
    build_dir: Path, port: int | None = None, settings: Mapping[str, str] | None = None
) -> tuple[subprocess.Popen[bytes], str]:
    """The app as `make run` starts it, on a free port unless one is named; returns the process and its address."""
    port = port or free_port()
    process = subprocess.Popen(
        [
            sys.executable,
            *("-m", "uvicorn", "dashboard:app", "--host", "127.0.0.1", "--port", str(port)),
            *("--log-level", "warning"),
        ],
        cwd=ROOT,
        env=os.environ | {"ATLAS_BUILD_DIR": str(build_dir), "ATLAS_LOG": "off"} | dict(settings or {}),
    )
    address = f"http://127.0.0.1:{port}"
    wait_for(address, process)
    return process, address


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    """Until it has an atlas to show; ends it where it never has."""
    for _ in range(240):
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.25)
    process.kill()
    raise RuntimeError("the server did not come up within a minute")


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
