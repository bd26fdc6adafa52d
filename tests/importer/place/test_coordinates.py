"""Positions: frames, and points that cannot be believed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ground.mercator import morton, to_pixels
from importer.errors import DeclarationProblem
from importer.place import coordinates, frames, quadkeys, written

COUNTRY = (73.5, 3.4, 135.1, 53.6)
lons, lats = st.floats(75, 134), st.floats(19, 53)


def array(*numbers: float) -> np.ndarray:
    return np.array(numbers, dtype=float)


@given(lons, lats)
def test_shifted_frames_there_and_back(lon: float, lat: float) -> None:
    for there, back in (
        (coordinates.wgs84_to_gcj02, coordinates.gcj02_to_wgs84),
        (coordinates.gcj02_to_bd09, coordinates.bd09_to_gcj02),
    ):
        again = back(*there(array(lon), array(lat)))
        assert np.allclose([again[0][0], again[1][0]], [lon, lat], atol=1e-10)


def test_a_published_pair() -> None:
    lon, lat = coordinates.wgs84_to_gcj02(array(116.404), array(39.915))
    assert (lon[0], lat[0]) == pytest.approx((116.41024449916938, 39.91640428150164), rel=0, abs=1e-10)


def test_what_cannot_be_believed() -> None:
    found = coordinates.positions(
        array(112.3, 26.4, 0, 9999, np.nan, 200, 10),
        array(26.4, 112.3, 0, 9999, 3, 10, 50),
        "EPSG:4326",
        extent_degrees=COUNTRY,
    )
    assert found.problem.tolist() == [
        None,
        "coordinates_swapped",
        None,
        None,
        None,
        "coordinates_out_of_range",
        "outside_country",
    ]
    assert found.remark.tolist()[2:5] == ["position_unknown"] * 3
    assert np.isfinite(found.lon).tolist() == [True] + [False] * 6


def test_exchange_on_demand_and_refusal_where_all_are_exchanged() -> None:
    lon, lat = array(26.4, 27.0, 112.0), array(112.3, 111.0, 26.0)
    done = coordinates.positions(lon, lat, "EPSG:4326", extent_degrees=COUNTRY, exchange="exchange")
    assert done.lon.tolist() == [112.3, 111.0, 112.0]
    with pytest.raises(DeclarationProblem, match="exchange lon and lat"):
        coordinates.positions(lon, lat, "EPSG:4326", extent_degrees=COUNTRY)


@pytest.mark.parametrize(
    ("x", "y", "frame", "fix"),
    [(500_000, 4_000_000, "EPSG:4326", "epsg ="), (112.3, 26.4, "EPSG:32649", "epsg = 4326")],
)
def test_degrees_for_metres_and_the_reverse(x: float, y: float, frame: str, fix: str) -> None:
    with pytest.raises(DeclarationProblem, match=fix):
        coordinates.positions(array(x), array(y), frame)


def test_metres_become_degrees_and_unknown_frames_are_refused() -> None:
    done = coordinates.positions(array(500_000), array(2_920_000), "EPSG:32649")
    assert done.lon[0] == pytest.approx(111.0) and 26 < done.lat[0] < 27
    with pytest.raises(DeclarationProblem, match="GCJ-02"):
        coordinates.positions(array(1), array(1), "Mars 2000")


def test_degrees_minutes_seconds() -> None:
    done = written.degrees(pd.Series(["28°13'45\"N", "112d30m0sE", "28度13分", "-12.5", "村"], dtype=object))
    assert np.asarray(done.values)[:4].tolist() == pytest.approx([28.229166667, 112.5, 28.216666667, -12.5])
    assert done.problem.tolist() == [None] * 4 + ["not_a_coordinate"]


@given(st.floats(-179.9, 179.9), st.floats(-84, 84), st.integers(1, 24))
def test_a_quadkey_is_the_beginning_of_a_morton_key(lon: float, lat: float, zoom: int) -> None:
    keys = pd.Series(quadkeys.of(array(lon), array(lat), zoom), dtype=object)
    number, found = quadkeys.as_number(keys)
    x, y = to_pixels(array(lon), array(lat))
    assert found[0] == zoom
    assert int(morton(x, y)[0]) >> (64 - 2 * zoom) == int(number[0])
    centre_lon, centre_lat, _ = quadkeys.centre(keys)
    assert quadkeys.of(centre_lon, centre_lat, zoom) == keys.tolist()


def test_keys_are_checked() -> None:
    done = quadkeys.keys(pd.Series(["0123", "0124", "", None], dtype=object))
    assert done.problem.tolist() == [None, "not_a_quadkey", "not_a_quadkey", None]


# --- metres: which frame, and which number is the northing -------------------------------------------------

FRANCE = (-5.2, 41.3, 9.6, 51.1)


@pytest.mark.parametrize(
    ("x", "y", "country", "expected"),
    [
        (37_507_551.34, 2_918_981.65, COUNTRY, [("EPSG:4525", False)]),  # 3-degree zone 37
        (2_918_981.65, 37_507_551.34, COUNTRY, [("EPSG:4525", True)]),  # X is the northing, as surveyors have it
        (19_507_551.34, 2_918_981.65, COUNTRY, [("EPSG:4497", False)]),  # 6-degree zone 19
        (12_364_000, 3_049_000, COUNTRY, [("EPSG:3857", False)]),
        (652_000, 6_862_000, FRANCE, [("EPSG:2154", False)]),
        (600_000, 2_400_000, FRANCE, [("EPSG:27572", False)]),  # the grid before it
        (32_500_000, 5_700_000, (5.8, 47.2, 15.1, 55.1), [("EPSG:4647", False)]),
        (652_000, 6_862_000, (-73.6, -55.1, -66.0, -40.0), []),
        (652_000, 6_862_000, None, []),
    ],
)
def test_metres_propose_their_frame(
    x: float, y: float, country: tuple[float, ...] | None, expected: list[tuple[str, bool]]
) -> None:
    assert [(one.frame, one.is_exchanged) for one in frames.proposed(array(x), array(y), country)] == expected


def test_metres_without_a_zone_leave_several_frames() -> None:
    found = frames.proposed(array(507_551.34), array(2_918_981.65), COUNTRY)
    assert "EPSG:4546" in {one.frame for one in found} and len(found) > 10
    assert len({round(one.lon) for one in found}) > 10


@given(st.integers(30, 40), st.floats(-1.4, 1.4), st.floats(30, 38))
def test_a_zone_number_before_the_easting_tells_the_zone(zone: int, east: float, lat: float) -> None:
    frame = f"EPSG:{4513 + zone - 25}"
    to_metres = pyproj.Transformer.from_crs("EPSG:4326", frame, always_xy=True)
    x, y = to_metres.transform(array(3 * zone + east), array(lat))
    assert [one.frame for one in frames.proposed(x, y, COUNTRY)] == [frame]
    assert [(one.frame, one.is_exchanged) for one in frames.proposed(y, x, COUNTRY)] == [(frame, True)]


def test_metres_said_to_be_degrees_are_told_their_frame() -> None:
    eastings, northings = array(37_507_551.34, 37_509_207.05), array(2_918_981.65, 2_917_393.95)
    with pytest.raises(DeclarationProblem, match=r"epsg = 4525 \(CGCS2000 / 3-degree Gauss-Kruger zone 37\)"):
        coordinates.positions(eastings, northings, "EPSG:4326", extent_degrees=COUNTRY)
    with pytest.raises(DeclarationProblem, match=r"lon is the northing here.*epsg = 4525"):
        coordinates.positions(northings, eastings, "EPSG:4326", extent_degrees=COUNTRY)


def test_northings_and_eastings_are_exchanged_on_demand() -> None:
    eastings, northings = array(37_507_551.34, 37_509_207.05), array(2_918_981.65, 2_917_393.95)
    right = coordinates.positions(eastings, northings, "EPSG:4525", extent_degrees=COUNTRY)
    assert right.lon == pytest.approx([111.0757, 111.0923], abs=1e-3) and pd.isna(right.remark).all()
    with pytest.raises(DeclarationProblem, match="Y is the easting"):
        coordinates.positions(northings, eastings, "EPSG:4525", extent_degrees=COUNTRY)
    for country in (COUNTRY, None):  # without one, the zone of the frame itself tells
        done = coordinates.positions(northings, eastings, "EPSG:4525", extent_degrees=country, exchange="exchange")
        assert np.allclose(done.lon, right.lon) and np.allclose(done.lat, right.lat)
        assert done.remark.tolist() == ["coordinates_swapped"] * 2
    one = coordinates.positions(
        np.append(eastings, northings[0]), np.append(northings, eastings[0]), "EPSG:4525", extent_degrees=COUNTRY
    )
    assert one.problem.tolist() == [None, None, "coordinates_swapped"]
