"""World coordinates against pyproj, and the order of the Morton keys."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ground.mercator import MAX_LATITUDE, WORLD, morton, to_pixels

QUICK = settings(max_examples=50, deadline=None)
HALF_WORLD_M = np.pi * 6378137.0
TO_METRES = pyproj.Transformer.from_crs(4326, 3857, always_xy=True)
lons = st.floats(-180, 179.999999)
lats = st.floats(-85, 85)
words = st.integers(0, 2**32 - 1)


def pixel(lon: float, lat: float) -> tuple[int, int]:
    x, y = to_pixels(np.array([lon]), np.array([lat]))
    return int(x[0]), int(y[0])


def key(x: int, y: int) -> int:
    return int(morton(np.array([x], dtype=np.uint32), np.array([y], dtype=np.uint32))[0])


@QUICK
@given(lons, lats)
def test_as_pyproj_has_it(lon: float, lat: float) -> None:
    east, north = TO_METRES.transform(lon, lat)
    x, y = pixel(lon, lat)
    assert x == pytest.approx((east / HALF_WORLD_M + 1) / 2 * WORLD, abs=2)
    assert y == pytest.approx((1 - north / HALF_WORLD_M) / 2 * WORLD, abs=2)


@QUICK
@given(lons, lats)
def test_back_to_degrees_within_a_centimetre_or_so(lon: float, lat: float) -> None:
    x, y = pixel(lon, lat)
    assert x / WORLD * 360 - 180 == pytest.approx(lon, abs=1e-7)
    assert np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * y / WORLD)))) == pytest.approx(lat, abs=1e-7)


def test_the_corners_and_the_middle() -> None:
    assert pixel(-180, MAX_LATITUDE) == (0, pytest.approx(0, abs=2))
    assert pixel(0, 0) == (2**31, 2**31)
    assert pixel(180, -MAX_LATITUDE) == (2**32 - 1, pytest.approx(2**32 - 1, abs=2))


def test_the_poles_stay_in_the_world() -> None:
    assert pixel(0, 90)[1] == pixel(0, MAX_LATITUDE)[1]
    assert pixel(0, -90)[1] == pixel(0, -MAX_LATITUDE)[1]


def test_y_grows_to_the_south() -> None:
    assert pixel(10, 50)[1] < pixel(10, 49)[1]


@QUICK
@given(words, words)
def test_x_stands_in_the_even_bits_and_y_in_the_odd(x: int, y: int) -> None:
    bits = key(x, y)
    assert sum((bits >> 2 * n & 1) << n for n in range(32)) == x
    assert sum((bits >> 2 * n + 1 & 1) << n for n in range(32)) == y


@QUICK
@given(words, words, st.integers(0, 16))
def test_a_tile_is_one_range_of_keys(x: int, y: int, zoom: int) -> None:
    """The keys of a tile begin at its corner's key and end before the next tile's."""
    shift = 32 - zoom
    corner = key(x >> shift << shift, y >> shift << shift)
    assert corner <= key(x, y) < corner + 4**shift
