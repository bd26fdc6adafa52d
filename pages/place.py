"""Place page: what is known of one place, down to the single village. Every place has one."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from atlas.charts import points as chart_points
from atlas.look import badges, blocks, cards, figures, html, rate_words, tables, theme
from atlas.look.addresses import for_frame
from atlas.look.language import pick, place_name, t
from atlas.maps import close_up as county_map
from atlas.maps import locator
from atlas.maps import show as maps
from atlas.maps.asked import CloseUp
from atlas.pieces import basis_table, headlines, village_states
from atlas.pieces.panels import (
    choropleth_map,
    first_of,
    money_card,
    pilot_words,
    position_remark,
    rate_chart,
    sources_line,
)
from atlas.projects import panel as programme_panel
from atlas.view import controls, finder, keeping, map_view, questions, state
from atlas.view.page import Page
from atlas.view.state import View
from indicators import facts, measure
from indicators import register as places
from indicators.database import Atlas
from indicators.register import Place, Village
from indicators.scope import Chosen

PAGE = Page(url_path="place", order=9, icon=":material/location_on:", title=lambda: t("Place"), in_navigation=False)
HEIGHT_PX = 620
MOST_PROJECTS = 10
MOST_PARTS = 20
NEIGHBOURS = 8
AROUND = 2  # places shown above and below one's own


def show(atlas: Atlas, view: View) -> None:
    village = places.village(atlas, view.village_id) if view.village_id else None
    if village is not None:
        _village(atlas, view, village)
    else:
        _area(atlas, view)


# --- a place above the village ----------------------------------------------------------------------


def _area(atlas: Atlas, view: View) -> None:
    here = state.shown(atlas, view)
    controls.top_bar(atlas, view)
    gap = questions.figure(atlas, view, "unconnected_villages")
    level = pick(places.level_names(atlas)[here.level])
    parts = [level, here.place_id, pilot_words(atlas, here.place_id)]
    st.html(headlines.finding(atlas, view, gap, parts))
    name = place_name(here.name, here.name_en)
    keeping.bar(atlas, view, f"{name} {here.place_id}", headlines.of_gap(atlas, view, gap))
    controls.filters(atlas, view)
    in_row = [headlines.published_card(atlas, view), cards.card(t("Unconnected villages"), gap)]
    if facts.has_pilots(atlas):
        inside = questions.figure(atlas, view, "villages_in_pilots")
        in_row.append(cards.card(t("Villages inside pilot places"), inside))
    if facts.has_money(atlas):
        in_row.append(money_card(atlas, view))
    st.html(cards.cards(in_row))
    left, right = st.columns([3, 2], gap="medium")
    with left:
        with st.container(key="noprint_area_map"):
            _area_map(atlas, view, here)
        _parts(atlas, view, here)
        _siblings(atlas, view, here)
        if places.level_below(atlas, here.place_id) is None:  # the side that has no table of parts has room
            _projects(atlas, here.place_id)
        keeping.qr_code(view)
    with right:
        _locator(atlas, view, here.place_id)
        _state_and_series(atlas, view)
        _pilots_inside(atlas, view, here)
        if places.level_below(atlas, here.place_id) is not None:
            _projects(atlas, here.place_id)
    with st.container(key="noprint_basis"):  # the place page prints on one sheet
        basis_table.show(atlas, view)
    sources_line(atlas, ["village_status", "published_figure", "boundary", "project", "pilot"])


def _locator(atlas: Atlas, view: View, place_id: str) -> None:
    """Where it lies; nothing where there are no boundaries or nothing around it."""
    if locator.scene(atlas, place_id) is None:
        return
    asked = locator.Locator(place_id, view.lang, theme.current())
    st.html(blocks.picture(asked.url(atlas.build_id), locator.alt(atlas, place_id)))
    st.html(blocks.credit(maps.credit(atlas)))


def _parts(atlas: Atlas, view: View, here: Place) -> None:
    """The parts with their counts: what the map shows, also for those who print or cannot see it."""
    level = places.level_below(atlas, here.place_id)
    if level is None:
        return
    ranked = chart_points.standing(questions.table(atlas, view, "unconnected_share", level))
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
    ranked = chart_points.standing(questions.table(atlas, above, "unconnected_share", level))
    if here.place_id not in set(ranked["place_id"]) or len(ranked) < 2:
        return
    evidence = str(ranked["evidence"].iloc[0])
    asked = questions.figure(atlas, view, "unconnected_share")
    st.html(blocks.heading(cards.titled(_standing_title(ranked, here, parent, evidence), asked), evidence))
    near = chart_points.around(ranked, here.place_id, AROUND)
    st.html(_standing_table(near, view, t("Neighbours"), here.place_id))


def _standing_title(ranked: pd.DataFrame, here: Place, parent: Place, evidence: str) -> str:
    """The rank of a place; among simulated states there is none."""
    within = place_name(parent.name, parent.name_en)
    if evidence == "simulated":
        return t("Beside other places of {parent}", parent=within)
    return t(
        "{rank} of {n} in {parent} by share unconnected",
        rank=figures.count(chart_points.rank_of(ranked, here.place_id)),
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
            html.link(row["published_name"], view.link(place_id=row["place_id"])),
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
    st.iframe(
        for_frame(asked.url(atlas.build_id), st.context.url),
        height=county_map.PHONE_HEIGHT_PX if maps.is_phone() else HEIGHT_PX,
        alt=county_map.link_to_place(here),
    )
    map_view.load()
    st.html(blocks.credit(maps.credit(atlas, position_remark(atlas, here.place_id))))


def _state_and_series(atlas: Atlas, view: View) -> None:
    gap = questions.figure(atlas, view, "unconnected_villages")
    unconnected = int(gap.numerator or 0)
    st.html(blocks.heading(cards.titled(figures.day(view.as_of), gap), gap.evidence))
    st.html(tables.state_bar(int(gap.denominator or 0) - unconnected, unconnected, int(gap.unknown or 0)))
    rate_chart(atlas, view)


def _projects(atlas: Atlas, place_id: str) -> None:
    found = facts.projects(atlas, place_id)
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
        (t("Operator"), figures.text_or_none(row["operator"]) or figures.unknown(), None),
        (t("Contract signed"), figures.day(row["contract_date"]), None),  # type: ignore[arg-type]
        (t("Villages planned"), figures.count(planned), None),  # type: ignore[arg-type]
        (t("Villages opened"), figures.count(opened), None),  # type: ignore[arg-type]
        (t("Completion"), figures.percent(done.value, done.numerator, done.denominator), None),
        (t("Investment announced"), figures.money(row["capex_yuan"]), None),  # type: ignore[arg-type]
        (t("Accepted"), figures.day(row["accepted_date"]), None),  # type: ignore[arg-type]
    ]
    return [one for one in found if one[1] != figures.unknown()]


# --- one village ------------------------------------------------------------------------------------


def _village(atlas: Atlas, view: View, village: Village) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="noprint_top_bar"):
        st.html(blocks.breadcrumb(controls.trail(atlas, view, village.name)), width="stretch")
        finder.box(view)
        controls.language_switch(view)
    states = places.village_states(atlas, village.place_no)
    in_words = village_states.newest(atlas, states) if village.in_programme else t("outside the programme")
    parts = [pick(places.kind_name(atlas, village.kind)), village.place_id, _parents(atlas, village)]
    st.html(blocks.finding(t("{village}: {states}", village=village.name, states=in_words), parts))
    keeping.bar(atlas, view, f"{village.name} {village.place_id}", in_words)
    if village.in_programme and (states["evidence"] == "simulated").any():
        words = t(
            "Simulated states say nothing about the real village: no state of it is published, only rates of the "
            "country and of some places are."
        )
        if village_states.has_published(states):
            words = t(
                "Where a state is simulated it says nothing about the real village: only rates of the country and of "
                "some places are published."
            )
        st.html(blocks.notice("warning", words))
    left, right = st.columns([3, 2], gap="medium")
    with left:
        if village.in_programme:
            village_states.table(atlas, village, states)
        else:
            st.html(blocks.notice("info", t("A community outside the programme: it never counts as unconnected.")))
        _coverage_table(atlas, village)
        programme_panel.steps_of_village(atlas, view, village.place_no)
        _village_project(atlas, village)
        _neighbours(atlas, view, village)
    with right:
        _locator(atlas, view, village.place_id)
        st.html(blocks.heading(t("Facts"), "declared"))
        st.html(tables.fact_list(_village_facts(atlas, village)))
        with st.container(key="noprint_county"):
            controls.page_button(t("Map of its county"), "place", view, icon=":material/map:", village_id=None)
        keeping.qr_code(view)
    sources_line(atlas, ["village", "village_status"])


def _neighbours(atlas: Atlas, view: View, village: Village) -> None:
    """The nearest villages by position, with their states; where points are placed at random, nobody's neighbours."""
    if village.location_quality.startswith(places.PLACED):
        _same_parent(atlas, view, village)
        return
    column = facts.status_column(atlas, view.standard, view.as_of)["column_name"]
    found = places.nearest_villages(atlas, village.place_no, str(column), NEIGHBOURS)
    if found.empty:
        return
    rows = [
        [
            html.link(row["name"], view.link(village_id=row["place_id"])),
            badges.state_mark(int(row["state"])),
            figures.distance(row["distance_km"]),
        ]
        for row in found.to_dict("records")
    ]
    st.html(blocks.heading(t("Nearest villages"), None, _around(atlas, view, village)))
    st.html(tables.data_table([t("Village"), t("State"), t("Distance")], rows, "llr", t("Nearest villages")))


