"""Histograms count every value once; boxes and outliers follow the stated rule."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas.charts import distribution as d


def frame(values: list[float], group: str = "a") -> pd.DataFrame:
    return pd.DataFrame({"value": values, "group": group, "name": [f"p{i}" for i in range(len(values))]})


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=200))
def test_every_value_is_counted_once(values: list[int]) -> None:
    held = d.histogram(np.array(values, dtype=float))
    assert sum(held.counts) == len(values)
    assert list(held.edges) == sorted(set(held.edges)) and len(held.edges) == len(held.counts) + 1
    assert len(held.counts) <= d.MOST_BARS + 4


def test_quartiles_and_fences_by_hand() -> None:
    one = d.summary(np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 100]))
    assert (one.q1, one.median, one.q3) == (3, 5, 7)
    assert (one.low_fence, one.high_fence) == (-3, 13)
    assert (one.low, one.high) == (1, 8)


def test_a_mistaken_unit_is_told_from_a_large_amount() -> None:
    """24,500 yuan typed as 245,000,000: ten thousand times off, and usual without them."""
    usual = [20_000.0, 22_000, 24_000, 25_000, 26_000, 28_000, 30_000, 31_000, 33_000]
    found = d.outliers(frame([*usual, 245_000_000, 60_000, 3.1]), "value").set_index("value")
    assert found.loc[245_000_000, ["reason", "factor"]].tolist() == ["unit", 1e-4]
    assert found.loc[3.1, ["reason", "factor"]].tolist() == ["unit", 1e4]
    assert found.loc[60_000, "reason"] == "above"
    assert len(found) == 3


def test_values_on_the_fence_do_not_stand_out() -> None:
    assert d.outliers(frame([1.0, 2, 3, 4, 5, 6, 7, 8, 13]), "value").empty
    assert d.outliers(frame([1.0, 2, 3, 4, 5, 6, 7, 8, 13.1]), "value")["value"].tolist() == [13.1]


def test_too_few_values_have_no_outliers() -> None:
    assert d.outliers(frame([1.0, 2, 3, 1e9]), "value").empty


def test_small_groups_show_their_values_and_no_quartiles() -> None:
    held = d.boxes(pd.concat([frame([1.0, 2, 3, 4, 5, 99]), frame([7.0, 8], "b")]), "value", "group")
    assert [box.group for box in held] == ["b", "a"]
    assert held[0].summary is None and held[0].points == (7, 8)
    assert held[1].summary is not None and held[1].points == (99,)


@pytest.mark.parametrize("values", [[0.0, 1, 2], [5.0], [0.0, 3, 2000, 4e7], [-3.0, 4]])
def test_axes_reach_around_all_values(values: list[float]) -> None:
    ticks = d.axis_ticks(values)
    assert ticks == sorted(set(ticks)) and min(ticks) <= min(values) and max(ticks) >= max(values)
