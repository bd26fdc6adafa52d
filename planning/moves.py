"""Which moves between states a record made that it should not have made.

The moves allowed are a table, data of the profile: from_state, to_state, needs_reason (true for going back, halting,
cancelling). The history is a table of record_id, state, date, reason with its rows in the order in which they were
recorded. A record's first state is taken as it is: a register that begins late is not at fault.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

#: What a finding can be; a row may have one of the first four and "back_in_time" besides.
RULES = ("unknown_state", "jump", "back_not_allowed", "without_reason", "back_in_time")
COLUMNS = ["record_id", "rule", "from_state", "to_state", "date"]


def findings(history: pd.DataFrame, allowed: pd.DataFrame, order: Sequence[str]) -> pd.DataFrame:
    """COLUMNS, one row per finding, in the order of the history.

    `order`: the main states from first to last, which tells a jump forward from a way back; side states are not in
    it. Rules: "unknown_state": neither in `order` nor in `allowed`; "jump": a move that is not allowed;
    "back_not_allowed": the same towards an earlier state; "without_reason": an allowed move that needs a reason and
    has none; "back_in_time": dated before the last dated row of the record.
    """
    rows = _judged(history, allowed, order)
    found = [
        rows.loc[rows["fault"] != "", [*COLUMNS[:1], "fault", *COLUMNS[2:]]].rename(
            columns={"fault": "rule"}
        ),
        rows.loc[rows["is_back_in_time"], [*COLUMNS[:1], *COLUMNS[2:]]].assign(rule="back_in_time"),
    ]
    return pd.concat(found).sort_index(kind="stable")[COLUMNS].reset_index(drop=True)


def _judged(history: pd.DataFrame, allowed: pd.DataFrame, order: Sequence[str]) -> pd.DataFrame:
    """The history's rows with from_state, to_state, fault ("" for none) and is_back_in_time."""
    rows = history.rename(columns={"state": "to_state"}).reset_index(drop=True)
    rows["date"] = pd.to_datetime(rows["date"]).dt.normalize()
    by_record = rows.groupby("record_id", sort=False)
    rows["from_state"] = by_record["to_state"].shift()
    last_dated = by_record["date"].ffill().groupby(rows["record_id"], sort=False).shift()
    rows["is_back_in_time"] = rows["date"] < last_dated
    rows["fault"] = _faults(rows, _reasons_needed(allowed), order)
    return rows


def _faults(
    rows: pd.DataFrame, needs_reason: dict[tuple[str, str], bool], order: Sequence[str]
) -> np.ndarray:
    place = {state: number for number, state in enumerate(order)}
    known = {*order, *(state for move in needs_reason for state in move)}
    moved = rows["from_state"].notna() & (rows["from_state"] != rows["to_state"])
    moves = pd.Series(
        list(zip(rows["from_state"], rows["to_state"], strict=True)), index=rows.index, dtype=object
    )
    is_allowed = moves.isin(list(needs_reason))
    is_back = rows["to_state"].map(place) < rows["from_state"].map(place)
    has_reason = rows["reason"].fillna("").astype(str).str.strip() != ""
    conditions = (
        ~rows["to_state"].isin(list(known)),
        ~moved | ~rows["from_state"].isin(list(known)),  # what follows an unknown state cannot be judged
        ~is_allowed & is_back,
        ~is_allowed,
        moves.map(needs_reason).eq(True) & ~has_reason,
    )
    return np.select(conditions, ["unknown_state", "", "back_not_allowed", "jump", "without_reason"], "")


def _reasons_needed(allowed: pd.DataFrame) -> dict[tuple[str, str], bool]:
    """(from, to) → needs a reason. Raises ValueError for a move listed twice or with an end missing."""
    ends = allowed[["from_state", "to_state"]]
    if ends.isna().any(axis=None) or ends.duplicated().any():
        raise ValueError("a table of moves lists each once, with both its states")
    pairs = zip(ends["from_state"], ends["to_state"], strict=True)
    return dict(zip(pairs, allowed["needs_reason"].astype(bool), strict=True))
