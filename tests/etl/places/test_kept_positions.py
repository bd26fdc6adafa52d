"""A position that somebody gives is never replaced: kept beyond a border and far from its neighbours, and said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from small_country import COVERAGE, PLACES, SmallCountry, remarks, square

from etl.places.borders import LEAST_TOLERANCE_KM, beyond_km, far_from_group, tolerance_km
from etl.publish.report import info

KM_PER_DEGREE = 111.195
BOUNDARIES = """
kind = "boundaries"
[frame]
epsg = 4326
[columns]
code = "id"
name = "nm"
[[layer]]
level = "district"
path = "files/a.geojson"
[resolution]
coarse = 0.05
medium = 0.01
fine = 0.002
"""
VILLAGES = """code,name,district,dname,lon,lat,net
A1,Inside,A,Alpha,5.0,5.0,1
A2,Beyond,A,Alpha,9.03,5.0,0
A3,Nowhere,A,Alpha,,,0
"""


@pytest.fixture
def country(tmp_path: Path) -> SmallCountry:
    made = SmallCountry(tmp_path).source("v", PLACES).source("cov", COVERAGE).source("b", BOUNDARIES)
    return made.file("v.csv", VILLAGES).outlines("a.geojson", [({"id": "A", "nm": "Alpha"}, square(1, 1, 8))])


def test_a_surveyed_point_beyond_the_border_is_kept_and_said(country: SmallCountry) -> None:
    with country.built() as atlas:
        rows = atlas.execute("SELECT place_id, lon, lat, location_quality FROM village ORDER BY 1").fetchall()
        assert rows[:2] == [("A1", 5.0, 5.0, "surveyed"), ("A2", 9.03, 5.0, "surveyed_outside_place")]
        assert rows[2][3] == "placed_within_district" and 1 <= rows[2][1] <= 9  # no coordinates at all
        # 0.03 degrees of longitude at 5° north: 3.3 km
        assert remarks(atlas, "outside_parent") == [
            ("v", "v.csv", 3, "lon, lat", "A2 Beyond (9.03, 5.0) 3.3 km", None, False)
        ]


def test_info_says_in_words_how_positions_are_known(country: SmallCountry) -> None:
    country.build()
    said = info(country.build_dir)
    assert "1  surveyed\n" in said
    assert "1  surveyed, beyond the border of their place: kept, see outside_parent" in said
    assert "1  no coordinates: placed at random within their district" in said


def ring(radius: float, corners: int) -> shapely.Polygon:
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    return shapely.Polygon(np.column_stack([5 + radius * np.cos(angles), radius * np.sin(angles)]))


def test_the_tolerance_follows_the_outline() -> None:
    """A circle of 1 degree around (5, 0) with 100 corners: segments of 2π/100 degrees, and a quarter of one."""
    segment_km = 2 * np.sin(np.pi / 100) * KM_PER_DEGREE
    assert tolerance_km(ring(1, 100)) == pytest.approx(segment_km / 4, rel=0.01)
    assert tolerance_km(ring(1, 10_000)) == LEAST_TOLERANCE_KM  # drawn finely
    assert tolerance_km(ring(1, 12)) == LEAST_TOLERANCE_KM  # a dozen corners say nothing
    assert tolerance_km(ring(0.001, 24)) == LEAST_TOLERANCE_KM


@given(st.floats(-0.9, 0.9), st.floats(-80, 80), st.floats(1.01, 3.0))
def test_the_distance_to_a_border_is_that_along_the_ground(across: float, lat: float, out: float) -> None:
    """East of a square that is 2 degrees wide, the nearest point is straight to the west."""
    box = shapely.box(-1, lat - 1, 1, lat + 1)
    [found] = beyond_km(box, np.array([out]), np.array([lat + across]))
    straight = (out - 1) * KM_PER_DEGREE * np.cos(np.radians(lat + across))
    assert found <= straight * 1.001  # on a globe the shortest way bends towards the pole
    assert found >= 0.8 * straight
    assert beyond_km(box, np.array([across]), np.array([lat]))[0] == 0


def test_outside_by_less_than_the_outline_is_worth_is_not_said(country: SmallCountry) -> None:
    """A border with a point each 2 km: 0.4 km beyond it is nothing, 3.3 km is something."""
    edge = np.arange(1, 9, 0.02)
    corners = [*([x, 1.0] for x in edge), *([9.0, y] for y in edge), *([10 - x, 9.0] for x in edge)]
    corners += [*([1.0, 10 - y] for y in edge), [1.0, 1.0]]
    country.outlines("a.geojson", [({"id": "A", "nm": "Alpha"}, [[float(x), float(y)] for x, y in corners])])
    country.file("v.csv", VILLAGES.replace("A1,Inside,A,Alpha,5.0,5.0", "A1,Near,A,Alpha,9.004,5.0"))
    with country.built() as atlas:
        qualities = atlas.execute("SELECT place_id, location_quality FROM village ORDER BY 1").fetchall()
        assert qualities[:2] == [("A1", "surveyed"), ("A2", "surveyed_outside_place")]


# --- far from the rest ------------------------------------------------------------------------------------


def villages(points: list[tuple[float, float]], district: str = "A") -> pd.DataFrame:
    lon, lat = zip(*points, strict=True)
    return pd.DataFrame({"lon": lon, "lat": lat, "district_id": district, "block_id": district + "1"})


CLUSTER = [(5.0 + dx / 100, 5.0 + dy / 100) for dx in range(3) for dy in range(3)]


def test_a_village_80_km_from_its_group_is_found() -> None:
    found = far_from_group(villages([*CLUSTER, (5.73, 5.01)]), ["block", "district"])
    assert found["position"].tolist() == [9] and found["place_id"].tolist() == ["A1"]
    assert found["distance_km"].iloc[0] == pytest.approx(0.72 * KM_PER_DEGREE * np.cos(np.radians(5)), rel=0.01)


def test_few_neighbours_say_nothing_and_the_place_above_does() -> None:
    few = villages([(5.0, 5.0), (5.9, 5.0)])
    assert far_from_group(few, ["block", "district"]).empty
    alone = villages([(5.9, 5.0)]).assign(block_id="A2")
    found = far_from_group(pd.concat([villages(CLUSTER), alone], ignore_index=True), ["block", "district"])
    assert found[["position", "place_id"]].to_numpy().tolist() == [[9, "A"]]


@given(st.lists(st.tuples(st.floats(170, 190), st.floats(-10, 10)), min_size=6, max_size=40))
def test_moving_a_country_along_the_equator_changes_nothing(points: list[tuple[float, float]]) -> None:
    """Across the 180th meridian, too."""
    here = villages([((lon + 180) % 360 - 180, lat) for lon, lat in points])
    there = villages([(lon - 90, lat) for lon, lat in points])
    far = [set(far_from_group(one, ["block", "district"])["position"]) for one in (here, there)]
    # A median of each axis is not the same along turned axes: only what is far by a wide margin must agree.
    assert len(far[0] ^ far[1]) <= len(points) // 2
    assert all(len(one) < len(points) / 2 + 1 for one in far)


def test_a_profile_without_polygons_lists_far_positions(tmp_path: Path) -> None:
    rows = [f"A{n},V{n},A,Alpha,{lon},{lat},1" for n, (lon, lat) in enumerate([*CLUSTER, (5.73, 5.01)])]
    country = SmallCountry(tmp_path).source("v", PLACES).source("cov", COVERAGE)
    country.file("v.csv", "\n".join(["code,name,district,dname,lon,lat,net", *rows]) + "\n")
    with country.built() as atlas:
        [(source_id, file, row, field, value, _, is_rejected)] = remarks(atlas, "far_from_its_group")
        assert (source_id, file, row, field, is_rejected) == ("v", "v.csv", 11, "lon, lat", False)
        assert value.startswith("A9 V9 (5.73, 5.01) 79.8 km") and "A Alpha" in value
        assert atlas.execute("SELECT lon, location_quality FROM village WHERE place_id = 'A9'").fetchall() == [
            (5.73, "surveyed")
        ]
