"""What pages do in the browser, one file each, by address: the content's hash is in it. A new script is a line here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

from atlas.look.addressed import VERSION, Addressed
from atlas.look.parameters import StepOf

ATLAS = Path(__file__).resolve().parents[1]
FILES = {
    "beside": ATLAS / "look" / "beside.js",
    "first": ATLAS / "first" / "first.js",
    "map-ability": ATLAS / "view" / "map_ability.js",
    "suggestions": ATLAS / "view" / "suggestions.js",
    "theme": ATLAS / "look" / "theme_switch.js",
}


@dataclass(frozen=True)
class PageScript(Addressed):
    """A script of the pages, by its name in FILES."""

    PATH = "look/{name}.js"
    PIN = VERSION
    name: Annotated[str, StepOf(allowed=tuple(FILES), error="no such file")]


@cache
def content(name: str) -> bytes:
    """As the route serves it. Raises KeyError for a script that is not one of FILES."""
    return FILES[name].read_bytes()


@cache
def url(name: str) -> str:
    """The address changes with the content."""
    return PageScript(name).url(hashlib.sha256(content(name)).hexdigest()[:12])
