"""What is compared stands in the address as lists, in their order, and whatever a stranger writes there ends well."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas.view import state
from atlas.view.compared import sides, sides_query
from atlas.view.compared.sides_query import Others
from indicators import facts
from indicators.database import Atlas

#: Links as the atlas wrote them before it compared more than two.
OF_BEFORE = (
    ({"place": "0100", "vs_place": "0200"}, ("0200",), (), ()),
    ({"as_of": "2014-12-31", "vs_standard": "radio"}, (), ("radio",), ()),
    ({"vs_as_of": "2014-12-31"}, (), (), (date(2014, 12, 31),)),
    ({"vs_place": "0200", "vs_as_of": "2014-12-31"}, ("0200",), (), (date(2014, 12, 31),)),
)


@pytest.mark.parametrize(("asked", "places", "standards", "dates"), OF_BEFORE)
def test_links_of_before_are_read_as_ever(
    mini_atlas: Atlas,
    asked: dict[str, str],
    places: tuple[str, ...],
    standards: tuple[str, ...],
    dates: tuple[date, ...],
) -> None:
    view = state.read(mini_atlas, asked, "en")
    assert view.others == Others(places, standards, dates)
    assert not view.remark
    found = sides.all_of(mini_atlas, view)
    held = {(one.place_id, one.standard, one.as_of) for one in found}
    day = dates[0] if dates else view.as_of
    assert (places[0] if places else view.place_id, standards[0] if standards else view.standard, day) in held
    assert (view.place_id, view.standard, view.as_of) in held


def test_a_list_keeps_its_order_and_says_nothing_twice(mini_atlas: Atlas) -> None:
    view = state.read(mini_atlas, {"place": "0100", "vs_place": "0200, ZZ,0200,,0100"}, "en")
    assert view.others.places == ("0200", "ZZ", "0100")
    assert [one.place_id for one in sides.all_of(mini_atlas, view)] == ["0100", "0200", "ZZ"]
    assert state.query(view)["vs_place"] == "0200,ZZ,0100"


def test_what_is_not_known_is_left_out_with_a_remark(mini_atlas: Atlas) -> None:
    asked = {"vs_place": "<script>,0200,' OR 1=1 --", "vs_standard": "radio,pigeon", "vs_as_of": "2014-12-31,never"}
    view = state.read(mini_atlas, asked, "en")
    assert view.others == Others(("0200",), ("radio",), (date(2014, 12, 31),))
    assert view.remark and all(words in view.remark for words in ("<script>", "OR 1=1", "pigeon", "never"))


def test_a_village_is_no_side(mini_atlas: Atlas) -> None:
    [(village,)] = mini_atlas.cursor().execute("SELECT min(place_id) FROM village").fetchall()
    view = state.read(mini_atlas, {"vs_place": village}, "en")
    assert not view.others and view.remark == village


def test_too_many_are_cut_before_they_cost_anything(mini_atlas: Atlas) -> None:
    view = state.read(mini_atlas, {"vs_place": ",".join(f"x{n}" for n in range(5000))}, "en")
    assert not view.others
    assert view.remark and view.remark.count(",") < sides_query.MOST_REMARKED


@given(asked=st.dictionaries(st.sampled_from(["vs_place", "vs_standard", "vs_as_of"]), st.text(max_size=300)))
def test_whatever_an_address_says_it_is_a_comparison(mini_atlas: Atlas, asked: dict[str, str]) -> None:
    view = state.read(mini_atlas, asked, "en")
    again = state.read(mini_atlas, state.query(view), "en")
    assert again.others == view.others and not again.remark
    assert sides.all_of(mini_atlas, view)


@given(
    places=st.lists(st.sampled_from(["ZZ", "0100", "0200", "0101"]), max_size=6),
    dates=st.lists(st.integers(0, 2), max_size=4),
    standards=st.lists(st.sampled_from(["wire", "radio"]), max_size=3),
)
def test_every_side_is_there_once_and_earlier_dates_come_first(
    mini_atlas: Atlas, places: list[str], dates: list[int], standards: list[str]
) -> None:
    held = {one.standard_id: one.dates for one in facts.standards(mini_atlas)}
    view = state.read(mini_atlas, {}, "en")
    days = tuple(held["wire"][number % len(held["wire"])] for number in dates)
    found = sides.all_of(mini_atlas, replace(view, others=Others(tuple(places), tuple(standards), days)))
    keys = [(one.place_id, one.standard, one.as_of) for one in found]
    assert len(set(keys)) == len(keys)
    assert all(day in held[standard] for _, standard, day in keys)
    by_side: dict[tuple[str, str], list[date]] = {}
    for place, standard, day in keys:
        by_side.setdefault((place, standard), []).append(day)
    assert all(days == sorted(days) for days in by_side.values())
    order = list(dict.fromkeys(place for place, _, _ in keys))
    assert order == list(dict.fromkeys([view.place_id, *places]))  # as chosen


def test_places_are_moved_and_taken_away_without_losing_the_rest(mini_atlas: Atlas) -> None:
    asked = {"place": "0100", "vs_place": "0200,ZZ", "vs_as_of": "2014-12-31"}
    view = state.read(mini_atlas, asked, "en")
    held = ["0100", "0200", "ZZ"]
    assert sides.moved(held, "0200", -1) == ["0200", "0100", "ZZ"]
    assert sides.moved(held, "ZZ", 1) == held
    first = sides.with_places(view, sides.moved(held, "0200", -1))
    assert (first.place_id, first.others.places) == ("0200", ("0100", "ZZ"))
    assert first.others.dates == view.others.dates
    without = sides.with_places(view, ["0200", "ZZ"])
    assert (without.place_id, without.others.places) == ("0200", ("ZZ",))
    assert sides.with_places(view, []).place_id == "0100"  # something has to be looked at


def test_of_dates_the_view_keeps_its_own_while_it_is_chosen(mini_atlas: Atlas) -> None:
    view = state.read(mini_atlas, {"as_of": "2012-12-31"}, "en")
    days = [date(2014, 12, 31), date(2012, 12, 31), date(2010, 12, 31)]
    kept = sides.with_dates(view, days)
    assert (kept.as_of, kept.others.dates) == (days[1], (days[2], days[0]))
    assert sides.with_dates(view, days[::2]).as_of == days[0]
