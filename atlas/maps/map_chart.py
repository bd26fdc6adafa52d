"""A map on a page: deck.gl's chart with the buttons on it. Every page shows its maps through here."""

from __future__ import annotations

from collections.abc import Sequence

import pydeck as pdk
import streamlit as st

from atlas.maps import base
from atlas.view import map_view


def show(
    layers: Sequence[pdk.Layer],
    whole: pdk.ViewState,
    *,
    map_key: str,
    name: str,
    tooltip: str,
    height_px: int,
    opens_at: pdk.ViewState | None = None,
    is_clicked: bool = False,
) -> object:
    """The chart's event. Call it inside the map's frame (a container whose key begins with `map_frame_`).

    whole: the view of the whole place, to which its button returns; opens_at: where the map opens instead.
    name: what it shows, which no other map of the page shows. is_clicked: whether a click runs the page anew.
    """
    event = st.pydeck_chart(
        base.deck(list(layers), opens_at or whole, tooltip),
        height=height_px,
        on_select="rerun" if is_clicked else "ignore",
        key=map_key,
        alt=name,
    )
    map_view.hand(name, whole)
    return event
