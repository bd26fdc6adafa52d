"""749 contracted, 741 after duplicates, 736 after villages served already; and what no ledger may hold."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.done.reconciliation import ReconciliationError, entries_of, ledger

QUICK = settings(max_examples=60, deadline=None)  # machines are shared


def frame(*rows: tuple[object, object, object]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["date", "reason", "change_villages"], dtype=object)


def test_published_reconciliation() -> None:
    result = ledger(749, frame(("2016-10-01", "duplicate", -8), ("2016-12-01", "served already", -5)))
    assert result.lines["villages"].tolist() == [741, 736]
    assert result.lines["reason"].tolist() == ["duplicate", "served already"]
    assert (result.contracted, result.added, result.removed, result.today) == (749, 0, 13, 736)


def test_by_date_the_undated_last() -> None:
    result = ledger(10, frame((None, "unknown day", -1), ("2017-02-01", "second", -2), ("2017-01-01", "first", 5.0)))
    assert result.lines["reason"].tolist() == ["first", "second", "unknown day"]
    assert result.lines["villages"].tolist() == [15, 13, 12]
    assert (result.added, result.removed, result.undated_entries) == (5, 3, 1)


def test_no_entries() -> None:
    result = ledger(593, frame())
    assert (len(result.lines), result.today) == (0, 593)


def test_no_more_is_removed_than_there_is() -> None:
    with pytest.raises(ReconciliationError, match=r"entry 2 \(2016-12-01, served\) removes 742 villages, but only 741"):
        ledger(749, frame(("2016-12-01", "served", -742), ("2016-10-01", "duplicate", -8)))
    assert ledger(8, frame((None, "all", -8))).today == 0


@pytest.mark.parametrize(
    ("reason", "change", "message"),
    [
        (None, -1, "gives no reason"),
        (" ", -1, "gives no reason"),
        ("r", 0, "other than zero"),
        ("r", 1.5, "whole number"),
        ("r", None, "whole number"),
        ("r", float("nan"), "whole number"),
        ("r", "8", "whole number"),
    ],
)
def test_entries_that_cannot_be_booked(reason: object, change: object, message: str) -> None:
    with pytest.raises(ReconciliationError, match=message):
        ledger(749, frame(("2016-10-01", reason, change)))


def test_fewer_than_no_villages_contracted() -> None:
    with pytest.raises(ReconciliationError, match="zero or more"):
        ledger(-1, frame())


def test_entries_out_of_single_villages() -> None:
    villages = pd.DataFrame(
        [
            ("v1", "removed", "duplicate", "2016-10-01"),
            ("v2", "removed", "duplicate", "2016-10-01"),
            ("v3", "removed", "served already", None),
            ("v1", "added", "no duplicate after all", "2016-11-01"),
        ],
        columns=["village_id", "change", "reason", "date"],
    )
    entries = entries_of(villages)
    assert entries["change_villages"].tolist() == [-2, 1, -1]
    assert ledger(5, entries).lines["villages"].tolist() == [3, 4, 3]


def test_a_village_removed_twice_is_refused() -> None:
    columns = ["village_id", "change", "reason", "date"]
    twice = pd.DataFrame([("v1", "removed", r, None) for r in ("a", "b")], columns=columns)
    with pytest.raises(ReconciliationError, match=r"village v1 is removed twice \(b\)"):
        entries_of(twice)
    with pytest.raises(ReconciliationError, match="'moved'"):
        entries_of(pd.DataFrame([("v1", "moved", "a", None)], columns=columns))


changes = st.integers(-20, 20).filter(bool)


@QUICK
@given(st.integers(0, 200), st.lists(changes, max_size=20))
def test_contracted_and_changes_make_today_or_a_refusal(contracted: int, changes: list[int]) -> None:
    entries = frame(*[(None, "reason", change) for change in changes])
    lowest = min([contracted + sum(changes[: n + 1]) for n in range(len(changes))], default=contracted)
    if lowest < 0:
        with pytest.raises(ReconciliationError, match="are left"):
            ledger(contracted, entries)
        return
    result = ledger(contracted, entries)
    assert result.today == contracted + sum(changes) == contracted + result.added - result.removed
    assert (result.lines["villages"] >= 0).all()
