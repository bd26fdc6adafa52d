"""npm for a moment: the machine's own, or one that is installed in a scratch folder, used, and removed with it.

Browser files are fetched once; serving them needs no Node.js, which weighs more than any other part.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PINNED = "requirements-vendor.txt"
INSTALL_TIMEOUT_SECONDS = 600


class NpmMissing(RuntimeError):
    """There is no npm and none could be installed; the message says why."""


@contextmanager
def present(root: Path) -> Iterator[Path]:
    """The npm to run, its node in the same folder or on PATH. Raises NpmMissing."""
    beside_python = str(Path(sys.executable).parent)
    if own := shutil.which("npm") or shutil.which("npm", path=beside_python):
        yield Path(own)
        return
    with tempfile.TemporaryDirectory(prefix="atlas-npm-") as scratch:
        yield _installed(Path(scratch), root / PINNED)


def _installed(scratch: Path, pinned: Path) -> Path:
    if not pinned.is_file():
        raise NpmMissing(f"and there is no {pinned.name} to install it from")
    scripts = scratch / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / ("python.exe" if os.name == "nt" else "python")
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    try:
        venv.create(scratch)
        subprocess.run(
            [*pip, "--require-hashes", "--only-binary", ":all:", "-r", str(pinned)],
            check=True,
            capture_output=True,
            text=True,
            timeout=INSTALL_TIMEOUT_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise NpmMissing(f"installing it took longer than {INSTALL_TIMEOUT_SECONDS} s") from None
    except subprocess.CalledProcessError as failed:
        said = (failed.stderr or failed.stdout or "").strip() or str(failed)
        raise NpmMissing(f"installing it failed:\n{said}\n") from failed
    npm = shutil.which("npm", path=str(scripts))
    if npm is None:
        raise NpmMissing(f"{pinned.name} brings no npm")
    return Path(npm)
