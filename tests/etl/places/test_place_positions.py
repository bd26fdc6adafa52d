"""A table of coordinates by code: for villages, and for seats that narrow where other villages are placed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from small_country import BLOCKS, COVERAGE, SmallCountry, remarks, square
from test_kept_positions import BOUNDARIES

from ground.sphere import apart_km
from importer.place.coordinates import wgs84_to_gcj02

POSITIONS = """
kind = "place_positions"
[file]
path = "files/positions.csv"
[columns]
code = "code"
lon = "lng"
lat = "lat"
"""
VILLAGES = "code,name,district,dname,block,bname,net\n" + "".join(
    f"{block}{n:02d},V{block}{n},A,Alpha,{block},Block {block},1\n" for block in ("A1", "A2") for n in range(20)
)


@pytest.fixture
def country(tmp_path: Path) -> SmallCountry:
    made = SmallCountry(tmp_path, ("district", "block")).source("v", BLOCKS).source("cov", COVERAGE)
    made.source("b", BOUNDARIES).source("positions", POSITIONS).file("v.csv", VILLAGES)
    return made.outlines("a.geojson", [({"id": "A", "nm": "Alpha"}, square(1, 1, 8))])


def test_a_village_and_a_seat_from_one_table(country: SmallCountry) -> None:
    country.file("positions.csv", "code,lng,lat\nA1,2.0,2.0\nA100,2.5,2.25\nA2,,\n")
    with country.built() as atlas:
        assert atlas.execute("SELECT seat_lon, seat_lat FROM place WHERE place_id = 'A1'").fetchall() == [(2.0, 2.0)]
        quality = "SELECT location_quality, count(*) FROM village WHERE block_id = $1 GROUP BY 1 ORDER BY 2"
        assert atlas.execute(quality, ["A1"]).fetchall() == [("surveyed", 1), ("placed_near_block", 19)]
        assert atlas.execute(quality, ["A2"]).fetchall() == [("placed_within_district", 20)]
        own = "SELECT lon, lat, position_source_id FROM village WHERE place_id = 'A100'"
        assert atlas.execute(own).fetchall() == [(2.5, 2.25, "positions")]
        said = [row[1:5] for row in remarks(atlas, "position_unknown")]
        assert said == [("positions.csv", 4, "lon, lat", "A2")]
        # Half of the district's villages: a disk of half its area, 8² / 2 = π r², r = 3.2 degrees, cut by the border.
        near = atlas.execute("SELECT lon, lat FROM village WHERE location_quality = 'placed_near_block'").fetchnumpy()
        assert apart_km(near["lon"], near["lat"], np.full(19, 2.0), np.full(19, 2.0)).max() < 3.2 * 111.3
        assert near["lon"].min() > 1 and near["lat"].min() > 1


def test_the_same_build_gives_the_same_points_and_others_do_not_move(country: SmallCountry, tmp_path: Path) -> None:
    points = "SELECT place_id, lon, lat FROM village WHERE block_id = 'A2' ORDER BY 1"
    near = "SELECT place_id, lon, lat FROM village WHERE block_id = 'A1' ORDER BY 1"
    country.file("positions.csv", "code,lng,lat\nA1,2.0,2.0\n")
    with country.built() as atlas:
        others, once = atlas.execute(points).fetchall(), atlas.execute(near).fetchall()
    with country.built() as atlas:
        assert atlas.execute(near).fetchall() == once
    country.file("positions.csv", "code,lng,lat\nA199,2.0,2.0\nA1,,\n")
    with country.built() as atlas:
        assert atlas.execute(points).fetchall() == others


def test_a_seat_far_outside_narrows_nothing_and_is_said(country: SmallCountry) -> None:
    country.file("positions.csv", "code,lng,lat\nA1,9.9,9.9\n")
    with country.built() as atlas:
        [(source_id, *_, value, _, is_rejected)] = remarks(atlas, "outside_parent")
        assert (source_id, is_rejected) == ("positions", False) and value.startswith("A1 Block A1 (9.90000, 9.90000)")
        inside = "SELECT bool_and(lon BETWEEN 1 AND 9 AND lat BETWEEN 1 AND 9) FROM village"
        assert atlas.execute(inside).fetchall() == [(True,)]


def test_a_shifted_frame_is_taken_back(tmp_path: Path) -> None:
    """GCJ-02, in which public compilations are: the box of the shift begins at 72 degrees east."""
    lon, lat = wgs84_to_gcj02(np.array([100.0]), np.array([5.0]))
    country = SmallCountry(tmp_path, ("district", "block")).source("v", BLOCKS).source("cov", COVERAGE)
    country.source("positions", POSITIONS + '[frame]\ncrs = "GCJ-02"\n').file("v.csv", VILLAGES)
    country.file("positions.csv", f"code,lng,lat\nA100,{lon[0]},{lat[0]}\nA1,{lon[0]},{lat[0]}\n")
    country.extent_degrees = [95, 0, 105, 10]
    with country.built() as atlas:
        found = atlas.execute(
            "SELECT lon, lat FROM village WHERE place_id = 'A100' UNION ALL SELECT seat_lon, seat_lat FROM place "
            "WHERE place_id = 'A1'"
        ).fetchall()
    assert np.asarray(found) == pytest.approx(np.array([[100.0, 5.0]] * 2), abs=1e-8)
