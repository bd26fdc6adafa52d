"""From the villages contracted to those of today: every removal and addition with its reason and date."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral
from typing import Any

import pandas as pd


class ReconciliationError(ValueError):
    """An entry that cannot be booked; says which, what was there and what was asked."""


@dataclass(frozen=True)
class Ledger:
    """contracted + added − removed == today; `lines` has the running total after each entry.

    lines: date (missing: unknown), reason, change_villages (removed: negative), villages (after it).
    """

    lines: pd.DataFrame
    contracted: int
    added: int
    removed: int
    today: int
    undated_entries: int  # booked after the dated ones, in the order given


def ledger(contracted_villages: int, entries: pd.DataFrame) -> Ledger:
    """Book entries (date, reason, change_villages: below zero removes) by date; on one day in the order
    given.

    Raises ReconciliationError for an entry without a reason, without a whole number of villages other than
    zero, or that removes more villages than there are.
    """
    if contracted_villages < 0:
        raise ReconciliationError(f"{contracted_villages} villages contracted: zero or more are needed")
    rows = entries.assign(date=pd.to_datetime(entries["date"]).dt.normalize())
    rows = rows.sort_values("date", kind="stable", na_position="last", ignore_index=True)
    booked, running = [], contracted_villages
    for number, (day, reason, change) in enumerate(rows[["date", "reason", "change_villages"]].values.tolist(), 1):
        entry = f"entry {number} ({'undated' if pd.isna(day) else f'{day:%Y-%m-%d}'}, {reason})"
        change = _checked(entry, reason, change)
        if running + change < 0:
            raise ReconciliationError(f"{entry} removes {-change} villages, but only {running} are left")
        running += change
        booked.append((day, reason, change, running))
    lines = pd.DataFrame(booked, columns=["date", "reason", "change_villages", "villages"])
    changes = lines["change_villages"].astype(int)
    return Ledger(
        lines=lines.astype({"date": "datetime64[us]", "change_villages": int, "villages": int}),
        contracted=contracted_villages,
        added=int(changes[changes > 0].sum()),
        removed=-int(changes[changes < 0].sum()),
        today=running,
        undated_entries=int(rows["date"].isna().sum()),
    )


def entries_of(villages: pd.DataFrame) -> pd.DataFrame:
    """Entries for `ledger` out of single villages: village_id, change ("removed" or "added"), reason, date.

    Villages that changed for one reason on one day are one entry. Raises ReconciliationError for another kind
    of change, and for a village removed or added twice in a row, which would count it twice.
    """
    unknown = set(villages["change"]) - {"removed", "added"}
    if unknown:
        raise ReconciliationError(f"a change is 'removed' or 'added', not {', '.join(sorted(map(repr, unknown)))}")
    rows = villages.assign(date=pd.to_datetime(villages["date"]).dt.normalize())
    rows = rows.sort_values("date", kind="stable", na_position="last")
    twice = rows["change"] == rows.groupby("village_id")["change"].shift()
    if twice.any():
        first = rows[twice].iloc[0]
        raise ReconciliationError(f"village {first['village_id']} is {first['change']} twice ({first['reason']})")
    counts = rows.groupby(["date", "reason", "change"], dropna=False, sort=False).size().reset_index(name="count")
    signs = counts["change"].map({"removed": -1, "added": 1})
    return counts[["date", "reason"]].assign(change_villages=counts["count"] * signs)


def _checked(entry: str, reason: Any, change: Any) -> int:
    if not isinstance(reason, str) or not reason.strip():
        raise ReconciliationError(f"{entry} gives no reason")
    is_whole = isinstance(change, Integral) or (isinstance(change, float) and change.is_integer())
    if not is_whole or change == 0:
        raise ReconciliationError(f"{entry} changes {change} villages: a whole number other than zero is needed")
    return int(change)
