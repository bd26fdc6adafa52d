"""What pages ask for, in the address: bounds, hostile values, and the way round from widget to address and back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from atlas.view import inputs, state
from atlas.view.state import INPUT_CHARACTERS, MOST_INPUTS, View
from indicators.database import Atlas

DAY = date(2010, 12, 31)
HOSTILE = [
    "<script>alert(1)</script>",
    "'; DROP TABLE place; --",
    "1e999",
    "nan",
    "-inf",
    "0x10",
    "１２３",
    "1_000_000_000_000",
    "9" * 400,
    "\x00",
    "\u202e7",
    "",
    " ",
]


def view(**asked: str) -> View:
    return View("ZZ", "wire", DAY, "en", inputs=tuple(sorted(asked.items())))


# --- the address ------------------------------------------------------------------------------------------


def test_inputs_go_to_the_address_and_back(mini_atlas: Atlas) -> None:
    before = inputs.with_inputs(state.read(mini_atlas, {}, "en"), budget="80000000", how="海岛,边境")
    asked = state.query(before)
    assert asked["in.budget"] == "80000000" and asked["in.how"] == "海岛,边境"
    assert state.read(mini_atlas, asked, "en") == before
    assert "in.budget=80000000" in before.link()


@given(
    held=st.dictionaries(st.from_regex(r"[a-z0-9_]{1,40}", fullmatch=True), st.text(max_size=60), max_size=MOST_INPUTS)
)
def test_any_input_within_bounds_survives_the_address(held: dict[str, str]) -> None:
    asked = {f"in.{name}": value for name, value in held.items()}
    assert dict(state._inputs(asked)) == held


@pytest.mark.parametrize(
    "key",
    ["in.", "in.UPPER", "in.a b", "in.a.b", "in.ümlaut", "in." + "a" * 41, "in.<b>", "in.a\n", "inbudget"],
)
def test_names_that_are_none_are_left_out(mini_atlas: Atlas, key: str) -> None:
    assert state.read(mini_atlas, {key: "1"}, "en").inputs == ()


def test_too_long_a_value_and_too_many_names_are_left_out(mini_atlas: Atlas) -> None:
    longest = "x" * INPUT_CHARACTERS
    read = state.read(mini_atlas, {"in.a": longest, "in.b": longest + "x"}, "en")
    assert read.inputs == (("a", longest),)
    many = {f"in.n{number:03}": "1" for number in range(MOST_INPUTS + 5)}
    assert len(state.read(mini_atlas, many, "en").inputs) == MOST_INPUTS


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_values_are_carried_as_text_and_quoted(mini_atlas: Atlas, value: str) -> None:
    read = state.read(mini_atlas, {"in.a": value}, "en")
    assert inputs.given(read, "a") == value
    link = read.link()
    assert "<" not in link and "'" not in link and " " not in link and "\x00" not in link


def test_an_input_is_changed_and_taken_away() -> None:
    one = view(a="1", b="2")
    assert inputs.with_inputs(one, b="3").inputs == (("a", "1"), ("b", "3"))
    assert inputs.with_inputs(one, a=None).inputs == (("b", "2"),)
    assert inputs.with_inputs(one, missing=None).inputs == one.inputs
    assert one.inputs == (("a", "1"), ("b", "2"))  # the view itself stays as it is


def session() -> None:
    """Run inside AppTest: whether the address came by a link."""
    import streamlit as st

    from atlas.view import state
    from indicators import database

    view = state.current(database.current())
    st.session_state["seen"] = (view.came_by_link, dict(view.inputs))


def test_a_session_knows_its_own_addresses_from_links(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(mini_atlas.path.parent))
    app = AppTest.from_function(session)
    app.query_params["in.seed"] = "1"
    app.run(timeout=30)
    assert app.session_state["seen"] == (True, {"seed": "1"})
    app.run(timeout=30)
    assert app.session_state["seen"] == (False, {"seed": "1"})  # written by the session
    app.query_params.clear()  # another page
    app.run(timeout=30)
    assert app.session_state["seen"] == (False, {"seed": "1"})
    app.query_params["in.seed"] = "2"  # a link, or the way back
    app.run(timeout=30)
    assert app.session_state["seen"] == (True, {"seed": "2"})


# --- the widgets ------------------------------------------------------------------------------------------


def page(query: dict[str, str]) -> None:
    """Run inside AppTest: one input of each kind, and what each gives."""
    import streamlit as st

    from atlas.look import language
    from atlas.view import inputs, state
    from indicators import database

    language.use("en")
    atlas = database.current()
    asked = query if "place" not in st.query_params else dict(st.query_params)
    view = state.read(atlas, asked, "en")
    kinds = {"remote": "Remote", "border": "Border", "island": "Island"}
    st.session_state["read"] = {
        "budget": inputs.number(view, "budget", "Budget", 50, low=0, high=100, step=1),
        "years": inputs.number(view, "years", "Years", 6, low=1, high=10, step=1, is_whole=True),
        "rate": inputs.optional_number(view, "rate", "Rate", low=0, high=1, step=0.05),
        "kind": inputs.choice(view, "kind", "Kind", kinds, "remote", as_box=True),
        "kinds": inputs.several(view, "kinds", "Kinds", kinds, ("remote",)),
        "every": inputs.switch(view, "every", "Every"),
    }


DEFAULTS = {
    "budget": 50,
    "years": 6,
    "rate": None,
    "kind": "remote",
    "kinds": ("remote",),
    "every": False,
}


def run(monkeypatch: pytest.MonkeyPatch, atlas: Atlas, query: dict[str, str]) -> AppTest:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(atlas.path.parent))
    app = AppTest.from_function(page, kwargs={"query": query})
    app.run(timeout=30)
    assert not app.exception, [error.value for error in app.exception]
    return app


def given_by(app: AppTest) -> dict[str, Any]:
    read: dict[str, Any] = app.session_state["read"]
    return read


def remarks(app: AppTest) -> str:
    return " ".join(str(getattr(block.proto, "body", "")) for block in app.get("html"))


def test_without_an_address_the_defaults(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    app = run(monkeypatch, mini_atlas, {})
    assert given_by(app) == DEFAULTS
    assert "cannot be" not in remarks(app)


def test_the_address_fills_the_widgets(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    app = run(
        monkeypatch,
        mini_atlas,
        {
            "in.budget": "80.5",
            "in.years": "10",
            "in.rate": "0.3",
            "in.kind": "island",
            "in.kinds": "island,border",
            "in.every": "1",
        },
    )
    assert given_by(app) == {
        "budget": 80.5,
        "years": 10,
        "rate": 0.3,
        "kind": "island",
        "kinds": ("border", "island"),  # in the order of the options
        "every": True,
    }
    assert app.number_input(key="in_budget").value == 80.5
    assert app.selectbox(key="in_kind").value == "island"
    assert app.toggle(key="in_every").value is True


@pytest.mark.parametrize("value", HOSTILE)
def test_what_cannot_be_is_the_default_with_a_word_about_it(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, value: str
) -> None:
    names = ("budget", "rate", "kind")
    app = run(monkeypatch, mini_atlas, {f"in.{name}": value for name in names})
    read = given_by(app)
    assert {name: read[name] for name in names} == {name: DEFAULTS[name] for name in names}
    said = remarks(app)
    assert said.count("cannot be; the default is used") == len(names)
    assert "<script>" not in said


@pytest.mark.parametrize("value", ["-0.01", "100.01", "101", "-1e9"])
def test_out_of_bounds_is_the_default(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, value: str) -> None:
    app = run(monkeypatch, mini_atlas, {"in.budget": value})
    assert given_by(app)["budget"] == 50 and "cannot be" in remarks(app)


@pytest.mark.parametrize("value", ["0", "100", "1e2", " 7 "])
def test_the_bounds_themselves_are_in(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, value: str) -> None:
    app = run(monkeypatch, mini_atlas, {"in.budget": value})
    assert given_by(app)["budget"] == float(value) and "cannot be" not in remarks(app)


def test_a_whole_number_stays_whole(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    """What the widget shows is what the page counts with."""
    app = run(monkeypatch, mini_atlas, {"in.years": "6.5"})
    assert given_by(app)["years"] == app.number_input(key="in_years").value == 6
    assert "cannot be" in remarks(app)


def test_unknown_ones_of_several_are_left_out(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    app = run(monkeypatch, mini_atlas, {"in.kinds": "island,<b>,island"})
    assert given_by(app)["kinds"] == ("island",) and "&lt;b&gt;" in remarks(app)


def test_none_of_several_is_an_answer(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    assert given_by(run(monkeypatch, mini_atlas, {"in.kinds": ""}))["kinds"] == ()


def test_a_choice_is_written_to_the_address_and_the_default_is_not(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas
) -> None:
    app = run(monkeypatch, mini_atlas, {})
    app.number_input(key="in_budget").set_value(80.0).run(timeout=30)
    assert not app.exception
    assert app.query_params["in.budget"] in ("80", ["80"])
    assert given_by(app)["budget"] == 80
    app.selectbox(key="in_kind").set_value("border").run(timeout=30)
    assert given_by(app)["kind"] == "border" and given_by(app)["budget"] == 80
    app.number_input(key="in_budget").set_value(50.0).run(timeout=30)
    assert "in.budget" not in app.query_params and given_by(app)["budget"] == 50
    assert app.query_params["in.kind"] in ("border", ["border"])


def test_two_answers_given_faster_than_a_run_both_count(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> None:
    app = run(monkeypatch, mini_atlas, {"in.years": "9"})
    app.number_input(key="in_budget").set_value(70)
    app.number_input(key="in_rate").set_value(0.4)
    app.number_input(key="in_years").set_value(6)  # the default: taken out of the address
    app.run(timeout=30)
    read = given_by(app)
    assert (read["budget"], read["rate"], read["years"]) == (70, 0.4, 6)
    assert "in.years" not in app.query_params
