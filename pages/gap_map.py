"""Gap map: every village, three states, counts that follow the filters."""

from __future__ import annotations

import streamlit as st

from atlas import controls, drawing, figures, maps, markup, questions, state, village_filters, village_list
from atlas.language import pick, place_name, t
from atlas.layers import boundaries as boundary_layer
from atlas.layers import choropleth as choropleth_layer
from atlas.layers import names as name_layer
from atlas.layers import pilots as pilot_layer
from atlas.layers import villages as village_layer
from atlas.page import Page
from atlas.panels import (
    go_to,
    land_question,
    place_panel,
    position_remark,
    resolution_for,
    sources_line,
    top_places,
)
from atlas.state import View
from indicators import facts, places
from indicators.database import Atlas

PAGE = Page(url_path="gap-map", order=2, icon=":material/map:", title=lambda: t("Gap map"))
HEIGHT_PX = 660
MOST_IN_WORDS = 0.5  # above it a percentage says more than "one in 1.4"


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    _title(atlas, view)
    controls.filters(atlas, view, with_villages=True)
    village_filters.chips(atlas, view)
    _caption(atlas, view)
    left, right = st.columns([3, 1], gap="medium")
    with left:
        with st.container(key="noprint_draw"):
            is_drawing = st.toggle(
                t("Draw an area to list its villages"),
                key="is_drawing",
                help=t("Polygon, rectangle or circle"),
            )
        if is_drawing:
            _canvas(atlas, view)
        else:
            _map(atlas, view)
    with right:
        place_panel(atlas, view)
        top_places(atlas, view)
    if not sum(_counts(atlas, view)[one] for one in view.states):
        village_filters.nothing(atlas, view)
    village_list.show(atlas, view)
    sources_line(atlas, ["village_status", "boundary", "pilot"])


def _counts(atlas: Atlas, view: View) -> dict[str, int]:
    """Villages by state: of the place, or of what the filters leave of it."""
    if view.filters:
        return village_list.counts(atlas.build_id, village_list.chosen_of(view), atlas)
    gap = questions.figure(atlas, view, "unconnected_villages")
    unconnected = int(gap.numerator or 0)
    return {
        "unconnected": unconnected,
        "unknown": int(gap.unknown or 0),
        "connected": int(gap.denominator or 0) - unconnected,
    }


def _title(atlas: Atlas, view: View) -> None:
    here = state.shown(atlas, view)
    gap = questions.figure(atlas, view, "unconnected_villages")
    gap_words = pick(controls.standard_of(atlas, view).unconnected)
    name = place_name(here.name, here.name_en)
    if not gap.value or not gap.denominator:
        title = t("{place}: no village known to be {unconnected}", place=name, unconnected=gap_words)
    elif gap.value / gap.denominator > MOST_IN_WORDS:
        share = figures.percent(100 * gap.value / gap.denominator)
        title = t(
            "{place}: {share} of the villages {unconnected}", place=name, share=share, unconnected=gap_words
        )
    else:
        one_in = figures.decimal(gap.denominator / gap.value, 1)
        title = t("{place}: one village in {n} {unconnected}", place=name, n=one_in, unconnected=gap_words)
    st.html(markup.finding(title))


def _caption(atlas: Atlas, view: View) -> None:
    gap = questions.figure(atlas, view, "unconnected_villages")
    total = sum(_counts(atlas, view).values())
    st.html(
        markup.subtitle(
            [
                pick(controls.standard_of(atlas, view).definition),
                t("{n} administrative villages", n=figures.count(total)),
            ],
            gap.evidence,
            position_remark(atlas, view.place_id),
        )
    )


def _map(atlas: Atlas, view: View) -> None:
    theme_name = maps.theme_name()
    size = maps.frame("wide", HEIGHT_PX)
    here = state.shown(atlas, view)
    level = places.level_below(atlas, view.place_id) or here.level
    within = None if here.parent_id is None else view.place_id
    phone = maps.is_phone()
    layers = [
        choropleth_layer.land(land_question(atlas, view, level), atlas.build_id),
        *boundary_layer.layers(maps.mapped_levels(atlas), atlas.build_id, theme_name),
        *(
            []
            if (phone and within is None) or not facts.has_pilots(atlas)
            else [pilot_layer.outlines(atlas.build_id, theme_name, resolution_for(atlas, view))]
        ),
        village_layer.layer(view, within, atlas.build_id, theme_name),
        name_layer.layer(maps.labels(atlas, view.place_id, level, size, 8 if phone else 20), theme_name),
    ]
    gap = questions.figure(atlas, view, "unconnected_villages")
    with st.container(key="map_frame_gap"):
        event = st.pydeck_chart(
            maps.deck(layers, maps.fitted(maps.bounds_of(atlas, here), size), "{name}\n{state}"),
            height=size.height_px,
            on_select="rerun",
            key=f"gap_{view.place_id}",
            alt=t("Map of villages by state"),
        )
        maps.watermark(gap.evidence)
        with st.container(key="map_legend_gap"):
            st.html(_legend(atlas, view))
    st.html(
        markup.credit(
            maps.credit(
                atlas,
                t("zoomed out: cells coloured by the share unconnected; from zoom 8: one symbol per village"),
                t("click a village for its facts, a county for its map"),
            )
        )
    )
    _follow(atlas, view, event)


def _canvas(atlas: Atlas, view: View) -> None:
    """A map to draw on; the shape's link leads back here with the area in the address."""
    asked = drawing.Canvas(view.place_id, view.standard, view.as_of, view.lang, maps.theme_name())
    st.iframe(
        asked.url(atlas.build_id), height=maps.frame("wide", HEIGHT_PX).height_px, alt=t("Map to draw on")
    )
    st.html(markup.credit(maps.credit(atlas, t("choose a tool on the left, draw, then follow the link"))))


def _legend(atlas: Atlas, view: View) -> markup.Html:
    counts = _counts(atlas, view)
    if not facts.has_pilots(atlas):
        return markup.map_legend(counts)
    pilots = questions.figure(atlas, view, "pilots")
    return markup.map_legend(counts, pilots=figures.value_text(pilots.value, "place"))


def _follow(atlas: Atlas, view: View, event: object) -> None:
    """A village leads to its facts; an area to its map, a county's being the folium one."""
    clicked = maps.chosen(event, village_layer.LAYER_ID)
    if (
        clicked
        and clicked.get("id") is not None
        and str(clicked.get("icon", "")) in ("unconnected", "unknown", "connected")
    ):
        village = places.village_by_number(atlas, int(str(clicked["id"])))
        if village is not None:
            controls.open_page("place", view, village_id=village.place_id, place_id=village.parent_id)
    area = maps.chosen(event, choropleth_layer.LAND_ID)
    place_id = (area or {}).get("place_id")
    if not isinstance(place_id, str) or place_id == view.place_id or places.place(atlas, place_id) is None:
        return
    if places.level_below(atlas, place_id) is None:
        controls.open_page("place", view, place_id=place_id)
    go_to(view, place_id=place_id)
