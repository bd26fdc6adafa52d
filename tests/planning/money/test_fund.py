"""The contribution factor: the figures of the seed, and what no base can bear."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.inputs import InputError
from planning.money.fund import (
    BaseTooSmall,
    contribution_factor,
    other_bases,
    projection,
    scaled_share,
    share_with_response,
    yearly_growth,
)


def test_need_forecast_on_the_same_base() -> None:
    """9.5 % x 11.9/7.4 = 15.3 % (F138 to F140)."""
    assert scaled_share(0.095, need_ratio=11.9 / 7.4) == pytest.approx(0.153, abs=5e-4)


def test_the_factor_of_the_past_is_a_need_that_outgrew_its_base() -> None:
    """5.7 % (2000 Q4) to 9.5 % (2003 Q3) on a flat base (F137, F138, F141): the need grew 20 % a year."""
    growth = yearly_growth(0.057, 0.095, 2.75)
    assert growth == pytest.approx(0.204, abs=1e-3)
    table = projection(5.7, 100, years=11, need_growth=(1 + growth) ** 0.25 - 1, first_year=0)
    assert table["share"].iloc[[0, -1]].tolist() == pytest.approx([0.057, 0.095])


def test_five_years_of_forecast_need() -> None:
    growth = yearly_growth(7.4, 11.9, 5)
    table = projection(7.4, 7.4 / 0.095, years=5, need_growth=growth, first_year=2003)
    assert table["year"].tolist() == [2003, 2004, 2005, 2006, 2007, 2008]
    assert table["share"].iloc[0] == pytest.approx(0.095)
    assert table["share"].iloc[-1] == pytest.approx(0.153, abs=5e-4)
    assert not table["is_beyond_base"].any()


def test_a_base_that_shrinks_is_overtaken() -> None:
    table = projection(50, 100, years=2, base_growth=-0.5)
    assert table["share"].tolist() == [0.5, 1.0, 2.0]
    assert table["is_beyond_base"].tolist() == [False, False, True]
    assert contribution_factor(3, 2).is_beyond_base


def test_other_bases_keep_the_unknown() -> None:
    bases = pd.DataFrame({"base_id": ["narrow", "wide", "none", "zero"], "base": [100, 400, None, 0]})
    table = other_bases(10, bases)
    assert table["base_id"].tolist() == ["wide", "narrow", "none", "zero"]
    assert table["share"].iloc[:2].tolist() == [0.025, 0.1]
    assert table["share"].iloc[2:].isna().all() and table["is_beyond_base"].iloc[2:].isna().all()


def test_customers_who_buy_less_raise_the_factor() -> None:
    assert share_with_response(10, 100, elasticity=0) == pytest.approx(0.1)
    share = share_with_response(9.5, 100, elasticity=-0.7)
    assert share > 0.095
    assert share * 100 * (1 + share) ** -0.7 == pytest.approx(9.5)
    with pytest.raises(BaseTooSmall, match="at most 25"):
        share_with_response(30, 100, elasticity=-2)  # f/(1+f)^2 is 1/4 at most
    with pytest.raises(BaseTooSmall):
        share_with_response(101, 100, elasticity=-1)


@given(need=st.floats(0.01, 50), base=st.floats(100, 1e6), elasticity=st.floats(-0.99, 0), more=st.floats(1, 2))
def test_more_need_never_means_less_to_pay(need: float, base: float, elasticity: float, more: float) -> None:
    first = share_with_response(need, base, elasticity=elasticity)
    assert share_with_response(need * more, base, elasticity=elasticity) >= first - 1e-12
    assert first >= contribution_factor(need, base).share - 1e-9


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: contribution_factor(1, 0), "base"),
        (lambda: contribution_factor(-1, 1), "need"),
        (lambda: contribution_factor(1, float("nan")), "base"),
        (lambda: scaled_share(0.1, need_ratio=-1), "need_ratio"),
        (lambda: scaled_share(0.1, need_ratio=1, base_ratio=0), "base"),
        (lambda: yearly_growth(0, 1, 1), "first"),
        (lambda: projection(1, 1, years=-1), "years"),
        (lambda: projection(1, 1, years=1, base_growth=-1), "growth"),
        (lambda: share_with_response(1, 1, elasticity=0.5), "elasticity"),
        (lambda: other_bases(1, pd.DataFrame({"base_id": ["a"], "base": [-1]})), r"bases\.base"),
    ],
)
def test_bad_input_is_named(call: object, named: str) -> None:
    with pytest.raises(InputError, match=named):
        call()  # type: ignore[operator]
