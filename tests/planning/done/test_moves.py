"""Records that move as they may, and each way of moving as they may not."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.done.moves import COLUMNS, findings

QUICK = settings(max_examples=60, deadline=None)  # machines are shared

ORDER = ["application", "contract", "build", "open", "accepted"]
ALLOWED = pd.DataFrame(
    [
        *[(one, following, False) for one, following in pairwise(ORDER)],
        ("open", "build", True),
        ("build", "halted", True),
        ("halted", "build", False),
    ],
    columns=["from_state", "to_state", "needs_reason"],
)


def past(*rows: tuple[str, str, str | None, str | None]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["record_id", "state", "date", "reason"], dtype=object)


def found(*rows: tuple[str, str, str | None, str | None]) -> list[tuple[object, ...]]:
    table = findings(past(*rows), ALLOWED, ORDER)
    assert list(table) == COLUMNS
    return [
        (*row[:4], None if pd.isna(row[4]) else f"{row[4]:%Y-%m-%d}")
        for row in table.itertuples(index=False, name=None)
    ]


def test_a_straight_way_has_no_findings() -> None:
    assert found(*[("p", state, f"2017-0{n}-01", None) for n, state in enumerate(ORDER, 1)]) == []
    assert found() == []


def test_jump() -> None:
    assert found(("p", "contract", "2016-08-30", None), ("p", "open", "2017-07-31", "in a hurry")) == [
        ("p", "jump", "contract", "open", "2017-07-31")
    ]


def test_back_with_and_without_a_reason() -> None:
    there = ("p", "open", "2017-07-31", None)
    assert found(there, ("p", "build", "2017-08-05", "line cut")) == []
    assert found(there, ("p", "build", "2017-08-05", " ")) == [("p", "without_reason", "open", "build", "2017-08-05")]
    assert found(there, ("p", "contract", None, "anew")) == [("p", "back_not_allowed", "open", "contract", None)]


def test_side_states() -> None:
    start = ("p", "build", "2017-01-01", None)
    assert found(start, ("p", "halted", "2017-02-01", "flood"), ("p", "build", "2017-03-01", None)) == []
    assert found(start, ("p", "halted", "2017-02-01", None)) == [
        ("p", "without_reason", "build", "halted", "2017-02-01")
    ]
    assert found(("p", "open", None, None), ("p", "halted", None, "x")) == [("p", "jump", "open", "halted", None)]


def test_back_in_time_also_over_an_undated_row_and_besides_another_finding() -> None:
    assert found(
        ("p", "build", "2017-07-01", None), ("p", "open", None, None), ("p", "accepted", "2017-06-01", None)
    ) == [("p", "back_in_time", "open", "accepted", "2017-06-01")]
    assert found(("p", "build", "2017-07-01", None), ("p", "accepted", "2017-06-01", None)) == [
        ("p", "jump", "build", "accepted", "2017-06-01"),
        ("p", "back_in_time", "build", "accepted", "2017-06-01"),
    ]


def test_records_are_told_apart() -> None:
    """Rows of two records one after another in the file are no move from one to the other."""
    assert (
        found(
            ("p", "contract", "2017-01-01", None),
            ("q", "accepted", "2016-01-01", None),
            ("p", "build", "2017-02-01", None),
        )
        == []
    )


def test_a_state_nobody_knows_is_said_once() -> None:
    assert found(("p", "build", None, None), ("p", "opend", None, None), ("p", "accepted", None, None)) == [
        ("p", "unknown_state", "build", "opend", None)
    ]
    nothing_said = findings(past(("p", None, "2017-01-01", None)), ALLOWED, ORDER)  # type: ignore[arg-type]
    assert nothing_said["rule"].tolist() == ["unknown_state"]


def test_the_same_state_again_is_no_move() -> None:
    assert found(("p", "open", "2017-07-31", None), ("p", "open", "2017-08-31", None)) == []


def test_tables_of_moves_that_contradict_themselves() -> None:
    with pytest.raises(ValueError, match="lists each once"):
        findings(past(), pd.concat([ALLOWED, ALLOWED]), ORDER)
    with pytest.raises(ValueError, match="lists each once"):
        findings(past(), ALLOWED.assign(to_state=None), ORDER)


@QUICK
@given(st.lists(st.tuples(st.sampled_from("pqr"), st.sampled_from([*ORDER, "halted"])), max_size=30))
def test_findings_are_exactly_the_moves_not_in_the_table(steps: list[tuple[str, str]]) -> None:
    table = findings(past(*[(record, state, None, "said why") for record, state in steps]), ALLOWED, ORDER)
    moves = set(zip(ALLOWED["from_state"], ALLOWED["to_state"], strict=True))
    last: dict[str, str] = {}
    expected = []
    for record, state in steps:
        before = last.get(record, state)
        if before != state and (before, state) not in moves:
            expected.append((record, before, state))
        last[record] = state
    assert list(table[["record_id", "from_state", "to_state"]].itertuples(index=False, name=None)) == expected


def test_a_row_of_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="record_id"):
        findings(past((None, "open", None, None)), ALLOWED, ORDER)  # type: ignore[arg-type]
