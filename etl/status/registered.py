"""States of villages as registers tell them, at any date: three values, and what each rests on.

A connection once made is taken to last. A village that is connected at one date counts as connected later, and one
that is unconnected at one date as unconnected before; such states are assumed, not declared. Where the day of opening
is known, nothing needs to be assumed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.status.standards import Meets
from etl.store import Store
from ground.evidence import EVIDENCE
from ground.states import CONNECTED, NOT_APPLICABLE, UNCONNECTED, UNKNOWN

ASSUMED = EVIDENCE.index("assumed")
NO_EVIDENCE = -1
NO_SOURCE = -1


@dataclass(frozen=True)
class Told:
    """What registers say of one standard: one row per village and date that they speak of."""

    rows: pd.DataFrame  # place_no, as_of, state, evidence (index into EVIDENCE), source_id, opened_date
    source_ids: frozenset[str]  # all that speak of the standard

    @property
    def dates(self) -> list[date]:
        return sorted(self.rows["as_of"].unique())


@dataclass(frozen=True)
class States:
    """States of all villages at one date, with evidence (index, -1: none) and source (index, -1: none)."""

    state: NDArray[np.int8]
    evidence: NDArray[np.int8]
    source: NDArray[np.int16]


def nothing_told(inside: NDArray[np.bool_]) -> States:
    """The states of villages of which nobody says anything: unknown inside the programme, else not applicable."""
    return States(
        np.where(inside, UNKNOWN, NOT_APPLICABLE).astype(np.int8),
        np.full(len(inside), NO_EVIDENCE, dtype=np.int8),
        np.full(len(inside), NO_SOURCE, dtype=np.int16),
    )


def told(store: Store, meets: Meets) -> Told:
    """What the table `coverage` says of a standard."""
    rows = store.sql(meets.query, meets.parameters).df()
    rows["as_of"] = [moment.date() for moment in pd.to_datetime(rows["as_of"])]
    is_met = rows["is_met"].astype("boolean")
    rows["state"] = np.select(
        [is_met.fillna(False).to_numpy(bool), (~is_met).fillna(False).to_numpy(bool)],
        [CONNECTED, UNCONNECTED],
        UNKNOWN,
    ).astype(np.int8)
    rows["evidence"] = rows["evidence"].map({kind: n for n, kind in enumerate(EVIDENCE)}).astype(np.int8)
    return Told(rows, frozenset(rows["source_id"]))


def states_at(told: Told, as_of: date, villages: int, source_ids: Sequence[str]) -> States:
    """The states of villages 0 … `villages`-1 on a day; source is an index into `source_ids`."""
    made = States(
        np.zeros(villages, dtype=np.int8),
        np.full(villages, NO_EVIDENCE, dtype=np.int8),
        np.full(villages, NO_SOURCE, dtype=np.int16),
    )
    rows = told.rows.assign(source=told.rows["source_id"].map({name: n for n, name in enumerate(source_ids)}))
    # From the weakest claim to the strongest: each overwrites what stands there.
    before = rows[(rows["as_of"] < as_of) & (rows["state"] == CONNECTED)]
    _put(made, before.sort_values("as_of"), CONNECTED, is_assumed=True)
    after = rows[(rows["as_of"] > as_of) & (rows["state"] == UNCONNECTED)]
    _put(made, after.sort_values("as_of", ascending=False), UNCONNECTED, is_assumed=True)
    opened = rows[pd.notna(rows["opened_date"])]
    days = pd.to_datetime(opened["opened_date"])
    is_open = (days <= pd.Timestamp(as_of)).to_numpy()
    _put(made, opened[is_open & (opened["state"] == CONNECTED).to_numpy()], CONNECTED, is_assumed=False)
    _put(made, opened[~is_open], UNCONNECTED, is_assumed=False)
    exact = rows[(rows["as_of"] == as_of) & (rows["state"] != UNKNOWN)]
    for state in (UNCONNECTED, CONNECTED):
        _put(made, exact[exact["state"] == state], state, is_assumed=False)
    return made


def _put(made: States, rows: pd.DataFrame, state: int, *, is_assumed: bool) -> None:
    numbers = rows["place_no"].to_numpy(dtype=np.int64)
    evidence = rows["evidence"].to_numpy(dtype=np.int8)
    made.state[numbers] = state
    made.evidence[numbers] = np.maximum(evidence, ASSUMED) if is_assumed else evidence
    made.source[numbers] = rows["source"].to_numpy(dtype=np.int16)
