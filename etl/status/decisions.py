"""States that an office has decided, village by village: they stand above what registers say, and registers above the
simulation.

A decision holds from its date on. "Connected" lasts, as every connection is taken to; "unconnected" until a register of
a later date says otherwise, and before its date it takes the place of simulated states only. On other days than its own
a decided state is assumed at best.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.declaration import Source
from etl.records.row_checks import FIRST_DATA_ROW, refuse_empty
from etl.source_file import file_path, read_text_table, sha256_of
from etl.status.registered import ASSUMED, States, Told
from etl.store import Store
from ground.evidence import EVIDENCE
from ground.states import CONNECTED, NOT_APPLICABLE, UNCONNECTED
from importer.place.crosswalk import Crosswalk

COLUMNS = ["place_id", "standard", "state", "as_of", "evidence", "challenge_no"]
SIMULATED = EVIDENCE.index("simulated")
STATES = {"connected": CONNECTED, "unconnected": UNCONNECTED}


@dataclass(frozen=True)
class Decided:
    """Of one standard, in their order: place_no, as_of, state, evidence (index), source_id."""

    rows: pd.DataFrame


def load_decisions(store: Store, source: Source, crosswalk: Crosswalk | None) -> None:
    """Fill `decision`. A village of a former code is found by it; one that there is not is rejected, and told,
    and so is a standard that the profile has not."""
    path = file_path(source)
    frame = read_text_table(source, path, COLUMNS)
    refuse_empty(path, frame, COLUMNS)
    numbers = dict(store.sql("SELECT place_id, place_no FROM village WHERE in_programme").fetchall())
    place_no = _as_of_today(store, frame["place_id"], crosswalk, numbers).map(numbers)
    is_known = frame["standard"].isin([one.standard_id for one in store.profile.form.standard])
    _reject(store, source, path.name, frame[place_no.isna()], "place_id", "code_unknown")
    _reject(store, source, path.name, frame[place_no.notna() & ~is_known], "standard", "unknown_word")
    rows = frame.assign(place_no=place_no)[place_no.notna() & is_known]
    wanted = rows[["place_no", "standard", "state", "as_of", "evidence", "challenge_no"]]
    store.insert("decision", wanted, source)
    store.record(source, file=path.name, sha256=sha256_of(path), read=len(frame), loaded=len(rows))
    store.trace("decision", store.profile.the("places"))


def _reject(store: Store, source: Source, file: str, rows: pd.DataFrame, field: str, rule: str) -> None:
    told = rows.assign(file=file, row_number=rows.index + FIRST_DATA_ROW, field=field, value=rows[field])
    store.remark(source, told[["file", "row_number", "field", "value"]], rule=rule, is_rejected=True)


def _as_of_today(store: Store, codes: pd.Series, crosswalk: Crosswalk | None, numbers: dict[str, int]) -> pd.Series:
    """The codes that the villages have in this register; those that it knows are left as they are."""
    until = store.profile.codes_as_of
    if crosswalk is None or until is None:
        return codes
    return codes.where(codes.isin(list(numbers)), crosswalk.translate(codes, date.min, until).codes)


def decided(store: Store) -> dict[str, Decided]:
    """Standard → its decisions; of several on one village the latest counts last."""
    rows = store.sql(
        """
        SELECT standard, place_no, as_of, state, evidence::TEXT AS evidence, source_id
        FROM decision ORDER BY standard, place_no, as_of, challenge_no
        """
    ).df()
    rows["as_of"] = [moment.date() for moment in pd.to_datetime(rows["as_of"])]
    rows["state"] = rows["state"].map(STATES).astype(np.int8)
    rows["evidence"] = rows["evidence"].map({kind: n for n, kind in enumerate(EVIDENCE)}).astype(np.int8)
    return {str(standard): Decided(some) for standard, some in rows.groupby("standard")}


def put(made: States, decisions: Decided, register: Told | None, day: date, source_ids: list[str]) -> States:
    """The states of a day with the decisions in them."""
    rows = decisions.rows.assign(source=decisions.rows["source_id"].map({name: n for n, name in enumerate(source_ids)}))
    state, evidence, origin = made.state.copy(), made.evidence.copy(), made.source.copy()
    before = rows[(rows["as_of"] > day) & (rows["state"] == UNCONNECTED)]
    _put(state, evidence, origin, before[_at(evidence, before) == SIMULATED], is_assumed=True)
    from_then_on = rows[rows["as_of"] <= day]
    holds = from_then_on[~_said_later(from_then_on, register, day)]
    _put(state, evidence, origin, holds[holds["as_of"] < day], is_assumed=True)
    _put(state, evidence, origin, holds[holds["as_of"] == day], is_assumed=False)
    return States(state, evidence, origin)


def _said_later(rows: pd.DataFrame, register: Told | None, day: date) -> NDArray[np.bool_]:
    """Decisions "unconnected" after which a register says that the village is connected."""
    if register is None or rows.empty:
        return np.zeros(len(rows), dtype=bool)
    told = register.rows[(register.rows["state"] == CONNECTED) & (register.rows["as_of"] <= day)]
    latest = told.groupby("place_no")["as_of"].max()
    found = rows["place_no"].map(latest)
    later = [isinstance(said, date) and said > when for said, when in zip(found, rows["as_of"], strict=True)]
    return np.array(later, dtype=bool) & (rows["state"] == UNCONNECTED).to_numpy()


def _at(values: NDArray[np.int8], rows: pd.DataFrame) -> NDArray[np.int8]:
    return values[rows["place_no"].to_numpy(dtype=np.int64)]


def _put(
    state: NDArray[np.int8],
    evidence: NDArray[np.int8],
    origin: NDArray[np.int16],
    rows: pd.DataFrame,
    *,
    is_assumed: bool,
) -> None:
    """Before a service began nobody is without it, and nobody outside the programme is: those stay."""
    rows = rows[_at(state, rows) != NOT_APPLICABLE]
    numbers, own = rows["place_no"].to_numpy(dtype=np.int64), rows["evidence"].to_numpy(dtype=np.int8)
    state[numbers] = rows["state"].to_numpy(dtype=np.int8)
    evidence[numbers] = np.maximum(own, ASSUMED) if is_assumed else own
    origin[numbers] = rows["source"].to_numpy(dtype=np.int16)
