"""Gap map: every village, three states, counts that follow the filters."""

from __future__ import annotations

from dataclasses import replace

import pydeck as pdk
import streamlit as st

from atlas.kept.pieces import draw
from atlas.look import badges, blocks, cards, figures, html, legends, theme
from atlas.look.language import counted, pick, place_name, t
from atlas.maps import base, layer_controls, layers, map_chart
from atlas.maps.layer import BORDERS, LAND, NAMES, OUTSIDE, Layer, Scene, to_area
from atlas.maps.layers import boundaries as boundary_layer
from atlas.maps.layers import choropleth as choropleth_layer
from atlas.maps.layers import names as name_layer
from atlas.maps.layers import outside as outside_layer
from atlas.maps.paper import page as paper
from atlas.maps.paper.asked import VillagesDrawing
from atlas.pieces import headlines, village_list
from atlas.pieces.panels import land_question, place_panel, position_remark, sources_line, top_places
from atlas.view import controls, map_view, questions, state, village_filters
from atlas.view.page import Page
from atlas.view.state import View
from indicators import facts, places
from indicators.chosen import selection
from indicators.database import Atlas

PAGE = Page(
    url_path="gap-map",
    order=2,
    icon=":material/map:",
    title=lambda: t("Gap map"),
    headline=lambda atlas, view: _headline(atlas, view),
)
HEIGHT_PX = 560


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    st.html(_headline(atlas, view))
    controls.filters(atlas, view, with_villages=True, beside=layer_controls.popover)
    village_filters.chips(atlas, view)
    left, right = st.columns([3, 1], gap="medium")
    with left:
        with st.container(key="noprint_draw"):
            drawn = view.filters.area
            without = view.link(filters=replace(view.filters, area=None))
            map_view.drawing("gap", without, drawn.text if drawn else "")
        _map(atlas, view)
        _caption(atlas, view)
    with right:
        place_panel(atlas, view)
        draw(top_places(atlas, view))
    by_state = _counts(atlas, view)
    if not sum(by_state[one] for one in view.states):
        village_filters.nothing(atlas, view)
    elif view.filters.area and places.has_placed_points(atlas, view.place_id):
        words = t(
            "Positions are placed at random: which villages lie in the drawn area is not known, and the list says "
            "nothing about it."
        )
        st.html(blocks.notice("warning", words))
    scene = _scene(atlas, view)
    for layer in layer_controls.drawn(atlas, view):
        layer.below(scene)
    village_list.show(atlas, view)
    sources_line(atlas, ["village_status", "boundary", "pilot"])


def _headline(atlas: Atlas, view: View) -> html.Html:
    return headlines.finding(atlas, view, questions.figure(atlas, view, "unconnected_villages"))


def _counts(atlas: Atlas, view: View) -> dict[str, int]:
    """Villages by state: of the place, or of what the filters leave of it."""
    if view.filters:
        return selection.counts(atlas, village_list.chosen_of(view))
    gap = questions.figure(atlas, view, "unconnected_villages")
    unconnected = int(gap.numerator or 0)
    return {
        "unconnected": unconnected,
        "unknown": int(gap.unknown or 0),
        "connected": int(gap.denominator or 0) - unconnected,
    }


def _caption(atlas: Atlas, view: View) -> None:
    total = sum(_counts(atlas, view).values())
    said = [
        pick(controls.standard_of(atlas, view).definition),
        counted(figures.count(total)),
        position_remark(atlas, view.place_id),
    ]
    st.html(blocks.subtitle(said))


def _map(atlas: Atlas, view: View) -> None:
    size = base.frame("wide", HEIGHT_PX)
    here = state.shown(atlas, view)
    gap = questions.figure(atlas, view, "unconnected_villages")
    whole = base.fitted(base.bounds_of(atlas, here), size)
    layer_controls.notices(atlas, view)
    scene, drawn = _scene(atlas, view), layer_controls.drawn(atlas, view)
    with st.container(key="map_frame_gap"):
        event = map_chart.show(
            _layers(scene, drawn, whole),
            whole,
            map_key=f"gap_{view.place_id}",
            name=t("Map of villages by state"),
            tooltip="{name}\n{state}\n" + _rests_on(atlas, view),
            height_px=size.height_px,
            opens_at=map_view.at(view.at, whole.view, view.place_id),
            is_clicked=True,
            parts=map_chart.ways(atlas, view, scene.land.place_id, scene.level),
        )
        base.watermark(gap.evidence)
        map_view.missing()
        with st.container(key="map_legend_gap"):
            st.html(_legend(scene, drawn))
            for key in filter(None, (layer.key(scene) for layer in drawn)):
                st.html(key)
    asked = VillagesDrawing(view.place_id, view.standard, view.as_of, view.lang, view.filters, view.states)
    paper.show(atlas, asked, t("Map of villages by state"))
    with st.container(key="noprint_view"):
        map_view.controls("gap")
    st.html(
        blocks.credit(
            base.credit(
                atlas,
                map_chart.of_hand(
                    t("zoomed out: cells coloured by the share unconnected; from zoom 8: one symbol per village")
                ),
                map_chart.of_hand(t("click a village for its facts, a ⟨outlined⟩ for its map")),
            )
        )
    )
    _follow(scene, drawn, event)


