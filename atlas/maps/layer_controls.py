"""What the gap map shows: a popover of layers. What means nothing on these data waits for the demonstration switch."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from atlas.look import blocks, html
from atlas.look.language import pick, t
from atlas.maps import hot_spots
from atlas.view import controls, questions, state
from atlas.view.map_query import DEFAULT_LAYERS, FILLS, LAYERS, LINES
from atlas.view.state import View
from indicators import facts
from indicators import register as places
from indicators.database import Atlas

WORDS: dict[str, Callable[[], str]] = {
    "villages": lambda: t("Villages"),
    "pilots": lambda: t("Pilot areas"),
    "distance": lambda: t("Distance to the nearest connected village"),
    "hot_spots": lambda: t("Hot spots: where gaps cluster"),
}
NO_FILL = "none"


def popover(atlas: Atlas, view: View) -> None:
    """Lines and points to switch one by one, and what the areas are coloured by."""
    if not places.is_drawn(atlas):
        return  # no areas to outline or to colour
    changed = len(set(view.layers) ^ set(DEFAULT_LAYERS))
    label = t("Layers · {n}", n=changed) if changed else t("Layers")
    with st.popover(label, icon=":material/layers:", key="map_layers"):
        _lines(atlas, view)
        offered = _fills(atlas, view)
        _fill(view, offered)
        if any(needs_demonstration(atlas, view) for _ in offered):
            _switch(view)
        st.html(blocks.credit(hot_spots.method()))


def _lines(atlas: Atlas, view: View) -> None:
    offered = [one for one in LINES if one != "pilots" or facts.has_pilots(atlas)]

    def write() -> None:
        chosen = {*(st.session_state["layer_lines"] or []), *(set(view.layers) & set(FILLS))}
        state.change(view, layers=tuple(one for one in LAYERS if one in chosen))

    st.session_state["layer_lines"] = [one for one in offered if one in view.layers]
    st.pills(
        t("Shown on the map"),
        offered,
        selection_mode="multi",
        format_func=lambda one: WORDS[one]() if one in WORDS else _outlines(atlas),
        key="layer_lines",
        on_change=write,
    )


def _outlines(atlas: Atlas) -> str:
    """The finest level that has outlines, by its own name."""
    finest = [level for level in places.levels(atlas)[1:-1] if places.has_boundaries(atlas, level)][-1]
    return t("Outlines: {level}", level=html.plain(pick(places.level_names(atlas)[finest])))


def _fills(atlas: Atlas, view: View) -> list[str]:
    """What areas may be coloured by: distances only between points that are known."""
    return [one for one in FILLS if one != "distance" or not places.has_placed_points(atlas, view.place_id)]


def _fill(view: View, offered: list[str]) -> None:
    """Coloured areas and a carpet of symbols hide each other: whoever chooses the one can switch on the other."""

    def write() -> None:
        chosen = st.session_state["layer_fill"]
        kept = set(view.layers) - set(FILLS)
        kept = kept | {"villages"} if chosen == NO_FILL else (kept - {"villages"}) | {chosen}
        state.change(view, layers=tuple(one for one in LAYERS if one in kept))

    shown = fill_of(view)
    st.session_state["layer_fill"] = shown if shown in offered else NO_FILL
    st.radio(
        t("Areas coloured by"),
        [NO_FILL, *offered],
        format_func=lambda one: WORDS[one]() if one in WORDS else t("Nothing"),
        key="layer_fill",
        on_change=write,
    )


def _switch(view: View) -> None:
    st.html(blocks.credit(t("Distances and clusters of simulated states are a demonstration only.")))
    controls.demonstration_switch(view, "demonstration_layers")


def fill_of(view: View) -> str | None:
    """What the areas are asked to be coloured by, or None."""
    return next((one for one in FILLS if one in view.layers), None)


def needs_demonstration(atlas: Atlas, view: View) -> bool:
    """Whether a fill would show noise as if it were a finding: states that are simulated."""
    return questions.figure(atlas, view, "unconnected_villages").evidence == "simulated"


def waits(atlas: Atlas, view: View) -> bool:
    """A fill was asked for that only a demonstration may show, and none is asked for; or that means nothing here."""
    fill = fill_of(view)
    if fill is None:
        return False
    return fill not in _fills(atlas, view) or (not view.is_demonstration and needs_demonstration(atlas, view))


def notice(atlas: Atlas, view: View) -> None:
    """Why the areas are not coloured, and the way to see them where there is one."""
    fill = fill_of(view)
    assert fill is not None
    if fill not in _fills(atlas, view):
        words = t(
            "{layer}: positions of villages are placed at random here, so no distance is shown.",
            layer=WORDS[fill](),
        )
        st.html(blocks.notice("unknown", words))
        return
    st.html(
        blocks.notice(
            "warning",
            t("{layer}: on simulated states this is a demonstration only.", layer=WORDS[fill]()),
            [(t("Show as a demonstration"), view.link(is_demonstration=True))],
        )
    )
