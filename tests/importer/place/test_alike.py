"""Names alike: the same as the standard library finds, sooner."""

from __future__ import annotations

import difflib

from hypothesis import given
from hypothesis import strategies as st

from importer.place.alike import alike

NAME = st.text("石桥头坪村新ab1", max_size=7)


@given(NAME, st.lists(NAME, max_size=40))
def test_it_finds_what_the_standard_library_finds(name: str, among: list[str]) -> None:
    assert alike(name, among) == difflib.get_close_matches(name, among, n=3, cutoff=0.5)


def test_the_most_alike_come_first() -> None:
    assert alike("石桥头村", ["桥头村", "石桥头", "石桥头村委", "东安", "西桥"]) == ["石桥头村委", "石桥头", "桥头村"]
