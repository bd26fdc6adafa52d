"""The scripts and the style of the maps in frames, by address: the content's hash is in it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

from atlas.look.addressed import VERSION, Addressed
from atlas.look.addresses import from_document
from atlas.look.parameters import StepOf

FOLDER = Path(__file__).parent
OF_PAGES = FOLDER.parent / "view"
FILES = {name: FOLDER / name for name in ("map_page.css", "map_page.js", "close_up.js", "drawing.js")}
FILES["area_sizes.js"] = OF_PAGES / "area_sizes.js"  # which the maps of the pages have, too
NAMES = tuple(FILES)


@dataclass(frozen=True)
class MapFile(Addressed):
    """A script or the style of the maps in frames."""

    PATH = "look/maps/{name}"
    PIN = VERSION
    name: Annotated[str, StepOf(allowed=NAMES, error="no such file")]


@cache
def content(name: str) -> bytes:
    """As the route serves it. Raises KeyError for a file that is not one of NAMES."""
    return FILES[name].read_bytes()


@cache
def url(name: str) -> str:
    """From a map's document; the address changes with the content."""
    version = hashlib.sha256(content(name)).hexdigest()[:12]
    return from_document(MapFile(name).url(version))
