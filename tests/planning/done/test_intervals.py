"""Wilson's interval by hand, and rates that say what they rest on."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.done.intervals import inspection_coverage, pass_rate, pass_rates

QUICK = settings(max_examples=60, deadline=None)  # machines are shared

Z = 1.959963984540054  # of 95 %
NaN = float("nan")


def by_hand(passed: int, tested: int) -> tuple[float, float]:
    share = passed / tested
    middle = (share + Z**2 / (2 * tested)) / (1 + Z**2 / tested)
    half = Z / (1 + Z**2 / tested) * math.sqrt(share * (1 - share) / tested + Z**2 / (4 * tested**2))
    return middle - half, middle + half


def test_by_hand() -> None:
    rate = pass_rate(45, 50)
    assert rate.share == 0.9
    assert (rate.low, rate.high) == pytest.approx(by_hand(45, 50))
    assert (rate.low, rate.high) == pytest.approx((0.786, 0.957), abs=0.001)
    assert rate.remark == ""


def test_all_passed_is_not_certainty() -> None:
    rate = pass_rate(10, 10, population=593)
    assert rate.high == 1 and rate.low == pytest.approx(by_hand(10, 10)[0])
    assert rate.remark == "small_sample"


def test_the_population_is_remarked_upon() -> None:
    assert pass_rate(55, 60, 593).remark == "large_share"
    assert pass_rate(55, 60, 60_000).remark == ""
    whole = pass_rate(590, 593, 593)
    assert whole.remark == "whole_population" and whole.low == whole.share == whole.high == 590 / 593


def test_nothing_tested_is_unknown() -> None:
    rate = pass_rate(0, 0, 593)
    assert math.isnan(rate.share) and math.isnan(rate.low) and math.isnan(rate.high)
    assert rate.remark == "nothing_tested"


@pytest.mark.parametrize(("passed", "tested", "population"), [(5, 4, None), (-1, 4, None), (3, 4, 3), (0, -1, None)])
def test_counts_that_contradict_each_other(passed: int, tested: int, population: int | None) -> None:
    with pytest.raises(ValueError, match="at most the next"):
        pass_rate(passed, tested, population)


@QUICK
@given(st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_rate_and_narrows(counts: tuple[int, int]) -> None:
    passed, tested = counts
    rate, surer = pass_rate(passed, tested), pass_rate(4 * passed, 4 * tested)
    assert 0 <= rate.low <= rate.share <= rate.high + 1e-12 and rate.high <= 1
    assert surer.high - surer.low < rate.high - rate.low
    assert (rate.low, rate.high) == pytest.approx(by_hand(passed, tested), abs=1e-9)


def test_rates_by_county_keep_the_undecided_apart() -> None:
    inspections = pd.DataFrame(
        {
            "county_id": ["a", "a", "a", "b", None],
            "has_passed": pd.array([True, False, None, None, True], dtype="boolean"),
        }
    )
    table = pass_rates(inspections, ["county_id"])
    assert table["passed"].tolist() == [1, 0, 1]
    assert table["tested"].tolist() == [2, 0, 1]
    assert table["undecided_rows"].tolist() == [1, 1, 0]
    assert table["remark"].tolist() == ["small_sample", "nothing_tested", "small_sample"]
    assert math.isnan(table["share"][1])
    whole = pass_rates(inspections)
    assert whole[["passed", "tested", "undecided_rows"]].iloc[0].tolist() == [2, 3, 2]
    assert whole["low"][0] == pytest.approx(by_hand(2, 3)[0])


def test_results_as_plain_objects() -> None:
    table = pass_rates(pd.DataFrame({"has_passed": [True, False, None]}, dtype=object))
    assert table[["passed", "tested", "undecided_rows"]].iloc[0].tolist() == [1, 2, 1]


def test_coverage_says_of_what() -> None:
    day = pd.Timestamp("2017-08-29")
    villages = pd.DataFrame(
        {
            "county_id": ["a", "a", "b", "b", "c"],
            "opened_date": [day, day, day, None, None],
            "accepted_date": [day, None, None, None, None],
            "inspected_date": [day, None, None, day, None],
        }
    )
    opened = inspection_coverage(villages, "opened", ["county_id"])
    assert opened["denominator"].unique().tolist() == ["opened"]
    assert opened["villages"].tolist() == [2, 1, 0]
    assert opened["inspected"].tolist() == [1, 0, 0]
    assert opened["inspected_outside"].tolist() == [0, 1, 0]
    assert opened["share"][:2].tolist() == [0.5, 0] and math.isnan(opened["share"][2])
    accepted = inspection_coverage(villages, "accepted")
    assert accepted[["villages", "inspected", "inspected_outside"]].iloc[0].tolist() == [1, 1, 1]
    assert accepted["share"].tolist() == [1]
