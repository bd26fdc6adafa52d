"""The drawing of the house says what the imports say."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from itertools import pairwise

from supply import house


def test_the_drawing_is_of_today() -> None:
    assert house.TARGET.read_text(encoding="utf-8") == house.drawing(), "run: python -m supply.house"


def test_every_room_is_drawn_with_what_it_holds() -> None:
    svg = ET.fromstring(house.drawing())
    words = {text.text or "" for text in svg.iter("{http://www.w3.org/2000/svg}text")}
    for room in house.rooms(house.modules()).values():
        assert room.name in words
        assert room.says, f"{room.name} has no docstring that says what it holds"


def test_only_arrows_that_follow_from_others_are_left_out() -> None:
    assert house.thinned({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == {"a": {"b"}, "b": {"c"}, "c": set()}
    whole = house.arrows(house.modules())
    assert reached(house.thinned(whole)) == reached(whole)


def test_a_room_stands_above_what_it_imports() -> None:
    to = house.arrows(house.modules())
    at = house.levels(to)
    assert all(at[name] > at[other] for name, others in to.items() for other in others)
    assert at["ground"] == 0


def reached(to: dict[str, set[str]]) -> dict[str, set[str]]:
    """Everything below each room."""
    found = {name: set(others) for name, others in to.items()}
    for _, _ in pairwise(range(len(to) + 1)):
        for below in found.values():
            below.update(*(found[other] for other in tuple(below)))
    return found
