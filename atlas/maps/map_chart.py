"""A map on a page: deck.gl's chart with the buttons on it. Every page shows its maps through here.

In a browser that cannot draw it the drawing that paper shows (maps/paper) stands on the screen as well: the word
that is said here instead of a chart brings it there by the style sheet.
"""

from __future__ import annotations

from collections.abc import Sequence

import pydeck as pdk
import streamlit as st

from atlas.look import map_parts
from atlas.look.language import place_name
from atlas.maps import base
from atlas.view import map_ability, map_view
from atlas.view.state import View
from indicators import places
from indicators.database import Atlas

MOST_WAYS = 60


def show(
    layers: Sequence[pdk.Layer],
    whole: base.Whole,
    *,
    map_key: str,
    name: str,
    tooltip: str,
    height_px: int,
    opens_at: pdk.ViewState | None = None,
    is_clicked: bool = False,
    parts: Sequence[tuple[str, str]] = (),
) -> object:
    """The chart's event; None where there is no chart.

    Call it inside the map's frame (a container whose key begins with `map_frame_`).

    whole: the view of the whole place, to which its button returns; opens_at: where the map opens instead.
    name: what it shows, which no other map of the page shows. is_clicked: whether a click runs the page anew.
    parts: words and links of what a click on the map leads to, for where nothing can be clicked.
    """
    if lack := map_ability.lack():
        st.html(map_parts.as_picture(parts, did_fail=lack == "failed"))
        return None
    event = st.pydeck_chart(
        base.deck(list(layers), opens_at or whole.view, tooltip),
        height=height_px,
        on_select="rerun" if is_clicked else "ignore",
        key=map_key,
        alt=name,
    )
    map_view.hand(name, whole.view, whole.fills)
    return event


def ways(atlas: Atlas, view: View, within: str, level: str) -> list[tuple[str, str]]:
    """Where a click on the areas of a map leads, for who has a picture of it and can click on none."""
    if not map_ability.lack():
        return []
    found = places.parts(atlas, within, level)[:MOST_WAYS]
    return [(place_name(one.name, one.name_en), view.link(place_id=one.place_id)) for one in found]


def of_hand(words: str) -> str:
    """What is said of clicking and zooming; nothing beneath a picture."""
    return "" if map_ability.lack() else words
