"""The icon of the first HTML and of the app after it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from atlas.look.addressed import VERSION, Addressed

HERE = Path(__file__).parent
ICON = HERE.parent / "look" / "icon.png"


@dataclass(frozen=True)
class Icon(Addressed):
    """The atlas's mark at the top of a browser's window; the app sets the same."""

    PATH = "look/icon.png"
    PIN = VERSION


@lru_cache(maxsize=1)
def icon_url() -> str:
    return Icon().url(hashlib.sha256(ICON.read_bytes()).hexdigest()[:12])
