"""Scenarios: saved questions of the planner side by side; who gains, who loses, and what has changed since."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import DeletedFile

from atlas.files import downloads, file_facts, geojson, take_away
from atlas.look import blocks, figures, tables, theme
from atlas.look.language import current, speaking, t
from atlas.maps import coloured_places
from atlas.maps.tiles import boundaries as boundary_tiles
from atlas.planner.questions import saved
from atlas.planner.scenario import (
    panel,
)
from atlas.planner.scenario import (
    report as scenario_report,
)
from atlas.planner.scenario import (
    tables as scenario_tables,
)
from atlas.planner.scenario import (
    text as scenario_text,
)
from atlas.view import controls, inputs, keeping, state, uploads
from atlas.view.page import Page
from atlas.view.state import View
from indicators.database import Atlas
from planning import scenario
from planning.scenario import Scenario, ScenarioError

PAGE = Page(
    url_path="scenarios",
    order=49,
    icon=":material/compare:",
    title=lambda: t("Scenarios"),
    section=lambda: t("Planning"),
)
MOST_PLACES = 60  # on the screen
MOST_ADDRESS = 8000


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    heading = st.container()
    with st.container(key="noprint_scenario_sources"):
        left, right = st.columns(2, gap="large")
        with left:
            _upload()
        with right:
            _address(atlas, view)
    named = scenario_tables.labelled(panel.kept())
    with heading:
        _title(atlas, named)
        keeping.report(atlas, view, t("Scenarios"), "")
    if not named:
        words = t("No scenario yet. Save one on a page of the planner and open its file here, or keep it there.")
        st.html(blocks.notice("empty", words))
        return
    _list(atlas, view, named)
    _compare(atlas, view, named)


def _title(atlas: Atlas, named: dict[str, Scenario]) -> None:
    """How many stand here, of what place, standard and date where they agree, and that they are simulated."""
    words = (
        t("{n} scenarios side by side", n=figures.count(len(named))) if len(named) > 1 else t("Scenarios side by side")
    )
    is_simulated = _is_simulated(named)
    if is_simulated:
        words = figures.bracketed(words, t("simulated"))
    subjects = {scenario_tables.place_words(atlas, one) for one in named.values()} - {figures.DASH}
    if len(subjects) == 1:
        words = f"{subjects.pop()} · {words}"
    st.html(blocks.finding(words, [], "simulated" if is_simulated else None))


def _is_simulated(some: dict[str, Scenario]) -> bool:
    """One that rests on simulated inputs marks all that stand beside it."""
    return any(one.is_demonstration for one in some.values())


# --- where scenarios come from ------------------------------------------------------------------------------


def _upload() -> None:
    """Files are taken in once, when they are chosen; what is wrong with one is said by its field."""
    st.file_uploader(
        t("Scenario files (JSON)"),
        type="json",
        accept_multiple_files=True,
        key="scenario_files",
        on_change=_take_files,
        max_upload_size=1,
    )
    for failure in st.session_state.get("scenario_failures", []):
        st.html(blocks.notice("warning", failure))


def _take_files() -> None:
    failures = []
    for file in st.session_state.get("scenario_files") or []:
        if isinstance(file, DeletedFile):
            continue  # taken when it was chosen, and not held since
        try:
            with uploads.taken(file) as data:
                panel.keep(scenario.from_json(data.read(scenario.MOST_BYTES + 1)))
        except ScenarioError as error:
            failures.append(t("{file} is no scenario: {why}", file=file.name[:60], why=error))
    st.session_state["scenario_failures"] = failures


def _address(atlas: Atlas, view: View) -> None:
    """A permalink opens its page, which keeps the answer from there."""
    text = st.text_input(t("Or the link of a planner's answer"), key="scenario_address", max_chars=MOST_ADDRESS)
    if not text:
        return
    found = _asked_by(atlas, view, text)
    if found is None:
        words = t(
            "This is no link to a page of the planner: {names}",
            names=figures.sentence(one.title() for one in saved().values()),
        )
        st.html(blocks.notice("warning", words))
        return
    question, wanted = found
    controls.page_button(
        t("Open: {question}", question=scenario_text.question_word(question)),
        question,
        wanted,
        ":material/open_in_new:",
    )


def _asked_by(atlas: Atlas, view: View, text: str) -> tuple[str, View] | None:
    """Question and view of a pasted address; only the path's end and the query are looked at."""
    try:
        parts = urlsplit(text.strip())
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    except ValueError:
        return None
    question = parts.path.rstrip("/").rpartition("/")[2]
    if question not in saved() or question not in st.session_state["atlas_pages"]:
        return None
    return question, saved()[question].adopted(atlas, state.read(atlas, asked, view.lang))


