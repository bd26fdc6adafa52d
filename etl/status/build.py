"""The state of every village by standard and date, and the counts that the screens read.

Registers say what they know (table `coverage`); the status model, where the profile declares one, simulates the rest. A
village outside the programme is "not applicable", a village without data "unknown"; neither is ever unconnected.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.declaration import Source
from etl.errors import DeclarationError
from etl.source_form import CoverageForm
from etl.status import decisions
from etl.status.columns import Column, write_columns, write_place_rates, write_wide
from etl.status.counts import write_counts
from etl.status.ground import Ground
from etl.status.kept_distances import measured
from etl.status.model import StatusResult
from etl.status.pilot_villages import SIMULATED, write_pilots
from etl.status.registered import States, Told, nothing_told, states_at, told
from etl.status.standards import standards_met
from etl.status.unread import remark_unread
from etl.store import Store
from ground.states import CONNECTED, NOT_APPLICABLE, UNCONNECTED, UNKNOWN

SPEAKERS = ("coverage", "cell_sites", "speed_tests", "status_model")  # kinds of sources that tell states
OF_VILLAGES = ("village_status", "village_evidence", "village_distance_km")  # a row each, a column per view
OfColumns = dict[str, NDArray[np.int8]]
NOTHING_ZH = "没有覆盖数据：各村状态均为未知"
NOTHING_EN = "there is no coverage: the state of every village is unknown"
CARRIED_ZH = "模型在该日没有状态，沿用 {day} 的状态"
CARRIED_EN = "the model has no state of its own for this date: as on {day}"


def column_name(standard: str, as_of: date) -> str:
    """`fibre`, 2015-12-31 → `fibre_2015_12_31`."""
    return f"{standard}_{as_of:%Y_%m_%d}"


def load_status(store: Store, ground: Ground) -> None:
    """Fill village_status, village_evidence, status_column, status_count, pilot tables and village_distance_km."""
    villages, models = ground.villages, store.profile.of_kind("status_model")
    model = models[0] if models else None
    registers = {meets.standard_id: told(store, meets) for meets in standards_met(store.profile)}
    decided = decisions.decided(store)
    source_ids = _source_ids(store, model, registers)
    made = ground.simulation
    base = _Base(villages, made, source_ids.index(model.source_id)) if model and made is not None else None
    remark_unread(store, base.result.cells["standard"] if base else ())
    columns = [
        column
        for standard in _standards(store, base, registers)
        for column in _columns(
            store, villages, standard, base, registers.get(standard), decided.get(standard), source_ids
        )
    ]
    if not columns and not any(store.profile.of_kind(kind) for kind in SPEAKERS):
        columns = _nothing_known(store, villages)
    _refuse_no_view(store, columns)
    states = {column.name: column.states.state for column in columns}
    evidence = {column.name: column.states.evidence for column in columns}
    # The database writes, and neighbours are searched, without the interpreter.
    with store.of_a_thread() as one, store.of_a_thread() as other, ThreadPoolExecutor(2) as beside:
        later = [
            beside.submit(_write_of_villages, one, ground, states, evidence),
            beside.submit(write_counts, other, villages, columns, source_ids),
        ]
        write_columns(store, columns, model, source_ids)
        if base is not None and model is not None:
            write_place_rates(store, model, base.result)
        write_pilots(store, model, villages, states, evidence)
        for written in later:
            written.result()
    for table in (*OF_VILLAGES, "status_count"):  # by one thread, always in this order
        store.trace(table, store.profile.the("places"))
        for name in source_ids:
            store.trace_id(table, name)
    if model is not None:
        programme = int(villages["in_programme"].sum())
        store.record(model, file=model.declared_in.name, sha256=None, read=programme, loaded=programme)


def _write_of_villages(store: Store, ground: Ground, states: OfColumns, evidence: OfColumns) -> None:
    """The tables of OF_VILLAGES."""
    for table, columns in zip(OF_VILLAGES, (states, evidence), strict=False):
        write_wide(store, table, "TINYINT", ground.villages, columns)
    distances = measured(ground.villages, states, ground.distances)
    write_wide(store, OF_VILLAGES[-1], "REAL", ground.villages, distances)


def _source_ids(store: Store, model: Source | None, registers: dict[str, Told]) -> list[str]:
    spoken = sorted({name for register in registers.values() for name in register.source_ids})
    decided = [source.source_id for source in store.profile.of_kind("decisions")]
    return ([model.source_id] if model else []) + spoken + decided


def _standards(store: Store, base: _Base | None, registers: dict[str, Told]) -> list[str]:
    """Standards that have a state at all, in the model's order and then the profile's."""
    modelled = list(dict.fromkeys(base.result.cells["standard"])) if base else []
    told_of = [name for name, register in registers.items() if len(register.rows) and name not in modelled]
    return modelled + told_of


# --- what the model says ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Base:
    """The simulation, over all villages."""

    villages: pd.DataFrame
    result: StatusResult
    source: int  # index of the model among the sources

    def cells(self, standard: str) -> pd.DataFrame:
        cells = self.result.cells
        return cells[cells["standard"] == standard].sort_values("as_of")

    def states(self, standard: str, as_of: date) -> NDArray[np.int8]:
        state = np.full(len(self.villages), NOT_APPLICABLE, dtype=np.int8)
        inside = self.villages["in_programme"].to_numpy()
        state[inside] = self.result.states[(standard, as_of)]
        return state

    def at(self, standard: str, as_of: date) -> tuple[NDArray[np.int8], dict[str, Any]]:
        """States and facts on a day: the model's own, or those of its nearest earlier date carried forward."""
        cells = self.cells(standard)
        own = cells[cells["as_of"] == as_of]
        if len(own):
            return self.states(standard, as_of), _facts(own.iloc[0])
        earlier = cells[cells["as_of"] < as_of]
        if not len(earlier):
            state = np.where(self.villages["in_programme"], UNKNOWN, NOT_APPLICABLE).astype(np.int8)
            return state, {"rate_kind": "counted"}
        day = earlier["as_of"].iloc[-1]
        notes = {"note_zh": CARRIED_ZH.format(day=day), "note_en": CARRIED_EN.format(day=day)}
        return self.states(standard, day), {"rate_kind": "assumed", **notes}


