"""Which moves between states a record made that it should not have made.

The moves allowed are a table, data of the profile: from_state, to_state, needs_reason (true for going back,
halting, cancelling). The history is a table of record_id, state, date, reason with its rows in the order in
which they were recorded. A record's first state is taken as it is: a register that begins late is not at
fault.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

#: What a finding can be; a row may have one of the first four and "back_in_time" besides.
RULES = ("unknown_state", "jump", "back_not_allowed", "without_reason", "back_in_time")
COLUMNS = ["record_id", "rule", "from_state", "to_state", "date"]
NOT_ALLOWED, ALLOWED, NEEDS_REASON = 0, 1, 2


def findings(history: pd.DataFrame, allowed: pd.DataFrame, order: Sequence[str]) -> pd.DataFrame:
    """COLUMNS, one row per finding, in the order of the history.

    `order`: the main states from first to last, which tells a jump forward from a way back; side states are
    not in it. Rules: "unknown_state": neither in `order` nor in `allowed`; "jump": a move that is not
    allowed; "back_not_allowed": the same towards an earlier state; "without_reason": an allowed move that
    needs a reason and has none; "back_in_time": dated before the last dated row of the record.
    """
    if history["record_id"].isna().any():
        raise ValueError("a row of a history needs the record_id it belongs to")
    rows = _judged(history, allowed, order)
    found = [
        rows.loc[rows["fault"] != "", [*COLUMNS[:1], "fault", *COLUMNS[2:]]].rename(columns={"fault": "rule"}),
        rows.loc[rows["is_back_in_time"], [*COLUMNS[:1], *COLUMNS[2:]]].assign(rule="back_in_time"),
    ]
    return pd.concat(found).sort_index(kind="stable")[COLUMNS].reset_index(drop=True)


def _judged(history: pd.DataFrame, allowed: pd.DataFrame, order: Sequence[str]) -> pd.DataFrame:
    """The history's rows with from_state, to_state, fault ("" for none) and is_back_in_time."""
    rows = history.rename(columns={"state": "to_state"}).reset_index(drop=True)
    rows["date"] = pd.to_datetime(rows["date"]).dt.normalize()
    numbers = pd.factorize(rows["record_id"])[0]
    by_record = rows.groupby(numbers, sort=False)
    rows["from_state"] = by_record["to_state"].shift()
    last_dated = by_record["date"].ffill().groupby(numbers, sort=False).shift()
    rows["is_back_in_time"] = rows["date"] < last_dated
    rows["fault"] = _faults(rows, allowed, order)
    return rows


def _faults(rows: pd.DataFrame, allowed: pd.DataFrame, order: Sequence[str]) -> np.ndarray:
    states = pd.Index([*order, *allowed["from_state"], *allowed["to_state"]]).drop_duplicates()
    table = _table(allowed, states)
    start, end = states.get_indexer(rows["from_state"]), states.get_indexer(rows["to_state"])  # -1: not known
    is_move = (start >= 0) & (end >= 0) & (start != end)  # what follows an unknown state cannot be judged
    says = np.where(is_move, table[start, end], ALLOWED)
    has_reason = (rows["reason"].fillna("").astype(str).str.strip() != "").to_numpy()
    conditions = (
        end < 0,
        (says == NOT_ALLOWED) & (end < start) & (start < len(order)),  # the main states come first in `states`
        says == NOT_ALLOWED,
        (says == NEEDS_REASON) & ~has_reason,
    )
    return np.select(conditions, ["unknown_state", "back_not_allowed", "jump", "without_reason"], "")


def _table(allowed: pd.DataFrame, states: pd.Index) -> np.ndarray:
    """What the profile says of each move, shape (from, to). Raises ValueError for a move listed twice or
    without one of its ends."""
    ends = allowed[["from_state", "to_state"]]
    if ends.isna().any(axis=None) or ends.duplicated().any():
        raise ValueError("a table of moves lists each once, with both its states")
    table = np.full((len(states), len(states)), NOT_ALLOWED)
    needs_reason = allowed["needs_reason"].astype(bool).to_numpy()
    from_states, to_states = states.get_indexer(ends["from_state"]), states.get_indexer(ends["to_state"])
    table[from_states, to_states] = np.where(needs_reason, NEEDS_REASON, ALLOWED)
    return table
