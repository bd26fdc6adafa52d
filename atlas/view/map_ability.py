"""Whether the visitor's browser can draw maps that move (WebGL); what cannot gets drawings instead.

The script stands in the head of every first HTML. Its cookie comes with the websocket's handshake, so the first run of
a page knows already: nothing is drawn that would fail, and nothing is asked twice.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import streamlit as st

from atlas.look.addressed import VERSION, Addressed

FILE = Path(__file__).with_name("map_ability.js")
COOKIE = "atlas_maps"  # as map_ability.js has it
Lack = Literal["none", "failed"]


@dataclass(frozen=True)
class Script(Addressed):
    """What finds out."""

    PATH = "look/map-ability.js"
    PIN = VERSION


@lru_cache(maxsize=1)
def script() -> bytes:
    """As the route serves it."""
    return FILE.read_bytes()


@lru_cache(maxsize=1)
def script_url() -> str:
    """The address changes with the content."""
    return Script().url(hashlib.sha256(script()).hexdigest()[:12])


def lack() -> Lack | None:
    """Why this visitor's maps are pictures: no WebGL, or the file that draws did not load; None where they move."""
    said = st.context.cookies.get(COOKIE)
    if said == "none":
        return "none"
    return "failed" if said == "failed" else None
