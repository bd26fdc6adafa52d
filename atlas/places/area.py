"""What is known of a place above the village: its gap, its parts and neighbours, pilots and projects in it."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from atlas.charts import points
from atlas.desk import of_place
from atlas.kept.pieces import draw
from atlas.look import blocks, cards, figures, html, tables, theme
from atlas.look.addresses import for_frame
from atlas.look.language import pick, place_name, t
from atlas.look.words import originals
from atlas.look.words import pilots as pilot_text
from atlas.maps import base, close_up
from atlas.maps.asked import CloseUp
from atlas.maps.paper import page as paper
from atlas.maps.paper.asked import VillagesDrawing
from atlas.pieces import basis_table, headlines
from atlas.pieces.compared import beside_others, compare_link, standing
from atlas.pieces.panels import (
    choropleth_map,
    first_of,
    money_card,
    pilot_words,
    position_remark,
    rate_chart,
    sources_line,
)
from atlas.places import where
from atlas.view import controls, keeping, map_view, questions, state
from atlas.view.state import View
from indicators import facts, measure, places
from indicators.database import Atlas
from indicators.figure import Figure
from indicators.places import Place
from indicators.scope import Chosen

HEIGHT_PX = 500

MOST_PROJECTS = 10

MOST_PARTS = 20

AROUND = 2  # places shown above and below one's own


def show(atlas: Atlas, view: View) -> None:
    here = state.shown(atlas, view)
    controls.top_bar(atlas, view)
    gap = questions.figure(atlas, view, "unconnected_villages")
    st.html(headline(atlas, view, gap))
    name = place_name(here.name, here.name_en)
    keeping.report(atlas, view, f"{name} {here.place_id}", headlines.of_gap(atlas, view, gap))
    controls.filters(atlas, view)
    in_row = [
        headlines.published_card(atlas, view),
        cards.card(t("Unconnected villages"), gap, beside_others.share_words(atlas, view, standing.SHARE)),
    ]
    if facts.has_pilots(atlas):
        inside = questions.figure(atlas, view, "villages_in_pilots")
        said = beside_others.share_words(atlas, view, beside_others.PILOTS)
        in_row.append(cards.card(t("Villages inside pilot places"), inside, said))
    if facts.has_money(atlas):
        in_row.append(money_card(atlas, view))
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _area_map(atlas, view, here)
        _parts(atlas, view, here)
        _siblings(atlas, view, here)
        if places.level_below(atlas, here.place_id) is None:  # the side that has no table of parts has room
            _projects(atlas, here.place_id)
        keeping.qr_code(view)
    with right:
        st.html(cards.beside(in_row))
        beside_others.show(atlas, view)
        compare_link.show(atlas, view)
        _state_and_series(atlas, view)
        where.show(atlas, view, here.place_id)
        _pilots_inside(atlas, view, here)
        if places.level_below(atlas, here.place_id) is not None:
            _projects(atlas, here.place_id)
    with st.container(key="noprint_basis"):  # the place page prints on one sheet
        draw(basis_table.table(atlas, view.place_id))
    of_place.last_changes(atlas, view)
    if waiting := of_place.waiting(atlas, view):
        st.html(waiting)
    sources_line(atlas, ["village_status", "published_figure", "boundary", "project", "pilot"])


def headline(atlas: Atlas, view: View, gap: Figure) -> html.Html:
    """The gap of the place; beneath it, after what that rests on, what kind of place it is."""
    here = state.shown(atlas, view)
    level = pick(places.level_names(atlas)[here.level])
    return headlines.finding(atlas, view, gap, [level, here.place_id, pilot_words(atlas, here.place_id)])


def _parts(atlas: Atlas, view: View, here: Place) -> None:
    """The parts with their counts: what the map shows, also for those who print or cannot see it."""
    level = places.level_below(atlas, here.place_id)
    if level is None:
        return
    ranked = points.standing(questions.table(atlas, view, "unconnected_share", level))
    name = pick(places.level_names(atlas)[level])
    evidence = str(ranked["evidence"].iloc[0]) if len(ranked) else None
    asked = questions.figure(atlas, view, "unconnected_share")
    title = cards.titled(t("By {level}", level=name), asked)
    st.html(blocks.heading(title, evidence, first_of(MOST_PARTS, len(ranked))))
    st.html(_standing_table(ranked.head(MOST_PARTS), view, name))


def _standing_table(ranked: pd.DataFrame, view: View, first_heading: str, own: str = "") -> html.Html:
    """Rank by share, name, unconnected of known, share, unknown; one's own row without a link."""
    rows = [
        [
            html.link(row["label"], None if row["place_id"] == own else view.link(place_id=row["place_id"])),
            figures.count(row["numerator"]),
            figures.count(row["denominator"]),
            tables.share_bar(row["value"], figures.percent(row["value"])),
            figures.count(row["unknown"]),
        ]
        for row in ranked.to_dict("records")
    ]
    headers = [first_heading, t("Unconnected"), t("Villages of known state"), t("Share"), t("Unknown")]
    return tables.data_table(headers, rows, "lrrrr", first_heading)


