"""Difference in differences by hand, and an interval that is repeatable and holds the truth about as often as
said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.done.difference import CAVEATS, TooFewUnits, difference

QUICK = settings(max_examples=60, deadline=None)  # machines are shared

shares = st.floats(0, 1)
counties = st.lists(st.tuples(shares, shares, st.integers(1, 500)), min_size=2, max_size=15)


def frame(*rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["is_pilot", "before", "after", "villages"], dtype=object)


FOUR = frame((True, 0.2, 0.9, 100), (True, 0.4, 0.9, 300), (False, 0.6, 0.8, 100), (False, 0.8, 1.0, 100))


def test_by_hand() -> None:
    """Weighted: pilots 0.35 → 0.90, others 0.70 → 0.90: 0.55 − 0.20."""
    result = difference(FOUR, is_simulated=False)
    assert (result.pilot_before, result.pilot_after) == pytest.approx((0.35, 0.9))
    assert (result.other_before, result.other_after) == pytest.approx((0.7, 0.9))
    assert result.estimate == pytest.approx(0.35)
    assert (result.pilot_units, result.other_units, result.unknown_units) == (2, 2, 0)
    # both others changed by 0.2, so the interval is that of the pilots' changes, 0.5 to 0.7, less 0.2
    assert (result.low, result.high) == pytest.approx((0.3, 0.5))


def test_without_weights_each_county_counts_once() -> None:
    result = difference(FOUR.drop(columns="villages"), is_simulated=False)
    assert result.estimate == pytest.approx((0.9 - 0.3) - (0.9 - 0.7))


def test_counties_without_a_value_are_counted() -> None:
    more = [(True, None, 0.9, 10), (None, 0.1, 0.9, 10), (False, 0.1, 0.9, None)]
    result = difference(pd.concat([FOUR, frame(*more)]), is_simulated=False)
    assert result == replace(difference(FOUR, is_simulated=False), unknown_units=3)


def test_caveats_are_said() -> None:
    assert difference(FOUR, is_simulated=False).caveats == ("parallel_trends", "chosen_for_need", "few_units")
    one = difference(FOUR.iloc[1:], is_simulated=True)
    assert one.caveats == tuple(CAVEATS)
    many = frame(*[(number % 2 == 0, 0.1, 0.2, 1) for number in range(20)])
    assert difference(many, is_simulated=False).caveats == ("parallel_trends", "chosen_for_need")


@pytest.mark.parametrize("rows", [FOUR.iloc[:3], FOUR.iloc[2:], FOUR.iloc[:0]])
def test_too_few_to_compare_are_refused(rows: pd.DataFrame) -> None:
    with pytest.raises(TooFewUnits, match="at least 1 and 2 are needed"):
        difference(rows, is_simulated=False)


def test_unknown_comparisons_do_not_count_as_such() -> None:
    with pytest.raises(TooFewUnits, match="2 pilot counties and 1 others"):
        difference(FOUR.assign(after=[0.9, 0.9, 0.8, None]), is_simulated=False)


def test_bad_input() -> None:
    with pytest.raises(ValueError, match="above zero"):
        difference(FOUR.assign(villages=[1, 1, 1, 0]), is_simulated=False)
    with pytest.raises(ValueError, match="confidence"):
        difference(FOUR, is_simulated=False, confidence=95)


@QUICK
@given(counties, counties, st.integers(0, 1000), st.randoms())
def test_the_order_of_rows_and_a_common_trend_do_not_matter(
    pilots: list[tuple[float, float, int]],
    others: list[tuple[float, float, int]],
    seed: int,
    random: object,
) -> None:
    rows = [(True, *row) for row in pilots] + [(False, *row) for row in others]
    table = frame(*rows)
    one = difference(table, is_simulated=False, seed=seed, resamples=50)
    random.shuffle(rows)  # type: ignore[attr-defined]
    assert difference(frame(*rows), is_simulated=False, seed=seed, resamples=50) == one
    risen = difference(table.assign(after=table["after"] + 1), is_simulated=False, seed=seed, resamples=50)
    assert risen.estimate == pytest.approx(one.estimate, abs=1e-9)
    assert one.low <= one.high


def test_another_seed_another_interval_but_the_same_estimate() -> None:
    random = np.random.default_rng(7)
    table = frame(*[(number < 10, 0.5, 0.5 + random.random() / 2, 1) for number in range(30)])
    one, other = (difference(table, is_simulated=False, seed=seed) for seed in (1, 2))
    assert one.estimate == other.estimate and one.low != other.low


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    """300 provinces of 20 + 40 counties with a true effect of 0.1: 90 % intervals hold it in 84 to 95 %."""
    random = np.random.default_rng(3)
    held = 0
    for seed in range(300):
        is_pilot = np.arange(60) < 20
        change = 0.2 + 0.1 * is_pilot + random.normal(0, 0.05, 60)
        table = pd.DataFrame({"is_pilot": is_pilot, "before": 0.5, "after": 0.5 + change})
        result = difference(table, is_simulated=False, seed=seed, confidence=0.9, resamples=400)
        held += result.low <= 0.1 <= result.high
    assert 0.84 <= held / 300 <= 0.95
