"""The bar under every answer of the planner: print it, copy its link, save it as a scenario, keep it to compare.

The frame of the questions calls `bar` with an `Answer`. What is kept lies in the visitor's own session until the page
Scenarios compares it; nothing is stored on the server. Where the same question was saved before, the bar says whether
the answer is still the same, and if not what has changed.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from numbers import Integral, Real
from typing import Any

import streamlit as st

from atlas.files import downloads, file_facts, geojson
from atlas.look import blocks
from atlas.look.language import t
from atlas.planner.questions import saved
from atlas.planner.scenario import text as scenario_text
from atlas.planner.scenario.answer import Answer, Value
from atlas.view import controls, filter_query, state
from atlas.view.inputs import written
from atlas.view.state import View
from indicators import facts
from indicators.chosen.selection import Filters
from indicators.database import Atlas
from planning import scenario
from planning.scenario import Scalar, Scenario, ScenarioError

KEPT = "kept_scenarios"  # in the session: the scenarios' files, the last one last
MOST_KEPT = 8
ASKED, LINES = "asked", "lines"
PLACE = "place:"  # before a place's code, among the results
PLACE_UNIT = "places_in"


def bar(atlas: Atlas, view: View, answer: Answer) -> None:
    """One row of buttons, not printed, and what is known of the same question asked before."""
    try:
        made = of_answer(atlas, view, answer)
        scenario.to_json(made)
    except ScenarioError as error:
        st.html(blocks.notice("warning", t("This cannot be saved as a scenario: {why}", why=error)))
        return
    _earlier(made)
    name = file_facts.file_name(answer.question, made.identity, suffix="json", is_simulated=answer.is_demonstration)
    with st.container(horizontal=True, vertical_alignment="center", key=f"noprint_scenario_{answer.question}"):
        st.download_button(
            t("Save this scenario"),
            data=_file(made),
            file_name=name,
            mime="application/json",
            key="scenario_save",
            on_click="ignore",
            icon=":material/save:",
        )
        if answer.villages is not None and len(answer.villages):
            _villages_button(made, answer)
        st.button(t("Keep to compare"), key="scenario_keep", icon=":material/add:", on_click=lambda: keep(made))
        controls.page_button(t("Compare scenarios ({n} kept)", n=len(kept())), "scenarios", view, ":material/compare:")


def _villages_button(made: Scenario, answer: Answer) -> None:
    """The villages of this scenario as points; the file says which scenario they are of."""
    villages = answer.villages
    assert villages is not None
    st.download_button(
        t("Villages as {format}", format="GeoJSON"),
        data=lambda: geojson.points(villages, about(made)),
        file_name=file_facts.file_name(
            f"{answer.question}-villages", made.identity, suffix="geojson", is_simulated=made.is_demonstration
        ),
        mime=downloads.CONTENT_TYPES["geojson"],
        key="scenario_geojson",
        on_click="ignore",
        icon=":material/map:",
    )


def about(made: Scenario) -> dict[str, Scalar]:
    """What a file of a scenario's villages has to say of it."""
    given = {name: str(value) for name, value in made.inputs.items() if name != ASKED}
    return given | {
        "question": made.question,
        "scenario": made.identity,
        "profile": made.profile,
        "build_id": made.build_id,
        "created": made.created,
        "solver": made.solver,
        "gap_share": made.gap_share,
        "is_demonstration": made.is_demonstration,
        "inputs": json.dumps(made.inputs.get(ASKED, {}), ensure_ascii=False, sort_keys=True),
    }


def _file(made: Scenario) -> Callable[[], bytes]:
    return lambda: scenario.to_json(made).encode()


