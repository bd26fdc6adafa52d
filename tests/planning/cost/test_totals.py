"""Totals over many villages: one village is itself, equal villages multiply, parts add up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from planning.cost.least import MEASURES, cost_of_villages
from planning.cost.parameters import Parameters
from planning.cost.totals import cost_of_groups
from planning.cost.uncertainty import drawn_totals, monte_carlo, tornado

PARAMETERS = Parameters.from_frame(
    pd.read_csv(Path(__file__).resolve().parents[3] / "data" / "china" / "money" / "cost-model.csv")
)
THREE = pd.DataFrame(
    {"distance_km": [3.0, 3.0, 12.0], "terrain": ["hill", "hill", None], "households": [386.0, 386.0, None]},
    index=["a", "b", "c"],
)
COUNTIES = pd.Series(["north", "north", "south"], index=THREE.index)


def test_a_group_of_one_village_costs_what_the_village_costs() -> None:
    village = cost_of_villages(THREE, PARAMETERS).loc["c"]
    group = cost_of_groups(THREE, COUNTIES, PARAMETERS).set_index("group").loc["south"]
    for measure in MEASURES:
        for end in ("", "_low", "_high"):
            assert group[measure + end] == pytest.approx(village[measure + end])


def test_two_equal_villages_cost_twice_with_twice_the_range() -> None:
    village = cost_of_villages(THREE, PARAMETERS).loc["a"]
    group = cost_of_groups(THREE, COUNTIES, PARAMETERS).set_index("group").loc["north"]
    assert (group["villages"], group["without_technology"]) == (2, 0)
    for end in ("", "_low", "_high"):
        assert group[f"capex_yuan{end}"] == pytest.approx(2 * village[f"capex_yuan{end}"])


def test_parts_add_up_and_the_whole_is_the_tornado_s() -> None:
    parts = cost_of_groups(THREE, COUNTIES, PARAMETERS)
    whole = cost_of_groups(THREE, pd.Series("all", index=THREE.index), PARAMETERS).iloc[0]
    for measure in MEASURES:
        assert parts[measure].sum() == pytest.approx(whole[measure])
    table = tornado(THREE, PARAMETERS)
    central = table.attrs["central_yuan"]
    assert whole["present_value_yuan"] == pytest.approx(central)
    ratios = np.log(table[["at_low_yuan", "at_high_yuan"]].max(axis=1) / central).clip(lower=0)
    assert whole["present_value_yuan_high"] == pytest.approx(central * np.exp(np.sqrt((ratios**2).sum())))


def test_villages_that_nothing_reaches_fast_enough_are_counted_and_cost_nothing() -> None:
    row = cost_of_groups(THREE, COUNTIES, PARAMETERS, speed_mbps=5000).set_index("group").loc["north"]
    assert (row["villages"], row["without_technology"], row["capex_yuan"]) == (2, 2, 0)


def test_villages_of_no_group_are_left_out() -> None:
    groups = pd.Series(["north", None, "south"], index=THREE.index)
    assert cost_of_groups(THREE, groups, PARAMETERS)["villages"].tolist() == [1, 1]
    assert cost_of_groups(THREE.iloc[:0], groups.iloc[:0], PARAMETERS).empty


def test_the_quantiles_of_a_total_are_those_of_its_draws() -> None:
    whole = drawn_totals(THREE, pd.Series("all", index=THREE.index), PARAMETERS, seed=3, draws=200).iloc[0]
    drawn = monte_carlo(THREE, PARAMETERS, seed=3, draws=200, measure="capex_yuan")
    for share, name in ((0.05, "p05"), (0.5, "p50"), (0.8, "p80"), (0.95, "p95")):
        assert whole[f"capex_yuan_{name}"] == pytest.approx(np.quantile(drawn.total_yuan, share))
    central = cost_of_villages(THREE, PARAMETERS)["capex_yuan"].sum()
    assert (drawn.total_yuan > central).mean() > 0.5  # why the sum of central values is no headline
    assert whole["capex_yuan_p50"] < whole["capex_yuan_p80"] < whole["capex_yuan_p95"]


def test_totals_by_group_and_of_nothing() -> None:
    groups = pd.Series(["north", None, "south"], index=THREE.index)
    parts = drawn_totals(THREE, groups, PARAMETERS, seed=1, draws=20)
    assert parts["group"].tolist() == ["north", "south"]
    alone = drawn_totals(THREE.iloc[:1], groups.iloc[:1], PARAMETERS, seed=1, draws=20).iloc[0]
    assert parts.iloc[0]["capex_yuan_p80"] == pytest.approx(alone["capex_yuan_p80"])
    assert drawn_totals(THREE.iloc[:0], groups.iloc[:0], PARAMETERS, seed=1, draws=20).empty
