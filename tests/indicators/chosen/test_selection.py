"""A selection answers alike as counts, rows, numbers for the map, and by hand-written SQL."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mini_profile import Ask

from indicators import facts, places
from indicators.chosen import selection
from indicators.chosen.area import NoArea, area
from indicators.chosen.selection import STATES, Filters, Selection
from indicators.database import Atlas


def default(atlas: Atlas, **changes: object) -> Selection:
    view = facts.settings(atlas)["default_view"]
    nation = facts.settings(atlas)["nation"]["place_id"]
    wanted = {"within": nation, "standard": view["standard"], "as_of": date.fromisoformat(view["as_of"])}
    return Selection(**(wanted | changes))  # type: ignore[arg-type]


def test_counts_are_those_of_the_place(mini_atlas: Atlas, ask: Ask) -> None:
    chosen = default(mini_atlas)
    [(connected, unconnected, unknown)] = ask(
        "SELECT connected, unconnected, unknown FROM status_count WHERE place_id = $1 AND standard = $2 AND as_of = $3",
        [chosen.within, chosen.standard, chosen.as_of],
    )
    assert selection.counts(mini_atlas, chosen) == {
        "unconnected": unconnected,
        "unknown": unknown,
        "connected": connected,
    }


def test_rows_are_as_many_as_counted_and_each_is_named_once(mini_atlas: Atlas) -> None:
    chosen = default(mini_atlas)
    found = selection.rows(mini_atlas, chosen)
    assert found["place_id"].is_unique
    assert found["state"].value_counts().to_dict() == {
        state: n for state, n in selection.counts(mini_atlas, chosen).items() if n
    }


def test_the_gap_comes_first(mini_atlas: Atlas) -> None:
    found = selection.rows(mini_atlas, default(mini_atlas))
    order = [list(STATES).index(state) for state in found["state"]]
    assert order == sorted(order)


def test_pages_put_together_are_the_whole_list(mini_atlas: Atlas) -> None:
    chosen = default(mini_atlas)
    whole = selection.rows(mini_atlas, chosen)["place_id"].tolist()
    pages = [selection.rows(mini_atlas, chosen, 3, after)["place_id"].tolist() for after in range(0, len(whole), 3)]
    assert [code for page in pages for code in page] == whole


def test_states_that_are_not_asked_for_are_left_out(mini_atlas: Atlas) -> None:
    chosen = default(mini_atlas, states=("unconnected",))
    found = selection.rows(mini_atlas, chosen)
    assert set(found["state"]) == {"unconnected"}
    assert len(found) == selection.counts(mini_atlas, chosen)["unconnected"]


def test_a_batch_holds_the_villages_inside_its_pilot_places(mini_atlas: Atlas, ask: Ask) -> None:
    batch = selection.options(mini_atlas).batches[0]
    found = selection.numbers(mini_atlas, None, Filters(batch=batch))
    home = places.levels(mini_atlas)[-2]
    by_hand = ask(
        f'SELECT DISTINCT place_no FROM village AS v JOIN place_within AS w ON w.place_id = v."{home}_id" '
        "JOIN pilot AS p ON p.place_id = w.ancestor_id WHERE v.in_programme AND p.batch = $1 "
        "AND NOT EXISTS (SELECT 1 FROM place_within AS x WHERE x.place_id = w.place_id "
        "AND list_contains(string_split(coalesce(p.except_place_ids, ''), ' '), x.ancestor_id)) ORDER BY 1",
        [batch],
    )
    assert found.tolist() == [number for (number,) in by_hand]
    assert 0 < len(found) < len(selection.numbers(mini_atlas, None, Filters()))


def test_a_value_that_no_village_has_leaves_nothing(mini_atlas: Atlas) -> None:
    chosen = default(mini_atlas, filters=Filters(kind="'; DROP TABLE village; --"))
    assert selection.counts(mini_atlas, chosen) == {state: 0 for state in STATES}
    assert selection.rows(mini_atlas, chosen).empty


def test_an_area_holds_what_lies_in_it(mini_atlas: Atlas, ask: Ask) -> None:
    [(west, south, east, north)] = ask("SELECT min(lon), min(lat), max(lon), max(lat) FROM village WHERE in_programme")
    middle = round((west + east) / 2, 5)
    left, right = round(west - 1, 5), round(east + 1, 5)
    down, up = round(south - 1, 5), round(north + 1, 5)
    half = area(f"{left},{down};{middle},{down};{middle},{up};{left},{up}")
    other = area(f"{middle},{down};{right},{down};{right},{up};{middle},{up}")
    found = [selection.numbers(mini_atlas, None, Filters(area=one)).tolist() for one in (half, other)]
    [(expected,)] = ask("SELECT count(*) FROM village WHERE in_programme AND lon < $1", [middle])
    assert len(found[0]) == expected
    [(located,)] = ask("SELECT count(*) FROM village WHERE in_programme AND lon IS NOT NULL AND lon <> $1", [middle])
    assert len(found[0]) + len(found[1]) == located


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1,2",
        "1,2;3,4",
        "1,2;3,4;5",
        "1,2;1,2;1,2",
        "999,0;0,0;0,9",
        "circle:1,2",
        "circle:1,2,0",
        "circle:1,89,10",
        "circle:1,2,99999",
        "nan,1;2,3;4,5",
        "1,2;3,4;5,6)) UNION",
        ";".join(["1,1"] * 101),
        "1e9,2;3,4;5,6",
    ],
)
def test_what_is_no_area_is_refused(text: str) -> None:
    with pytest.raises(NoArea):
        area(text)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=60))
def test_any_text_is_an_area_or_refused(text: str) -> None:
    try:
        west, south, east, north = area(text).bounds
    except NoArea:
        return
    assert -180 <= west < east <= 180 and -90 <= south < north <= 90


def test_a_circle_is_as_wide_on_the_ground_as_it_is_high() -> None:
    west, south, east, north = area("circle:100,60,111.195").bounds
    assert north - south == pytest.approx(2, abs=0.001)
    assert east - west == pytest.approx(4, abs=0.01)  # a degree of longitude is half as long at 60° N


def test_what_is_held_names_every_place_above(mini_atlas: Atlas, ask: Ask) -> None:
    columns = selection.held(mini_atlas, default(mini_atlas)).columns
    levels = places.levels(mini_atlas)[1:-1]
    named = dict(ask("SELECT place_id, name FROM place WHERE NOT is_grouping"))
    listed = ", ".join(f'"{level}_id"' for level in levels)
    by_hand = {
        village: [named.get(place) for place in above]
        for village, *above in ask(f"SELECT place_id, {listed} FROM village")
    }
    held = zip(columns["place_id"].to_pylist(), *(columns[level].to_pylist() for level in levels), strict=True)
    found = {village: above for village, *above in held}
    assert len(levels) == 3 and found
    assert found == {village: by_hand[village] for village in found}
