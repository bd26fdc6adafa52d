"""Where files lie that belong to no profile: a bureau's own, and what is fetched."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INCOMING = "ATLAS_INCOMING_DIR"


def incoming_folder() -> Path:
    """Where files that belong to no profile are put: a bureau's own, and what is fetched."""
    return Path(os.environ.get(INCOMING, ROOT / "data" / "incoming"))
