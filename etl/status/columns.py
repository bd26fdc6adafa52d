"""Writes down the states of villages by standard and date, what is said of each, and the counts of every place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.declaration import Source
from etl.status.model import StatusResult
from etl.status.pilot_villages import SIMULATED
from etl.status.registered import NO_EVIDENCE, NO_SOURCE, States
from etl.store import Store
from ground.evidence import EVIDENCE
from ground.states import CONNECTED, UNCONNECTED

STATE_NAMES = ("unknown", "unconnected", "connected", "not_applicable")


@dataclass(frozen=True)
class Column:
    """One standard at one date: what status_column says of it, and the state of every village."""

    facts: dict[str, Any]
    states: States

    @property
    def name(self) -> str:
        return str(self.facts["column_name"])


def write_columns(store: Store, columns: list[Column], model: Source | None, source_ids: list[str]) -> None:
    register = source_ids[0] if source_ids else store.profile.the("places").source_id
    rows = [
        {
            **column.facts,
            "achieved_rate_percent": _rate(column),
            "evidence": _weakest(column.states.evidence, model),
            "source_id": ";".join(_sources(column.states.source, source_ids)) or register,
        }
        for column in columns
    ]
    frame = pd.DataFrame(rows).sort_values(["standard", "as_of"], ignore_index=True)
    store.insert("status_column", frame.astype(object).where(frame.notna(), None))
    for name in source_ids:
        store.trace_id("status_column", name)


def write_place_rates(store: Store, model: Source, result: StatusResult) -> None:
    rows = [
        (one.place_id, standard, day, one.low * 100, one.high * 100, " ".join(one.figure_ids))
        for (standard, day), demanded in result.bounds.items()
        for one in demanded
        if one.low > 0 or one.high < 1
    ]
    names = ["place_id", "standard", "as_of", "low_percent", "high_percent", "figure_ids"]
    store.insert("place_rate", pd.DataFrame(rows, columns=names), model)


def _rate(column: Column) -> float | None:
    """The rate that the states give; a calibrated column keeps the one that the model reached."""
    simulated_only = not ((column.states.evidence >= 0) & (column.states.evidence != SIMULATED)).any()
    if simulated_only and "achieved_rate_percent" in column.facts:
        reached = column.facts["achieved_rate_percent"]
        return None if reached is None else float(reached)
    connected = int((column.states.state == CONNECTED).sum())
    known = connected + int((column.states.state == UNCONNECTED).sum())
    return 100 * connected / known if known else None


def _weakest(evidence: NDArray[np.int8], model: Source | None) -> str:
    worst = int(evidence.max(initial=NO_EVIDENCE))
    if worst == NO_EVIDENCE:
        return model.evidence if model is not None else "declared"
    return EVIDENCE[worst]


def _sources(origin: NDArray[np.int16], source_ids: list[str]) -> list[str]:
    return [source_ids[n] for n in np.unique(origin) if n != NO_SOURCE]


def write_wide(
    store: Store, table: str, kind: str, villages: pd.DataFrame, columns: Mapping[str, NDArray[Any]]
) -> None:
    """A table of place_no and one column per standard and date, in the order of `village`; -1 is nothing."""
    store.connection.register("incoming_wide", pd.DataFrame({"place_no": villages["place_no"], **columns}))
    casts = "".join(f', nullif("{name}", {NO_EVIDENCE})::{kind} AS "{name}"' for name in columns)
    store.sql(f"CREATE TABLE {table} AS SELECT place_no{casts} FROM incoming_wide")
    store.connection.unregister("incoming_wide")
