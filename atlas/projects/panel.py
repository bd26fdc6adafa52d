"""Pieces that the pages of projects share: what is asked, what to say where nothing is held, a village's way."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from atlas.files import table_files
from atlas.look import blocks, figures, tables
from atlas.look.addresses import address
from atlas.look.language import pick, place_name, t
from atlas.look.words import originals
from atlas.view import controls, inputs
from atlas.view.state import View
from indicators import facts, places
from indicators.database import Atlas
from indicators.projects import counts, records, stages
from indicators.projects.scoped import Scope
from indicators.scope import Chosen

ALL = ""
PROJECT = "project"  # the input that chooses one project: in.project= is its permalink
ASKED = ("batch", "technology", "operator", PROJECT)


def scope_asked(atlas: Atlas, view: View, *, with_project: bool = True) -> Scope:
    """Draw the filters and read what they ask: place, batch, technology, operator and, if wanted, one project."""
    controls.filters(atlas, view, with_standard=False)
    held = counts.options(atlas, view.place_id)
    everything = {ALL: t("All")}
    with st.container(horizontal=True, vertical_alignment="bottom", key="noprint_programme_filters"):
        batch = inputs.choice(
            view,
            "batch",
            t("Batch"),
            everything | {str(one): str(one) for one in held.batches},
            ALL,
            as_box=True,
        )
        technologies = {one: technology(atlas, one) for one in held.technologies}
        chosen = inputs.choice(view, "technology", t("Technology"), everything | technologies, ALL, as_box=True)
        operators = {code: originals.plain(atlas, pick(names)) for code, names in held.operators.items()}
        operator = inputs.choice(view, "operator", t("Operator"), everything | operators, ALL, as_box=True)
        projects = {code: place_name(str(names["zh"]), names["en"]) for code, names in held.projects.items()}
        project = ALL
        if with_project:
            project = inputs.choice(view, PROJECT, t("Project name"), everything | projects, ALL, as_box=True)
    return Scope(view.place_id, int(batch) if batch else None, chosen or None, operator or None, project or None)


def as_of_words(atlas: Atlas) -> str:
    """The day that all statements about projects refer to."""
    return t("as of {date}, the last day on record", date=figures.day(stages.last_day(atlas)))


def chosen(view: View) -> Chosen:
    """Which projects a link asks for, without drawing anything; a batch that is no number asks for none."""
    asked = dict(view.inputs)
    batch = asked.get("batch", "")
    number = int(batch) if batch.isdecimal() and len(batch) < 4 else None
    return Chosen(number, asked.get("technology"), asked.get("operator"), asked.get(PROJECT))


def chosen_words(atlas: Atlas, asked: Chosen) -> str:
    """What is asked of projects, in words."""
    operators = facts.operators(atlas)
    said = [
        None if asked.batch is None else t("batch {n}", n=figures.count(asked.batch)),
        None if asked.technology is None else technology(atlas, asked.technology),
        pick(operators[asked.operator]) if asked.operator in operators else asked.operator,
        asked.project,
    ]
    return figures.sentence(said)


def project_link(view: View, project_id: object, path: str = "") -> str:
    """The permalink of one project on the page shown, or on another."""
    kept = dict.fromkeys((name for name, _ in view.inputs if name not in ASKED))
    one = inputs.with_inputs(view, **(kept | {PROJECT: str(project_id)}))
    return path + one.link(village_id=None)


def village_link(view: View, village_id: object) -> str:
    """The place page of a village, without what this page was asked."""
    bare = inputs.with_inputs(view, **dict.fromkeys(name for name, _ in view.inputs))
    return address("place") + bare.link(village_id=village_id, place_id=village_id)


def technology(atlas: Atlas, code: object) -> str:
    """A technology by the name of the standard it serves, else as it is written; `4g+5g` is two of them."""
    return table_files.technology(atlas, code) or figures.DASH


def stage(atlas: Atlas, code: object) -> str:
    """A state of the programme in words; unknown where none is on record."""
    if not isinstance(code, str):
        return figures.unknown()
    names = stages.state_names(atlas).get(code)
    return pick(names) if names else code


def operator(atlas: Atlas, row: dict[Any, Any]) -> str:
    """An operator in one spelling, with the list's own where it differs."""
    written = figures.text_or_none(row["operator"])
    if written is None:
        return figures.unknown()
    named = {one["operator_id"]: pick(one["name"]) for one in facts.settings(atlas).get("operator", [])}
    one = named.get(row["operator_id"])
    said = originals.plain(atlas, written.strip())
    return said if one is None or one in (said, written.strip()) else figures.bracketed(one, said)


