"""Inequality worked out by hand, against PySAL on repeated rows, and as properties."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from inequality.gini import Gini
from inequality.theil import Theil, TheilD

from planning.done.inequality import inequality, lorenz, theil_parts

QUICK = settings(max_examples=60, deadline=None)  # machines are shared

# zero, or big enough that a sum of squares does not vanish
values = st.one_of(st.just(0.0), st.floats(0.01, 1e6))
rows = st.lists(st.tuples(values, st.integers(1, 6), st.sampled_from("abc")), min_size=1, max_size=25)


def columns(rows: list[tuple[float, int, str]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    x, w, g = zip(*rows, strict=True)
    assume(sum(x) > 0)
    return np.array(x), np.array(w), np.array(g, dtype=object)


def test_lorenz_by_hand() -> None:
    """One county of 3 villages at 1 and one of 1 village at 5: three quarters of the villages have 3/8."""
    curve = lorenz([5, 1], [1, 3])
    assert curve["unit_share"].tolist() == [0, 0.75, 1]
    assert curve["value_share"].tolist() == [0, 0.375, 1]
    # twice the area between diagonal and curve: 1 − (0.75·0.375 + 0.25·1.375)
    assert inequality([5, 1], [1, 3]).gini == pytest.approx(0.375)


def test_theil_by_hand() -> None:
    """Two villages with 1 and 3, mean 2: (0.5·ln 0.5 + 1.5·ln 1.5) / 2."""
    result = inequality([1, 3])
    assert result.theil == pytest.approx((0.5 * math.log(0.5) + 1.5 * math.log(1.5)) / 2)
    assert (result.mean, result.units, result.rows) == (2, 2, 2)


def test_parts_by_hand() -> None:
    """Groups (1, 3) and (4, 4): all of the second's inequality is nil, means 2 and 4 around 3."""
    parts = theil_parts([1, 3, 4, 4], ["a", "a", "b", "b"])
    inside_a = (0.5 * math.log(0.5) + 1.5 * math.log(1.5)) / 2
    assert parts.groups["group"].tolist() == ["a", "b"]
    assert parts.groups["theil"].tolist() == pytest.approx([inside_a, 0])
    assert parts.groups["value_share"].tolist() == pytest.approx([1 / 3, 2 / 3])
    assert parts.within == pytest.approx(inside_a / 3)
    assert parts.between == pytest.approx((2 / 3 * math.log(2 / 3) + 4 / 3 * math.log(4 / 3)) / 2)
    assert parts.total == pytest.approx(parts.within + parts.between)
    assert parts.between_share == pytest.approx(parts.between / parts.total)


def test_all_alike_and_all_in_one_hand() -> None:
    assert inequality([7, 7, 7]).gini == pytest.approx(0)
    assert inequality([7, 7, 7]).theil == pytest.approx(0)
    one = inequality([0, 0, 0, 12])
    assert one.gini == pytest.approx(0.75)
    assert one.theil == pytest.approx(math.log(4))


def test_unknown_and_negative_rows_are_left_out_and_counted() -> None:
    value = pd.Series([1.0, 3.0, None, 5.0, -2.0, 9.0], dtype="Float64")
    weight = [1.0, 1.0, 4.0, None, 2.0, 0.0]
    result = inequality(value, weight)
    assert (result.rows, result.unknown_rows, result.negative_rows, result.unknown_units) == (2, 2, 1, 6)
    assert result == inequality(value[:2]).__class__(
        **{**vars(inequality([1, 3])), "unknown_rows": 2, "negative_rows": 1, "unknown_units": 6}
    )


def test_a_value_without_a_group_is_in_no_part() -> None:
    parts = theil_parts([1, 3, 99, None], ["a", "a", None, "a"])
    assert (parts.ungrouped_rows, parts.unknown_rows) == (1, 1)
    assert parts.total == pytest.approx(inequality([1, 3]).theil)
    assert parts.between == pytest.approx(0)


@pytest.mark.parametrize("value", [[], [None, None], [0, 0]])
def test_nothing_to_share_out(value: list[object]) -> None:
    result, parts = inequality(value), theil_parts(value, ["a"] * len(value))
    assert math.isnan(result.gini) and math.isnan(result.theil)
    assert math.isnan(parts.total) and math.isnan(parts.within) and math.isnan(parts.between)
    assert len(lorenz(value)) == 0


def test_a_group_with_nothing_adds_nothing_within() -> None:
    parts = theil_parts([0, 0, 4, 4], ["a", "a", "b", "b"])
    assert parts.within == pytest.approx(0)
    assert parts.between == parts.total == pytest.approx(math.log(2))
    assert math.isnan(parts.groups["theil"][0])


def test_bad_weights_are_refused() -> None:
    with pytest.raises(ValueError, match="zero or more"):
        inequality([1, 2], [1, -1])
    with pytest.raises(ValueError, match="2 values and 1 weights"):
        inequality([1, 2], [1])


@QUICK
@given(rows)
def test_weights_are_rows_repeated(rows: list[tuple[float, int, str]]) -> None:
    """PySAL knows no weights: repeat each row as often as its weight says and ask PySAL."""
    x, w, g = columns(rows)
    result = inequality(x, w)
    assert result.gini == pytest.approx(Gini(np.repeat(x, w)).g, abs=1e-9)
    assert result.theil == pytest.approx(Theil(np.repeat(x, w)).T, abs=1e-9)
    parts, pysal = theil_parts(x, g, w), TheilD(np.repeat(x, w), np.repeat(g.astype(str), w))
    assert parts.between == pytest.approx(pysal.bg.item(), abs=1e-9)
    assert parts.within == pytest.approx(pysal.wg.item(), abs=1e-9)


@QUICK
@given(rows)
def test_within_and_between_add_up(rows: list[tuple[float, int, str]]) -> None:
    x, w, g = columns(rows)
    parts = theil_parts(x, g, w)
    assert parts.within + parts.between == pytest.approx(parts.total, abs=1e-9)
    assert parts.within >= -1e-12 and parts.between >= -1e-9
    assert parts.groups["value_share"].sum() == pytest.approx(1)
    assert parts.groups["units"].sum() == w.sum()


@QUICK
@given(rows, st.floats(0.1, 1000))
def test_the_currency_does_not_matter(rows: list[tuple[float, int, str]], factor: float) -> None:
    x, w, _ = columns(rows)
    one, other = inequality(x, w), inequality(factor * x, w)
    assert other.gini == pytest.approx(one.gini, abs=1e-9)
    assert other.theil == pytest.approx(one.theil, abs=1e-9)
    assert -1e-12 <= one.gini < 1


@QUICK
@given(rows)
def test_the_curve_lies_below_the_diagonal_and_rises(rows: list[tuple[float, int, str]]) -> None:
    x, w, _ = columns(rows)
    curve = lorenz(x, w)
    assert curve.iloc[0].tolist() == [0, 0] and curve.iloc[-1].tolist() == [1, 1]
    assert (curve["value_share"] <= curve["unit_share"] + 1e-9).all()
    assert (curve.diff().iloc[1:] >= 0).all(axis=None)
