"""The scripts and the style of the maps in frames, by address: the content's hash is in it."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from atlas.look.addresses import address, from_document

FOLDER = Path(__file__).parent
NAMES = ("map_page.css", "map_page.js", "close_up.js", "drawing.js")


@cache
def content(name: str) -> bytes:
    """As the route serves it. Raises KeyError for a file that is not one of NAMES."""
    if name not in NAMES:
        raise KeyError(name)
    return (FOLDER / name).read_bytes()


@cache
def url(name: str) -> str:
    """From a map's document; the address changes with the content."""
    version = hashlib.sha256(content(name)).hexdigest()[:12]
    return from_document(address(f"look/maps/{name}", {"v": version}))
