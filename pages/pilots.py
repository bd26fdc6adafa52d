"""Pilot areas: which places are on the lists, how complete each list is, and how many villages that is."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd
import streamlit as st

from atlas.charts import spread
from atlas.files import file_links
from atlas.look import badges, blocks, cards, figures, html, legends, tables, theme
from atlas.look.language import nt, pick, place_name, t
from atlas.look.words import pilots as pilot_text
from atlas.look.words import seen
from atlas.maps import base, choropleth, map_chart
from atlas.maps.layers import boundaries as boundary_layer
from atlas.maps.layers import choropleth as choropleth_layer
from atlas.maps.layers import outside as outside_layer
from atlas.maps.layers import pilots as pilot_layer
from atlas.maps.of_view import legend, question, resolution_for
from atlas.maps.paper import page as paper
from atlas.maps.paper.asked import coloured
from atlas.pieces import spread_panel
from atlas.pieces.panels import kpi_row, map_tools, money_note, sources_line
from atlas.projects.panel import page_of, technology
from atlas.view import controls, inputs, questions, state
from atlas.view.page import Page
from atlas.view.state import View
from indicators import facts, places
from indicators.database import Atlas

PAGE = Page(
    url_path="pilots",
    order=3,
    icon=":material/flag:",
    title=lambda: t("Pilot areas"),
    is_there=facts.has_pilots,
    headline=lambda atlas, view: _headline(
        atlas, view, facts.pilots(atlas, view.place_id), facts.pilot_lists(atlas, view.place_id), None
    ),
)
HEIGHT_PX = 500
OUTLINE_PX = 2.0
PILOTS_PER_PAGE = 100
BATCH_BOX_PX = 240
ALL = ""
SHARE = "pilot_village_share"


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    lists = facts.pilot_lists(atlas, view.place_id)
    head = st.container()
    controls.filters(atlas, view, with_standard=False)
    batch = _batch(view, lists)
    listed = facts.pilots(atlas, view.place_id, batch)
    with head:
        st.html(_headline(atlas, view, listed, lists, batch))
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _map(atlas, view, batch, lists)
    with right:
        if batch is None:
            _key_figures(atlas, view, listed)
        else:
            _batch_figures(atlas, view, batch)
        _lists(atlas, view, lists)
        _by_region(atlas, view, listed)
    if len(listed) and batch is None:
        spread_panel.show(atlas, view, spread.pilot_sizes(atlas, view.place_id), spread_panel.PILOTS)
    _table(atlas, view, listed, batch)
    sources_line(atlas, ["pilot", "pilot_village", "boundary"])


def _batch(view: View, lists: pd.DataFrame) -> int | None:
    """The batch chosen; it stands in the address as the other filters do."""
    options = {ALL: t("All")} | {
        str(int(row["batch"])): pilot_text.batch_words(row) for row in lists.to_dict("records")
    }
    with st.container(key="noprint_pilot_batch", width=BATCH_BOX_PX):
        chosen = inputs.choice(view, "batch", t("Batch"), options, ALL, as_box=True)
    return int(chosen) if chosen else None


def _headline(atlas: Atlas, view: View, listed: pd.DataFrame, lists: pd.DataFrame, batch: int | None) -> html.Html:
    """How many places are on the lists held, and which lists have gaps: who is on none may still be a pilot."""
    here = state.shown(atlas, view)
    name = place_name(here.name, here.name_en)
    asked = lists if batch is None else lists[lists["batch"] == batch]
    over = facts.pilots_over(atlas, view.place_id)
    over = over if batch is None else over[over["batch"] == batch]
    gaps = pilot_text.gaps(asked)
    count = listed["place_id"].nunique()
    if count:
        title = nt(
            "{place}: {n} pilot place on the lists held ({years})",
            "{place}: {n} pilot places on the lists held ({years})",
            count,
            place=name,
            n=figures.count(count),
            years=_years(listed),
        )
    elif len(over):
        title = t("{place} lies inside the pilot {pilot}", place=name, pilot=pilot_text.name(over.iloc[0]))
    elif gaps:
        title = t("{place} is on none of the pilot lists held", place=name)
    else:
        title = t("{place} is on no pilot list", place=name)
    told = asked[asked["is_complete"] | asked["published_total"].notna()] if here.parent_id is None else asked.head(0)
    lists_said = figures.sentence(map(pilot_text.list_words, told.to_dict("records")))
    said = [lists_said, t("a place on several lists is counted once"), gaps]
    return blocks.finding(title, [one for one in said if one], "declared")


def _key_figures(atlas: Atlas, view: View, listed: pd.DataFrame) -> None:
    kpi_row(
        [
            (t("Pilot places on the lists held"), questions.figure(atlas, view, "pilots"), _overlap_note(listed)),
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


def _batch_figures(atlas: Atlas, view: View, batch: int) -> None:
    """The same of one batch. Which villages its projects hold is simulated where no list says so."""
    found = facts.pilot_count(atlas, view.place_id, batch)
    village, place = figures.unit_word("village"), figures.unit_word("place")
    project = found["project_villages"]
    evidence = figures.text_or_none(found["project_evidence"])
    in_row = [
        cards.card_text(t("Pilot places on the list held"), figures.compact(found["pilots"]), place, "declared"),
        cards.card_text(
            t("Villages inside pilot places"), figures.compact(found["villages_in_pilots"]), village, "declared"
        ),
        cards.card_text(
            t("Villages of pilot projects"), figures.compact(project), village if evidence else "", evidence
        ),
    ]
    st.html(cards.beside(in_row))


def _lists(atlas: Atlas, view: View, lists: pd.DataFrame) -> None:
    """How complete the list of each batch is, and how many places of it lie here; each opens its batch."""
    rows = [
        [
            html.link(pilot_text.batch_words(row), inputs.with_inputs(view, batch=str(row["batch"])).link()),
            technology(atlas, row["technology"]),
            figures.count(row["held_here"]),
            pilot_text.completeness(row),
        ]
        for row in lists.to_dict("records")
    ]
    title = t("Lists by batch")
    headers = [t("Batch"), t("Technology"), t("Places here"), t("List (whole country)")]
    st.html(blocks.heading(title, "declared"))
    st.html(tables.data_table(headers, rows, "llrw", title))


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


def _map(atlas: Atlas, view: View, batch: int | None, lists: pd.DataFrame) -> None:
    size = base.frame("narrow", HEIGHT_PX)
    here = state.shown(atlas, view)
    theme_name = theme.current()
    level = places.level_below(atlas, view.place_id) or here.level
    asked = question(atlas, view, SHARE, level)
    _, classes = choropleth.answer(atlas, asked)
    areas = pilot_layer.areas(atlas.build_id, theme_name, resolution_for(atlas, view), view.lang, batch)
    lines = boundary_layer.layers(base.mapped_levels(atlas), atlas.build_id, theme_name)
    shares = choropleth_layer.layer(asked, atlas.build_id, False)
    outlines = pilot_layer.outlines(atlas.build_id, theme_name, OUTLINE_PX)
    layers = [shares, areas, *lines, outlines] if batch is None else [areas, *lines]
    layers += outside_layer.layers(atlas, here, theme_name)
    with st.container(key="map_frame_pilots"):
        event = map_chart.show(
            layers,
            base.fitted(base.bounds_of(atlas, here), size),
            map_key=f"pilots_{view.place_id}",
            name=t("Map of pilot places"),
            tooltip="{name}\n{value}\n{note}",
            height_px=size.height_px,
            is_clicked=True,
            parts=map_chart.ways(atlas, view, view.place_id, level),
        )
        with st.container(key="map_legend_pilots"):
            st.html(legends.area_key(t("Pilot places")))
            if batch is None:
                st.html(legend(SHARE, classes))
    paper.show(atlas, coloured(asked, has_pilots=True, batch=batch), t("Map of pilot places"))
    shown = lists if batch is None else lists[lists["batch"] == batch]
    if gaps := pilot_text.gaps(shown):
        st.html(blocks.credit(gaps))
    st.html(blocks.credit(base.credit(atlas, map_chart.of_hand(t("click a pilot place to go there")))))
    map_tools(atlas, view, asked, classes, "pilots")
    clicked = base.chosen(event, "pilots") or base.chosen(event, choropleth_layer.LAYER_ID)
    place_id = (clicked or {}).get("place_id")
    if isinstance(place_id, str) and place_id != view.place_id and places.place(atlas, place_id):
        state.go_to(view, place_id=place_id)


def _by_region(atlas: Atlas, view: View, listed: pd.DataFrame) -> None:
    if listed.empty:
        return
    counts = listed.groupby("region_id")["place_id"].nunique().sort_values(ascending=False, kind="stable")
    rows = []
    for place_id, n in counts.head(12).items():
        region = places.place(atlas, str(place_id))
        assert region is not None
        rows.append(
            tables.Bar(
                place_name(region.name, region.name_en),
                n,
                figures.count(n),
                view.link(place_id=region.place_id),
                theme.tokens()["pilot"],
            )
        )
    level = places.levels(atlas)[1]
    st.html(
        blocks.heading(
            cards.titled(
                t("Pilot places held, by {level} place", level=pick(places.level_names(atlas)[level])),
                questions.figure(atlas, view, "pilots"),
            ),
            "declared",
        )
    )
    st.html(tables.bar_table(rows, t("Pilot places")))


def _table(atlas: Atlas, view: View, listed: pd.DataFrame, batch: int | None) -> None:
    if listed.empty:
        return
    st.html(
        blocks.heading(
            cards.titled(t("Places on the lists held"), questions.figure(atlas, view, "pilot_project_villages")),
            "declared",
            t("project villages are simulated; which villages they are is unpublished"),
        )
    )
    page = page_of(view, "pilots_page", len(listed), PILOTS_PER_PAGE)
    part = listed.iloc[(page - 1) * PILOTS_PER_PAGE : page * PILOTS_PER_PAGE]
    rows = [
        [
            figures.bracketed(figures.count(row["batch"]), str(row["year"])),
            html.link(html.foreign(row["published_name"]), view.link(place_id=row["place_id"])),
            place_name(row["name"], row["name_en"]),
            row["place_id"],
            technology(atlas, row["technology"]),
            figures.count(row["villages"]),
            figures.count(row["project_villages"]),
            pick({"zh": figures.text_or_none(row["note_zh"]), "en": figures.text_or_none(row["note_en"])}),
            _document(atlas, row),
        ]
        for row in part.to_dict("records")
    ]
    headers = [
        t("Batch"),
        t("As published"),
        t("Today's name"),
        t("Code"),
        t("Technology"),
        t("Villages"),
        badges.with_badge(t("Project villages"), "simulated"),
        t("Note"),
        t("Document"),
    ]
    st.html(tables.data_table(headers, rows, "lllllrrww", t("Pilot places")))
    st.html(blocks.file_links(t("The list"), file_links.pilots(atlas, view, batch)))


def _document(atlas: Atlas, row: dict[Hashable, Any]) -> str:
    """Where the list was published, and what was seen of it where that is told."""
    told = seen.seen(row["seen"]) if figures.text_or_none(row["seen"]) else None
    return html.sentence([seen.document(atlas, row), told])
