"""The address of what a number means, and the script that opens it beside the number."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from atlas.look.addressed import VERSION, Addressed
from atlas.look.parameters import Lang, MaybeDay, MaybeWord, Step, Word

FILE = Path(__file__).with_name("beside.js")


@dataclass(frozen=True)
class AboutNumber(Addressed):
    """An indicator, and for which place, standard and day its number is shown."""

    PATH = "about/{indicator}.html"
    indicator: Step
    place: Word
    lang: Lang
    standard: MaybeWord = None
    as_of: MaybeDay = None


@dataclass(frozen=True)
class Script(Addressed):
    """What opens an explanation beside the page."""

    PATH = "look/beside.js"
    PIN = VERSION


@lru_cache(maxsize=1)
def script() -> bytes:
    """As the route serves it."""
    return FILE.read_bytes()


@lru_cache(maxsize=1)
def script_url() -> str:
    """The address changes with the content."""
    return Script().url(hashlib.sha256(script()).hexdigest()[:12])
