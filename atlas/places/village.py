"""What is known of one village: states by standard and date, who says so, its projects and neighbours."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd
import streamlit as st

from atlas.desk import of_place
from atlas.look import badges, blocks, figures, html, tables
from atlas.look.language import pick, place_name, t
from atlas.look.words import originals
from atlas.look.words import pilots as pilot_text
from atlas.look.words import rates as rate_words
from atlas.look.words.positions import position_word
from atlas.pieces import village_states
from atlas.pieces.panels import (
    first_of,
    pilot_words,
    sources_line,
)
from atlas.places import where
from atlas.projects import panel
from atlas.view import controls, keeping, questions
from atlas.view.state import View
from ground.locations import OUTSIDE, PLACED
from indicators import facts, places
from indicators.database import Atlas
from indicators.places import Village

NEIGHBOURS = 8


def show(atlas: Atlas, view: View, village: Village) -> None:
    name = place_name(village.name, village.name_en)
    controls.top_bar(atlas, view, name)
    states = places.village_states(atlas, village.place_no)
    st.html(headline(atlas, village, states))
    keeping.report(atlas, view, f"{name} {village.place_id}", _in_words(atlas, village, states))
    for remark in remarks(village, states):
        st.html(remark)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        if village.in_programme:
            village_states.table(atlas, village, states)
        _coverage_table(atlas, village)
        of_place.corrections(atlas, view, village.place_id)
        panel.steps_of_village(atlas, view, village.place_no)
        _village_project(atlas, village)
        _neighbours(atlas, view, village)
    with right:
        where.show(atlas, view, village.place_id)
        st.html(blocks.heading(t("Facts"), "declared"))
        st.html(known(atlas, village))
        with st.container(key="noprint_county"):
            controls.page_button(t("Map of its ⟨outlined⟩"), "place", view, icon=":material/map:", village_id=None)
        keeping.qr_code(view)
    of_place.last_changes(atlas, view)
    sources_line(atlas, ["village", "village_status"])


def headline(atlas: Atlas, village: Village, states: pd.DataFrame) -> html.Html:
    """Its name and its newest states, with evidence; beneath it what it is and where it lies."""
    name = place_name(village.name, village.name_en)
    kind = pick(places.kind_name(atlas, village.kind))
    parts = [_own_name(village, name), kind, village.place_id, _parents(atlas, village)]
    words = t("{village}: {states}", village=name, states=_in_words(atlas, village, states))
    return blocks.finding(words, parts)


def _in_words(atlas: Atlas, village: Village, states: pd.DataFrame) -> str:
    return village_states.newest(atlas, states) if village.in_programme else t("outside the programme")


def remarks(village: Village, states: pd.DataFrame) -> list[html.Html]:
    """What has to be said before any state of it is read."""
    if not village.in_programme:
        return [blocks.notice("info", t("A community outside the programme: it never counts as unconnected."))]
    if not (states["evidence"] == "simulated").any():
        return []
    words = t(
        "Simulated states say nothing about the real village: no state of it is published, only rates of the "
        "country and of some places are."
    )
    if village_states.has_published(states):
        words = t(
            "Where a state is simulated it says nothing about the real village: only rates of the country and of "
            "some places are published."
        )
    return [blocks.notice("warning", words)]


def known(atlas: Atlas, village: Village) -> html.Html:
    """Code, kind, parents, pilot, population, position: as the register has them."""
    return tables.fact_list(_village_facts(atlas, village))


def _own_name(village: Village, name: str) -> html.Html:
    """The name as its country writes it, where the page shows another."""
    return html.foreign(village.name) if name != village.name else html.Html()


def _neighbours(atlas: Atlas, view: View, village: Village) -> None:
    """The nearest villages by position, with their states; where points are placed at random, nobody's neighbours."""
    if village.location_quality.startswith(PLACED):
        _same_parent(atlas, view, village)
        return
    column = facts.status_column(atlas, view.standard, view.as_of)["column_name"]
    found = places.nearest_villages(atlas, village.place_no, str(column), NEIGHBOURS)
    if found.empty:
        return
    rows = [
        [
            html.link(place_name(row["name"], row["name_en"]), view.link(village_id=row["place_id"])),
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
            html.link(place_name(row["name"], row["name_en"]), view.link(village_id=row["place_id"])),
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
            originals.plain(atlas, row["operator"]) or t("not told apart"),
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
            (t("Pilot place"), pilot_text.name(row), None),
            (t("Batch"), figures.count(row["batch"]), None),
        ]
        if not is_simulated and isinstance(row["operator"], str):
            lines.append((t("Operator"), originals.plain(atlas, row["operator"]), "declared"))
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
    return [(t("Pilot place around it"), figures.sentence([pilot_text.name(over), words]), None)]


def _position(atlas: Atlas, village: Village) -> str:
    if village.lat is None or pd.isna(village.lat):
        return t("unknown")
    word = position_word(atlas, village.location_quality)
    if village.location_quality.startswith(PLACED):
        return word
    where = f"{village.lat:.4f}, {village.lon:.4f}"
    return figures.sentence([where, word]) if village.location_quality.endswith(OUTSIDE) else where
