"""Filters survive the way through an address, and nonsense is named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas.look.parameters import Unreadable
from atlas.view import filter_query
from indicators.chosen.area import area
from indicators.chosen.selection import STATES, Filters

NUMBERS = st.none() | st.integers(0, 999_999_999)
WORDS = st.none() | st.text(st.characters(blacklist_categories=["C"]), min_size=1, max_size=64)
AREAS = st.sampled_from([None, area("1,2;3,4;5,1"), area("circle:111.1,26.5,30")])


@given(st.builds(Filters, WORDS, WORDS, WORDS, st.none() | st.integers(0, 999), NUMBERS, NUMBERS, AREAS))
def test_written_and_read_again_filters_are_the_same(filters: Filters) -> None:
    assert filter_query.read(filter_query.written(filters)) == filters


@given(st.sets(st.sampled_from(list(STATES)), min_size=1))
def test_states_come_back_in_their_order(chosen: set[str]) -> None:
    states = tuple(state for state in STATES if state in chosen)
    assert filter_query.states_read(filter_query.states_written(states)) == states


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("batch", "one"),
        ("batch", "1; DROP"),
        ("batch", "٣"),
        ("people", "-"),
        ("people", "5"),
        ("people", "a-b"),
        ("area", "x"),
        ("kind", ""),
        ("terrain", "a\nb"),
        ("category", "x" * 65),
    ],
)
def test_nonsense_is_named(key: str, value: str) -> None:
    with pytest.raises(Unreadable) as refused:
        filter_query.read({key: value})
    assert refused.value.key == key


def test_unknown_states_are_refused() -> None:
    with pytest.raises(Unreadable):
        filter_query.states_read("connected,perhaps")
