"""Declarations as typed structures: what fits is made, what does not is told by key, expected and found."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import pytest

from ground.declared import SOME, Constant, Count, Open, Pattern, Text, Texts, Unfit, Words, between, one_of, read


@dataclass(frozen=True)
class Part:
    x: int
    many: tuple[int, ...] = ()
    pattern: Pattern | None = None
    weight: Annotated[float, between(0, 100)] = 3.0
    texts: Texts = ()
    said: Annotated[str, one_of(("yes", "no"))] = "yes"


@dataclass(frozen=True)
class Whole:
    part: Annotated[tuple[Part, ...], SOME]
    named: Mapping[str, Part]
    words: Words | None = None
    days: tuple[date, ...] = ()
    constant: Mapping[str, Constant] | None = None
    label: Text = "a"
    count: Count = 0

    def __post_init__(self) -> None:
        if self.label == "none":
            raise Unfit("label", "another label", repr(self.label))


@dataclass(frozen=True)
class Head(Open):
    label: Text


GOOD: dict[str, Any] = {"part": [{"x": 1, "pattern": "a(b)", "weight": 5, "texts": "q"}], "named": {}}


def test_what_fits_is_made() -> None:
    made = read(
        GOOD | {"words": {"zh": "甲", "en": "A"}, "constant": {"a": True, "b": date(2020, 1, 2), "c": 4}}, Whole
    )
    [part] = made.part
    assert (part.x, part.weight, part.texts, part.many) == (1, 5.0, ("q",), ())
    assert isinstance(part.weight, float) and part.pattern is not None and part.pattern.groups == 1
    assert made.words == {"zh": "甲", "en": "A"}
    assert made.constant == {"a": "true", "b": "2020-01-02", "c": "4"}


def test_an_open_table_has_keys_that_others_read() -> None:
    assert read({"label": "a", "file": {}}, Head) == Head("a")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"part": []}, "part: expected [[part]] tables, found []"),
        ({"part": 3}, "part: expected [[part]] tables, found 3"),
        ({"part": [3]}, "part[1]: expected a table, found 3"),
        ({"part": [{}]}, "part[1].x: expected a whole number, found nothing"),
        ({"part": [{"x": True}]}, "part[1].x: expected a whole number, found True"),
        ({"part": [{"x": 1.5}]}, "part[1].x: expected a whole number, found 1.5"),
        ({"part": [{"x": 1, "many": ["w"]}]}, "part[1].many[1]: expected a whole number, found 'w'"),
        ({"part": [{"x": 1, "many": "w"}]}, "part[1].many: expected a list of whole numbers, found 'w'"),
        ({"part": [{"x": 1, "weight": "high"}]}, "part[1].weight: expected a number from 0 to 100, found 'high'"),
        ({"part": [{"x": 1, "weight": 101}]}, "part[1].weight: expected a number from 0 to 100, found 101"),
        ({"part": [{"x": 1, "texts": [1]}]}, "part[1].texts: expected a text or a list of texts, found [1]"),
        ({"part": [{"x": 1, "said": "maybe"}]}, "part[1].said: expected one of yes, no, found 'maybe'"),
        ({"named": {"k": {"x": "a"}}}, "named.k.x: expected a whole number, found 'a'"),
        ({"named": 4}, "named: expected a table, found 4"),
        ({"words": {"zh": "甲"}}, "words: expected { zh = \"…\", en = \"…\" }, found {'zh': '甲'}"),
        ({"days": ["2015-12-31"]}, "days[1]: expected a date such as 2015-12-31 without quotes, found '2015-12-31'"),
        ({"label": " "}, "label: expected a text, found ' '"),
        ({"label": "none"}, "label: expected another label, found 'none'"),
        ({"count": -1}, "count: expected a whole number from 0, found -1"),
    ],
)
def test_the_first_misfit_is_told_with_its_key(change: dict[str, Any], said: str) -> None:
    with pytest.raises(Unfit) as raised:
        read(copy.deepcopy(GOOD) | change, Whole)
    assert str(raised.value) == said


def test_a_pattern_that_is_none() -> None:
    with pytest.raises(Unfit, match=r"part\[1\]\.pattern: expected a regular expression, found '\[': unterminated"):
        read({"part": [{"x": 1, "pattern": "["}], "named": {}}, Whole)


def test_an_unknown_key_is_told_with_the_one_near_it() -> None:
    with pytest.raises(Unfit, match=r"^wrods: expected one of part, .*found an unknown key wrods; near it: words"):
        read(GOOD | {"wrods": 1}, Whole)
    with pytest.raises(Unfit, match=r"^named\.k\.z: .*unknown key z$"):
        read(GOOD | {"named": {"k": {"x": 1, "z": 1}}}, Whole)


def test_how_to_mend_it() -> None:
    with pytest.raises(Unfit) as raised:
        read({"named": {}}, Whole)
    assert raised.value.parts("folder/a.toml") == (
        "folder/a.toml, part",
        "the key part: [[part]] tables",
        "no key part",
        "add it to a.toml",
    )
    assert Unfit("a.b", "a text", "3").parts("folder/a.toml") == ("folder/a.toml, a.b", "a text", "3", "mend a.toml")


def test_a_table_within_another() -> None:
    with pytest.raises(Unfit, match=r"^kinds\.range\[2\]\.label: expected a text, found 3"):
        read({"label": 3}, Head, "kinds.range[2]")