# --- what is kept -------------------------------------------------------------------------------------------


def _list(atlas: Atlas, view: View, named: dict[str, Scenario]) -> None:
    st.html(blocks.heading(t("Kept in this session")))
    rows = scenario_tables.listed(atlas, named)
    st.html(tables.data_table(scenario_tables.listed_headers(), rows, "lllllrwl", t("Kept in this session")))
    with st.container(horizontal=True, vertical_alignment="center", key="noprint_scenario_list"):
        for number, (label, one) in enumerate(named.items()):
            if panel.fits_an_address(one) and one.question in st.session_state["atlas_pages"]:
                wanted = panel.view_of(atlas, view, one)
                controls.page_button(t("Run {label} again", label=label), one.question, wanted, ":material/replay:")
            st.button(
                t("Remove {label}", label=label),
                key=f"scenario_remove_{number}",
                on_click=panel.forget,
                args=(number,),
                type="tertiary",
                icon=":material/close:",
            )
    for words in (one for one in _other_profiles(atlas, named)):
        st.html(blocks.notice("warning", words))


def _other_profiles(atlas: Atlas, named: dict[str, Scenario]) -> list[str]:
    own = panel.profile_of(atlas)
    return [
        t(
            "{label} was saved on another atlas ({profile}): places and money may not be comparable.",
            label=label,
            profile=one.profile,
        )
        for label, one in named.items()
        if one.profile != own
    ]


# --- side by side -------------------------------------------------------------------------------------------


def _compare(atlas: Atlas, view: View, named: dict[str, Scenario]) -> None:
    questions = {one.question: scenario_text.question_word(one.question) for one in named.values()}
    chosen = next(reversed(questions))
    if len(questions) > 1:
        chosen = inputs.choice(view, "question", t("Which question to compare"), questions, chosen)
    same = {label: one for label, one in named.items() if one.question == chosen}
    if len(same) < 2:
        st.html(blocks.notice("info", t("Two scenarios of the same question can be compared; here is one.")))
        _results(atlas, view, same)
        _report(atlas, view, same)
        return
    _again(same)
    _inputs(atlas, same)
    _results(atlas, view, same)
    _places(atlas, view, same)
    _report(atlas, view, same)


def _again(same: dict[str, Scenario]) -> None:
    """The same question twice: whether the answer is the same, and what has changed."""
    first: dict[str, tuple[str, Scenario]] = {}
    for label, one in same.items():
        if one.identity not in first:
            first[one.identity] = (label, one)
            continue
        before, old = first[one.identity]
        is_same, words = scenario_text.again(old, one)
        said = t("{before} and {label} ask the same: {words}", before=before, label=label, words=words)
        st.html(blocks.notice("info" if is_same else "warning", said))


def _inputs(atlas: Atlas, same: dict[str, Scenario]) -> None:
    title = t("Inputs that differ")
    st.html(blocks.heading(title))
    rows = scenario_tables.input_rows(atlas, same)
    if not rows:
        st.html(blocks.credit(t("All inputs are the same.")))
        return
    st.html(tables.data_table(scenario_tables.headers(t("Input"), same), rows, "l" + "w" * len(same), title))


def _results(atlas: Atlas, view: View, same: dict[str, Scenario]) -> None:
    title = t("Results")
    is_simulated = _is_simulated(same)
    remark = t("as saved, not worked out again; in brackets the change against the first")
    st.html(blocks.heading(title, "simulated" if is_simulated else "assumed", remark))
    headings = scenario_tables.headers(t("Result"), same)
    rows = scenario_tables.result_rows(same)
    st.html(tables.data_table(headings, rows, "l" + "r" * len(same), title))
    everything = scenario_tables.input_rows(atlas, same) + rows
    table = scenario_tables.as_file(headings, everything)
    take_away.answer(atlas, view, title, table, _said(atlas, same), "scenarios", is_simulated=is_simulated)
    _areas(atlas, view, same)


