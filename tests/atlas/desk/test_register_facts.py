"""A register of villages against what is published, by hand: positions, people, words."""

from __future__ import annotations

import dataclasses

import duckdb
import pandas as pd
import pytest

from atlas.desk.registers import facts_shown, register_shown
from atlas.desk.registers.register_changes import RegisterChanges
from atlas.desk.registers.register_facts import FactChanges, fact_changes
from atlas.intake.report import Broken, Content, Report
from atlas.look import language
from importer.convert.rows_said import COLUMNS

VILLAGES = """
    INSERT INTO village VALUES
        (0, 'a', 'A', NULL, 'C', 110.0, 26.0, 'surveyed', 100, 30, 'plain', NULL),
        (1, 'b', 'B', NULL, 'C', 110.1, 26.0, 'placed_within_county', NULL, NULL, NULL, NULL),
        (2, 'c', 'C', NULL, 'C', NULL, NULL, NULL, 0, NULL, NULL, NULL),
        (3, 'd', 'D', NULL, 'ELSEWHERE', 110.0, 26.0, 'surveyed', 100, 30, 'plain', NULL)
"""


def compared(*rows: dict[str, str]) -> FactChanges:
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE village (place_no INTEGER, place_id TEXT, name TEXT, name_en TEXT, county_id TEXT, "
            "lon DOUBLE, lat DOUBLE, location_quality TEXT, population_persons INTEGER, households INTEGER, "
            "terrain TEXT, policy_category TEXT)"
        )
        connection.execute(VILLAGES)
        handed_in = pd.DataFrame(list(rows), columns=list(COLUMNS["villages"])).astype("string")
        connection.register("handed_in", handed_in)
        return fact_changes(connection, "county", "C")


def at(village: str, lon: str, lat: str) -> FactChanges:
    return compared({"place_id": village, "lon": lon, "lat": lat})


@pytest.mark.parametrize(
    ("village", "lon", "lat", "moved"),
    [
        ("a", "110.0", "26.0", None),
        ("a", "110.0", "26.0003", None),  # 33 m: how somebody rounded
        ("a", "110.0", "26.01", 1.112),  # a hundredth of a degree along a meridian
        ("a", "110.01", "26.0", 0.999),  # of a parallel: by the cosine of 26°
        ("d", "110.0", "27.0", None),  # another county's
        ("a", "nan", "26.0", None),
        ("a", "inf", "26.0", None),
        ("a", "far", "away", None),
        ("a", "1e300", "26.0", None),  # whoever broke into the reader may have written it
        ("a", "110.0", "-91", None),
    ],
)
def test_where_it_puts_a_village(village: str, lon: str, lat: str, moved: float | None) -> None:
    found = at(village, lon, lat).moved
    assert found["distance_km"].tolist() == ([] if moved is None else [pytest.approx(moved, abs=0.001)])


@pytest.mark.parametrize("village", ["b", "c"])
def test_a_position_that_nobody_had_given(village: str) -> None:
    """The same point, but now somebody says so; or one where there was none."""
    found = at(village, "110.1", "26.0")
    assert found.moved["place_id"].tolist() == [village] and found.moved["distance_km"].isna().all() and not found.far


@pytest.mark.parametrize(
    ("said", "field", "before", "after", "leaps"),
    [
        ({"population_persons": "100"}, None, None, None, 0),
        ({"population_persons": "100.0"}, None, None, None, 0),
        ({"population_persons": "100.4"}, None, None, None, 0),  # a build rounds it
        ({"population_persons": "101"}, "population_persons", "100", "101", 0),
        ({"population_persons": "1000"}, "population_persons", "100", "1000", 1),
        ({"population_persons": "10"}, "population_persons", "100", "10", 1),
        ({"population_persons": "nan"}, None, None, None, 0),
        ({"population_persons": "many"}, None, None, None, 0),
        ({"population_persons": "1e300"}, None, None, None, 0),
        ({"population_persons": "-inf"}, None, None, None, 0),
        ({"households": "3"}, "households", "30", "3", 1),
        ({"terrain": "plain"}, None, None, None, 0),
        ({"terrain": "mountain"}, "terrain", "plain", "mountain", 0),
        ({"policy_category": "border"}, "policy_category", None, "border", 0),
        ({}, None, None, None, 0),
    ],
    ids=str,
)
def test_what_it_says_of_a_village(
    said: dict[str, str], field: str | None, before: str | None, after: str | None, leaps: int
) -> None:
    found = compared({"place_id": "a", **said})
    rows = [(one["field"], one["before"], one["after"]) for one in found.changed.to_dict("records")]
    plain = [tuple(None if pd.isna(cell) else cell for cell in one) for one in rows]
    assert plain == ([] if field is None else [(field, before, after)]) and found.leaps == leaps


def test_people_where_there_were_none_are_no_leap() -> None:
    assert len((found := compared({"place_id": "c", "population_persons": "500"})).changed) == 1 and found.leaps == 0


def test_one_far_from_all_others_is_lone_and_stands_first() -> None:
    rows = [{"place_id": place, "lon": str(lon), "lat": "26.0"} for place, lon in (("a", 110.002), ("b", 110.01))]
    assert compared(*rows).lone == 0
    found = compared(*rows, {"place_id": "c", "lon": "112.5", "lat": "26.0"})
    assert found.lone == 1 and found.moved["place_id"].tolist()[0] == "c"
    with language.speaking("en"):
        assert register_shown.odd(whole(found)) == [
            "1 village would lie far from all others of the register: look twice."
        ]
    assert compared().lone == 0


def whole(facts: FactChanges) -> RegisterChanges:
    nothing = pd.DataFrame({"place_id": [], "after": []})
    return RegisterChanges(nothing, nothing, 1, 0, nothing, 0, nothing, 0.0, 0, facts)


@pytest.mark.parametrize(("lang", "words"), [("en", "1 village would move by more than 20 km"), ("zh", "1 个村的位置")])
def test_what_is_far_is_looked_at(lang: str, words: str) -> None:
    far, near = at("a", "110.0", "26.5"), at("a", "110.0", "26.1")
    assert (far.far, near.far) == (1, 0)
    with language.speaking(lang):
        assert any(words in said for said in register_shown.odd(whole(far))) and not register_shown.odd(whole(near))
        leap = compared({"place_id": "a", "population_persons": "1"})
        assert len(register_shown.odd(whole(leap))) == 1


def test_rows_of_villages_that_the_atlas_lacks_are_counted() -> None:
    broken = [("code_unknown", 3), ("name_unknown", 2), ("needed_empty", 7)]
    parts = [
        Content(kind, "", {}, tuple(Broken(rule, True, n, ()) for rule, n in broken), (), ()) for kind in ("villages",)
    ]
    report = Report(12, 12, tuple(parts))
    assert register_shown.not_held(report, "villages") == 5 and register_shown.not_held(report, "coverage") == 0


def test_values_are_shown_as_they_are() -> None:
    """A register may say any words: they are texts."""
    cells = facts_shown._changed(
        {"name": "A", "name_en": None, "place_id": "a", "field": "terrain", "before": None, "after": "<b>x</b>"}
    )
    assert "<b>" not in str(cells[-1]) and len(cells) == 4
    assert {field.name for field in dataclasses.fields(FactChanges)} == {"moved", "changed"}
