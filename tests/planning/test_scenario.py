"""Scenarios: there and back, compared, and what hostile files and links are told."""

from __future__ import annotations

import base64
import dataclasses
import json
import zlib
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.scenario import (
    MOST_BYTES,
    MOST_LINK_BYTES,
    Scenario,
    ScenarioError,
    digest,
    from_json,
    pack,
    to_json,
    unpack,
)
from planning.side_by_side import changes, compare_places, different_answers, gains_and_losses, inputs_side_by_side

BUDGET = Scenario(
    question="priority",
    inputs={
        "budget_yuan": 800_000,
        "weigh": "people",
        "least_villages": {"430000": 2, "云南": 1},
        "forced": ["D"],
    },
    profile="somewhere",
    build_id="20261124T220722Z-411d",
    created="2026-11-24T22:30:00+08:00",
    seed=7,
    solver="HiGHS",
    solver_version="1.16.0",
    gap_share=0.0001,
    digests={"village": "ab" * 16},
    results={"people_persons": 2100, "spent_yuan": 800000.0, "greedy_persons": 1700, "note": None},
)


def changed(**fields: Any) -> str:
    """The file of BUDGET with other fields; `...` takes one out."""
    content = json.loads(to_json(BUDGET)) | fields
    return json.dumps({name: value for name, value in content.items() if value is not ...})


def test_there_and_back() -> None:
    assert from_json(to_json(BUDGET)) == BUDGET
    assert from_json(to_json(BUDGET).encode()) == BUDGET
    assert from_json(b"\xef\xbb\xbf" + to_json(BUDGET).encode()) == BUDGET  # an editor's byte order mark
    assert to_json(BUDGET) == to_json(from_json(to_json(BUDGET)))
    assert "云南" in to_json(BUDGET)


def test_the_same_question_is_known_again() -> None:
    later = dataclasses.replace(BUDGET, created="2027-01-01T00:00:00+00:00", build_id="b2", results={})
    assert later.identity == BUDGET.identity
    assert dataclasses.replace(BUDGET, seed=8).identity != BUDGET.identity
    assert dataclasses.replace(BUDGET, inputs={**BUDGET.inputs, "budget_yuan": 1}).identity != BUDGET.identity


def test_a_link_carries_question_inputs_and_seed() -> None:
    packed = pack(BUDGET)
    assert packed is not None and packed.replace("-", "").replace("_", "").isalnum()
    assert unpack(packed) == ("priority", BUDGET.inputs, 7)


def test_inputs_too_long_for_a_link_are_for_a_file() -> None:
    many = dataclasses.replace(BUDGET, inputs={"chosen": [f"v{n * 7919 % 100003}" for n in range(5000)]})
    assert pack(many) is None
    assert from_json(to_json(many)) == many
    with pytest.raises(ScenarioError, match="file: expected at most"):
        to_json(dataclasses.replace(BUDGET, inputs={"chosen": ["x" * 300] * 4000}))


