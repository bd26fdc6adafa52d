"""Gap map: every village, three states, counts that follow the filters."""

from __future__ import annotations

from dataclasses import replace

import pydeck as pdk
import streamlit as st

from atlas.look import badges, blocks, cards, figures, html, legends, tables, theme
from atlas.look.addresses import for_frame
from atlas.look.language import pick, place_name, t
from atlas.maps import choropleth, hot_spots, layer_controls
from atlas.maps import show as maps
from atlas.maps.asked import Canvas
from atlas.maps.layers import boundaries as boundary_layer
from atlas.maps.layers import choropleth as choropleth_layer
from atlas.maps.layers import hot_spots as hot_spot_layer
from atlas.maps.layers import names as name_layer
from atlas.maps.layers import pilots as pilot_layer
from atlas.maps.layers import villages as village_layer
from atlas.pieces import headlines, village_list
from atlas.pieces.panels import (
    distance_legend,
    go_to,
    land_question,
    place_panel,
    position_remark,
    question,
    resolution_for,
    sources_line,
    top_places,
)
from atlas.view import controls, map_view, questions, state, village_filters
from atlas.view.page import Page
from atlas.view.state import View
from atlas.work import patience
from atlas.work.refused import Refused
from indicators import facts
from indicators import register as places
from indicators.database import Atlas

PAGE = Page(url_path="gap-map", order=2, icon=":material/map:", title=lambda: t("Gap map"))
HEIGHT_PX = 660
OUTLINE_ZOOMS = (0, 4, 5)  # by level: here the county outlines are a layer of their own, wanted early
MOST_HOT_SPOTS = 12


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    st.html(headlines.finding(atlas, view, questions.figure(atlas, view, "unconnected_villages")))
    controls.filters(atlas, view, with_villages=True, beside=layer_controls.popover)
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
    elif view.filters.area and places.has_placed_points(atlas, view.place_id):
        words = t(
            "Positions are placed at random: which villages lie in the drawn area is not known, and the list says "
            "nothing about it."
        )
        st.html(blocks.notice("warning", words))
    _hot_spot_list(atlas, view)
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


def _caption(atlas: Atlas, view: View) -> None:
    total = sum(_counts(atlas, view).values())
    said = [
        pick(controls.standard_of(atlas, view).definition),
        t("{n} administrative villages", n=figures.count(total)),
        position_remark(atlas, view.place_id),
    ]
    st.html(blocks.subtitle(said))


def _map(atlas: Atlas, view: View) -> None:
    size = maps.frame("wide", HEIGHT_PX)
    here = state.shown(atlas, view)
    gap = questions.figure(atlas, view, "unconnected_villages")
    whole = maps.fitted(maps.bounds_of(atlas, here), size)
    if layer_controls.waits(atlas, view):
        layer_controls.notice(atlas, view)
    with st.container(key="map_frame_gap"):
        event = st.pydeck_chart(
            maps.deck(
                _layers(atlas, view),
                map_view.at(view.at, whole, view.place_id),
                "{name}\n{state}\n" + _rests_on(atlas, view),
            ),
            height=size.height_px,
            on_select="rerun",
            key=f"gap_{view.place_id}",
            alt=t("Map of villages by state"),
        )
        maps.watermark(gap.evidence)
        map_view.missing()
        with st.container(key="map_legend_gap"):
            st.html(_legend(atlas, view))
            _legend_of_fill(atlas, view)
    with st.container(key="noprint_view"):
        map_view.controls("gap", whole)
    map_view.load()
    st.html(
        blocks.credit(
            maps.credit(
                atlas,
                t("zoomed out: cells coloured by the share unconnected; from zoom 8: one symbol per village"),
                t("click a village for its facts, a county for its map"),
            )
        )
    )
    _follow(atlas, view, event)


def _layers(atlas: Atlas, view: View) -> list[pdk.Layer]:
    """From the ground up: land, coloured areas, lines, villages, names."""
    theme_name, build_id, phone = maps.theme_name(), atlas.build_id, maps.is_phone()
    here = state.shown(atlas, view)
    within = None if here.parent_id is None else view.place_id
    land, level = _land(atlas, view)
    drawn = [choropleth_layer.land(land_question(atlas, land, level), build_id)]
    drawn += _fill(atlas, land, level)
    levels = maps.mapped_levels(atlas)
    if "outlines" not in view.layers:
        levels = levels[:-1]
    drawn += boundary_layer.layers(levels, build_id, theme_name, OUTLINE_ZOOMS)
    is_crowded = phone and within is None
    if "pilots" in view.layers and facts.has_pilots(atlas) and not is_crowded:
        drawn.append(pilot_layer.outlines(build_id, theme_name))
    if "villages" in view.layers:
        drawn.append(village_layer.layer(view, within, build_id, theme_name))
    return [*drawn, name_layer.layer(build_id, view.lang, theme_name)]


def _land(atlas: Atlas, view: View) -> tuple[View, str]:
    """What the villages stand on: the parts of the place; of a township, which has no outline, its county."""
    path = places.path(atlas, view.place_id)
    here = path[-1]
    if here.parent_id is not None and not here.has_boundary and places.is_drawn(atlas):
        here = next((one for one in reversed(path) if one.has_boundary), path[0])
    level = places.level_below(atlas, here.place_id) or here.level
    return replace(view, place_id=here.place_id), level


def _fill(atlas: Atlas, land: View, level: str) -> list[pdk.Layer]:
    """The areas by distance or as hot spots, if they are asked for and may be shown."""
    fill = layer_controls.fill_of(land)
    if fill is None or layer_controls.waits(atlas, land):
        return []
    if fill == "distance":
        return [choropleth_layer.layer(_distance(atlas, land, level), atlas.build_id, has_ranges=False)]
    return [hot_spot_layer.layer(_hot_spots(atlas, land), atlas.build_id)]


