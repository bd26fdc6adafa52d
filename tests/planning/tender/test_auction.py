"""Tenders: by hand, packages against brute force, and every bid accounted for."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.inputs import InputError
from planning.tender.auction import REASONS, award, check_bids, simulate_bids


def lots(**reserve: float) -> pd.DataFrame:
    return pd.DataFrame({"lot_id": list(reserve), "reserve_yuan": list(reserve.values())})


def bids(*rows: tuple[object, object, object]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["bidder_id", "lot_ids", "price_yuan"])


def test_the_lowest_of_three_saves_an_eighth() -> None:
    """Reserve 117.6 M; 110, 102 and 115 M: 102 M wins, 13.3 % are saved."""
    found = award(lots(L1=117.6e6), bids(("a", "L1", 110e6), ("b", "L1", 102e6), ("c", "L1", 115e6)))
    assert found.wins["bidder_id"].tolist() == ["b"] and found.price_yuan == 102e6
    assert found.saved_yuan == pytest.approx(15.6e6)
    assert found.saved_share == pytest.approx(0.133, abs=5e-4)
    lot = found.lots.iloc[0]
    assert lot["bidders"] == 3 and not lot["is_single_bidder"] and not lot["is_tied"]
    assert found.unsold == 0 and not found.is_simulated


def test_every_win_says_what_it_saves() -> None:
    found = award(lots(L1=100.0, L2=80.0, L3=50.0), bids(("a", "L1;L2", 150), ("b", "L3", 50), ("c", "L1", 99)))
    wins = found.wins.set_index("bidder_id")
    assert wins["saved_yuan"].to_dict() == {"a": 30, "b": 0}
    assert wins["saved_share"].to_dict() == pytest.approx({"a": 30 / 180, "b": 0})
    assert wins["lots"].to_dict() == {"a": 2, "b": 1}


def test_one_bidder_is_a_warning() -> None:
    found = award(lots(L1=100.0, L2=100.0), bids(("a", "L1", 99), ("b", "L2", 98), ("c", "L2", 97)))
    assert found.lots["is_single_bidder"].tolist() == [True, False]


def test_a_least_number_of_bidders_is_a_rule_of_the_profile() -> None:
    """Without one a single bid wins. With two, L1 falls, and with it the package that gave L2 its second bidder."""
    given_bids = bids(("a", "L1;L2", 150), ("b", "L2", 90), ("c", "L3", 80), ("d", "L3", 70))
    three = lots(L1=100.0, L2=100.0, L3=100.0)
    assert award(three, given_bids).unsold == 0
    found = award(three, given_bids, least_bidders=2)
    assert found.wins["bidder_id"].tolist() == ["d"] and found.unsold == 2
    refused = found.checked.refused.set_index("bidder_id")["reason"].to_dict()
    assert refused == {"a": "too_few_bidders", "b": "too_few_bidders"}
    assert len(found.checked.valid) + len(found.checked.refused) == len(given_bids)
    assert award(three, given_bids, least_bidders=3).wins.empty
    with pytest.raises(InputError):
        award(three, given_bids, least_bidders=0)


def test_a_package_wins_where_the_whole_is_cheaper() -> None:
    given_bids = bids(("a", "L1", 60), ("b", "L2", 95), ("c", "L1;L2", 150), ("d", "L1;L2;L3", 230))
    found = award(lots(L1=100.0, L2=100.0, L3=100.0), given_bids)
    assert found.wins["bidder_id"].tolist() == ["d"]  # 230 against 150 or 155 and 100 for L3 unsold
    assert found.lot_by_lot_yuan == 255 and found.with_unsold_yuan == 230
    assert found.lots["bidders"].tolist() == [3, 3, 1]
    assert found.lots["bidder_id"].tolist() == ["d", "d", "d"]


def test_savings_and_most_lots_are_two_aims() -> None:
    """L1 for 10 saves 90, but leaves L2 to nobody; the package for 150 sells both and saves 50."""
    given_bids = bids(("a", "L1", 10), ("b", "L1;L2", 150))
    both = lots(L1=100.0, L2=100.0)
    assert award(both, given_bids).wins["bidder_id"].tolist() == ["a"]
    assert award(both, given_bids).unsold == 1
    assert award(both, given_bids, objective="most_lots").wins["bidder_id"].tolist() == ["b"]


def test_a_bid_at_the_reserve_still_sells() -> None:
    found = award(lots(L1=100.0), bids(("a", "L1", 100)))
    assert found.unsold == 0 and found.saved_yuan == 0


def test_of_equal_bids_the_first_wins_and_it_is_said() -> None:
    found = award(lots(L1=100.0), bids(("a", "L1", 90), ("b", "L1", 80), ("c", "L1", 80)))
    assert found.wins["bidder_id"].tolist() == ["b"] and found.lots["is_tied"].tolist() == [True]


def test_a_bidder_gets_so_many_lots_at_most() -> None:
    two = lots(L1=100.0, L2=100.0)
    given_bids = bids(("a", "L1", 50), ("a", "L2", 50), ("b", "L2", 70))
    assert award(two, given_bids).price_yuan == 100
    limited = award(two, given_bids, most_lots_per_bidder=1)
    assert limited.wins["bidder_id"].tolist() == ["a", "b"] and limited.price_yuan == 120
    assert award(two, given_bids, most_lots_per_bidder=0).unsold == 2


def test_bids_that_do_not_count_are_reported_each_with_its_reason() -> None:
    table = bids(
        ("a", "L1", 90),
        ("b", "L9", 90),
        ("c", "L1", 101),
        ("d", "L1", -1),
        ("a", "L1", 90),
        ("e", "L1", 80),
        ("e", "L1", 70),
        ("f", "L1", "cheap"),
        (None, "L1", 50),
        ("g", None, 50),
        ("h", "L1;L1", 50),
        ("i", "L1", 1),
        ("j", "L1", 1),
        ("k", "L1;L2", 201),
        ("l", "L2;L1", 150),
        ("l", "L1;L2", 150),
        ("m", "L1", float("inf")),
    ).assign(is_qualified=[True] * 11 + [False, None] + [True] * 4)
    checked = check_bids(lots(L1=100.0, L2=100.0), table)
    assert checked.valid["bid_id"].tolist() == ["row 1", "row 15"]
    reasons = dict(zip(checked.refused["bid_id"], checked.refused["reason"], strict=True))
    assert reasons == {
        "row 2": "unknown_lot",
        "row 3": "above_reserve",
        "row 4": "negative",
        "row 5": "duplicate",
        "row 6": "contradictory",
        "row 7": "contradictory",
        "row 8": "not_a_number",
        "row 9": "no_bidder",
        "row 10": "no_lot",
        "row 11": "lot_repeated",
        "row 12": "not_qualified",
        "row 13": "qualification_unknown",
        "row 14": "above_reserve",
        "row 16": "duplicate",
        "row 17": "not_a_number",
    }
    assert set(reasons.values()) == set(REASONS) - {"too_few_bidders"}  # that one needs a rule
    details = dict(zip(checked.refused["bid_id"], checked.refused["detail"], strict=True))
    assert details["row 2"] == "L9" and details["row 3"] == "101.00 > 100.00"
    assert details["row 8"] == "cheap" and details["row 5"] == "row 1"


def test_the_word_false_of_a_file_is_not_true() -> None:
    table = bids(("a", "L1", 90), ("b", "L1", 80), ("c", "L1", 70), ("d", "L1", 60))
    checked = check_bids(lots(L1=100.0), table.assign(is_qualified=["True", "False", "perhaps", 1]))
    assert checked.valid["bidder_id"].tolist() == ["a", "d"]
    assert checked.refused["reason"].tolist() == ["not_qualified", "qualification_unknown"]


def test_no_bid_that_counts_is_an_answer() -> None:
    for given_bids in (bids(), bids(("a", "L9", 5))):
        found = award(lots(L1=100.0), given_bids)
        assert found.unsold == 1 and found.price_yuan == 0 and found.saved_share is None
        assert found.lot_by_lot_yuan == found.with_unsold_yuan == 100


@pytest.mark.parametrize(
    ("the_lots", "the_bids", "named"),
    [
        (lots(L1=None), bids(), "none for L1"),
        (lots(L1=-5.0), bids(), r"lots\.reserve_yuan"),
        (pd.concat([lots(L1=1.0)] * 2), bids(), "L1 twice"),
        (pd.DataFrame({"lot_id": ["A;B"], "reserve_yuan": [1.0]}), bids(), "a name without"),
        (lots(L1=1.0), bids().drop(columns="price_yuan"), r"bids\.price_yuan"),
        (lots(L1=1.0), bids(("a", "L1", 1), ("b", "L1", 1)).assign(bid_id="same"), "same twice"),
    ],
)
def test_tables_that_cannot_be_used_are_named(the_lots: pd.DataFrame, the_bids: pd.DataFrame, named: str) -> None:
    with pytest.raises(InputError, match=named):
        award(the_lots, the_bids)


def test_invented_bids_come_from_the_seed_and_mark_the_whole() -> None:
    three = lots(L1=100e6, L2=50e6, L3=70e6)
    first, second = (simulate_bids(three, ["a", "b", "c"], seed=7) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)
    assert not first.equals(simulate_bids(three, ["a", "b", "c"], seed=8))
    assert award(three, first).is_simulated
    mixed = pd.concat([bids(("z", "L1", 1e6)).assign(is_simulated=False, bid_id="Z"), first])
    assert award(three, mixed).is_simulated
    with pytest.raises(InputError, match="takes_part"):
        simulate_bids(three, ["a"], seed=1, takes_part=2)
    with pytest.raises(InputError, match="high_share"):
        simulate_bids(three, ["a"], seed=1, low_share=1, high_share=0.5)


def random_tender(seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    random = np.random.default_rng(seed)
    names = ["L1", "L2", "L3", "L4"]
    the_lots = pd.DataFrame({"lot_id": names, "reserve_yuan": random.integers(50, 150, 4).astype(float)})
    rows = []
    for _ in range(9):
        chosen = sorted(random.choice(names, random.integers(1, 4), replace=False))
        rows.append((f"b{random.integers(4)}", ";".join(chosen), int(random.integers(-5, 60) + 60 * len(chosen))))
    return the_lots, bids(*rows)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_winners_are_those_of_brute_force(seed: int) -> None:
    the_lots, the_bids = random_tender(seed)
    found = award(the_lots, the_bids)
    valid = found.checked.valid
    assert len(valid) + len(found.checked.refused) == len(the_bids)
    reserve = the_lots.set_index("lot_id")["reserve_yuan"]
    best = np.inf
    for count in range(len(valid) + 1):
        for chosen in itertools.combinations(range(len(valid)), count):
            sold = [lot for one in chosen for lot in valid["lot_ids"][one]]
            if len(set(sold)) == len(sold):
                best = min(best, valid["price_yuan"].iloc[list(chosen)].sum() + reserve.drop(sold).sum())
    assert found.with_unsold_yuan == pytest.approx(best)
    assert found.with_unsold_yuan <= found.lot_by_lot_yuan + 1e-6
    sold = found.wins.explode("lot_ids")["lot_ids"]
    assert sold.is_unique and found.unsold == 4 - len(sold)
    assert found.reserve_yuan - found.price_yuan == pytest.approx(found.saved_yuan)
    assert found.saved_yuan >= -1e-6
