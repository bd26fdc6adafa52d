"""Where a place or village lies, as a small map."""

from __future__ import annotations

import streamlit as st

from atlas.look import blocks, theme
from atlas.maps import base, locator
from atlas.view.state import View
from indicators.database import Atlas


def show(atlas: Atlas, view: View, place_id: str) -> None:
    """Where it lies; nothing where there are no boundaries or nothing around it."""
    if locator.scene(atlas, place_id) is None:
        return
    asked = locator.Locator(place_id, view.lang, theme.current())
    st.html(blocks.picture(asked.url(atlas.build_id), locator.alt(atlas, place_id)))
    st.html(blocks.credit(base.credit(atlas)))
