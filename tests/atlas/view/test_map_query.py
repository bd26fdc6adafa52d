"""Layers and position of a map as parameters of a URL."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas.look.parameters import Unreadable
from atlas.maps import layers
from atlas.view import map_query
from atlas.view.map_query import Position

OFFER = layers.offer()
CHOICES = st.tuples(st.sets(st.sampled_from(OFFER.lines)), st.sampled_from([None, *OFFER.fills]))


@given(CHOICES)
def test_layers_come_back_as_they_were_written(choice: tuple[set[str], str | None]) -> None:
    lines, fill = choice
    names = lines | ({fill} if fill else set())
    chosen = OFFER.chosen(names)
    assert OFFER.read(map_query.layers_written(chosen)) == chosen
    assert set(OFFER.default if chosen is None else chosen) == names


def test_the_layers_of_the_gap_map() -> None:
    assert OFFER.lines == ("villages", "outlines", "pilots")
    assert OFFER.fills == ("distance", "hot_spots")
    assert OFFER.default == OFFER.lines


def test_the_default_layers_need_no_parameter() -> None:
    assert OFFER.chosen(OFFER.default) is None and map_query.layers_written(None) is None
    assert OFFER.read("villages,outlines,pilots") is None
    assert map_query.layers_written(()) == "none"


@pytest.mark.parametrize("text", ["", "roads", "villages,,pilots", "distance,hot_spots", "VILLAGES", "none,pilots"])
def test_layers_that_mean_nothing_are_refused(text: str) -> None:
    with pytest.raises(Unreadable) as refused:
        OFFER.read(text)
    assert refused.value.key == "layers"


@given(
    st.floats(-180, 180).map(lambda n: round(n, 5)),
    st.floats(-85, 85).map(lambda n: round(n, 5)),
    st.floats(1, 17).map(lambda n: round(n, 3)),
)
def test_a_position_comes_back_as_it_was_written(lon: float, lat: float, zoom: float) -> None:
    there = Position("x", lon, lat, zoom)
    assert map_query.position_read(there.text, "x") == there


@pytest.mark.parametrize(
    "text",
    ["", "1,2", "1,2,3,4", "181,0,5", "0,86,5", "0,0,0", "0,0,18", "nan,0,5", "1e2,0,5", "٣,0,5", "0,0,5;"],
)
def test_positions_off_the_map_are_refused(text: str) -> None:
    with pytest.raises(Unreadable) as refused:
        map_query.position_read(text, "x")
    assert refused.value.key == "at"


def test_without_a_parameter_there_is_no_position() -> None:
    assert map_query.position_read(None, "x") is None