def _scene(atlas: Atlas, view: View) -> Scene:
    land, level = _land(atlas, view)
    return Scene(atlas, view, land, level, theme.current(), base.is_phone())


def _layers(scene: Scene, drawn: list[Layer], whole: base.Whole) -> list[pdk.Layer]:
    """From the ground up: what every map has, and between it the layers that are shown."""
    atlas = scene.atlas
    land = choropleth_layer.land(land_question(atlas, scene.land, scene.level), atlas.build_id)
    shown = state.shown(atlas, scene.land)
    names = name_layer.layer(atlas.build_id, scene.view.lang, scene.theme_name, shown, whole.view.zoom)
    heights = [
        (LAND, [land]),
        (BORDERS, boundary_layer.borders(scene)),
        (OUTSIDE, _outside(scene, drawn)),
        (NAMES, [names]),
    ]
    heights += [(layer.height, layer.draw(scene)) for layer in drawn]
    return [one for _, found in sorted(heights, key=lambda item: item[0]) for one in found]


def _outside(scene: Scene, drawn: list[Layer]) -> list[pdk.Layer]:
    """The neighbours recede. Around a pilot place the line is the pilots', where these are shown."""
    atlas, shown = scene.atlas, state.shown(scene.atlas, scene.land)
    is_pilot = any(one.id == "pilots" for one in drawn) and shown.place_id in set(
        facts.pilots_over(atlas, shown.place_id)["place_id"]
    )
    line = "pilot" if is_pilot else "text"
    return outside_layer.layers(atlas, shown, scene.theme_name, line)


def _land(atlas: Atlas, view: View) -> tuple[View, str]:
    """What the villages stand on: the parts of the place; of a township, which has no outline, its county."""
    path = places.path(atlas, view.place_id)
    here = path[-1]
    if here.parent_id is not None and not here.has_boundary and places.is_drawn(atlas):
        here = next((one for one in reversed(path) if one.has_boundary), path[0])
    level = places.level_below(atlas, here.place_id) or here.level
    return replace(view, place_id=here.place_id), level


def _rests_on(atlas: Atlas, view: View) -> str:
    """The last line of every tooltip: date and evidence. One text for all that can be pointed at: where some states
    are simulated and some not, it speaks of the whole place, since a village or cell may rest on either."""
    gap = questions.figure(atlas, view, "unconnected_villages")
    if (mixed := cards.simulated_words(gap)) is None:
        return f"{figures.day(view.as_of)} · {badges.evidence_word(gap.evidence)}"
    here = state.shown(atlas, view)
    whole = t("{place}: {remark}", place=place_name(here.name, here.name_en), remark=mixed)
    return f"{figures.day(view.as_of)} · {whole}\n" + t("click a village for what its own state rests on")


def _legend(scene: Scene, drawn: list[Layer]) -> html.Html:
    lines = [layer.line(scene, layer in drawn) for layer in layers.known()]
    counts = _counts(scene.atlas, scene.view)
    return legends.map_legend(counts, [*filter(None, lines)], has_cells=any(one.has_cells for one in drawn))


def _follow(scene: Scene, drawn: list[Layer], event: object) -> None:
    """A click is for the layer that was hit, the highest first; beneath all of them lie the areas to stand on."""
    for layer in sorted(drawn, key=lambda one: -one.height):
        for clicked in filter(None, (base.chosen(event, one) for one in layer.picks)):
            layer.follow(scene, clicked)
    to_area(scene, base.chosen(event, choropleth_layer.LAND_ID) or {})