def of_answer(atlas: Atlas, view: View, answer: Answer) -> Scenario:
    """The scenario of an answer, as of now. Raises ScenarioError where an input cannot stand in a file."""
    run = answer.run
    places = {f"{PLACE}{place_id}": _scalar(value) for place_id, value in answer.by_place.items()}
    return Scenario(
        question=answer.question,
        inputs=_place_of(view, answer.of_place) | {ASKED: {k: _held(v) for k, v in answer.inputs.items()}},
        profile=profile_of(atlas),
        build_id=atlas.build_id,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        seed=answer.seed,
        solver=run.solver if run else None,
        solver_version=run.solver_version if run else None,
        gap_share=run.gap_share if run else None,
        is_demonstration=answer.is_demonstration,
        digests={name: scenario.digest(frame) for name, frame in answer.tables.items()},
        results={name: _scalar(value) for name, value in answer.results.items()}
        | ({PLACE_UNIT: answer.place_unit} if places else {})
        | places,
    )


def profile_of(atlas: Atlas) -> str:
    return str(facts.settings(atlas)["profile_id"])


def view_of(atlas: Atlas, view: View, one: Scenario) -> View:
    """The view that asks a scenario's question again; what this atlas does not hold falls back, with a remark."""
    asked: dict[str, str] = {
        key: str(one.inputs[key]) for key in ("place", "standard", "as_of", *filter_query.KEYS) if key in one.inputs
    }
    inputs = one.inputs.get(ASKED)
    given = inputs if isinstance(inputs, dict) else {}
    asked |= {state.input_key(name): _written(value) for name, value in given.items()}
    here = state.query(replace(view, inputs=(), filters=Filters()))
    found = state.read(atlas, here | asked, view.lang)
    return saved()[one.question].adopted(atlas, found) if one.question in saved() else found


def fits_an_address(one: Scenario) -> bool:
    """Whether the inputs are short enough for a link; else the file they came from has to be given again."""
    given = one.inputs.get(ASKED)
    values = list(given.values()) if isinstance(given, dict) else []
    return all(len(_written(value)) <= state.INPUT_CHARACTERS for value in values)


# --- what is kept in the session ----------------------------------------------------------------------------


def kept() -> list[Scenario]:
    """The scenarios of this session, the last one last."""
    return [scenario.from_json(text) for text in st.session_state.get(KEPT, [])]


def keep(one: Scenario) -> None:
    """Add a scenario; the same question on the same build replaces the earlier one, the oldest gives way."""
    others = [old for old in kept() if (old.identity, old.build_id) != (one.identity, one.build_id)]
    st.session_state[KEPT] = [scenario.to_json(each) for each in [*others, one][-MOST_KEPT:]]


def forget(number: int | None = None) -> None:
    """Take one out by its number, or all."""
    texts = st.session_state.get(KEPT, [])
    st.session_state[KEPT] = [] if number is None else [*texts[:number], *texts[number + 1 :]]


def _earlier(made: Scenario) -> None:
    """Whether the same question, asked before, still has the same answer."""
    for old in kept():
        if old.identity == made.identity and old.question == made.question:
            is_same, words = scenario_text.again(old, made)
            st.html(blocks.notice("info" if is_same else "warning", words))


# --- values of inputs and results ----------------------------------------------------------------------------


def _place_of(view: View, of_place: bool) -> dict[str, Any]:
    if not of_place:
        return {}
    chosen = filter_query.written(view.filters)  # a plan of a drawn area is another question
    return {"place": view.place_id, "standard": view.standard, "as_of": view.as_of.isoformat(), **chosen}


def _held(value: Value) -> Any:
    """An input as the file has it: texts of several lines as a list of lines, which may be long together."""
    if isinstance(value, str):
        return {LINES: value.splitlines()} if "\n" in value else value
    if isinstance(value, bool | int | float):
        return _scalar(value)
    return [_scalar(each) for each in value]


def _written(value: Any) -> str:
    """An input as the address has it (atlas/view/inputs.py)."""
    if isinstance(value, bool):
        return "01"[value]
    if isinstance(value, dict):
        return "\n".join(str(line) for line in value.get(LINES, ()))
    if isinstance(value, list):
        return ",".join(str(each) for each in value)
    return written(value) if isinstance(value, int | float) else str(value or "")


def _scalar(value: Any) -> Scalar:
    """A plain value: NumPy's own types are not JSON's, and what is not known is none."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value) if math.isfinite(value) else None
    return bool(value) if type(value).__name__ == "bool" else str(value)