def _same_parent(atlas: Atlas, view: View, village: Village) -> None:
    """Villages of the same township by code: that they belong together is known, where they lie is not."""
    column = str(facts.status_column(atlas, view.standard, view.as_of)["column_name"])
    found = places.villages_in(atlas, village.parent_id, column)
    found = found[found["place_id"] != village.place_id].sort_values("place_id")
    if found.empty:
        return
    rows = [
        [
            html.link(row["name"], view.link(village_id=row["place_id"])),
            badges.state_with_badge(int(row["state"]), figures.text_or_none(row["evidence"])),
        ]
        for row in found.head(NEIGHBOURS).to_dict("records")
    ]
    standard = pick(controls.standard_of(atlas, view).name)
    title = t(
        "Villages of {place}: {standard}, {date}",
        place=rate_words.name(atlas, village.parent_id),
        standard=standard,
        date=figures.day(view.as_of),
    )
    st.html(
        blocks.heading(title, None, figures.sentence([_around(atlas, view, village), first_of(NEIGHBOURS, len(found))]))
    )
    st.html(tables.data_table([t("Village"), t("State")], rows, "ll", title))


def _around(atlas: Atlas, view: View, village: Village) -> str:
    """How its township (or whatever it lies in) stands: 9 of 12 villages connected."""
    parent = places.place(atlas, village.parent_id)
    gap = questions.figure(atlas, view, "connection_rate", place_id=village.parent_id)
    if parent is None or not gap.denominator:
        return ""
    words = {
        "place": place_name(parent.name, parent.name_en),
        "n": figures.count(gap.numerator),
        "total": figures.count(gap.denominator),
    }
    if gap.evidence == "simulated":
        return t("{place}: {n} of {total} villages connected in the simulation", **words)
    return t("{place}: {n} of {total} villages connected", **words)


