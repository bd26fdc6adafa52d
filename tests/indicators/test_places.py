"""Places and villages by code, the way up and the way down, and where names are written."""

from __future__ import annotations

import pytest
from mini_profile import Ask

from indicators import places
from indicators.database import Atlas


def ids(found: tuple[places.Place, ...]) -> list[str]:
    return [one.place_id for one in found]


def test_a_place(mini_atlas: Atlas) -> None:
    one = places.place(mini_atlas, "0102")
    assert one is not None
    assert (one.level, one.parent_id, one.name) == ("district", "0100", "Dolní Líšeň")
    assert one.has_boundary and not one.is_grouping
    assert one.bounds is not None and one.bounds[0] < one.bounds[2] and one.bounds[1] < one.bounds[3]


@pytest.mark.parametrize("code", ["", "102", "9999", "' OR 1=1 --", "010101100"])
def test_no_place(mini_atlas: Atlas, code: str) -> None:
    assert places.place(mini_atlas, code) is None
    assert places.path(mini_atlas, code) == ()
    assert places.level_below(mini_atlas, code) is None


def test_levels_and_their_names(mini_atlas: Atlas) -> None:
    assert places.levels(mini_atlas) == ("country", "region", "district", "ward", "settlement")
    assert places.level_names(mini_atlas)["ward"] == {"zh": "教区", "en": "Ward"}


def test_the_path_leaves_groupings_out(mini_atlas: Atlas) -> None:
    assert ids(places.path(mini_atlas, "010101")) == ["ZZ", "0100", "0101", "010101"]
    assert ids(places.path(mini_atlas, "020301")) == ["ZZ", "0200", "020301"]
    assert ids(places.path(mini_atlas, "0203")) == ["ZZ", "0200", "0203"]  # asked for itself, it is there
    assert ids(places.path(mini_atlas, "ZZ")) == ["ZZ"]


def test_parts(mini_atlas: Atlas) -> None:
    assert ids(places.parts(mini_atlas, "ZZ", "region")) == ["0100", "0200", "0900"]
    assert ids(places.parts(mini_atlas, "0200", "district")) == ["0200-district", "020301", "020302"]
    assert ids(places.parts(mini_atlas, "0900", "ward")) == ["0900"]
    assert places.parts(mini_atlas, "ZZ", "county") == ()


def test_the_level_below_divides_into_mapped_parts(mini_atlas: Atlas) -> None:
    assert places.level_below(mini_atlas, "ZZ") == "region"
    assert places.level_below(mini_atlas, "0100") == "district"
    assert places.level_below(mini_atlas, "0101") is None  # its wards have no polygons
    assert places.level_below(mini_atlas, "010101") is None
    assert places.level_below(mini_atlas, "0900") is None


def test_what_has_boundaries(mini_atlas: Atlas) -> None:
    assert [one for one in places.levels(mini_atlas) if places.has_boundaries(mini_atlas, one)] == [
        "region",
        "district",
    ]


def test_labels_of_the_largest_first_each_inside_its_bounds(mini_atlas: Atlas) -> None:
    labels = places.label_points(mini_atlas, "ZZ", "region")
    assert ids(tuple(one for one, _, _ in labels)) == ["0200", "0100", "0900"]
    for one, lon, lat in labels:
        assert one.bounds is not None
        west, south, east, north = one.bounds
        assert west < lon < east and south < lat < north
    assert places.label_points(mini_atlas, "0101", "ward") == ()


def test_a_village(mini_atlas: Atlas, ask: Ask) -> None:
    one = places.village(mini_atlas, "010101114")
    assert one is not None
    assert one.name == "Robert'); DROP TABLE place;--"
    assert (one.kind, one.in_programme, one.parent_id) == ("hamlet", True, "010101")
    assert one.location_quality == "placed_within_district"
    assert one.population_persons is None and one.households is None
    assert places.village_by_number(mini_atlas, one.place_no) == one
    assert ask("SELECT count(*) FROM place") == [(16,)]  # the table is still there


def test_no_village(mini_atlas: Atlas) -> None:
    assert places.village(mini_atlas, "0101") is None
    assert places.village(mini_atlas, "'; DROP TABLE village; --") is None
    assert places.village_by_number(mini_atlas, 60) is None
    assert places.village_by_number(mini_atlas, -1) is None


def test_villages_in_a_place(mini_atlas: Atlas, ask: Ask) -> None:
    frame = places.villages_in(mini_atlas, "0102", "wire_2010_12_31")
    assert frame["place_id"].tolist() == [
        row[0] for row in ask("SELECT place_id FROM village WHERE district_id = '0102' AND in_programme ORDER BY 1")
    ]
    assert len(frame) == 13
    assert set(frame["state"]) <= {0, 1, 2}
    assert frame["evidence"].tolist() == [None if state == 0 else "simulated" for state in frame["state"]]


@pytest.mark.parametrize(
    ("place", "column"),
    [
        ("9999", "wire_2010_12_31"),
        ("0102", "wire_1999_12_31"),
        ("0102", '" FROM village; --'),
        ("0102", "place_no"),
    ],
)
def test_villages_of_no_place_or_column(mini_atlas: Atlas, place: str, column: str) -> None:
    with pytest.raises(ValueError, match="no place"):
        places.villages_in(mini_atlas, place, column)


def test_the_states_of_a_village(mini_atlas: Atlas, ask: Ask) -> None:
    frame = places.village_states(mini_atlas, 6)
    [row] = ask("SELECT * EXCLUDE (place_no) FROM village_status WHERE place_no = 6")
    columns = [one[0] for one in ask("SELECT column_name FROM status_column ORDER BY standard, as_of")]
    order = [one[0] for one in ask("SELECT column_name FROM (DESCRIBE village_status) WHERE column_name <> 'place_no'")]
    held = dict(zip(order, row, strict=True))
    assert frame["state"].tolist() == [held[name] for name in columns]
    assert frame["standard"].tolist() == ["radio"] * 3 + ["wire"] * 3


def test_what_a_kind_is_called(mini_atlas: Atlas) -> None:
    assert places.kind_name(mini_atlas, "hamlet") == {"zh": "村落", "en": "Hamlet"}
    assert places.kind_name(mini_atlas, "castle") == {"zh": "castle", "en": "castle"}
