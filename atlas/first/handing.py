"""What the first HTML is made of and handed over with: Streamlit's index, the script between both, the icon."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from streamlit import file_util

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


@lru_cache(maxsize=1)
def index() -> str:
    """Streamlit's own, as it was installed."""
    return (Path(file_util.get_static_dir()) / "index.html").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def files() -> frozenset[str]:
    """The paths of all that Streamlit serves of its own, but for the index."""
    root = Path(file_util.get_static_dir())
    found = (f"/{path.relative_to(root).as_posix()}" for path in root.rglob("*") if path.is_file())
    return frozenset(found) - {"/index.html"}
