"""Questions of the planner as they declare themselves: found by their folders, one label, inputs there and back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pages
from atlas.look import country_words, figures, language
from atlas.planner.inputs import (
    Choice,
    Count,
    Input,
    Lines,
    Number,
    OptionalCount,
    OptionalNumber,
    Several,
    Switch,
    Unreadable,
)
from atlas.planner.question import CODE, NUMBER, SHARE, Question
from atlas.planner.questions import questions, saved
from atlas.planner.scenario import panel
from atlas.planner.scenario import text as scenario_text
from atlas.view import state
from atlas.view.state import INPUT_CHARACTERS, View
from indicators import country
from indicators.database import Atlas

ROOT = Path(__file__).resolve().parents[3]
FOLDERS = {path.parent.name for path in (ROOT / "atlas" / "planner").glob("*/question.py")}
TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), include_characters="\n"), max_size=INPUT_CHARACTERS
)
by_name = pytest.mark.parametrize("question", questions().values(), ids=questions())


def view(**asked: str) -> View:
    return View("ZZ", "wire", date(2010, 12, 31), "en", inputs=tuple(sorted(asked.items())))


@pytest.fixture(params=["mini_atlas", pytest.param("national_atlas", marks=pytest.mark.national)])
def atlas(request: pytest.FixtureRequest) -> Atlas:
    found: Atlas = request.getfixturevalue(request.param)
    country_words.use(country.words(found))
    return found


# --- found, and called one thing ----------------------------------------------------------------------------


def test_a_question_is_found_by_its_folder() -> None:
    assert (
        set(questions()) == FOLDERS >= {"cost", "fund", "priority", "sharing", "sites", "subsidy", "tender", "welfare"}
    )
    assert {path.stem for path in (ROOT / "pages" / "planner").glob("*.py")} >= FOLDERS
    assert all(one.name == name for name, one in questions().items())
    assert set(saved()) == {name for name, one in questions().items() if one.scenario is not None} < FOLDERS


@by_name
@pytest.mark.parametrize("lang", language.LANGUAGES)
def test_a_question_has_one_label(question: Question[Any, Any], lang: str) -> None:
    """In the navigation, above the page without an answer, in scenarios and their comparison."""
    page = pages.module(question.name).PAGE
    with language.speaking(lang):
        assert page.url_path == question.name and page.title() == question.title()
        if question.scenario is not None:
            assert scenario_text.question_word(question.name) == question.title()


@by_name
def test_a_page_of_the_planner_is_short(question: Question[Any, Any]) -> None:
    lines = (ROOT / "pages" / "planner" / f"{question.name}.py").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 26


@by_name
def test_names_are_said_once(atlas: Atlas, question: Question[Any, Any]) -> None:
    listed = [*question.inputs, *question.shared(atlas)]
    assert len({question.key(one) for one in listed}) == len({one.saved_name for one in listed}) == len(listed)
    assert all(state.INPUT.fullmatch(question.key(one)) for one in listed)
    assert len({one.name for one in question.results}) == len(question.results)


def test_no_two_questions_share_a_name_in_the_address(atlas: Atlas) -> None:
    """Unless they mean to: what the cost model is asked holds on all pages that use it."""
    own = [one.key(asked) for one in questions().values() for asked in one.inputs]
    assert len(set(own)) == len(own)
    common = {one.key(asked) for one in questions().values() for asked in one.shared(atlas)}
    assert all(key.startswith("model.") for key in common) and not common & set(own)


@by_name
@pytest.mark.parametrize("lang", language.LANGUAGES)
def test_every_input_and_result_has_its_word(atlas: Atlas, question: Question[Any, Any], lang: str) -> None:
    with language.speaking(lang):
        for one in question.declared(atlas).values():
            assert one.label().strip()
            assert question.scenario is None or scenario_text.input_word(atlas, question.name, one.saved_name) == (
                one.label()
            )
        for result in question.results:
            assert scenario_text.result_word(result) != result.name
            assert result.unit in (SHARE, NUMBER, CODE) or figures.value_text(2.0, result.unit) != "2"
            assert bool(result.codes) == (result.unit == CODE)


# --- a value goes to the address and the file, and back -----------------------------------------------------


def values(atlas: Atlas, one: Input[Any]) -> st.SearchStrategy[Any] | None:
    """Any value that an input may have; None where this atlas offers nothing to choose."""
    if isinstance(one, Count | OptionalCount):
        whole = st.integers(int(one.low), int(one.high))
        return whole if isinstance(one, Count) else st.none() | whole
    if isinstance(one, Number):
        some = st.floats(one.low, one.high)
        return some.map(lambda value: float(round(value))) if one.is_whole else some
    if isinstance(one, OptionalNumber):
        return st.none() | st.floats(one.low, one.high)
    if isinstance(one, Switch):
        return st.booleans()
    if isinstance(one, Lines):
        return TEXT.map(lambda text: text.rstrip("\n"))
    assert isinstance(one, Choice | Several)
    codes = list(one.options(atlas))
    if not codes:
        return None
    if isinstance(one, Choice):
        return st.sampled_from(codes)
    return st.sets(st.sampled_from(codes)).map(lambda some: tuple(code for code in codes if code in some))


@by_name
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_value_is_read_again_as_the_same(atlas: Atlas, question: Question[Any, Any], data: st.DataObject) -> None:
    """From the address, and from a scenario's file by way of the address."""
    for one in question.declared(atlas).values():
        some = values(atlas, one)
        if some is None:
            continue
        value = data.draw(some, label=one.saved_name)
        assert one.read(atlas, one.write(value)) == value
        asked = {question.key(one): one.write(value)}
        assert dict(state._inputs(asked)) == asked
        held = json.loads(json.dumps(panel._held(one.to_file(value)))) if value is not None else None
        again = one.read(atlas, panel._written(held))
        assert again == value and type(again) is type(value)