@pytest.mark.parametrize(
    ("file", "named"),
    [
        ("", "file: expected JSON"),
        ("[]", "file: expected an object, found list"),
        (b"\xff\xfe", "file: expected JSON"),
        ("{" * 10, "file: expected JSON"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "file: expected JSON"),
        ("[" * 400_000, "file: expected JSON"),
        (f'{{"schema": {"9" * 5000}}}', "file: expected JSON"),
        ('{"schema": NaN}', "file: expected finite numbers, found NaN"),
        ('{"schema": 1, "schema": 1}', "file: expected each field once, found schema"),
        (" " * (MOST_BYTES + 1), "file: expected at most 1000000 bytes"),
        (changed(schema=2), "schema: expected 1"),
        (changed(schema="1"), "schema: expected 1"),
        (changed(schema=True), "schema: expected 1"),
        (changed(schema=...), "schema: expected 1.*none"),
        (changed(seed=...), "seed: expected a value, found none"),
        (changed(run="rm -rf"), "file: expected only the fields .*found run"),
        (changed(question="../etc"), "question: expected a name"),
        (changed(question=5), "question: expected a name"),
        (changed(profile="../../etc"), "profile: expected a name"),
        (changed(build_id="/data/build"), "build_id: expected"),
        (changed(build_id="a..b"), "build_id: expected"),
        (changed(seed=-1), "seed: expected none, or a whole number"),
        (changed(seed=True), "seed: expected none, or a whole number"),
        (changed(seed=1.5), "seed: expected none, or a whole number"),
        (changed(gap_share=-0.1), "gap_share: expected none"),
        (changed(gap_share="0"), "gap_share: expected none"),
        (changed(is_demonstration="false"), "is_demonstration: expected true or false"),
        (changed(created="yesterday"), "created: expected a date"),
        (changed(created="2026-01-01T00:00:00"), "created: expected a date and time with its offset"),
        (changed(digests={"village": "zz"}), r"digests\.village: expected hexadecimal"),
        (changed(results={"a": [1]}), r"results\.a: expected a number"),
        (changed(results=[]), "results: expected an object"),
        (changed(inputs=None), "inputs: expected an object"),
        (changed(inputs={"file": "/etc/passwd"}), r"inputs\.file: expected no file"),
        (changed(inputs={"file": "C:\\x"}), r"inputs\.file: expected no file"),
        (changed(inputs={"file": "a/../b"}), r"inputs\.file: expected no file"),
        (changed(inputs={"a": {"b": ["~/x"]}}), r"inputs\.a\.b\[0\]: expected no file"),
        (changed(inputs={"a": "https://example.org"}), r"inputs\.a: expected no file and no address"),
        (changed(inputs={"../x": 1}), "inputs: expected keys"),
        (changed(inputs={"": 1}), "inputs: expected keys"),
        (changed(inputs={"a": "x" * 401}), r"inputs\.a: expected a text"),
        (changed(inputs={"a": "x\x00"}), r"inputs\.a: expected a text"),
        (changed(inputs={"a": "\u202egnp"}), r"inputs\.a: expected a text"),
        (changed(inputs={"a": "\ud800"}), r"inputs\.a: expected a text"),
        (changed(inputs={"a": 2**60}), r"inputs\.a: expected at most"),
        (changed(inputs={"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": {}}}}}}}}}), "expected at most 8 levels"),
        (to_json(BUDGET).replace("0.0001", "1e999"), "gap_share: expected none"),
        (to_json(BUDGET).replace("800000.0", "1e999"), r"results\.spent_yuan: expected a finite number"),
    ],
)
def test_a_file_that_is_no_scenario_is_refused_by_field(file: str | bytes, named: str) -> None:
    with pytest.raises(ScenarioError, match=named) as told:
        from_json(file)
    assert len(told.value.found) <= 60 and told.value.field


def link(content: object) -> str:
    return base64.urlsafe_b64encode(zlib.compress(json.dumps(content).encode())).rstrip(b"=").decode()


def test_a_link_that_is_a_bomb_is_not_unpacked() -> None:
    bomb = base64.urlsafe_b64encode(zlib.compress(b" " * 1_000_000, 9)).rstrip(b"=").decode()
    assert len(bomb) < 1500
    with pytest.raises(ScenarioError, match=f"at most {MOST_LINK_BYTES} bytes"):
        unpack(bomb)


