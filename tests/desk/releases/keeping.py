"""What the tests of the archive share."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

HERE, ROOT = Path(__file__).parent, Path(__file__).resolve().parents[3]


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def month(number: int) -> str:
    return f"{2026 + number // 12}.{number % 12 + 1:02d}"


def content_of(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir() if path.suffix != ".lock"
    }


def write(path: Path, content: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(content)


def python(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )


def age(path: Path, seconds: float) -> None:
    at = time.time() - seconds
    os.utime(path.parent, (at, at))
