"""Pieces of pages are kept for who looks at the same, and told apart by all that they may depend on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from atlas.kept import pieces
from atlas.kept.single_flight import SingleFlight, forget
from atlas.look import language, theme
from atlas.look.html import Html
from atlas.view.state import View
from indicators.database import Atlas

VIEW = View("ZZ", "wire", date(2010, 12, 31), "en")


@pytest.fixture(autouse=True)
def light(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theme, "current", lambda: "light")


class Counted:
    """A piece that says how often it was made."""

    def __init__(self) -> None:
        self.times = 0

        @pieces.kept
        def show(atlas: Atlas, view: View, most: int = 8) -> pieces.Pieces:
            self.times += 1
            return (Html(f"{view.place_id} {most}"),)

        self.show = show


def test_made_once_for_the_same_view(mini_atlas: Atlas) -> None:
    one = Counted()
    pieces._held.drop(lambda key: True)
    assert one.show(mini_atlas, VIEW) == one.show(mini_atlas, replace(VIEW)) == ("ZZ 8",)
    assert one.times == 1


@pytest.mark.parametrize(
    "other",
    [
        replace(VIEW, place_id="0102"),
        replace(VIEW, question="x"),
        replace(VIEW, inputs=(("need", "1"),)),
        replace(VIEW, as_of=date(2012, 12, 31)),
    ],
)
def test_another_view_is_another_piece(mini_atlas: Atlas, other: View) -> None:
    one = Counted()
    pieces._held.drop(lambda key: True)
    one.show(mini_atlas, VIEW)
    one.show(mini_atlas, other)
    assert one.times == 2


def test_language_theme_and_arguments_tell_pieces_apart(mini_atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    one = Counted()
    pieces._held.drop(lambda key: True)
    one.show(mini_atlas, VIEW)
    one.show(mini_atlas, VIEW, 3)
    with language.speaking("en" if language.current() == "zh" else "zh"):
        one.show(mini_atlas, VIEW)
    monkeypatch.setattr(theme, "current", lambda: "dark")
    one.show(mini_atlas, VIEW)
    assert one.times == 4


def test_a_build_that_was_let_go_takes_its_pieces_along(mini_atlas: Atlas) -> None:
    one = Counted()
    pieces._held.drop(lambda key: True)
    one.show(mini_atlas, VIEW)
    forget(str(mini_atlas.path))
    assert len(pieces._held) == 0


def test_pieces_take_no_more_than_they_may(mini_atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    small: SingleFlight[tuple[object, ...], pieces.Pieces] = SingleFlight(50_000, pieces.weigh)
    monkeypatch.setattr(pieces, "_held", small)
    one = Counted()
    for number in range(100):
        one.show(mini_atlas, VIEW, number)
    assert 0 < small.weight <= 50_000
    assert len(small) < 100
