"""Cost of connecting a village: worked by hand, beside published averages, and what must hold of any village."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.cost.least import cost_by_technology, cost_of_villages
from planning.cost.parameters import ParameterError, Parameters
from planning.cost.present_value import annuity_factor, present_value_yuan
from planning.cost.technologies import TECHNOLOGIES, VillagesError
from planning.cost.uncertainty import monte_carlo, tornado

FILE = Path(__file__).resolve().parents[3] / "data" / "china" / "money" / "cost-model.csv"
FRAME = pd.read_csv(FILE)
PARAMETERS = Parameters.from_frame(FRAME)
FIBRE, SITE = ("fibre",), ("4g_microwave",)
#: 3 km of straight distance in hills, 386 households: the village that the parameters are calibrated on.
USUAL = pd.DataFrame({"distance_km": [3.0], "terrain": ["hill"], "households": [386.0]}, index=["v"])


def test_every_year_is_discounted_by_itself() -> None:
    assert present_value_yuan(1000, [105, 110.25], 0.05) == pytest.approx(1000 + 100 + 100)
    assert float(annuity_factor(0.05, 10)) == pytest.approx((1 - 1.05**-10) / 0.05)
    assert float(annuity_factor(0.0, 6)) == 6
    with pytest.raises(ValueError, match="0 or more"):
        annuity_factor(-0.01, 10)


def test_fibre_by_hand() -> None:
    row = cost_of_villages(USUAL, PARAMETERS, technologies=FIBRE).loc["v"]
    route_km = 3 * 1.3 * 1.3
    in_village = 50_000 + 386 * 0.3 * 400
    assert row["capex_yuan"] == pytest.approx(route_km * 41_700 + in_village)
    assert row["opex_yuan_per_year"] == pytest.approx(route_km * 100 * 6.7 + 0.1 * in_village)
    years = [row["opex_yuan_per_year"]] * 10
    assert row["present_value_yuan"] == pytest.approx(present_value_yuan(row["capex_yuan"], years, 0.05))
    assert row["unknown_inputs"] == ""


@pytest.mark.parametrize(
    ("distance_km", "link_yuan"), [(14.9, 75_000), (15.0, 100_000), (30.0, 100_000), (30.1, 200_000)]
)
def test_a_site_with_a_microwave_link_by_hand(distance_km: float, link_yuan: float) -> None:
    village = pd.DataFrame({"distance_km": [distance_km], "terrain": ["山区"], "households": [386]})
    row = cost_of_villages(village, PARAMETERS, speed_mbps=12, technologies=SITE).iloc[0]
    assert row["capex_yuan"] == pytest.approx(325_000 * 1.3 + link_yuan)  # 70 Mbps: one site of 150 carries it
    faster = cost_of_villages(village, PARAMETERS, speed_mbps=30, technologies=SITE).iloc[0]
    assert faster["capex_yuan"] == pytest.approx(2 * 325_000 * 1.3 + link_yuan)  # 174 Mbps: two sites


@pytest.mark.parametrize("multiplier", [1.0, 1.6, 2.5])
def test_a_site_of_5g_costs_so_many_times_one_of_4g(multiplier: float) -> None:
    changed = PARAMETERS.with_value("5g.cost_multiplier", multiplier, low=1, high=3)
    row = cost_of_villages(USUAL, changed, speed_mbps=12, technologies=("5g_microwave",)).iloc[0]
    assert row["capex_yuan"] == pytest.approx(325_000 * multiplier + 75_000)


def test_satellite_by_hand_and_in_another_rate() -> None:
    village = pd.DataFrame({"distance_km": [50.0], "terrain": ["plateau"], "households": [10]})
    row = cost_of_villages(village, PARAMETERS, technologies=("satellite",)).iloc[0]
    whole = 2500 * 6.7 + 60_000 * 1.6
    assert row["capex_yuan"] == pytest.approx(whole)
    assert row["opex_yuan_per_year"] == pytest.approx(0.1 * whole + 12 * 500 * 6.7)
    dearer = PARAMETERS.with_value("all.exchange_rate_usd", 7.0)
    assert cost_of_villages(village, dearer, technologies=("satellite",)).iloc[0]["capex_yuan"] == pytest.approx(
        2500 * 7 + 60_000 * 1.6
    )
    assert cost_of_villages(village, PARAMETERS)["technology"].tolist() == ["satellite"]  # far away


def test_no_technology_is_charged_what_its_households_pay_each_month() -> None:
    """One household more is one drop of fibre and its upkeep, and nothing elsewhere; a satellite link is the
    village's.
    """
    few, many = (USUAL.assign(households=households) for households in (300.0, 301.0))
    for technology in TECHNOLOGIES:
        before, after = (cost_of_villages(one, PARAMETERS, technologies=(technology,)).loc["v"] for one in (few, many))
        share = PARAMETERS["fibre.opex_share"].value if technology == "fibre" else 0.0
        more = share * (after["capex_yuan"] - before["capex_yuan"])
        assert after["opex_yuan_per_year"] - before["opex_yuan_per_year"] == pytest.approx(more, abs=1e-6)


def test_against_the_published_averages() -> None:
    """308,000 yuan a village (240,000 to 550,000), a 4G site 400,000 (254,000 to 635,000); 413,000 in Yongzhou's
    mountains.
    """
    fibre = cost_of_villages(USUAL, PARAMETERS, technologies=FIBRE).loc["v"]
    assert fibre["capex_yuan"] == pytest.approx(308_000, rel=0.01)
    assert fibre["capex_yuan_low"] == pytest.approx(240_000, rel=0.1)
    assert fibre["capex_yuan_high"] == pytest.approx(550_000, rel=0.1)
    site = cost_of_villages(USUAL, PARAMETERS, technologies=SITE).loc["v"]
    assert site["capex_yuan"] == pytest.approx(400_000, rel=0.01)
    assert site["capex_yuan_low"] == pytest.approx(254_000, rel=0.1)
    assert site["capex_yuan_high"] == pytest.approx(635_000, rel=0.15)
    mountains = cost_of_villages(USUAL.assign(terrain="mountain"), PARAMETERS, technologies=FIBRE).loc["v"]
    assert mountains["capex_yuan_low"] < 413_000 < mountains["capex_yuan_high"]
    assert mountains["capex_yuan"] == pytest.approx(413_000, rel=0.2)


def test_a_village_of_which_nothing_is_known_costs_the_average_with_a_wider_range() -> None:
    nothing = pd.DataFrame(index=["v"])
    unknown = cost_of_villages(nothing, PARAMETERS, technologies=FIBRE).loc["v"]
    known = cost_of_villages(USUAL, PARAMETERS, technologies=FIBRE).loc["v"]
    assert unknown["capex_yuan"] == pytest.approx(known["capex_yuan"])
    assert unknown["capex_yuan_low"] < 0.8 * known["capex_yuan_low"]
    assert unknown["capex_yuan_high"] > 1.3 * known["capex_yuan_high"]
    assert unknown["unknown_inputs"] == "distance_km, terrain, households"


@pytest.mark.parametrize("column", ["distance_km", "terrain", "households"])
def test_each_unknown_input_is_named_and_widens(column: str) -> None:
    both = pd.concat([USUAL, USUAL.assign(**{column: None})], ignore_index=True)
    known, unknown = cost_of_villages(both, PARAMETERS, technologies=FIBRE).to_dict("records")
    assert unknown["unknown_inputs"] == column
    assert unknown["capex_yuan_high"] > known["capex_yuan_high"]
    assert unknown["capex_yuan_low"] <= known["capex_yuan_low"]


def test_the_cheapest_fast_enough_is_taken() -> None:
    table = cost_by_technology(USUAL, PARAMETERS, speed_mbps=50)
    assert table.index.get_level_values("technology").tolist() == list(TECHNOLOGIES)
    by_name = table.droplevel(0)
    assert not by_name.loc["4g_fibre", "is_fast_enough"]
    best = by_name[by_name["is_fast_enough"]]["present_value_yuan"].idxmin()
    assert by_name.index[by_name["is_cheapest"]].tolist() == [best]
    assert cost_of_villages(USUAL, PARAMETERS, speed_mbps=50)["technology"].tolist() == [best]


def test_a_speed_that_nothing_gives_leaves_the_village_without_a_cost() -> None:
    row = cost_of_villages(USUAL, PARAMETERS, speed_mbps=5000).loc["v"]
    assert row["technology"] is None and np.isnan(row["capex_yuan"]) and np.isnan(row["present_value_yuan_high"])


def test_tornado_is_sorted_and_starts_from_the_plan() -> None:
    table = tornado(USUAL, PARAMETERS, measure="capex_yuan", technologies=FIBRE)
    assert table["key"].iloc[0] == "fibre.cable_per_km"
    assert table["swing_yuan"].is_monotonic_decreasing and (table["swing_yuan"] > 0).all()
    assert table.attrs["central_yuan"] == pytest.approx(307_739, abs=1)
    by_key = table.set_index("key")
    assert by_key.loc["fibre.cable_per_km", "at_high_yuan"] == pytest.approx(5.07 * 89_500 + 96_320)
    assert "all.unknown_distance_km" not in by_key.index  # it is known here
    assert "satellite.fee_per_month" not in by_key.index  # nobody takes satellite


def test_with_one_uncertain_parameter_the_range_is_what_it_makes() -> None:
    certain = FRAME.assign(low=FRAME["value"], high=FRAME["value"])
    cable = FRAME["parameter"] == "cable_per_km"
    certain.loc[cable, ["low", "high"]] = FRAME.loc[cable, ["low", "high"]]
    row = cost_of_villages(USUAL, Parameters.from_frame(certain), technologies=FIBRE).loc["v"]
    assert row["capex_yuan_low"] == pytest.approx(5.07 * 28_300 + 96_320)
    assert row["capex_yuan_high"] == pytest.approx(5.07 * 89_500 + 96_320)


def test_monte_carlo_repeats_itself_and_agrees_with_the_range() -> None:
    both = pd.concat([USUAL, USUAL.assign(terrain=None)], ignore_index=True)
    options = {"draws": 3000, "measure": "capex_yuan", "technologies": FIBRE}
    drawn = monte_carlo(both, PARAMETERS, seed=7, **options)
    again = monte_carlo(both, PARAMETERS, seed=7, **options)
    other = monte_carlo(both, PARAMETERS, seed=8, **options)
    pd.testing.assert_frame_equal(drawn.villages, again.villages)
    assert (drawn.total_yuan == again.total_yuan).all() and (drawn.total_yuan != other.total_yuan).any()
    table = cost_of_villages(both, PARAMETERS, technologies=FIBRE)
    assert drawn.villages["p05_yuan"].to_numpy() == pytest.approx(table["capex_yuan_low"].to_numpy(), rel=0.15)
    assert drawn.villages["p50_yuan"].to_numpy() == pytest.approx(table["capex_yuan"].to_numpy(), rel=0.15)
    assert drawn.villages["p95_yuan"].to_numpy() == pytest.approx(table["capex_yuan_high"].to_numpy(), rel=0.15)
    quantiles = drawn.total_quantiles_yuan()
    assert quantiles["p05_yuan"] < quantiles["p50_yuan"] < quantiles["p95_yuan"]


villages = st.fixed_dictionaries(
    {
        "distance_km": st.none() | st.floats(0, 200),
        "terrain": st.sampled_from([None, "plain", "hill", "mountain", "plateau"]),
        "households": st.none() | st.integers(0, 5000),
    }
)


@settings(deadline=None, max_examples=40)
@given(st.lists(villages, min_size=1, max_size=6), st.sampled_from([12, 30, 100]))
def test_ranges_are_in_order_and_farther_never_costs_less(rows: list[dict[str, object]], speed_mbps: float) -> None:
    frame = pd.DataFrame(rows, columns=["distance_km", "terrain", "households"])
    table = cost_of_villages(frame, PARAMETERS, speed_mbps=speed_mbps)
    for measure in ("capex_yuan", "opex_yuan_per_year", "present_value_yuan"):
        assert (table[f"{measure}_low"] <= table[measure] * (1 + 1e-12)).all()
        assert (table[measure] <= table[f"{measure}_high"] * (1 + 1e-12)).all()
        assert (table[f"{measure}_low"] >= 0).all()
    farther = frame.assign(distance_km=pd.to_numeric(frame["distance_km"]) + 10)
    known = frame["distance_km"].notna()
    later = cost_of_villages(farther, PARAMETERS, speed_mbps=speed_mbps)["present_value_yuan"]
    assert (later[known] >= table["present_value_yuan"][known] - 1e-6).all()
    alone = [cost_of_villages(frame.iloc[[n]], PARAMETERS, speed_mbps=speed_mbps) for n in range(len(frame))]
    pd.testing.assert_frame_equal(pd.concat(alone), table, check_dtype=False)


@pytest.mark.parametrize(
    ("village", "message"),
    [
        ({"distance_km": -1.0}, "distance_km of village v: expected a number of at least 0, found -1"),
        ({"distance_km": np.inf}, "found inf"),
        ({"households": -5}, "households"),
        ({"terrain": "swamp"}, "'swamp'"),
        ({"road_factor": 0.5}, "at least 1"),
    ],
)
def test_villages_that_cannot_be(village: dict[str, object], message: str) -> None:
    with pytest.raises(VillagesError, match=message):
        cost_of_villages(pd.DataFrame([village], index=["v"]), PARAMETERS)


def test_parameters_outside_their_range_are_refused() -> None:
    with pytest.raises(ParameterError, match=r"all\.take_share: 0\.9 is outside 0\.15 to 0\.6"):
        PARAMETERS.with_value("all.take_share", 0.9)
    assert PARAMETERS.with_value("all.take_share", 0.9, high=0.95)["all.take_share"].value == 0.9
    with pytest.raises(ParameterError, match="at most 1"):
        PARAMETERS.with_value("all.take_share", 0.9, high=1.5)
    with pytest.raises(ParameterError, match="more than 0"):
        PARAMETERS.with_value("all.exchange_rate_usd", 1, low=0)
    with pytest.raises(ParameterError, match="speed_mbps"):
        cost_of_villages(USUAL, PARAMETERS, speed_mbps=0)
    with pytest.raises(ParameterError, match="no technology pigeon"):
        cost_of_villages(USUAL, PARAMETERS, technologies=("pigeon",))


def test_rows_that_contradict_themselves_are_refused() -> None:
    with pytest.raises(ParameterError, match="twice"):
        Parameters.from_frame(pd.concat([FRAME, FRAME.iloc[:1]]))
    with pytest.raises(ParameterError, match="low ≤ value ≤ high"):
        Parameters.from_frame(FRAME.assign(low=FRAME["high"] + 1))
    without_rate = FRAME[FRAME["parameter"] != "exchange_rate_usd"]
    with pytest.raises(ParameterError, match=r"all\.exchange_rate_usd is missing"):
        Parameters.from_frame(without_rate)
    with pytest.raises(ParameterError, match=r"fibre\.node_capex is missing"):
        cost_of_villages(USUAL, Parameters.from_frame(FRAME[FRAME["parameter"] != "node_capex"]))


def test_the_years_of_the_subsidy_rule() -> None:
    six = cost_of_villages(USUAL, PARAMETERS.with_years(6), technologies=FIBRE).loc["v"]
    expected = six["capex_yuan"] + six["opex_yuan_per_year"] * float(annuity_factor(0.05, 6))
    assert six["present_value_yuan"] == pytest.approx(expected)


def test_no_villages_no_rows() -> None:
    assert cost_of_villages(USUAL.iloc[:0], PARAMETERS).empty
