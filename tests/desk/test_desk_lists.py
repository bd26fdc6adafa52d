"""Lists of corrections: whichever index they go by, they are the same, and those that a plain look finds."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from desk_words import CONTRIBUTOR, NATION, OPERATORS, REVIEWER, STANDARDS, TERMS, VILLAGES, claim, filed, rows, version
from hypothesis import given
from hypothesis import strategies as st

from desk.challenges import case, read
from desk.challenges.claim import Village
from desk.challenges.file import file
from desk.challenges.read import OVERDUE, Asked
from desk.challenges.way import ALL, Way, way
from desk.desk import Desk
from desk.projected.states import OPEN

#: A place whose code goes on where another's ends: not below it, however near in the order of letters.
NEAR = Village("4301-1", f"{NATION}/430000/430100-1")
PATHS = (NATION, f"{NATION}/430000", f"{NATION}/430000/430100", f"{NATION}/450000", f"{NATION}/460000")
TODAY = "2026-11-20"
STATES = ((), OPEN, ("rejected",), ("dismissed", "conceded"), (OVERDUE,), ("filed", OVERDUE))


@pytest.fixture
def crowded(desk: Desk) -> Desk:
    for number, village in enumerate((*VILLAGES, NEAR) * 3):
        filed(desk, village=village, standard=STANDARDS[number % 2], operator=OPERATORS[number % 3])
    file(desk, claim(VILLAGES[0]), TERMS)  # joins the first
    for number in (4, 7):  # of no carrier: the county answers
        case.answer(desk, CONTRIBUTOR, number, version(desk, number), "conceded", "yes", TERMS)
    case.decide(desk, REVIEWER, 4, version(desk, 4), "rejected", "no")
    case.decide(desk, REVIEWER, 2, version(desk, 2), "dismissed", "no")
    return desk


def plainly(desk: Desk, asked: Asked) -> list[dict[str, Any]]:
    return [
        one
        for one in rows(desk)
        if one["joined_no"] is None
        and f"{one['path']}/".startswith(f"{asked.path}/")
        and asked.standard in ("", one["standard"])
        and (not asked.operators or one["operator"] in asked.operators)
        and (not asked.states or one["state"] in asked.states or (OVERDUE in asked.states and _is_late(one)))
    ]


def _is_late(one: dict[str, Any]) -> bool:
    return one["state"] in OPEN and one["due_on"] < TODAY


@pytest.mark.parametrize("forced", [None, Way.PLACE, Way.STATE, Way.ORDER])
def test_every_way_finds_the_same(crowded: Desk, monkeypatch: pytest.MonkeyPatch, forced: Way | None) -> None:
    if forced is not None:
        monkeypatch.setattr(read, "way", lambda wanted, *_: forced if wanted else Way.NONE)
    for path, states, standard, operators in product(PATHS, STATES, ("", STANDARDS[0]), ((), OPERATORS[1:2])):
        asked = Asked(path, TODAY, standard, operators, states)
        expected = [one["challenge_no"] for one in reversed(plainly(crowded, asked))]
        with crowded.reading() as connection:
            found = [one["challenge_no"] for one in read.listed(connection, asked, 100)]
            part = [one["challenge_no"] for one in read.listed(connection, asked, 2, before=8)]
        assert found == expected, asked
        assert part == [number for number in expected if number < 8][:2], asked


@pytest.mark.parametrize("forced", [None, Way.PLACE, Way.STATE, Way.ORDER])
def test_what_waits_is_the_same_by_every_way(
    crowded: Desk, monkeypatch: pytest.MonkeyPatch, forced: Way | None
) -> None:
    if forced is not None:
        monkeypatch.setattr(read, "way", lambda wanted, *_: forced if wanted else Way.NONE)
    for path, states in product(PATHS, (OPEN, ("filed",), (OVERDUE,), ("conceded", OVERDUE))):
        asked = Asked(path, TODAY, states=states)
        due = sorted(plainly(crowded, asked), key=lambda one: (one["due_on"], one["challenge_no"]))
        with crowded.reading() as connection:
            found = [one["challenge_no"] for one in read.waiting(connection, asked, 100)]
        assert found == [one["challenge_no"] for one in due], asked


@pytest.mark.parametrize(
    ("wanted", "place", "everywhere", "states", "expected"),
    [
        (0, 300, 1_000_000, {}, Way.NONE),
        (300, 300, 1_000_000, {}, Way.PLACE),  # a county
        (1_000_000, 1_000_000, 1_000_000, {}, Way.ORDER),  # the nation, all of it
        (30, 30_000, 1_000_000, {"rejected": 900}, Way.STATE),  # few anywhere
        (29_000, 30_000, 1_000_000, {"filed": 900_000}, Way.ORDER),  # nearly all of a province
        (20, 300, 1_000_000, {"rejected": 40_000}, Way.PLACE),
    ],
)
def test_the_shortest_way(wanted: int, place: int, everywhere: int, states: dict[str, int], expected: Way) -> None:
    assert way(wanted, {ALL: place}, {ALL: everywhere}, states, 50) is expected


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
def test_there_is_always_a_way(wanted: int, place: int, everywhere: int) -> None:
    assert (way(wanted, {ALL: place}, {ALL: everywhere}, {}, 50) is Way.NONE) == (wanted == 0)