def _siblings(atlas: Atlas, view: View, here: Place) -> None:
    """Where it stands among its neighbours under the same parent."""
    path = places.path(atlas, here.place_id)
    if len(path) < 2:
        return
    parent = path[-2]
    level = places.level_below(atlas, parent.place_id)
    if level != here.level:
        return
    above = replace(view, place_id=parent.place_id)
    ranked = points.standing(questions.table(atlas, above, "unconnected_share", level))
    if here.place_id not in set(ranked["place_id"]) or len(ranked) < 2:
        return
    evidence = str(ranked["evidence"].iloc[0])
    asked = questions.figure(atlas, view, "unconnected_share")
    st.html(blocks.heading(cards.titled(_standing_title(ranked, here, parent, evidence), asked), evidence))
    near = points.around(ranked, here.place_id, AROUND)
    st.html(_standing_table(near, view, t("Neighbours"), here.place_id))


def _standing_title(ranked: pd.DataFrame, here: Place, parent: Place, evidence: str) -> str:
    """The rank of a place; among simulated states there is none."""
    within = place_name(parent.name, parent.name_en)
    if evidence == "simulated":
        return t("Beside other places of {parent}", parent=within)
    return t(
        "{rank} of {n} in {parent} by share unconnected",
        rank=figures.count(points.rank_of(ranked, here.place_id)),
        n=figures.count(len(ranked)),
        parent=within,
    )


def _pilots_inside(atlas: Atlas, view: View, here: Place) -> None:
    """Pilot places inside, by name; what it lies in itself stands in the subtitle."""
    if not facts.has_pilots(atlas):
        return
    listed = facts.pilots(atlas, here.place_id)
    listed = listed[listed["place_id"] != here.place_id]
    if listed.empty:
        return
    st.html(blocks.heading(t("Pilot places inside"), "declared", first_of(MOST_PROJECTS, len(listed))))
    rows = [
        [
            html.link(pilot_text.name(row), view.link(place_id=row["place_id"])),
            figures.count(row["batch"]),
            figures.year(row["year"]),
            figures.count(row["villages"]),
        ]
        for row in listed.head(MOST_PROJECTS).to_dict("records")
    ]
    headers = [t("Pilot place"), t("Batch"), t("Year"), t("Villages")]
    st.html(tables.data_table(headers, rows, "lrrr", t("Pilot places inside")))


def _area_map(atlas: Atlas, view: View, here: Place) -> None:
    """Coloured parts where there are some, else the villages themselves."""
    level = places.level_below(atlas, here.place_id)
    if level is not None:
        choropleth_map(atlas, view, "unconnected_share", level, HEIGHT_PX, key="place")
        return
    if here.bounds is None:
        st.html(blocks.notice("unknown", t("The register holds no villages of this place.")))
        return
    asked = CloseUp(here.place_id, view.standard, view.as_of, view.lang, theme.current())
    words = close_up.link_to_place(here)
    with st.container(key="noprint_close_up"):
        height = close_up.PHONE_HEIGHT_PX if base.is_phone() else HEIGHT_PX
        st.iframe(for_frame(asked.url(atlas.build_id), st.context.url), height=height, alt=words)
    paper.show(atlas, VillagesDrawing(here.place_id, view.standard, view.as_of, view.lang), words)
    map_view.load()
    st.html(blocks.credit(base.credit(atlas, position_remark(atlas, here.place_id))))


def _state_and_series(atlas: Atlas, view: View) -> None:
    gap = questions.figure(atlas, view, "unconnected_villages")
    unconnected = int(gap.numerator or 0)
    st.html(blocks.heading(cards.titled(figures.day(view.as_of), gap), gap.evidence))
    st.html(tables.state_bar(int(gap.denominator or 0) - unconnected, unconnected, int(gap.unknown or 0)))
    rate_chart(atlas, view)


def _projects(atlas: Atlas, place_id: str) -> None:
    found = facts.announced_projects(atlas, place_id)
    found = found[found["scope"] == "project"]
    if remark := first_of(MOST_PROJECTS, len(found)):
        st.html(blocks.heading(t("Projects"), None, remark))
    for row in found.head(MOST_PROJECTS).to_dict("records"):
        st.html(blocks.heading(place_name(row["name"], row["name_en"]), str(row["evidence"])))
        st.html(tables.fact_list(_project_facts(atlas, row)))


def _project_facts(atlas: Atlas, row: dict[object, object]) -> list[tuple[str, str, str | None]]:
    planned, opened = row["planned_villages"], row["opened_villages"]
    one = Chosen(project=str(row["project_id"]))
    done = measure.figure(atlas, "completion", str(row["place_id"]), projects=one)
    found = [
        (t("Operator"), originals.plain(atlas, row["operator"]) or figures.unknown(), None),
        (t("Contract signed"), figures.day(row["contract_date"]), None),  # type: ignore[arg-type]
        (t("Villages planned"), figures.count(planned), None),  # type: ignore[arg-type]
        (t("Villages opened"), figures.count(opened), None),  # type: ignore[arg-type]
        (t("Completion"), figures.percent(done.value, done.numerator, done.denominator), None),
        (t("Investment announced"), figures.money(row["capex_yuan"]), None),  # type: ignore[arg-type]
        (t("Accepted"), figures.day(row["accepted_date"]), None),  # type: ignore[arg-type]
    ]
    return [one for one in found if one[1] != figures.unknown()]