@by_name
@pytest.mark.parametrize("text", ["nan", "1e999", "<b>", "-1e308", "２", "x" * (INPUT_CHARACTERS + 1)])
def test_what_cannot_be_is_no_value(atlas: Atlas, question: Question[Any, Any], text: str) -> None:
    for one in question.declared(atlas).values():
        if isinstance(one, Lines) and len(text) <= INPUT_CHARACTERS:
            continue
        if isinstance(one, Number | Count | OptionalNumber) and text == "２":  # a digit, if not one of ours
            continue
        with pytest.raises(Unreadable):
            one.read(atlas, text)


# --- links from before --------------------------------------------------------------------------------------


@by_name
def test_a_link_from_before_has_todays_names_on_its_own_page(atlas: Atlas, question: Question[Any, Any]) -> None:
    declared = question.declared(atlas)
    before = view(**{name: "1" for name in declared}, of_another_page="2")
    found = dict(question.adopted(atlas, before).inputs)
    assert found == {question.key(one): "1" for one in declared.values()} | {"of_another_page": "2"}
    assert question.adopted(atlas, question.adopted(atlas, before)) == question.adopted(atlas, before)


@by_name
def test_what_is_said_today_wins_over_a_link_from_before(mini_atlas: Atlas, question: Question[Any, Any]) -> None:
    one = question.inputs[0]
    both = view(**{one.saved_name: "before", question.key(one): "now"})
    assert dict(question.adopted(mini_atlas, both).inputs) == {question.key(one): "now"}
    long = replace(view(), too_long=(one.saved_name,))
    assert question.adopted(mini_atlas, long).too_long == (question.key(one),)


def test_inputs_of_one_name_stand_beside_each_other(mini_atlas: Atlas) -> None:
    asked = {"cost.seed": "7", "tender.seed": "8", "in.seed": "a word", "fund.year": "2020", "model.speed": "30"}
    read = state.read(mini_atlas, asked, "en")
    assert {key: value for key, value in state.query(read).items() if "." in key} == asked
    assert dict(read.inputs)["seed"] == "a word"
