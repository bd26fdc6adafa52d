"""Place page: what is known of one place, down to the single village. Every place has one."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd
import streamlit as st

from atlas import controls, county_map, figures, finder, keeping, maps, markup, questions, state, theme
from atlas.language import pick, place_name, t
from atlas.page import Page
from atlas.panels import (
    choropleth_map,
    first_of,
    kpi_row,
    money_note,
    pilot_words,
    position_remark,
    rate_chart,
    sources_line,
)
from atlas.state import View
from indicators import facts, places
from indicators.database import Atlas
from indicators.figure import Figure, weakest
from indicators.places import Place, Village

PAGE = Page(
    url_path="place", order=9, icon=":material/location_on:", title=lambda: t("Place"), in_navigation=False
)
HEIGHT_PX = 620
MOST_PROJECTS = 10
NEIGHBOURS = 5
NO_STATE = 3  # "not applicable": the atlas has no such column


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
    parts = [pick(places.level_names(atlas)[here.level]), here.place_id, pilot_words(atlas, here.place_id)]
    st.html(markup.finding(place_name(here.name, here.name_en), parts, gap.evidence))
    name = place_name(here.name, here.name_en)
    keeping.bar(atlas, view, f"{name} {here.place_id}", f"{figures.text(gap)}, {figures.day(view.as_of)}")
    controls.filters(atlas, view)
    cards: list[tuple[str, Figure, str | None]] = [
        (t("Unconnected villages"), gap, None),
        (t("Connection rate"), questions.figure(atlas, view, "connection_rate"), None),
    ]
    if facts.has_pilots(atlas):
        cards.append(
            (t("Villages inside pilot places"), questions.figure(atlas, view, "villages_in_pilots"), None)
        )
    if facts.has_money(atlas):
        money = questions.figure(atlas, view, "investment_per_village")
        cards.append((t("Investment per village"), money, money_note(atlas, view)))
    kpi_row(cards)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _area_map(atlas, view, here)
    with right:
        _state_and_series(atlas, view)
        _projects(atlas, here.place_id)
    sources_line(atlas, ["village_status", "boundary", "project"])


def _area_map(atlas: Atlas, view: View, here: Place) -> None:
    """Coloured parts where there are some, else the villages themselves."""
    level = places.level_below(atlas, here.place_id)
    if level is not None:
        choropleth_map(atlas, view, "unconnected_share", level, HEIGHT_PX, key="place")
        return
    if here.bounds is None:
        st.html(markup.notice("unknown", t("The register holds no villages of this place.")))
        return
    asked = county_map.CloseUp(here.place_id, view.standard, view.as_of, view.lang, theme.current())
    st.iframe(
        asked.url(atlas.build_id),
        height=380 if maps.is_phone() else HEIGHT_PX,
        alt=county_map.link_to_place(here),
    )
    st.html(markup.credit(maps.credit(atlas, position_remark(atlas, here.place_id))))


def _state_and_series(atlas: Atlas, view: View) -> None:
    gap = questions.figure(atlas, view, "unconnected_villages")
    unconnected = int(gap.numerator or 0)
    st.html(markup.heading(figures.day(view.as_of), gap.evidence))
    st.html(markup.state_bar(int(gap.denominator or 0) - unconnected, unconnected, int(gap.unknown or 0)))
    rate_chart(atlas, view)


def _projects(atlas: Atlas, place_id: str) -> None:
    found = facts.projects(atlas, place_id)
    found = found[found["scope"] == "project"]
    if remark := first_of(MOST_PROJECTS, len(found)):
        st.html(markup.heading(t("Projects"), None, remark))
    for row in found.head(MOST_PROJECTS).to_dict("records"):
        st.html(markup.heading(str(row["name"]), str(row["evidence"])))
        st.html(markup.fact_list(_project_facts(row)))


def _project_facts(row: dict[object, object]) -> list[tuple[str, str, str | None]]:
    planned, opened = row["planned_villages"], row["opened_villages"]
    done = figures.share(opened, planned)  # type: ignore[arg-type]
    return [
        (t("Operator"), str(row["operator"]), None),
        (t("Contract signed"), figures.day(row["contract_date"]), None),  # type: ignore[arg-type]
        (t("Villages planned"), figures.count(planned), None),  # type: ignore[arg-type]
        (t("Villages opened"), figures.count(opened), None),  # type: ignore[arg-type]
        (t("Completion"), figures.percent(done, opened, planned), None),  # type: ignore[arg-type]
        (t("Investment announced"), figures.money(row["capex_yuan"]), None),  # type: ignore[arg-type]
        (t("Accepted"), figures.day(row["accepted_date"]), None),  # type: ignore[arg-type]
    ]


# --- one village ------------------------------------------------------------------------------------


def _village(atlas: Atlas, view: View, village: Village) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="noprint_top_bar"):
        st.html(markup.breadcrumb(controls.trail(atlas, view, village.name)), width="stretch")
        finder.box(view)
        controls.language_switch(view)
    states = places.village_states(atlas, village.place_no)
    now = states[(states["standard"] == view.standard) & (states["as_of"] == pd.Timestamp(view.as_of))].iloc[
        0
    ]
    own = now["evidence"] if village.in_programme else "declared"
    evidence = own if isinstance(own, str) else None
    in_words = _village_state(atlas, view, village, int(now["state"]))
    title = f"{village.name} · {in_words}"
    parts = [pick(places.kind_name(atlas, village.kind)), village.place_id, figures.day(view.as_of)]
    st.html(markup.finding(title, parts, evidence))
    keeping.bar(atlas, view, f"{village.name} {village.place_id}", f"{in_words}, {figures.day(view.as_of)}")
    if village.in_programme and evidence == "simulated":
        st.html(
            markup.notice(
                "warning",
                t(
                    "This state is simulated. It says nothing about the real village; only the national rates are published."
                ),
            )
        )
    left, right = st.columns([3, 2], gap="medium")
    with left:
        if village.in_programme:
            _state_table(atlas, states)
        else:
            st.html(
                markup.notice("info", t("A community outside the programme: it never counts as unconnected."))
            )
        _coverage_table(atlas, village)
        _village_project(atlas, village)
    with right:
        st.html(markup.heading(t("Facts"), "declared"))
        st.html(markup.fact_list(_village_facts(atlas, village)))
        with st.container(key="noprint_county"):
            controls.page_button(
                t("Map of its county"), "place", view, icon=":material/map:", village_id=None
            )
        _neighbours(atlas, view, village)
        keeping.qr_code(view)
    sources_line(atlas, ["village", "village_status"])


def _neighbours(atlas: Atlas, view: View, village: Village) -> None:
    """The nearest villages by position, with their states; which ones they are means little where points are placed."""
    column = facts.status_column(atlas, view.standard, view.as_of)["column_name"]
    found = places.nearest_villages(atlas, village.place_no, str(column), NEIGHBOURS)
    if found.empty:
        return
    rows = [
        [
            markup.link(row["name"], view.link(village_id=row["place_id"])),
            markup.state_mark(int(row["state"])),
            figures.distance(row["distance_km"]),
        ]
        for row in found.to_dict("records")
    ]
    is_placed = village.location_quality.startswith("placed_within_")
    remark = t("distances between placed points, not surveyed ones") if is_placed else ""
    st.html(markup.heading(t("Nearest villages"), None, remark))
    st.html(markup.data_table([t("Village"), t("State"), t("Distance")], rows, "llr", t("Nearest villages")))


def _village_state(atlas: Atlas, view: View, village: Village, code: int) -> str:
    if not village.in_programme:
        return t("outside the programme")
    standard = pick(controls.standard_of(atlas, view).name)
    return f"{standard} {markup.state_word(code)}"


def _state_table(atlas: Atlas, states: pd.DataFrame) -> None:
    """One row per date, one column per standard: three states, never by colour alone."""
    held = [one for one in facts.standards(atlas) if one.dates]
    known = [kind for kind in states["evidence"] if isinstance(kind, str)]
    is_mixed = len(set(known)) > 1
    by_cell = {
        (row["standard"], row["as_of"]): markup.state_with_badge(
            int(row["state"]), row["evidence"] if is_mixed and isinstance(row["evidence"], str) else None
        )
        for row in states.to_dict("records")
    }
    dates = sorted(states["as_of"].unique())
    rows = [
        [
            figures.day(day),
            *(by_cell.get((one.standard_id, day), markup.state_mark(NO_STATE)) for one in held),
        ]
        for day in dates
    ]
    badge = weakest(known) if known and not is_mixed else None  # a mixed table says it cell by cell
    st.html(markup.heading(t("State by standard and date"), badge))
    st.html(
        markup.data_table(
            [t("Date"), *(pick(one.name) for one in held)],
            rows,
            "l" * (len(held) + 1),
            t("State by standard and date"),
        )
    )


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
            markup.with_badge(pick(titles[row["source_id"]]), row["evidence"]),
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
    st.html(markup.heading(t("Coverage as registered")))
    st.html(markup.data_table(header, rows, "lllrlll", t("Coverage as registered")))


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
    row = found.iloc[0]
    st.html(markup.heading(t("Pilot project"), str(row["evidence"])))
    lines: list[tuple[str, str, str | None]] = [
        (t("Pilot place"), str(row["published_name"]), None),
        (t("Batch"), str(row["batch"]), None),
    ]
    if isinstance(row["operator"], str):
        lines.append((t("Operator"), row["operator"], "declared"))
    st.html(markup.fact_list(lines))


def _village_facts(atlas: Atlas, village: Village) -> list[tuple[str, str, str | None]]:
    return [
        (t("Code"), village.place_id, None),
        (t("Kind"), pick(places.kind_name(atlas, village.kind)), None),
        (t("Population"), figures.count(village.population_persons), None),
        (t("Households"), figures.count(village.households), None),
        (t("Position"), _position(atlas, village), None),
    ]


def _position(atlas: Atlas, village: Village) -> str:
    if village.lat is None or pd.isna(village.lat):
        return t("unknown")
    level = village.location_quality.removeprefix("placed_within_")
    if level == village.location_quality:
        return f"{village.lat:.4f}, {village.lon:.4f}"
    return t("placed within its {level}, not surveyed", level=pick(places.level_names(atlas)[level]))
