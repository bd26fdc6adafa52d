"""Sharing villages among operators: by hand, against brute force, as properties, and with bad input."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.inputs import InputError
from planning.sharing import pieces, split
from planning.sharing.allocate import Sharing, deviation, fairness, share_by_count, share_out
from planning.sharing.targets import in_villages, next_share, target_loads, targets, year_end

HALVES = pd.Series([0.5, 0.5], index=["telecom", "mobile"])


def hundred() -> pd.DataFrame:
    """County a: 50 villages of 120,000 yuan; county b: 50 of 80,000. Together 10,000,000 yuan."""
    return pd.DataFrame(
        {
            "place_id": [f"v{n}" for n in range(100)],
            "county_id": ["a"] * 50 + ["b"] * 50,
            "cost_yuan": [120_000.0] * 50 + [80_000.0] * 50,
        }
    )


def grid(width: int, height: int) -> list[tuple[str, str]]:
    at = [(x, y) for y in range(height) for x in range(width)]
    right = [(f"c{x}-{y}", f"c{x + 1}-{y}") for x, y in at if x + 1 < width]
    return right + [(f"c{x}-{y}", f"c{x}-{y + 1}") for x, y in at if y + 1 < height]


def on_grid(width: int, height: int, seed: int) -> pd.DataFrame:
    """One to five villages in each county of a grid."""
    random = np.random.default_rng(seed)
    counties = [f"c{x}-{y}" for y in range(height) for x in range(width)]
    county = np.repeat(counties, random.integers(1, 6, len(counties)))
    return pd.DataFrame(
        {
            "place_id": [f"v{n}" for n in range(len(county))],
            "county_id": county,
            "cost_yuan": random.integers(100, 600, len(county)) * 1000.0,
        }
    )


def test_as_many_villages_are_not_as_much_money() -> None:
    """50 x 120,000 against a target of 5,000,000 is 20 % over; by cost both bear 5,000,000."""
    before = share_by_count(hundred(), HALVES)
    assert sorted(before.fairness["over_share"]) == pytest.approx([-0.2, 0.2])
    assert before.fairness["villages"].tolist() == [50, 50]
    assert before.greatest_deviation_share == 0  # in villages, as it was counted
    after = share_out(hundred(), HALVES)
    assert after.fairness["cost_yuan"].tolist() == [5_000_000, 5_000_000]
    assert after.counties_only_deviation_share == pytest.approx(0.2)
    assert after.greatest_deviation_share == pytest.approx(0, abs=1e-12)


def test_fairness_of_an_allocation_made_elsewhere() -> None:
    owner = pd.Series(["telecom"] * 50 + ["mobile"] * 50)
    table = fairness(owner, hundred()["cost_yuan"], HALVES)
    assert table["over_yuan"].tolist() == [1_000_000, -1_000_000]
    assert table["over_share"].tolist() == pytest.approx([0.2, -0.2])


def test_targets_by_a_mix() -> None:
    operators = pd.DataFrame({"operator_id": ["x", "y"], "revenue_yuan": [300.0, 100.0], "profit_yuan": [50.0, -7.0]})
    assert targets(operators, {"revenue_yuan": 1}).share.tolist() == [0.75, 0.25]
    mixed = targets(operators, {"revenue_yuan": 3, "profit_yuan": 1})
    assert mixed.share.tolist() == pytest.approx([0.75 * 0.75 + 0.25, 0.75 * 0.25])
    assert mixed.at_a_loss == ("y",)


@pytest.mark.parametrize(
    ("column", "values", "mix", "named"),
    [
        ("revenue_yuan", [1.0, None], {"revenue_yuan": 1}, "none for y"),
        ("revenue_yuan", [0.0, -1.0], {"revenue_yuan": 1}, "a sum above 0"),
        ("revenue_yuan", [1.0, 1.0], {"profit_yuan": 1}, "profit_yuan"),
        ("revenue_yuan", [1.0, 1.0], {"revenue_yuan": 0}, "a weight above 0"),
        ("revenue_yuan", [1.0, 1.0], {"revenue_yuan": -1}, r"mix\.revenue_yuan"),
        ("revenue_yuan", [1.0, 1.0], {}, "a weight above 0"),
    ],
)
def test_targets_without_a_figure_are_refused(
    column: str, values: list[float], mix: dict[str, float], named: str
) -> None:
    with pytest.raises(InputError, match=named):
        targets(pd.DataFrame({"operator_id": ["x", "y"], column: values}), mix)


def test_counties_stay_whole_where_wanted() -> None:
    found = share_out(hundred(), HALVES, units="counties")
    assert found.split_counties == 0
    assert found.greatest_deviation_share == pytest.approx(0.2)


def test_who_has_no_share_gets_nothing() -> None:
    share = pd.Series([1.0, 0.0], index=["x", "y"])
    found = share_out(hundred(), share)
    assert found.villages["operator_id"].unique().tolist() == ["x"]
    assert found.fairness["over_share"].isna().tolist() == [False, True]


def test_unknown_cost_is_given_to_nobody_and_counted() -> None:
    villages = hundred()
    villages.loc[:9, "cost_yuan"] = None
    found = share_out(villages, HALVES)
    assert found.without_cost == 10
    assert found.villages["operator_id"].isna().tolist() == [True] * 10 + [False] * 90
    assert found.fairness["villages"].sum() == 90
    assert share_by_count(villages, HALVES).villages["operator_id"].notna().all()


def test_no_village_is_an_answer() -> None:
    found = share_out(hundred().head(0), HALVES)
    assert found.fairness["villages"].tolist() == [0, 0] and found.greatest_deviation_share == 0


def test_pieces_hang_together() -> None:
    villages, edges = on_grid(6, 5, 4), grid(6, 5)
    share = pd.Series([0.5, 0.3, 0.2], index=["x", "y", "z"])
    found = share_out(villages, share, units="connected_counties", neighbours=edges, time_limit_s=3)
    assert found.split_counties == 0
    assert_connected(found, edges)
    loose = share_out(villages, share, units="counties")
    assert loose.greatest_deviation_share <= found.greatest_deviation_share + 1e-3
    assert found.greatest_deviation_share < 0.1


def test_an_island_is_a_part_of_its_own() -> None:
    villages = on_grid(3, 2, 1)
    edges = [pair for pair in grid(3, 2) if "c2-0" not in pair and "c2-1" not in pair]
    found = share_out(villages, HALVES, units="connected_counties", neighbours=edges, time_limit_s=3)
    assert_connected(found, edges)


def assert_connected(found: Sharing, edges: list[tuple[str, str]]) -> None:
    owner = found.villages.groupby("county_id", sort=False)["operator_id"].first()
    names = list(owner.index)
    numbered = np.array([[names.index(a), names.index(b)] for a, b in edges])
    assert pieces.is_in_pieces(pd.factorize(owner)[0], numbered)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), is_connected=st.booleans())
def test_brute_force_agrees(seed: int, is_connected: bool) -> None:
    """Six counties in a grid of 3 x 2, three operators: all 729 allocations."""
    random = np.random.default_rng(seed)
    load = random.integers(1, 40, 6).astype(float)
    goal = random.dirichlet(np.ones(3)) * load.sum()
    edges = np.array([[0, 1], [1, 2], [3, 4], [4, 5], [0, 3], [1, 4], [2, 5]])
    best = min(
        deviation(np.bincount(owner, load, 3), goal)
        for owner in itertools.product(range(3), repeat=6)
        if not is_connected or pieces.is_in_pieces(np.array(owner), edges)
    )
    found, run = pieces.allocate(load, goal, edges if is_connected else None, 20.0, 1e-6, None)
    assert run.status == "optimal"
    assert deviation(np.bincount(found, load, 3), goal) == pytest.approx(best, abs=1e-5)
    assert not is_connected or pieces.is_in_pieces(found, edges)


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    parts=st.lists(st.integers(0, 9), min_size=1, max_size=4).filter(lambda parts: sum(parts) > 0),
    by_count=st.booleans(),
)
def test_totals_equal_the_whole_and_evening_never_harms(seed: int, parts: list[int], by_count: bool) -> None:
    villages = on_grid(3, 3, seed)
    share = pd.Series(parts, index=[f"o{n}" for n in range(len(parts))]) / sum(parts)
    found = share_out(villages, share, basis="villages" if by_count else "cost")
    assert found.villages["operator_id"].notna().all()
    assert found.fairness["villages"].sum() == len(villages)
    assert found.fairness["cost_yuan"].sum() == pytest.approx(villages["cost_yuan"].sum())
    assert found.fairness["target_yuan"].sum() == pytest.approx(villages["cost_yuan"].sum())
    assert found.fairness["over_yuan"].sum() == pytest.approx(0, abs=1e-3)
    assert found.greatest_deviation_share <= found.counties_only_deviation_share + 1e-12


def test_many_villages_end_within_one_village_of_the_target() -> None:
    random = np.random.default_rng(8)
    villages = pd.DataFrame(
        {
            "place_id": np.arange(4000).astype(str),
            "county_id": random.integers(0, 6, 4000).astype(str),
            "cost_yuan": random.lognormal(12.6, 0.5, 4000),
        }
    )
    share = pd.Series([0.4, 0.3, 0.2, 0.1], index=list("abcd"))
    found = share_out(villages, share, time_limit_s=5)
    assert found.fairness["over_yuan"].abs().max() < villages["cost_yuan"].max()
    assert found.split_counties <= 6


def test_next_year_moves_towards_the_market() -> None:
    market = pd.Series([0.7, 0.3], index=["telecom", "mobile"])
    assert next_share(HALVES, market, 0.25).tolist() == pytest.approx([0.55, 0.45])
    assert next_share(HALVES, market, 0.0).tolist() == [0.5, 0.5]
    newcomer = pd.Series([0.4, 0.4, 0.2], index=["telecom", "mobile", "radio"])
    assert next_share(HALVES, newcomer, 1.0)["radio"] == pytest.approx(0.2)
    with pytest.raises(InputError, match="eta"):
        next_share(HALVES, market, 1.5)
    with pytest.raises(InputError, match="add up to 1"):
        next_share(HALVES, market * 2, 0.5)


def test_what_is_unfinished_is_fined_and_carried_over() -> None:
    target = pd.Series([100.0, 100.0], index=["telecom", "mobile"])
    done = pd.Series([80.0, 110.0], index=["telecom", "mobile"])
    table = year_end(target, done, penalty_rate=0.1)
    assert table["carry_over"].tolist() == [20, -10]
    assert table["penalty"].tolist() == pytest.approx([2, 0])
    owed = table.set_index("operator_id")["carry_over"]
    assert target_loads(HALVES, 210, owed).tolist() == pytest.approx([120, 90])
    with pytest.raises(InputError, match="done"):
        year_end(target, done.head(1), penalty_rate=0.1)
    with pytest.raises(InputError, match="penalty_rate"):
        year_end(target, done, penalty_rate=-1)


def test_a_credit_larger_than_the_year_leaves_nothing_to_do() -> None:
    owed = pd.Series([0.0, -500.0], index=["telecom", "mobile"])
    assert target_loads(HALVES, 100, owed).tolist() == pytest.approx([100, 0])
    with pytest.raises(InputError, match="carry_over"):
        target_loads(HALVES, 100, owed.rename({"mobile": "other"}))


@settings(max_examples=60, deadline=None)
@given(
    parts=st.lists(st.floats(0, 10), min_size=1, max_size=5).filter(lambda parts: sum(parts) > 0.1),
    total=st.floats(0, 1e9),
    owed=st.lists(st.floats(-1e8, 1e8), min_size=5, max_size=5),
)
def test_targets_add_up_whatever_is_carried_over(parts: list[float], total: float, owed: list[float]) -> None:
    share = pd.Series(parts, index=range(len(parts))) / sum(parts)
    goal = target_loads(share, total, pd.Series(owed[: len(parts)], index=share.index))
    assert goal.sum() == pytest.approx(total, rel=1e-9, abs=1e-6) and (goal >= 0).all()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"share": HALVES * 1.1}, "add up to 1"),
        ({"share": pd.Series([1.5, -0.5], index=["x", "y"])}, "0 or more"),
        ({"villages": hundred().drop(columns="county_id")}, r"villages\.county_id"),
        ({"villages": hundred().assign(county_id=None)}, "a county for each village"),
        ({"villages": hundred().assign(cost_yuan=-1.0)}, r"villages\.cost_yuan"),
        ({"villages": hundred().assign(cost_yuan="much")}, r"villages\.cost_yuan: expected numbers"),
    ],
)
def test_bad_input_is_named(change: dict[str, object], named: str) -> None:
    asked: dict[str, object] = {"villages": hundred(), "share": HALVES, **change}
    with pytest.raises(InputError, match=named):
        share_out(asked["villages"], asked["share"])  # type: ignore[arg-type]


def test_the_same_question_has_the_same_answer() -> None:
    villages = on_grid(5, 4, 9)
    first, second = (share_out(villages, HALVES) for _ in range(2))
    pd.testing.assert_frame_equal(first.villages, second.villages)


def test_a_year_and_the_next_by_hand() -> None:
    """A has finished 60 % of 6 M and owes 2.4 M, B all of 4 M. A's share moves from 0.5 half the way to the market's
    0.7.

    Of next year's 10 M, 2.4 M are A's debt; the other 7.6 M go 0.6 to 0.4: A 6.96 M, B 3.04 M.
    """
    share = pd.Series({"A": 0.5, "B": 0.5})
    ended = year_end(pd.Series({"A": 6e6, "B": 4e6}), pd.Series({"A": 3.6e6, "B": 4e6}), penalty_rate=0.1)
    assert ended.set_index("operator_id").loc["A", ["carry_over", "penalty"]].tolist() == [2.4e6, 0.24e6]
    later = next_share(share, pd.Series({"A": 0.7, "B": 0.3}), 0.5)
    owed = ended.set_index("operator_id")["carry_over"]
    goal = target_loads(later, 10e6, owed)
    assert goal.tolist() == pytest.approx([6.96e6, 3.04e6])
    villages = pd.DataFrame(
        {
            "place_id": [f"v{n}" for n in range(250)],
            "county_id": [f"c{n % 10}" for n in range(250)],
            "cost_yuan": 40_000.0,
        }
    )
    found = share_out(villages, later, carry_over=owed).fairness.set_index("operator_id")
    assert found["villages"].tolist() == [174, 76] and found["cost_yuan"].tolist() == [6.96e6, 3.04e6]
    counted = share_out(villages, later, basis="villages", carry_over=in_villages(owed, villages["cost_yuan"]))
    assert counted.fairness["villages"].tolist() == [174, 76]


# --- what is proven of the villages ------------------------------------------------------------------------------


def smallest(load: list[float], goal: np.ndarray) -> float:
    """By trying every split."""
    ways = itertools.product(range(len(goal)), repeat=len(load))
    return min(deviation(np.bincount(way, load, len(goal)), goal) for way in ways)


@settings(max_examples=30, deadline=None)
@given(
    load=st.lists(st.integers(1, 40), min_size=1, max_size=7),
    parts=st.lists(st.integers(1, 5), min_size=2, max_size=3),
)
def test_few_villages_are_split_exactly(load: list[int], parts: list[int]) -> None:
    share = pd.Series(parts, index=[f"o{n}" for n in range(len(parts))]) / sum(parts)
    villages = pd.DataFrame(
        {"place_id": [f"v{n}" for n in range(len(load))], "county_id": "a", "cost_yuan": [float(one) for one in load]}
    )
    found = share_out(villages, share, gap_deviation=0.0)
    goal = share.to_numpy() * sum(load)
    assert found.greatest_deviation_share == pytest.approx(smallest(load, goal), abs=1e-9)
    assert found.run.gap_absolute == 0 and found.run.status == "optimal"
    counted = share_by_count(villages, share, gap_deviation=0.0)
    ones = [1.0] * len(load)
    goal = share.to_numpy() * len(load)
    assert counted.greatest_deviation_share == pytest.approx(smallest(ones, goal), abs=1e-9)
    assert split.least_of_equal(len(load), goal) == pytest.approx(smallest(ones, goal), abs=1e-9)


def test_seventeen_villages_of_one_county_are_not_left_at_what_the_county_proves() -> None:
    random = np.random.default_rng(5)
    villages = pd.DataFrame(
        {"place_id": [f"v{n}" for n in range(17)], "county_id": "a", "cost_yuan": random.lognormal(12, 0.5, 17)}
    )
    thirds = pd.Series([1 / 3] * 3, index=["x", "y", "z"])
    found = share_out(villages, thirds)
    assert found.counties_only_deviation_share == pytest.approx(2.0)  # the county as a whole: one has all of it
    assert found.greatest_deviation_share < 1e-3 and found.run.gap_absolute == 0
    assert found.least_possible_share == pytest.approx(found.greatest_deviation_share)


def test_of_many_villages_the_bound_is_told_and_not_a_proof_of_the_counties() -> None:
    random = np.random.default_rng(6)
    villages = pd.DataFrame(
        {"place_id": [f"v{n}" for n in range(60)], "county_id": "a", "cost_yuan": random.lognormal(12, 1.5, 60)}
    )
    found = share_out(villages, pd.Series([0.5, 0.3, 0.2], index=["x", "y", "z"]))
    assert found.greatest_deviation_share < 1e-3 and found.least_possible_share == 0
    assert found.run.gap_absolute == pytest.approx(found.greatest_deviation_share)