@pytest.mark.parametrize(
    ("packed", "named"),
    [
        ("", "link: expected letters"),
        ("a b", "link: expected letters"),
        ("abcde", "link: expected a packed scenario"),
        ("A" * 1501, "link: expected at most 1500"),
        ((pack(BUDGET) or "")[:-8], "link: expected"),
        (link([1]), "link: expected an object"),
        (link({"schema": 1, "question": "priority", "inputs": {}}), "seed: expected a value"),
        (link({"schema": 1, "question": "x", "inputs": {}, "seed": 1, "build_id": "b"}), "found build_id"),
        (
            link({"schema": 1, "question": "x", "inputs": {"a": "/x"}, "seed": 1}),
            r"inputs\.a: expected no file",
        ),
        (link({"schema": 9, "question": "x", "inputs": {}, "seed": 1}), "schema"),
    ],
)
def test_a_link_that_is_none_is_refused_by_field(packed: str, named: str) -> None:
    with pytest.raises(ScenarioError, match=named):
        unpack(packed)


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text("abc省村 -.,%", max_size=20).filter(lambda text: ".." not in text and not text.startswith("./")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc村_", min_size=1), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None)
@given(inputs=st.dictionaries(st.text("abcdef_", min_size=1, max_size=9), plain, max_size=5))
def test_whatever_is_plain_comes_back_as_it_was(inputs: dict[str, Any]) -> None:
    scenario = dataclasses.replace(BUDGET, inputs=inputs)
    assert from_json(to_json(scenario)) == scenario
    packed = pack(scenario)
    assert packed is None or unpack(packed) == (scenario.question, inputs, scenario.seed)


@settings(max_examples=150, deadline=None)
@given(file=st.binary(max_size=200) | st.text(max_size=200))
def test_whatever_else_comes_is_refused_in_one_way(file: str | bytes) -> None:
    with pytest.raises(ScenarioError):
        from_json(file)
    if isinstance(file, str):
        with pytest.raises(ScenarioError):
            unpack(file)


def test_on_a_newer_build_it_says_what_changed() -> None:
    village = pd.DataFrame({"place_id": ["a", "b"], "population_persons": [1.0, None]})
    assert digest(village) == digest(village[["population_persons", "place_id"]].copy())
    assert digest(village) != digest(village.assign(population_persons=[1.0, 2.0]))
    assert digest(village) != digest(village.rename(columns={"place_id": "id"}))
    assert digest(village) != digest(village.iloc[::-1])
    then = {"village": digest(village), "boundary": "00" * 16, "old": "11" * 16}
    now = {"village": digest(village.head(1)), "boundary": "00" * 16, "new": "22" * 16}
    found = changes(then, now)
    assert (found.added, found.removed, found.changed, found.same) == (
        ("new",),
        ("old",),
        ("village",),
        ("boundary",),
    )
    assert not found.are_none and changes(now, now).are_none


def test_the_same_answer_is_the_same_to_the_last_digit_that_matters() -> None:
    answer = dict(BUDGET.results)
    assert different_answers(answer, {**answer, "spent_yuan": 800000.0000000001}) == ()
    assert different_answers(answer, {**answer, "spent_yuan": 800001.0}) == ("spent_yuan",)
    assert different_answers(answer, {**answer, "note": 0}) == ("note",)
    assert different_answers({"is_met": True}, {"is_met": 1}) == ("is_met",)
    assert different_answers(answer, {}) == tuple(sorted(answer))


def test_inputs_side_by_side_show_only_what_differs() -> None:
    other = dataclasses.replace(
        BUDGET, inputs={**BUDGET.inputs, "budget_yuan": 900_000, "least_villages": {"430000": 3, "云南": 1}}
    )
    table = inputs_side_by_side({"one": BUDGET, "two": other, "three": BUDGET})
    assert table["input"].tolist() == ["budget_yuan", "least_villages.430000"]
    assert table["two"].tolist() == [900_000, 3] and table["three"].tolist() == [800_000, 2]
    assert inputs_side_by_side({"one": BUDGET, "two": BUDGET}).empty
    with pytest.raises(ScenarioError, match="priority, sites"):
        inputs_side_by_side({"one": BUDGET, "two": dataclasses.replace(BUDGET, question="sites")})


def outcome(**people: float | None) -> pd.DataFrame:
    return pd.DataFrame({"place_id": list(people), "people_persons": list(people.values())})


def test_who_gains_and_who_loses() -> None:
    table = compare_places(
        {"one": outcome(p=100, q=50, r=10, s=None), "two": outcome(p=70, q=90, r=10, s=5, t=1)},
        "people_persons",
    )
    assert table["place_id"].tolist() == ["p", "q", "r", "s", "t"]
    assert table["verdict: two"].tolist() == ["loses", "gains", "same", "unknown", "unknown"]
    row = gains_and_losses(table).iloc[0]
    assert row["scenario"] == "two" and (row["gained"], row["lost"]) == (40, 30)
    assert [row[word] for word in ("gains", "loses", "same", "unknown")] == [1, 1, 1, 2]


def test_three_are_compared_with_the_first() -> None:
    table = compare_places({"a": outcome(p=1), "b": outcome(p=2), "c": outcome(p=0)}, "people_persons")
    assert table[["change: b", "change: c"]].iloc[0].tolist() == [1, -1]
    assert gains_and_losses(table)["scenario"].tolist() == ["b", "c"]


@pytest.mark.parametrize(
    ("outcomes", "named"),
    [
        ({"a": outcome(p=1)}, "two or more"),
        ({"a": outcome(p=1), "b": outcome(p=1).drop(columns="people_persons")}, "b: expected the columns"),
        ({"a": outcome(p=1), "b": pd.concat([outcome(p=1)] * 2)}, "b: expected each place once"),
    ],
)
def test_outcomes_that_cannot_be_compared(outcomes: dict[str, pd.DataFrame], named: str) -> None:
    with pytest.raises(ScenarioError, match=named):
        compare_places(outcomes, "people_persons")


@given(
    before=st.lists(st.integers(0, 1000), min_size=1, max_size=8),
    after=st.lists(st.integers(0, 1000), min_size=8, max_size=8),
)
def test_gains_less_losses_are_the_difference_of_the_sums(before: list[int], after: list[int]) -> None:
    places = [f"p{n}" for n in range(len(before))]
    frames = [pd.DataFrame({"place_id": places, "value": values}) for values in (before, after[: len(before)])]
    row = gains_and_losses(compare_places({"a": frames[0], "b": frames[1]}, "value")).iloc[0]
    assert row["gained"] - row["lost"] == pytest.approx(sum(after[: len(before)]) - sum(before))
    assert row["gains"] + row["loses"] + row["same"] == len(before)