def _distance(atlas: Atlas, land: View, level: str) -> choropleth.Question:
    asked = question(atlas, land, "distance_to_connected", level)
    return replace(asked, is_demonstration=True)  # `_fill` has seen to it that it may be shown


def _hot_spots(atlas: Atlas, land: View) -> hot_spots.Question:
    """Counties are tested against all of the country, and shown inside the place."""
    return hot_spots.Question(
        maps.mapped_levels(atlas)[-1],
        land.place_id,
        land.standard,
        land.as_of,
        land.lang,
        maps.theme_name(),
        resolution_for(atlas, land),
        is_demonstration=land.is_demonstration,
    )


def _rests_on(atlas: Atlas, view: View) -> str:
    """The last line of every tooltip: date and evidence. One text for all that can be pointed at: where some states
    are simulated and some not, it speaks of the whole place, since a village or cell may rest on either."""
    gap = questions.figure(atlas, view, "unconnected_villages")
    if (mixed := cards.simulated_words(gap)) is None:
        return f"{figures.day(view.as_of)} · {badges.evidence_word(gap.evidence)}"
    here = state.shown(atlas, view)
    whole = t("{place}: {remark}", place=place_name(here.name, here.name_en), remark=mixed)
    return f"{figures.day(view.as_of)} · {whole}\n" + t("click a village for what its own state rests on")


def _canvas(atlas: Atlas, view: View) -> None:
    """A map to draw on; the shape's link leads back here with the area in the address."""
    asked = Canvas(view.place_id, view.standard, view.as_of, view.lang, maps.theme_name())
    st.iframe(
        for_frame(asked.url(atlas.build_id), st.context.url),
        height=maps.frame("wide", HEIGHT_PX).height_px,
        alt=t("Map to draw on"),
    )
    st.html(blocks.credit(maps.credit(atlas, t("choose a tool on the left, draw, then follow the link"))))


def _legend(atlas: Atlas, view: View) -> html.Html:
    counts = _counts(atlas, view)
    if not facts.has_pilots(atlas):
        return legends.map_legend(counts)
    pilots = questions.figure(atlas, view, "pilots")
    is_drawn = "pilots" in view.layers and not (maps.is_phone() and view.place_id == _nation(atlas))
    words = _pilots_in_words(atlas, view, pilots.value or 0) if is_drawn else t("not shown")
    return legends.map_legend(counts, pilots=words, has_cells="villages" in view.layers)


def _pilots_in_words(atlas: Atlas, view: View, inside: float) -> str:
    """How many pilot places lie inside; of a place that lies in one, which that is."""
    over = facts.pilots_over(atlas, view.place_id)
    if inside or over.empty:
        return figures.value_text(inside, "place")
    return t("inside {name}", name=over.iloc[0]["published_name"])


def _nation(atlas: Atlas) -> str:
    return str(facts.settings(atlas)["nation"]["place_id"])


def _legend_of_fill(atlas: Atlas, view: View) -> None:
    """The key of the coloured areas, with its evidence."""
    fill = layer_controls.fill_of(view)
    if fill is None or layer_controls.waits(atlas, view):
        return
    gap = questions.figure(atlas, view, "unconnected_villages")
    if fill == "distance":
        land, level = _land(atlas, view)
        _, classes = choropleth.answer(atlas, _distance(atlas, land, level))
        st.html(distance_legend(classes))
        return
    st.html(legends.swatches(t("Hot spots"), hot_spots.keys(theme.current()), gap.evidence))


def _hot_spot_list(atlas: Atlas, view: View) -> None:
    """The hot spots inside the place as a list, for those who cannot see the map; and how they were found."""
    if layer_controls.fill_of(view) != "hot_spots" or layer_controls.waits(atlas, view):
        return
    gap = questions.figure(atlas, view, "unconnected_villages")
    land, _ = _land(atlas, view)
    st.html(blocks.heading(t("Hot spots"), gap.evidence, hot_spots.method()))
    try:
        with st.spinner(t("Testing every area against all others…")):
            found = hot_spots.listed(atlas, _hot_spots(atlas, land), MOST_HOT_SPOTS)
    except patience.Stopped:
        return
    except Refused as refused:  # too much is being made just now
        st.html(blocks.notice("info", t(str(refused.expected))))
        return
    if found.empty:
        st.html(blocks.notice("empty", t("No place here belongs to a cluster beyond chance.")))
        return
    rows = [
        [
            html.link(place_name(row["name"], row["name_en"]), view.link(place_id=row["place_id"])),
            figures.percent(row["value"]),
            figures.percent(row["around"]),
            figures.signed_decimal(row["z_score"]),
            figures.probability(row["p_value"]),
        ]
        for row in found.to_dict("records")
    ]
    headers = [t("Place"), t("Share unconnected"), t("with its neighbours"), "z", "p"]
    st.html(tables.data_table(headers, rows, "lrrrr", t("Hot spots")))


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
    layers = (choropleth_layer.LAND_ID, choropleth_layer.LAYER_ID, hot_spot_layer.LAYER_ID)
    area = next((found for one in layers if (found := maps.chosen(event, one))), {})
    place_id = area.get("place_id")
    if not isinstance(place_id, str) or place_id == view.place_id or places.place(atlas, place_id) is None:
        return
    if places.level_below(atlas, place_id) is None:
        controls.open_page("place", view, place_id=place_id)
    go_to(view, place_id=place_id)