def _coverage_table(atlas: Atlas, village: Village) -> None:
    """Who says what of this village: the rows of registers, measurements and models, as they came in."""
    said = places.village_coverage(atlas, village.place_no)
    if said.empty:
        return
    titles = {
        row["source_id"]: {"zh": row["title_zh"], "en": row["title_en"]}
        for row in facts.sources(atlas).to_dict("records")
    }
    rows = [
        [
            str(row["technology"]).upper() if len(str(row["technology"])) < 4 else str(row["technology"]),
            str(row["operator"]) if isinstance(row["operator"], str) else t("not told apart"),
            str(row["definition"]) if isinstance(row["definition"], str) else "",
            _coverage_words(row),
            figures.day(row["opened_date"]) if not pd.isna(row["opened_date"]) else "",
            figures.day(row["as_of"]),
            badges.with_badge(pick(titles[row["source_id"]]), row["evidence"]),
        ]
        for row in said.to_dict("records")
    ]
    header = [
        t("Technology"),
        t("Operator"),
        t("Definition"),
        t("Coverage"),
        t("Since"),
        t("As of"),
        t("Source"),
    ]
    st.html(blocks.heading(t("Coverage as registered")))
    st.html(tables.data_table(header, rows, "lllrlll", t("Coverage as registered")))


