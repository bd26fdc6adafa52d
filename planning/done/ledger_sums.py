"""Several projects' ledgers together: sums, sums by reason, and the steps from what was contracted to today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from planning.done.reconciliation import Ledger


@dataclass(frozen=True)
class LedgerSums:
    """contracted + added − removed == today, over all ledgers; counts of villages and of entries."""

    contracted: int
    added: int
    removed: int
    today: int
    entries: int
    undated_entries: int


def together(ledgers: Mapping[str, Ledger]) -> LedgerSums:
    """The sums over projects."""
    held = list(ledgers.values())
    return LedgerSums(
        contracted=sum(one.contracted for one in held),
        added=sum(one.added for one in held),
        removed=sum(one.removed for one in held),
        today=sum(one.today for one in held),
        entries=sum(len(one.lines) for one in held),
        undated_entries=sum(one.undated_entries for one in held),
    )


def by_reason(ledgers: Mapping[str, Ledger]) -> pd.DataFrame:
    """reason, change_villages (their sum), entries, projects; the largest change first, in the order met among
    equals.
    """
    lines = pd.concat([one.lines.assign(project_id=name) for name, one in ledgers.items()])
    summed = lines.groupby("reason", sort=False, as_index=False).agg(
        change_villages=("change_villages", "sum"),
        entries=("change_villages", "size"),
        projects=("project_id", "nunique"),
    )
    order = summed["change_villages"].abs().sort_values(ascending=False, kind="stable").index
    return summed.loc[order].reset_index(drop=True)


def steps(ledgers: Mapping[str, Ledger], most: int) -> tuple[pd.DataFrame, bool]:
    """reason, change_villages, villages (after it), and whether each is a single entry.

    The first row is what was contracted and the last is today: their reason and change are missing. Up to `most`
    entries of one project are told one by one, else by reason; what is beyond `most` reasons is one step with the
    reason "".
    """
    contracted = together(ledgers).contracted
    lines = pd.concat([one.lines for one in ledgers.values()])[["reason", "change_villages"]]
    is_single = len(ledgers) == 1 and len(lines) <= most
    told = lines if is_single else by_reason(ledgers)[["reason", "change_villages"]]
    rest = int(told["change_villages"].iloc[most:].sum())
    told = told.head(most)
    if rest:
        told = pd.concat([told, pd.DataFrame({"reason": [""], "change_villages": [rest]})])
    ends = pd.DataFrame({"reason": [None], "change_villages": [None]})
    table = pd.concat([ends, told.astype(object), ends], ignore_index=True)
    changes = table["change_villages"].fillna(0).astype(int)
    return table.assign(
        change_villages=table["change_villages"].astype("Int64"), villages=contracted + changes.cumsum()
    ), is_single
