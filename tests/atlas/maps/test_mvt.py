"""What the encoder writes, an independent decoder reads back."""

from __future__ import annotations

from typing import Any

import mapbox_vector_tile
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthetic import HOSTILE_NAMES

from atlas.maps.tiles.mvt import Dictionary, Encoded, StringColumn, Value, encode_points

PIXELS = st.integers(-8192, 12288)
FEATURE = st.tuples(st.integers(0, 2**35 - 1), PIXELS, PIXELS, st.text(max_size=300))


def decode(tile: bytes) -> list[dict[str, Any]]:
    """Features of the only layer; y counted down as it is stored."""
    (layer,) = mapbox_vector_tile.decode(tile, default_options={"y_coord_down": True}).values()
    return list(layer["features"])


def encode(features: list[tuple[int, int, int, str]]) -> bytes:
    ids, x, y, names = zip(*features, strict=True)
    n = len(ids)
    name = Encoded(StringColumn.of(names).run(0, n), n, np.arange(n))
    kind = Dictionary(["even", "odd"], np.array(ids) % 2)
    return encode_points("v", np.array(ids), np.array(x), np.array(y), {"name": name, "kind": kind})


@given(st.lists(FEATURE, min_size=1, max_size=30))
def test_ids_coordinates_and_strings_come_back(features: list[tuple[int, int, int, str]]) -> None:
    read = decode(encode(features))
    assert [
        (f["id"], *f["geometry"]["coordinates"], f["properties"]["name"], f["properties"]["kind"]) for f in read
    ] == [(i, x, y, name, "odd" if i % 2 else "even") for i, x, y, name in features]


@pytest.mark.parametrize("name", [*HOSTILE_NAMES, "村" * 5000])
def test_any_string_is_only_text(name: str) -> None:
    assert decode(encode([(1, 0, 0, name)]))[0]["properties"]["name"] == name


def test_values_of_every_type() -> None:
    values: list[Value] = [0, 7, -1, -300, 2.5, True, False, "x"]
    column = Dictionary(values, np.arange(8))
    ones = np.ones(8, np.int64)
    assert [f["properties"]["v"] for f in decode(encode_points("v", ones, ones, ones, {"v": column}))] == values


def test_no_feature_is_no_byte_and_no_property_is_allowed() -> None:
    nothing = np.empty(0, np.int64)
    assert encode_points("v", nothing, nothing, nothing, {}) == b""
    assert decode(encode_points("v", np.array([3]), np.array([1]), np.array([2]), {}))[0]["id"] == 3


def test_a_short_column_is_an_error() -> None:
    with pytest.raises(ValueError, match="column y has 1 rows, expected 2"):
        encode_points("v", np.arange(2), np.arange(2), np.arange(1), {})


def test_many_values_need_wider_indexes() -> None:
    n = 20_000  # beyond 14 bits
    names = [f"n{i}" for i in range(n)]
    read = decode(encode([(i, i % 4096, 0, names[i]) for i in range(n)]))
    assert [f["properties"]["name"] for f in read] == names


@given(st.lists(st.text(max_size=50), max_size=20), st.data())
def test_a_run_and_a_gathering_of_the_same_rows_are_equal(strings: list[str], data: st.DataObject) -> None:
    column = StringColumn.of(strings)
    start = data.draw(st.integers(0, len(strings)))
    stop = data.draw(st.integers(start, len(strings)))
    assert column.run(start, stop) == column.gather(np.arange(start, stop))


def test_gathering_follows_the_order_asked_for() -> None:
    column = StringColumn.of(["a", "bb", "", "dddd"])
    assert column.gather(np.array([3, 0])) == column.run(3, 4) + column.run(0, 1)
