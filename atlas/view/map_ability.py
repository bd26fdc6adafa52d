"""Whether the visitor's browser can draw maps that move (WebGL); what cannot gets drawings instead.

The script stands in the head of every first HTML. Its cookie comes with the websocket's handshake, so the first run of
a page knows already: nothing is drawn that would fail, and nothing is asked twice.
"""

from __future__ import annotations

from typing import Literal

import streamlit as st

COOKIE = "atlas_maps"  # as map_ability.js has it
Lack = Literal["none", "failed"]


def lack() -> Lack | None:
    """Why this visitor's maps are pictures: no WebGL, or the file that draws did not load; None where they move."""
    said = st.context.cookies.get(COOKIE)
    if said == "none":
        return "none"
    return "failed" if said == "failed" else None