def page_of(view: View, name: str, total: int, per_page: int) -> int:
    """Which page of a long list is asked for, from 1; draws the box where there are several."""
    pages = -(-total // per_page)
    if pages <= 1:
        return 1
    with st.container(key=f"noprint_{name}"):
        label = t("Page (of {n})", n=figures.count(pages))
        return int(inputs.number(view, name, label, 1, low=1, high=pages, step=1, is_whole=True))


# --- one village ------------------------------------------------------------------------------------------


def steps_of_village(atlas: Atlas, view: View, place_no: int) -> None:
    """The projects that list a village, each with the steps of its way and their days; nothing where none does.

    For the place page. What is not on record is said to be so: a step without a day may have been taken.
    """
    for row in records.of_village(atlas, place_no).to_dict("records"):
        words = [technology(atlas, row["technology"]), operator(atlas, row)]
        name = place_name(row["name"], row["name_en"])
        title = t("Project: {name}", name=name)
        st.html(blocks.heading(title, str(row["evidence"]), " · ".join(words)))
        st.html(blocks.steps(_village_steps(atlas, row, place_no), t("Steps of the programme")))
        st.html(tables.fact_list(_village_facts(row)))
        st.html(
            blocks.notice(
                "info", t("The whole project:"), [(name, project_link(view, row["project_id"], address("projects")))]
            )
        )
    _inspections(atlas, place_no)


def _village_steps(atlas: Atlas, row: dict[Any, Any], place_no: int) -> list[blocks.Step]:
    """The main states, with the day each was reached where one is on record; its project's moves before its own."""
    way = stages.way(atlas)
    days: dict[str, Any] = {way.first: row["contract_date"]}
    for step in records.steps_of_village(atlas, row["project_id"], place_no).to_dict("records"):
        days[step["state"]] = step["day"]
    for state, column in ((way.opened, "opened_date"), (way.accepted, "accepted_date")):
        if not pd.isna(row[column]):
            days[state] = row[column]
    return steps(atlas, days, row["state"])


def steps(atlas: Atlas, days: dict[str, Any], now: str | None) -> list[blocks.Step]:
    """The states of the main way from the first that a day is known of, and the side state one is in now.

    Where `now` is not on record the last state with a day is as far as one knows.
    """
    states = stages.states(atlas)
    position = dict(zip(states["state"], states["position"], strict=True))
    main = states[~states["is_side"]]
    dated = [int(position[one]) for one, day in days.items() if one in position and not pd.isna(day)]
    begin = min([*dated, int(position[stages.way(atlas).first])])
    is_side = now is not None and now not in set(main["state"])
    here = [int(position[now])] if now in position and not is_side else []
    furthest = max([*dated, *here], default=-1)
    found = [
        blocks.Step(
            stage(atlas, one["state"]),
            _day(days.get(one["state"]), one["position"] <= furthest),
            _fate(one["state"], now, one["position"] <= furthest),
        )
        for one in main[main["position"] >= begin].to_dict("records")
    ]
    if is_side:  # returned, rectified, …
        found.append(blocks.Step(stage(atlas, now), _day(days.get(str(now)), True), "now"))
    return found


def _fate(state: str, now: str | None, is_behind: bool) -> str:
    if state == now:
        return "now"
    return "done" if is_behind else "open"


def _day(day: Any, is_behind: bool) -> str:
    if day is None or pd.isna(day):
        return t("day not on record") if is_behind else figures.DASH
    return figures.day(day)


def _village_facts(row: dict[Any, Any]) -> list[tuple[str, str, str | None]]:
    return [
        (t("Opening planned for"), figures.day(row["planned_date"]), None),
        (t("Construction cost of this village"), figures.money(row["capex_yuan"]), None),
    ]


def _inspections(atlas: Atlas, place_no: int) -> None:
    village = places.village_by_number(atlas, place_no)
    found = records.inspections_of_village(atlas, village.place_id) if village else None
    if found is None or found.empty:
        return
    rows = [
        [
            figures.day(row["inspected_date"]),
            verdict(row["is_passed"]),
            chosen_how(row["is_sampled"]),
            originals.shown(atlas, row["note"]),
        ]
        for row in found.to_dict("records")
    ]
    st.html(blocks.heading(t("Inspections"), str(found["evidence"].iloc[-1])))
    headers = [t("Inspected on"), t("Result"), t("How it was chosen"), t("Note")]
    st.html(tables.data_table(headers, rows, "llll", t("Inspections")))


def verdict(is_passed: Any) -> str:
    """Passed, not passed, or no result."""
    if pd.isna(is_passed):
        return t("no result on record")
    return t("passed") if is_passed else t("not passed")


def chosen_how(is_sampled: Any) -> str:
    """Whether chance chose the village."""
    if pd.isna(is_sampled):
        return t("not said")
    return t("drawn by chance") if is_sampled else t("chosen by hand")
