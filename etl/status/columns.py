"""Writes down the states of villages by standard and date, what is said of each, and the counts of every place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.declaration import Source
from etl.status.model import StatusResult
from etl.status.pilot_villages import SIMULATED, codes_of
from etl.status.registered import NO_EVIDENCE, NO_SOURCE, States
from etl.store import Store
from ground.evidence import EVIDENCE
from ground.states import CONNECTED, UNCONNECTED
from importer.values import NOTHING

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


def write_states(store: Store, villages: pd.DataFrame, columns: list[Column], source_ids: list[str]) -> None:
    states = {column.name: column.states.state for column in columns}
    evidence = {
        column.name: pd.Series(column.states.evidence, dtype="Int8").mask(column.states.evidence == NO_EVIDENCE)
        for column in columns
    }
    write_wide(store, "village_status", "TINYINT", villages, states)
    write_wide(store, "village_evidence", "TINYINT", villages, evidence)
    for table in ("village_status", "village_evidence"):
        for name in source_ids:
            store.trace_id(table, name)


def write_wide(store: Store, table: str, kind: str, villages: pd.DataFrame, columns: dict[str, Any]) -> None:
    """A table of place_no and one column per standard and date, in the order of `village`."""
    store.connection.register("incoming_wide", pd.DataFrame({"place_no": villages["place_no"], **columns}))
    casts = "".join(f', "{name}"::{kind} AS "{name}"' for name in columns)
    store.sql(f"CREATE TABLE {table} AS SELECT place_no{casts} FROM incoming_wide")
    store.connection.unregister("incoming_wide")
    store.trace(table, store.profile.the("places"))


def write_counts(store: Store, villages: pd.DataFrame, columns: list[Column], source_ids: list[str]) -> None:
    """One row per place above the village, standard and date; places without villages count 0."""
    inside = villages["in_programme"].to_numpy()
    people = villages["population_persons"].to_numpy(dtype=float)
    for level in store.profile.upper_levels:
        places, codes = codes_of(store, villages, level)
        for column in columns:
            frame = _counted(column, codes, len(places), inside, people, source_ids)
            named = {name: column.facts[name] for name in ("standard", "as_of")}
            store.insert("status_count", frame.assign(place_id=places, level=level, **named))
    store.trace("status_count", store.profile.the("places"))
    for name in source_ids:
        store.trace_id("status_count", name)


def _counted(
    column: Column,
    codes: NDArray[np.int32],
    places: int,
    inside: NDArray[np.bool_],
    people: NDArray[np.float64],
    source_ids: list[str],
) -> pd.DataFrame:
    state, evidence, origin = column.states.state, column.states.evidence, column.states.source
    packed = codes[inside] * len(STATE_NAMES) + state[inside]
    counts = np.bincount(packed, minlength=places * len(STATE_NAMES)).reshape(-1, len(STATE_NAMES))
    frame = pd.DataFrame(dict(zip(STATE_NAMES, counts.T.astype(np.int32), strict=True)))
    known = inside & np.isin(state, (CONNECTED, UNCONNECTED))
    frame["simulated"] = np.bincount(codes[known & (evidence == SIMULATED)], minlength=places).astype(np.int32)
    frame["evidence"] = _weakest_by_place(codes[known], evidence[known], places)
    frame["source_id"] = _sources_by_place(codes[known], origin[known], places, source_ids)
    counted = known & np.isfinite(people)
    anyone = np.bincount(codes[counted], minlength=places) > 0
    for name, rows in (
        ("population_persons", counted),
        ("population_unconnected_persons", counted & (state == UNCONNECTED)),
    ):
        total = np.bincount(codes[rows], weights=people[rows], minlength=places)
        frame[name] = pd.array(np.where(anyone, total, np.nan)).astype("Int64")
    return frame


def _weakest_by_place(codes: NDArray[np.int32], evidence: NDArray[np.int8], places: int) -> NDArray[np.object_]:
    """The weakest evidence among the villages of known state; None where there are none."""
    worst = np.full(places, NO_EVIDENCE, dtype=np.int8)
    np.maximum.at(worst, codes, evidence)
    return np.array([*EVIDENCE, None], dtype=object)[worst]


def _sources_by_place(
    codes: NDArray[np.int32], origin: NDArray[np.int16], places: int, source_ids: list[str]
) -> NDArray[np.object_]:
    """The sources that speak of a place's villages, joined by ";"; None where there are none."""
    names = np.full(places, "", dtype=object)
    for n, source_id in enumerate(source_ids):
        speaks = np.bincount(codes[origin == n], minlength=places) > 0
        names[speaks] = [f"{name};{source_id}" if name else source_id for name in names[speaks]]
    return np.where(names == "", NOTHING, names)
