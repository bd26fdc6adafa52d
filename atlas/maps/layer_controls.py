"""What the gap map shows: a popover of layers. What means nothing on these data waits for the demonstration switch."""

from __future__ import annotations

import streamlit as st

from atlas.look import blocks
from atlas.look.language import t
from atlas.maps import layers
from atlas.maps.layer import Layer
from atlas.view import controls, questions, state
from atlas.view.state import View
from indicators import places
from indicators.database import Atlas

NO_FILL = "none"


def popover(atlas: Atlas, view: View) -> None:
    """Lines and points to switch one by one, and what the areas are coloured by."""
    if not places.is_drawn(atlas):
        return  # no areas to outline or to colour
    changed = len({one.id for one in layers.shown(view)} ^ set(layers.offer().default))
    label = t("Layers · {n}", n=changed) if changed else t("Layers")
    with st.popover(label, icon=":material/layers:", key="map_layers"):
        offered = {one.id: one for one in layers.known() if one.is_offered(atlas, view)}
        labels = {one.id: one.label(atlas) for one in offered.values()}
        fills = [one for one in offered.values() if one.kind == "fill"]
        _lines(view, {one.id: labels[one.id] for one in offered.values() if one.kind != "fill"})
        _fill(view, {one.id: labels[one.id] for one in fills})
        if any(one.needs_demonstration for one in fills) and needs_demonstration(atlas, view):
            _switch(view)
        for method in filter(None, (one.method() for one in layers.known())):
            st.html(blocks.credit(method))


def _lines(view: View, labels: dict[str, str]) -> None:
    def write() -> None:
        fill = layers.fill_of(view)
        chosen = {*(st.session_state["layer_lines"] or []), *([fill.id] if fill else [])}
        state.change(view, layers=layers.offer().chosen(chosen))

    shown = {one.id for one in layers.shown(view)}
    st.session_state["layer_lines"] = [one for one in labels if one in shown]
    st.pills(
        t("Shown on the map"),
        list(labels),
        selection_mode="multi",
        format_func=labels.__getitem__,
        key="layer_lines",
        on_change=write,
    )


def _fill(view: View, labels: dict[str, str]) -> None:
    """Coloured areas and a carpet of symbols hide each other: whoever chooses the one can switch on the other."""

    def write() -> None:
        chosen = st.session_state["layer_fill"]
        symbols = {one.id for one in layers.known() if one.kind == "point" and one.is_default}
        kept = {one.id for one in layers.shown(view) if one.kind != "fill"}
        kept = kept | symbols if chosen == NO_FILL else (kept - symbols) | {chosen}
        state.change(view, layers=layers.offer().chosen(kept))

    fill = layers.fill_of(view)
    st.session_state["layer_fill"] = fill.id if fill and fill.id in labels else NO_FILL
    st.radio(
        t("Areas coloured by"),
        [NO_FILL, *labels],
        format_func=(labels | {NO_FILL: t("Nothing")}).__getitem__,
        key="layer_fill",
        on_change=write,
    )


def _switch(view: View) -> None:
    st.html(blocks.credit(t("Distances and clusters of simulated states are a demonstration only.")))
    controls.demonstration_switch(view, "demonstration_layers")


def needs_demonstration(atlas: Atlas, view: View) -> bool:
    """Whether a fill would show noise as if it were a finding: states that are simulated."""
    return questions.figure(atlas, view, "unconnected_villages").evidence == "simulated"


def drawn(atlas: Atlas, view: View) -> list[Layer]:
    """The layers that are asked for and may be shown."""
    return [one for one in layers.shown(view) if not _waits(one, atlas, view)]


def _waits(layer: Layer, atlas: Atlas, view: View) -> bool:
    """Only a demonstration may show it, and none is asked for; or it means nothing here."""
    if not layer.is_offered(atlas, view):
        return True
    return layer.needs_demonstration and not view.is_demonstration and needs_demonstration(atlas, view)


def notices(atlas: Atlas, view: View) -> None:
    """Why a layer that was asked for is not shown, and the way to see it where there is one."""
    for one in layers.shown(view):
        if not one.is_offered(atlas, view):
            if words := one.why_not(one.label(atlas)):
                st.html(blocks.notice("unknown", words))
        elif _waits(one, atlas, view):
            words = t("{layer}: on simulated states this is a demonstration only.", layer=one.label(atlas))
            way = (t("Show as a demonstration"), view.link(is_demonstration=True))
            st.html(blocks.notice("warning", words, [way]))
