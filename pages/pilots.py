"""Pilot areas: which places are on the list, and how many villages that is."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from atlas import (
    choropleth,
    controls,
    figures,
    file_links,
    maps,
    markup,
    questions,
    spread,
    spread_panel,
    state,
    theme,
)
from atlas.language import pick, place_name, t
from atlas.layers import boundaries as boundary_layer
from atlas.layers import choropleth as choropleth_layer
from atlas.layers import pilots as pilot_layer
from atlas.page import Page
from atlas.panels import go_to, kpi_row, legend, map_tools, money_note, question, resolution_for, sources_line
from atlas.state import View
from indicators import facts, places
from indicators.database import Atlas

PAGE = Page(
    url_path="pilots",
    order=3,
    icon=":material/flag:",
    title=lambda: t("Pilot areas"),
    is_there=facts.has_pilots,
)
HEIGHT_PX = 600
OUTLINE_PX = 2.0
SHARE = "pilot_village_share"


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    listed = facts.pilots(atlas, view.place_id)
    _title(atlas, view, listed)
    controls.filters(atlas, view, with_standard=False)
    kpi_row(
        [
            (t("Pilot places on the list"), questions.figure(atlas, view, "pilots"), _overlap_note(listed)),
            (
                t("Villages inside pilot places"),
                questions.figure(atlas, view, "villages_in_pilots"),
                t("none counted twice"),
            ),
            (t("Villages of pilot projects"), questions.figure(atlas, view, "pilot_project_villages"), None),
            (
                t("Investment per village"),
                questions.figure(atlas, view, "investment_per_village"),
                money_note(atlas, view),
            ),
        ]
    )
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _map(atlas, view)
    with right:
        _by_region(atlas, view, listed)
    if len(listed):
        spread_panel.show(atlas, view, spread.pilot_sizes(atlas, view.place_id), spread_panel.PILOTS)
    _table(atlas, view, listed)
    sources_line(atlas, ["pilot", "pilot_village", "boundary"])


def _title(atlas: Atlas, view: View, listed: pd.DataFrame) -> None:
    here = state.shown(atlas, view)
    name = place_name(here.name, here.name_en)
    over = facts.pilots_over(atlas, view.place_id)
    if len(listed):
        title = t("{place}: {n} pilot places ({years})", place=name, n=len(listed), years=_years(listed))
    elif len(over):
        title = t("{place} lies inside the pilot {pilot}", place=name, pilot=over.iloc[0]["published_name"])
    else:
        title = t("{place} is on no pilot list", place=name)
    st.html(markup.finding(title, [t("names as published; each opens the place")], "declared"))


def _years(listed: pd.DataFrame) -> str:
    years = sorted(listed["year"].unique())
    return str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"


def _overlap_note(listed: pd.DataFrame) -> str | None:
    inside = listed[listed["within_pilot_id"].isin(listed["pilot_id"])]
    if inside.empty:
        return None
    first = inside.iloc[0]
    outer = listed[listed["pilot_id"] == first["within_pilot_id"]].iloc[0]
    return t(
        "{inner} lies inside {outer}: villages counted once",
        inner=place_name(first["name"], first["name_en"]),
        outer=place_name(outer["name"], outer["name_en"]),
    )


def _map(atlas: Atlas, view: View) -> None:
    size = maps.frame("narrow", HEIGHT_PX)
    here = state.shown(atlas, view)
    theme_name = theme.current()
    level = places.level_below(atlas, view.place_id) or here.level
    asked = question(atlas, view, SHARE, level)
    _, classes = choropleth.answer(atlas, asked)
    layers = [
        choropleth_layer.layer(asked, atlas.build_id, False),
        pilot_layer.areas(atlas.build_id, theme_name, resolution_for(atlas, view), view.lang),
        *boundary_layer.layers(maps.mapped_levels(atlas), atlas.build_id, theme_name),
        pilot_layer.outlines(atlas.build_id, theme_name, OUTLINE_PX),
    ]
    with st.container(key="map_frame_pilots"):
        event = st.pydeck_chart(
            maps.deck(layers, maps.fitted(maps.bounds_of(atlas, here), size), "{name}\n{value}\n{note}"),
            height=size.height_px,
            on_select="rerun",
            key=f"pilots_{view.place_id}",
            alt=t("Map of pilot places"),
        )
        with st.container(key="map_legend_pilots"):
            st.html(markup.area_key(t("Pilot places")))
            st.html(legend(SHARE, classes))
    st.html(markup.credit(maps.credit(atlas, t("click a pilot place to go there"))))
    map_tools(atlas, view, asked, classes, "pilots")
    clicked = maps.chosen(event, "pilots") or maps.chosen(event, choropleth_layer.LAYER_ID)
    place_id = (clicked or {}).get("place_id")
    if isinstance(place_id, str) and place_id != view.place_id and places.place(atlas, place_id):
        go_to(view, place_id=place_id)


def _by_region(atlas: Atlas, view: View, listed: pd.DataFrame) -> None:
    if listed.empty:
        return
    counts = listed.groupby("region_id").size().sort_values(ascending=False, kind="stable")
    rows = []
    for place_id, n in counts.head(12).items():
        region = places.place(atlas, str(place_id))
        assert region is not None
        rows.append(
            markup.Bar(
                place_name(region.name, region.name_en),
                n,
                figures.count(n),
                view.link(place_id=region.place_id),
                theme.tokens()["pilot"],
            )
        )
    level = places.levels(atlas)[1]
    st.html(
        markup.heading(
            markup.titled(
                t("Pilot places by {level} place", level=pick(places.level_names(atlas)[level])),
                questions.figure(atlas, view, "pilots"),
            ),
            "declared",
        )
    )
    st.html(markup.bar_table(rows, t("Pilot places")))


def _table(atlas: Atlas, view: View, listed: pd.DataFrame) -> None:
    if listed.empty:
        return
    st.html(
        markup.heading(
            markup.titled(t("The list"), questions.figure(atlas, view, "pilot_project_villages")),
            "declared",
            t("project villages are simulated; which villages they are is unpublished"),
        )
    )
    rows = [
        [
            markup.link(row["published_name"], view.link(place_id=row["place_id"])),
            place_name(row["name"], row["name_en"]),
            row["place_id"],
            pick(places.level_names(atlas)[row["level"]]),
            figures.count(row["villages"]),
            figures.count(row["project_villages"]),
            pick({"zh": figures.text_or_none(row["note_zh"]), "en": figures.text_or_none(row["note_en"])}),
        ]
        for row in listed.to_dict("records")
    ]
    headers = [
        t("As published"),
        t("Today's name"),
        t("Code"),
        t("Level"),
        t("Villages"),
        markup.with_badge(t("Project villages"), "simulated"),
        t("Note"),
    ]
    st.html(markup.data_table(headers, rows, "llllrrl", t("Pilot places")))
    st.html(markup.file_links(t("The list"), file_links.pilots(atlas, view)))
