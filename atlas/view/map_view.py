"""What the maps of every page do in the browser: the scripts, and the controls that they serve."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pydeck as pdk
import streamlit as st

from atlas.look import map_parts
from atlas.look.addressed import VERSION, Addressed
from atlas.look.language import t
from atlas.view import map_ability
from atlas.view.map_query import Position

FOLDER = Path(__file__).parent
#: In this order: each takes what it shares from those before it.
FILES = ("area_sizes.js", "map_chart.js", "map_view.js", "map_hand.js", "map_fit.js", "map_drawing.js")


@dataclass(frozen=True)
class Script(Addressed):
    """What the maps of every page do in the browser."""

    PATH = "look/map-view.js"
    PIN = VERSION


@lru_cache(maxsize=1)
def script() -> bytes:
    """As the route serves it. A page may bring it several times: it does its work once."""
    parts = "".join((FOLDER / name).read_text(encoding="utf-8") for name in FILES)
    return f"if (!window.atlasMaps) {{\nwindow.atlasMaps = {{}};\n{parts}}}\n".encode()


@lru_cache(maxsize=1)
def script_url() -> str:
    """The address changes with the content."""
    return Script().url(hashlib.sha256(script()).hexdigest()[:12])


def load() -> None:
    """Bring the script to the page; it does its work once, however often it comes."""
    st.html(_tag(), unsafe_allow_javascript=True)


def _tag() -> str:
    return f'<script src="{script_url()}"></script>'


def hand(name: str, whole: pdk.ViewState, fills: tuple[float, float, float]) -> None:
    """Buttons on a map and the words for who turns the wheel or moves one finger over it; brings the script.

    `name` says which map it is: no two controls of a page are called the same. fills: maps/base.py.
    """
    extent = f"{whole.longitude},{whole.latitude},{whole.zoom}"
    st.html(map_parts.hand(name, extent, ",".join(map(str, fills))) + _tag(), unsafe_allow_javascript=True)


def at(position: Position | None, whole: pdk.ViewState, place_id: str) -> pdk.ViewState:
    """Where a map opens: at the position of a link to this place, else showing all of it."""
    if position is None or position.place_id != place_id:
        return whole
    return pdk.ViewState(
        longitude=position.lon,
        latitude=position.lat,
        zoom=position.zoom,
        min_zoom=whole.min_zoom,
        max_zoom=whole.max_zoom,
    )


def controls(key: str) -> None:
    """Copy a link to what the map `key` shows now; nothing where it is a picture."""
    if map_ability.lack():
        return
    st.html(map_parts.view_controls(key, t("Copy link to this view"), t("Link copied"), t("Link to this view")))


def drawing(key: str, href: str, area: str) -> None:
    """The tools to draw an area on the map `key`. href: the view without an area, area: the one that it has, or "".
    Nothing where the map is a picture."""
    if map_ability.lack():
        return
    st.html(map_parts.drawing_tools(key, href, area))


def missing() -> None:
    """Hidden until some of the map's data does not arrive."""
    st.html(map_parts.data_missing(t("Part of the map did not load; the numbers are unaffected."), t("Load again")))


def in_step(keys: list[str]) -> None:
    """Maps that move together."""
    st.html(map_parts.in_step(keys))
