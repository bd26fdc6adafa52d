"""Cost of raising money, targeting and mark-ups: the figures of the seed, and their properties."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.inputs import InputError
from planning.money.welfare import (
    compare_sources,
    markup_ratio,
    ramsey_markups,
    ramsey_number_for,
    social_cost,
    targeting,
    volume_change,
)

SERVICES = pd.DataFrame(
    {
        "service_id": ["long distance", "access"],
        "elasticity": [-0.7, -0.03],
        "cost": [1.0, 10.0],
        "price": [1.2, 10.0],
        "quantity": [100.0, 50.0],
    }
)


def test_a_unit_of_public_money_costs_more_than_one() -> None:
    """0.3 extra is 1.3 in all (F128, F129)."""
    cost = social_cost(1.0, 0.3, 0.3, reading="extra")
    assert (cost.extra_low, cost.total_high) == pytest.approx((0.3, 1.3))


def test_the_two_readings_of_one_figure() -> None:
    """1.5 to 2.0 (F131, F132) on 100 million: 250 to 300 million in all, or 150 to 200."""
    extra = social_cost(100e6, 1.5, 2.0, reading="extra")
    assert (extra.total_low, extra.total_high) == pytest.approx((250e6, 300e6))
    total = social_cost(100e6, 1.5, 2.0, reading="total")
    assert (total.total_low, total.total_high) == pytest.approx((150e6, 200e6))
    assert (total.extra_low, total.extra_high) == pytest.approx((50e6, 100e6))


def test_sources_side_by_side() -> None:
    """Per dollar raised: general taxes 0.2 to 0.4, a levy on long distance 1.05 (F144 to F146)."""
    sources = pd.DataFrame(
        {
            "source_id": ["taxes", "long distance"],
            "low": [0.2, 1.05],
            "high": [0.4, 1.05],
            "reading": "extra",
        }
    )
    table = compare_sources(1e9, sources)
    assert table["extra_low"].tolist() == pytest.approx([0.2e9, 1.05e9])
    assert table["total_high"].tolist() == pytest.approx([1.4e9, 2.05e9])
    with pytest.raises(InputError, match=r"sources\.reading"):
        compare_sources(1, sources.assign(reading="sum"))


def test_a_discount_for_all_buys_few_new_ones() -> None:
    """-0.03 and 10 %: 0.3 % more (F149, F150), 33.4 times the price for each, against 0.1."""
    found = targeting(-0.03, 0.10)
    assert found.added_share == pytest.approx(0.003)
    assert found.untargeted_prices == pytest.approx(33.4, abs=0.05)
    assert found.targeted_prices == pytest.approx(0.1)
    assert found.ratio == pytest.approx(334, abs=0.5)


def test_the_money_of_a_discount_counted_head_by_head() -> None:
    """1,000 subscribers at 100: at 90 there are 1,003; 10 x 1,003 for 3 new ones is 33.4 prices each."""
    found = targeting(-0.03, 0.10)
    assert found.untargeted_prices == pytest.approx(10 * 1003 / 3 / 100)


def test_long_distance_reacts_and_access_does_not() -> None:
    assert volume_change(-0.7, 0.10) == pytest.approx(-0.07)  # F151
    assert markup_ratio(-0.02, -0.7) == pytest.approx(35)
    assert markup_ratio(-0.03, -0.7) == pytest.approx(23.3, abs=0.05)
    table = ramsey_markups(SERVICES, 0.021)
    assert table["markup_share"].tolist() == pytest.approx([0.03, 0.7])


def test_no_price_is_high_enough_where_nobody_reacts() -> None:
    assert ramsey_markups(SERVICES, 0.1)["markup_share"].isna().tolist() == [False, True]


def test_the_number_that_raises_a_sum() -> None:
    number = ramsey_number_for(100.0, SERVICES)
    markup = ramsey_markups(SERVICES, number)["markup_share"]
    price = SERVICES["cost"] / (1 - markup)
    sold = SERVICES["quantity"] * (price / SERVICES["price"]) ** SERVICES["elasticity"]
    assert ((price - SERVICES["cost"]) * sold).sum() == pytest.approx(100)
    assert ramsey_number_for(0.0, SERVICES) == pytest.approx(0)


def test_more_than_a_monopoly_could_take_is_refused() -> None:
    elastic = SERVICES.assign(elasticity=[-2.0, -3.0])
    with pytest.raises(InputError, match="to_raise: expected at most"):
        ramsey_number_for(1e6, elastic)


@given(elasticity=st.floats(-3, -0.001), discount=st.floats(0.001, 1))
def test_giving_to_all_is_never_the_cheaper_way(elasticity: float, discount: float) -> None:
    found = targeting(elasticity, discount)
    assert found.untargeted_prices > found.targeted_prices
    assert found.untargeted_prices == pytest.approx(-1 / elasticity + discount)


@given(raised=st.floats(0, 1e12), low=st.floats(1, 3), more=st.floats(0, 2))
def test_the_readings_differ_by_what_was_raised(raised: float, low: float, more: float) -> None:
    extra = social_cost(raised, low, low + more, reading="extra")
    total = social_cost(raised, low, low + more, reading="total")
    assert extra.total_low - total.total_low == pytest.approx(raised, abs=1e-3, rel=1e-9)
    assert total.total_low <= total.total_high


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: social_cost(-1, 0, 0, reading="extra"), "raised"),
        (lambda: social_cost(1, 0.5, 0.6, reading="total"), "low: expected 1.0 or more"),
        (lambda: social_cost(1, 0.5, 0.4, reading="extra"), "high"),
        (lambda: targeting(0.0, 0.1), "elasticity"),
        (lambda: targeting(-0.03, 0.0), "discount_share"),
        (lambda: targeting(-0.03, 1.1), "discount_share"),
        (lambda: markup_ratio(-0.03, 0.0), "elasticity"),
        (lambda: ramsey_markups(SERVICES, 1.1), "ramsey_number"),
        (lambda: ramsey_markups(SERVICES.assign(elasticity=[-0.7, 0.1]), 0.1), r"services\.elasticity"),
        (lambda: ramsey_number_for(1, SERVICES.assign(cost=[0.0, 1.0])), "above 0"),
        (lambda: ramsey_number_for(-1, SERVICES), "to_raise"),
    ],
)
def test_bad_input_is_named(call: object, named: str) -> None:
    with pytest.raises(InputError, match=named):
        call()  # type: ignore[operator]
