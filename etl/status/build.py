"""The state of every village by standard and date, and the counts that the screens read.

Registers say what they know (table `coverage`); the status model, where the profile declares one, simulates the rest. A
village outside the programme is "not applicable", a village without data "unknown"; neither is ever unconnected.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.declaration import Source
from etl.errors import DeclarationError
from etl.source_form import CoverageForm
from etl.status.distances import distances_km
from etl.status.model import StatusResult
from etl.status.pilot_villages import SIMULATED, codes_of, write_pilots
from etl.status.registered import NO_EVIDENCE, NO_SOURCE, States, Told, nothing_told, states_at, told
from etl.status.simulation import simulated
from etl.status.standards import standards_met
from etl.status.unread import remark_unread
from etl.store import Store
from ground.evidence import EVIDENCE
from ground.states import CONNECTED, NOT_APPLICABLE, UNCONNECTED, UNKNOWN
from importer.values import NOTHING

STATE_NAMES = ("unknown", "unconnected", "connected", "not_applicable")
SPEAKERS = ("coverage", "cell_sites", "speed_tests", "status_model")  # kinds of sources that tell states
NOTHING_ZH = "没有覆盖数据：各村状态均为未知"
NOTHING_EN = "there is no coverage: the state of every village is unknown"
CARRIED_ZH = "模型在该日没有状态，沿用 {day} 的状态"
CARRIED_EN = "the model has no state of its own for this date: as on {day}"


@dataclass(frozen=True)
class Column:
    """One standard at one date: what status_column says of it, and the state of every village."""

    facts: dict[str, Any]
    states: States

    @property
    def name(self) -> str:
        return str(self.facts["column_name"])


def column_name(standard: str, as_of: date) -> str:
    """`fibre`, 2015-12-31 → `fibre_2015_12_31`."""
    return f"{standard}_{as_of:%Y_%m_%d}"


def load_status(store: Store, villages: pd.DataFrame) -> None:
    """Fill village_status, village_evidence, status_column, status_count, pilot tables and village_distance_km."""
    models = store.profile.of_kind("status_model")
    model = models[0] if models else None
    registers = {meets.standard_id: told(store, meets) for meets in standards_met(store.profile)}
    source_ids = _source_ids(store, model, registers)
    base = _Base(villages, simulated(store, model, villages), source_ids.index(model.source_id)) if model else None
    remark_unread(store, base.result.cells["standard"] if base else ())
    columns = [
        column
        for standard in _standards(store, base, registers)
        for column in _columns(store, villages, standard, base, registers.get(standard), source_ids)
    ]
    if not columns and not any(store.profile.of_kind(kind) for kind in SPEAKERS):
        columns = _nothing_known(store, villages)
    _refuse_no_view(store, columns)
    _write_columns(store, columns, model, source_ids)
    if base is not None and model is not None:
        _write_place_rates(store, model, base.result)
    _write_states(store, villages, columns, source_ids)
    _write_counts(store, villages, columns, source_ids)
    states = {column.name: column.states.state for column in columns}
    write_pilots(store, model, villages, states, {column.name: column.states.evidence for column in columns})
    _write_wide(store, "village_distance_km", "REAL", villages, distances_km(villages, states))
    for name in source_ids:
        store.trace_id("village_distance_km", name)
    if model is not None:
        programme = int(villages["in_programme"].sum())
        store.record(model, file=model.declared_in.name, sha256=None, read=programme, loaded=programme)


def _source_ids(store: Store, model: Source | None, registers: dict[str, Told]) -> list[str]:
    spoken = sorted({name for register in registers.values() for name in register.source_ids})
    return ([model.source_id] if model else []) + spoken


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
    source_ids: list[str],
) -> list[Column]:
    days = set(base.cells(standard)["as_of"]) if base else set()
    days |= _own_dates(store, register) if register is not None else set()
    known = _Known(_spoken_of(store, villages, register), _single(store, villages, register))
    return [_column(villages, standard, day, base, register, known, source_ids) for day in sorted(days)]


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
        origin = np.where(take, real.source, origin).astype(np.int8)
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


# --- tables -----------------------------------------------------------------------------------------------


def _write_columns(store: Store, columns: list[Column], model: Source | None, source_ids: list[str]) -> None:
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


def _write_place_rates(store: Store, model: Source, result: StatusResult) -> None:
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


def _sources(origin: NDArray[np.int8], source_ids: list[str]) -> list[str]:
    return [source_ids[n] for n in np.unique(origin) if n != NO_SOURCE]


def _write_states(store: Store, villages: pd.DataFrame, columns: list[Column], source_ids: list[str]) -> None:
    states = {column.name: column.states.state for column in columns}
    evidence = {
        column.name: pd.Series(column.states.evidence, dtype="Int8").mask(column.states.evidence == NO_EVIDENCE)
        for column in columns
    }
    _write_wide(store, "village_status", "TINYINT", villages, states)
    _write_wide(store, "village_evidence", "TINYINT", villages, evidence)
    for table in ("village_status", "village_evidence"):
        for name in source_ids:
            store.trace_id(table, name)


def _write_wide(store: Store, table: str, kind: str, villages: pd.DataFrame, columns: dict[str, Any]) -> None:
    """A table of place_no and one column per standard and date, in the order of `village`."""
    store.connection.register("incoming_wide", pd.DataFrame({"place_no": villages["place_no"], **columns}))
    casts = "".join(f', "{name}"::{kind} AS "{name}"' for name in columns)
    store.sql(f"CREATE TABLE {table} AS SELECT place_no{casts} FROM incoming_wide")
    store.connection.unregister("incoming_wide")
    store.trace(table, store.profile.the("places"))


def _write_counts(store: Store, villages: pd.DataFrame, columns: list[Column], source_ids: list[str]) -> None:
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
    codes: NDArray[np.int32], origin: NDArray[np.int8], places: int, source_ids: list[str]
) -> NDArray[np.object_]:
    """The sources that speak of a place's villages, joined by ";"; None where there are none."""
    names = np.full(places, "", dtype=object)
    for n, source_id in enumerate(source_ids):
        speaks = np.bincount(codes[origin == n], minlength=places) > 0
        names[speaks] = [f"{name};{source_id}" if name else source_id for name in names[speaks]]
    return np.where(names == "", NOTHING, names)