def _areas(atlas: Atlas, view: View, same: dict[str, Scenario]) -> None:
    """The places of the scenarios for a map program."""
    try:
        found = scenario_tables.for_map_programs(same)
    except ScenarioError:
        return  # two that cannot be compared; the table of places says why
    if found is None:
        return
    table, unit = found
    is_simulated = _is_simulated(same)
    said = _said(atlas, same) + file_facts.of_build(atlas, keeping.permalink(view))
    about: dict[str, geojson.Value] = {"unit": unit, "is_demonstration": is_simulated, **dict(said)}
    question, lang = next(iter(same.values())).question, current()

    def make() -> bytes:
        level = scenario_tables.level_of(atlas, table)
        outlines = {} if level is None else boundary_tiles.outlines(atlas, level)
        with speaking(lang):
            names = [scenario_tables.name_of(atlas, str(place_id)) for place_id in table["place_id"]]
        return geojson.areas(table.assign(name=names), outlines, about)

    st.download_button(
        t("Places as {format}", format="GeoJSON"),
        data=make,
        file_name=file_facts.file_name("scenarios", question, suffix="geojson", is_simulated=is_simulated),
        mime=downloads.CONTENT_TYPES["geojson"],
        key="scenario_areas",
        on_click="ignore",
        icon=":material/map:",
    )


def _report(atlas: Atlas, view: View, same: dict[str, Scenario]) -> None:
    """Two pages of A4, as a file that prints by itself: a map on the screen does not."""
    is_simulated = _is_simulated(same)
    question = next(iter(same.values())).question
    link, lang = keeping.permalink(view), current()

    def make() -> bytes:
        with speaking(lang):
            return scenario_report.document(atlas, same, link).encode()

    st.download_button(
        t("Report to print (2 pages)"),
        data=make,
        file_name=file_facts.file_name("report", question, suffix="html", is_simulated=is_simulated),
        mime="text/html",
        key="scenario_report",
        on_click="ignore",
        icon=":material/print:",
    )


def _said(atlas: Atlas, same: dict[str, Scenario]) -> list[tuple[str, str]]:
    return [
        (
            t("Scenario {label}", label=label),
            figures.sentence(
                [
                    scenario_text.question_word(one.question),
                    scenario_tables.place_words(atlas, one),
                    one.created,
                    one.build_id,
                    scenario_tables.solver_words(one),
                ]
            ),
        )
        for label, one in same.items()
    ]


def _places(atlas: Atlas, view: View, same: dict[str, Scenario]) -> None:
    try:
        found = scenario_tables.compared(same)
    except ScenarioError as error:
        st.html(blocks.notice("warning", str(error)))
        return
    if found is None:
        return
    table, unit = found
    is_simulated = _is_simulated(same)
    evidence = "simulated" if is_simulated else "modelled"
    title = t("Who gains, who loses")
    st.html(blocks.heading(title, evidence, t("against scenario {label}", label=scenario_tables.labels_of(table)[0])))
    gains = scenario_tables.gain_rows(table, unit)
    st.html(tables.data_table(scenario_tables.gain_headers(), gains, "lrrrrrr", title))
    rows = scenario_tables.place_rows(atlas, table, unit)
    headings = scenario_tables.place_headers(table)
    left, right = st.columns([1, 1], gap="medium")
    with left:
        _map(atlas, same, table, unit, evidence)
    with right, st.container(height=480 if len(rows) > 12 else "content"):
        sides = "ll" + "r" * (len(headings) - 2)
        st.html(tables.data_table(headings, rows[:MOST_PLACES], sides, t("Place by place")))
    if len(rows) > MOST_PLACES:
        words = t("The first {n} are shown; the file has all of them.", n=figures.count(MOST_PLACES))
        st.html(blocks.credit(words))
    file = scenario_tables.as_file(headings, rows)
    take_away.answer(atlas, view, title, file, _said(atlas, same), "scenario-places", is_simulated=is_simulated)


def _map(atlas: Atlas, same: dict[str, Scenario], table: pd.DataFrame, unit: str, evidence: str) -> None:
    """The last scenario against the first, where both are of one place."""
    level = scenario_tables.level_of(atlas, table)
    within = {str(one.inputs.get("place", "")) for one in same.values()}
    if level is None or len(within) != 1:
        st.html(blocks.credit(t("A map needs scenarios of one place.")))
        return
    label = scenario_tables.labels_of(table)[-1]
    colours = scenario_tables.verdict_colours(theme.current())
    coloured_places.show(
        atlas,
        within.pop(),
        level,
        scenario_tables.fills(table, label, unit, theme.current()),
        t("{label} against {first}", label=label, first=scenario_tables.labels_of(table)[0]),
        [(colours[word], scenario_tables.verdict_word(word)) for word in colours],
        evidence,
        missing=t("Unknown"),
        key="scenarios",
    )