def _coverage_words(row: dict[Hashable, Any]) -> str:
    """The share, the flag, the speed or the distance that a row gives."""
    said = []
    if not pd.isna(row["share"]):
        said.append(figures.percent(100 * row["share"]))
    elif not pd.isna(row["is_covered"]):
        said.append(t("covered") if row["is_covered"] else t("not covered"))
    if not pd.isna(row["download_mbps"]):
        said.append(f"{figures.decimal(row['download_mbps'], 1)} Mbps")
    if not pd.isna(row["distance_km"]):
        said.append(t("{km} km to the nearest site", km=figures.decimal(row["distance_km"], 1)))
    return ", ".join(said) or t("unknown")


def _village_project(atlas: Atlas, village: Village) -> None:
    found = facts.project_of_village(atlas, village.place_no)
    if found.empty:
        return
    for row in found.to_dict("records"):
        is_simulated = row["evidence"] == "simulated"
        remark = (
            t("which villages its project holds is not published: that this one belongs to it is simulated")
            if is_simulated
            else ""
        )
        st.html(blocks.heading(t("Pilot project"), str(row["evidence"]), remark))
        lines: list[tuple[str, str, str | None]] = [
            (t("Pilot place"), str(row["published_name"]), None),
            (t("Batch"), figures.count(row["batch"]), None),
        ]
        if not is_simulated and isinstance(row["operator"], str):
            lines.append((t("Operator"), row["operator"], "declared"))
        st.html(tables.fact_list(lines))


def _village_facts(atlas: Atlas, village: Village) -> list[tuple[str, str, str | None]]:
    return [
        (t("Code"), village.place_id, None),
        (t("Kind"), pick(places.kind_name(atlas, village.kind)), None),
        (t("Lies in"), _parents(atlas, village), None),
        *_pilot_facts(atlas, village),
        (t("Population"), figures.count(village.population_persons), None),
        (t("Households"), figures.count(village.households), None),
        (t("Position"), _position(atlas, village), None),
    ]


def _parents(atlas: Atlas, village: Village) -> str:
    path = places.path(atlas, village.parent_id)
    return " ".join(place_name(one.name, one.name_en) for one in path[1:])


def _pilot_facts(atlas: Atlas, village: Village) -> list[tuple[str, str, str | None]]:
    """The pilot place around it. What a project costs on average says nothing of a village that it may not hold."""
    words = pilot_words(atlas, village.parent_id)
    if not words:
        return []
    over = facts.pilots_over(atlas, village.parent_id).iloc[0]
    return [(t("Pilot place around it"), figures.sentence([str(over["published_name"]), words]), None)]


def _position(atlas: Atlas, village: Village) -> str:
    if village.lat is None or pd.isna(village.lat):
        return t("unknown")
    level = village.location_quality.removeprefix(places.PLACED)
    if level == village.location_quality:
        return f"{village.lat:.4f}, {village.lon:.4f}"
    return t("placed within its {level}, not surveyed", level=pick(places.level_names(atlas)[level]))