def _facts(cell: pd.Series) -> dict[str, Any]:
    target, achieved = cell["target_rate"], cell["achieved_rate"]
    return {
        "rate_kind": cell["rate_kind"],
        "operator": cell["operator"],
        "target_rate_percent": None if pd.isna(target) else float(target) * 100,
        "achieved_rate_percent": None if pd.isna(achieved) else float(achieved) * 100,
        "denominator": cell["denominator"],
        "figure_ids": " ".join(dict.fromkeys(cell["figure_ids"])) or None,
        "citation": cell["citation"],
        "note_zh": cell["note_zh"] or None,
        "note_en": cell["note_en"] or None,
    }


# --- both together ----------------------------------------------------------------------------------------


def _columns(
    store: Store,
    villages: pd.DataFrame,
    standard: str,
    base: _Base | None,
    register: Told | None,
    decided: decisions.Decided | None,
    source_ids: list[str],
) -> list[Column]:
    days = set(base.cells(standard)["as_of"]) if base else set()
    days |= _own_dates(store, register) if register is not None else set()
    known = _Known(_spoken_of(store, villages, register), _single(store, villages, register))
    made = [_column(villages, standard, day, base, register, known, source_ids) for day in sorted(days)]
    if decided is None:
        return made
    return [
        replace(one, states=decisions.put(one.states, decided, register, one.facts["as_of"], source_ids))
        for one in made
    ]


def _own_dates(store: Store, register: Told) -> set[date]:
    """Dates that registers add to the views: not those that only speak of single villages (`adds_dates = false`)."""
    return set(register.rows.loc[~register.rows["source_id"].isin(_silent(store)), "as_of"])


def _silent(store: Store) -> set[str]:
    """Registers that speak of single villages, and make no view of their day."""
    return {one.source_id for one in store.profile.of_kind("coverage") if not one.told(CoverageForm).adds_dates}


