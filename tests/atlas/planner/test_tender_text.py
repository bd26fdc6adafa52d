"""Bids and lots as people paste or upload them."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from atlas.look.language import speaking
from atlas.planner.tender import text as tender_text
from atlas.planner.tender.text import BidFileError
from planning.money.subsidy import Rule
from planning.tender.auction import check_bids

RULE = Rule(category="remote", rate=0.3, opex_years=6, valid_from=None, document="", rule_id="r")


def test_a_reserve_is_given_or_follows_the_rule() -> None:
    with speaking("en"):
        read = tender_text.read_lots("L1, 24500, 2450\nL2，100\nL1, 5\nL3\nL4, -1", [RULE], {"remote": "remote"})
    assert read.frame["reserve_yuan"].tolist() == pytest.approx([117.6e6, 1e6])
    assert read.frame["is_by_rule"].tolist() == [True, False]
    assert [line for line, _ in read.refused] == [3, 4, 5]


def test_a_package_and_a_qualification_are_read() -> None:
    with speaking("en"):
        bids = tender_text.read_bids("A, L1;L2, 12.5, yes\nB, L1+L2, 13, 否\nC, L1, 5")
    assert bids["lot_ids"].tolist() == ["L1;L2", "L1;L2", "L1"]
    assert bids["price_yuan"].tolist() == [125_000, 130_000, 50_000]
    assert bids["is_qualified"].tolist()[:2] == [True, False]
    lots = pd.DataFrame({"lot_id": ["L1", "L2"], "reserve_yuan": [1e6, 1e6]})
    checked = check_bids(lots, bids)
    assert len(checked.valid) + len(checked.refused) == 3
    assert set(checked.refused["reason"]) == {"not_qualified", "qualification_unknown"}


@pytest.mark.parametrize("heading", ["报价（万元）", "price", "报价（元）", "price_yuan"])
def test_a_file_of_bids_becomes_lines(heading: str) -> None:
    price = "110000000" if heading in ("报价（元）", "price_yuan") else "11000"
    data = f"投标人,标段,{heading}\n甲,L1,{price}\n乙,L1,\n".encode()
    with speaking("zh"):
        text = tender_text.lines_of_file("投标.csv", data)
        bids = tender_text.read_bids(text)
    assert bids["bidder_id"].tolist() == ["甲", "乙"]
    assert bids["price_yuan"].iloc[0] == 110_000_000
    assert not isinstance(bids["price_yuan"].iloc[1], float)


def test_a_workbook_of_bids_becomes_lines() -> None:
    stream = io.BytesIO()
    pd.DataFrame({"bidder": ["A"], "lots": ["L1;L2"], "price": [99.5]}).to_excel(stream, index=False)
    assert tender_text.lines_of_file("b.xlsx", stream.getvalue()) == "A, L1;L2, 99.5"


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", b"a,b\n1,2\n", b"bidder,lots\nA,L1\n"])
def test_a_file_without_bids_says_why(data: bytes) -> None:
    with speaking("en"), pytest.raises(BidFileError):
        tender_text.lines_of_file("x.csv", data)