@dataclass(frozen=True)
class _Known:
    """Which villages' simulated states give way: at every date, or only where a state of theirs was published."""

    always: NDArray[np.bool_]
    where_told: NDArray[np.bool_]


def _single(store: Store, villages: pd.DataFrame, register: Told | None) -> NDArray[np.bool_]:
    """Villages of which single states were published; before that nothing was said, and the simulation stays."""
    mask = np.zeros(len(villages), dtype=bool)
    if register is not None:
        rows = register.rows
        said = rows["source_id"].isin(_silent(store)) & (rows["state"] != UNKNOWN)
        mask[rows.loc[said, "place_no"].to_numpy(dtype=np.int64)] = True
    return mask


def _spoken_of(store: Store, villages: pd.DataFrame, register: Told | None) -> NDArray[np.bool_]:
    """Villages whose simulated state a register takes the place of: those it knows, and all of the places it
    `replaces`.
    """
    mask = np.zeros(len(villages), dtype=bool)
    if register is None:
        return mask
    rows = register.rows
    said = ~rows["source_id"].isin(_silent(store)) & (rows["state"] != UNKNOWN)
    mask[rows.loc[said, "place_no"].to_numpy(dtype=np.int64)] = True
    for source in store.profile.sources:
        if source.source_id in register.source_ids and isinstance(source.form, CoverageForm):
            for level in store.profile.upper_levels:
                mask |= villages[f"{level}_id"].isin(source.form.replaces).to_numpy()
    return mask


def _column(
    villages: pd.DataFrame,
    standard: str,
    day: date,
    base: _Base | None,
    register: Told | None,
    known: _Known,
    source_ids: list[str],
) -> Column:
    inside = villages["in_programme"].to_numpy()
    nothing = nothing_told(inside)
    state, evidence, origin = nothing.state, nothing.evidence, nothing.source
    facts: dict[str, Any] = {"rate_kind": "counted"}
    if base is not None and len(base.cells(standard)):
        state, facts = base.at(standard, day)
        modelled = np.isin(state, (CONNECTED, UNCONNECTED))
        evidence[modelled], origin[modelled] = SIMULATED, base.source
    if register is not None:
        real = states_at(register, day, len(villages), source_ids)
        take = (known.always | (known.where_told & (real.state != UNKNOWN))) & inside
        if base is not None and (facts["rate_kind"] == "not_applicable"):
            take &= real.state == CONNECTED  # before the service began nobody is without it
        state = np.where(take, real.state, state).astype(np.int8)
        evidence = np.where(take, real.evidence, evidence).astype(np.int8)
        origin = np.where(take, real.source, origin).astype(np.int16)
    named = {"standard": standard, "as_of": day, "column_name": column_name(standard, day)}
    return Column({**facts, **named}, States(state, evidence, origin))


def _nothing_known(store: Store, villages: pd.DataFrame) -> list[Column]:
    """The default view of an atlas that has no coverage (of money only, say): every village is unknown."""
    view = store.profile.form.default_view
    if view.standard not in [one.standard_id for one in store.profile.form.standard]:
        return []
    states = nothing_told(villages["in_programme"].to_numpy())
    named = {"standard": view.standard, "as_of": view.as_of, "column_name": column_name(view.standard, view.as_of)}
    return [Column({"rate_kind": "counted", "note_zh": NOTHING_ZH, "note_en": NOTHING_EN, **named}, states)]


def _refuse_no_view(store: Store, columns: list[Column]) -> None:
    """The view that the profile opens with has to exist."""
    view = store.profile.body["default_view"]
    held = [(column.facts["standard"], column.facts["as_of"]) for column in columns]
    if (view.get("standard"), view.get("as_of")) not in held:
        listed = ", ".join(f"{standard} {as_of}" for standard, as_of in held) or "none: no coverage was loaded"
        raise DeclarationError(
            f"{store.profile.file}, default_view",
            f"a standard and date that the data hold: {listed}",
            f"{view.get('standard')} {view.get('as_of')}",
            "mend default_view, or the standard's [standard.meets]",
        )
