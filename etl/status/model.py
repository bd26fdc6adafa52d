"""Simulate which villages are connected where only rates of the nation and of some places are published.

Few states of single villages are published, so the atlas makes up the others such that they agree with the published
rates, and calls them `simulated` wherever they show. Every date, rate, weight and fixed group comes from a
declaration (a parsed TOML table); nothing particular to a country is written here. Pure functions of
their arguments: no database, no clock, no random generator. All noise is a hash of the ids' text, so
every build and every order of the rows give the same answer. The method is explained in
`docs/methods/simulated-status.md`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.status.cells import Bound, Cell, CellKey, bounds, cells
from etl.status.declared import Family, StatusModel, percent
from ground.declared import Unfit
from ground.states import CONNECTED, NOT_APPLICABLE, UNCONNECTED

COLUMNS = (
    "place_id",
    "county_id",
    "density_villages_per_km2",
    "distance_to_seat_km",
    "is_pilot",
    "fixed_group",
)
HASH_KEY = "village-status-1"  # 16 bytes, as pandas asks; another key is another simulation

Floats = NDArray[np.float64]
Bits = NDArray[np.uint64]
Mask = NDArray[np.bool_]
States = NDArray[np.int8]


class VillagesError(ValueError):
    """The villages handed in cannot be simulated; the message names the column or place."""


@dataclass(frozen=True)
class StatusResult:
    """`states` holds one int8 array per (standard, date), aligned with the rows handed in.

    `cells` has one row per standard and date: the columns of `Cell`, then achieved_rate (share 0 to 1,
    NaN where not applicable) and the counts connected, unconnected, not_applicable (villages).
    `bounds` holds what published rates of places demanded, per (standard, date).
    """

    states: dict[CellKey, States]
    cells: pd.DataFrame
    bounds: dict[CellKey, tuple[Bound, ...]]


# --- noise that every build makes alike ---------------------------------------------------------------


def text_hash(texts: NDArray[np.object_], categorize: bool = False) -> Bits:
    """A 64-bit hash of each text, the same in every build (SipHash with a fixed key)."""
    hashed: Bits = pd.util.hash_array(texts, hash_key=HASH_KEY, categorize=categorize)
    return hashed


def splitmix64(bits: Bits) -> Bits:
    """Scramble 64-bit numbers (Steele, Lea and Flood 2014); arrays only, arithmetic modulo 2^64."""
    bits = bits + np.uint64(0x9E3779B97F4A7C15)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: Bits = bits ^ (bits >> np.uint64(31))
    return mixed


def noise(keys: Bits, stream: str) -> Floats:
    """Bell-shaped noise, mean 0 and variance 1, one stream of it per name.

    The sum of four 16-bit uniforms (Irwin and Hall): whole-number arithmetic, so that two machines
    cannot differ in a last digit, as they may with a logarithm and a cosine.
    """
    name = text_hash(np.array([stream], dtype=object))
    bits = splitmix64(keys ^ splitmix64(name))
    quarters = sum((bits >> np.uint64(shift)) & np.uint64(0xFFFF) for shift in (0, 16, 32, 48))
    bell: Floats = (np.asarray(quarters, dtype=np.float64) - 131070.0) / 65536.0 * np.sqrt(3.0)
    return bell


def _standardised(values: Floats) -> Floats:
    """Mean 0 and variance 1 over the finite values; the others become 0, that is, the average."""
    finite = np.isfinite(values)
    if not finite.any():
        return np.zeros_like(values)
    spread = float(values[finite].std())
    if spread < 1e-12:  # all alike: nothing to tell the villages apart by
        return np.zeros_like(values)
    return np.where(finite, (values - values[finite].mean()) / spread, 0.0)


# --- the villages -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Villages:
    """The columns as arrays, sorted by the hash of the id: sums no longer depend on the rows' order."""

    key: Bits
    county_key: Bits
    sparse: Floats
    remote: Floats
    pilot: Floats
    group: NDArray[np.object_]
    place_in: NDArray[np.intp]  # row number in the frame handed in


def _villages(frame: pd.DataFrame, model: StatusModel) -> _Villages:
    if missing := [column for column in COLUMNS if column not in frame.columns]:
        raise VillagesError(f"villages: expected columns {', '.join(COLUMNS)}; {missing[0]} is missing")
    ids = _texts(frame, "place_id")
    key = text_hash(ids)
    order = np.argsort(key, kind="stable")
    key = key[order]
    if len(again := np.flatnonzero(key[1:] == key[:-1])):
        one, other = ids[order[again[0]]], ids[order[again[0] + 1]]
        raise VillagesError(f"villages.place_id: expected each id once, found {one!r} and {other!r}")
    with np.errstate(divide="ignore"):  # a density of 0 cannot be; were it given, it counts as not known
        sparse = -np.log(_measures(frame, "density_villages_per_km2"))
    remote = np.log1p(_measures(frame, "distance_to_seat_km"))
    county_key = text_hash(_texts(frame, "county_id"), categorize=True)
    return _Villages(
        key=key,
        county_key=county_key[order],
        sparse=_standardised(sparse[order]),
        remote=_standardised(remote[order]),
        pilot=_standardised(_flags(frame, "is_pilot")[order]),
        group=_groups(frame, model)[order],
        place_in=order,
    )


def _texts(frame: pd.DataFrame, column: str) -> NDArray[np.object_]:
    if frame[column].isna().any():
        raise VillagesError(f"villages.{column}: expected a text in every row, found an empty one")
    texts: NDArray[np.object_] = frame[column].to_numpy(dtype=object)
    if len(texts) and (found := pd.api.types.infer_dtype(texts)) != "string":
        raise VillagesError(f"villages.{column}: expected texts, found {found} such as {texts[0]!r}")
    return texts


def _measures(frame: pd.DataFrame, column: str) -> Floats:
    """A column of lengths or densities; NaN is "not known" and counts as average."""
    values: Floats = frame[column].to_numpy(dtype=np.float64, na_value=np.nan)
    if len(below := np.flatnonzero(values < 0)):
        place = frame["place_id"].iloc[below[0]]
        raise VillagesError(f"villages.{column}: expected 0 or more, found {values[below[0]]} at {place}")
    return values


def _flags(frame: pd.DataFrame, column: str) -> Floats:
    if not pd.api.types.is_bool_dtype(frame[column].dtype) or frame[column].isna().any():
        raise VillagesError(f"villages.{column}: expected true or false, found {frame[column].dtype}")
    flags: Floats = frame[column].to_numpy(dtype=np.float64)
    return flags


def _groups(frame: pd.DataFrame, model: StatusModel) -> NDArray[np.object_]:
    """The fixed group of each village; every declared group must have the villages it needs."""
    column = frame["fixed_group"].astype(object)
    counts = column.value_counts()
    declared = [group.group_id for group in model.fixed]
    if strange := [str(one) for one in counts.index if one not in declared]:
        raise VillagesError(f"villages.fixed_group: expected one of {declared}, found {strange[0]!r}")
    for group in model.fixed:
        found = int(counts.get(group.group_id, 0))
        if found < group.count:
            raise VillagesError(
                f"fixed group {group.group_id!r}: expected at least {group.count} villages "
                f"in {', '.join(group.places)}, found {found}"
            )
    groups: NDArray[np.object_] = column.where(column.notna(), None).to_numpy(dtype=object)
    return groups


# --- the simulation -----------------------------------------------------------------------------------


def lags(villages: _Villages, model: StatusModel) -> dict[str, Floats]:
    """How late each network reaches each village, per family: mean 0, variance 1, larger is later."""
    made: dict[str, Floats] = {}
    weights = model.weights
    for family in model.families:
        stream = f"{model.seed}|{family.family_id}"
        chance = weights.county_noise * noise(villages.county_key, f"{stream}|county")
        chance += weights.village_noise * noise(villages.key, f"{stream}|village")
        if family.follows is None:
            place = weights.sparse_county * villages.sparse + weights.remote_from_seat * villages.remote
            made[family.family_id] = _standardised(place + weights.pilot_area * villages.pilot + chance)
        else:
            own = np.sqrt(1 - family.correlation**2) * _standardised(chance)
            made[family.family_id] = family.correlation * made[family.follows] + own
    return made


def simulate(
    villages: pd.DataFrame, model: StatusModel, within: Mapping[str, NDArray[np.bool_]] | None = None
) -> StatusResult:
    """The state of every village for every standard and date of the model.

    `villages`: programme villages only, one row each, any order, with the columns of COLUMNS (see
    `docs/methods/simulated-status.md`). `within`: place → which rows lie in it, for every place of which a rate is
    published. Raises VillagesError where the rows do not fit, and Unfit where a rate cannot be met together
    with the fixed groups or the rates of places.
    """
    rows = _villages(villages, model)
    wanted, demanded = cells(model), bounds(model)
    lag_of = lags(rows, model)
    states: dict[CellKey, States] = {}
    for family in model.families:
        by_lag = np.argsort(lag_of[family.family_id], kind="stable")  # a tie goes by the id's hash
        back = rows.place_in[by_lag]
        masks = {place_id: mask[back] for place_id, mask in (within or {}).items()}
        made = _family_states(family, rows.group[by_lag], model, wanted, demanded, masks)
        for cell_key, sorted_states in made.items():
            aligned = np.empty(len(back), dtype=np.int8)
            aligned[back] = sorted_states
            states[cell_key] = aligned
    return StatusResult({key: states[key] for key in wanted}, _cell_table(wanted, states), demanded)


def _family_states(
    family: Family,
    group_of: NDArray[np.object_],
    model: StatusModel,
    wanted: Mapping[CellKey, Cell],
    demanded: Mapping[CellKey, Sequence[Bound]],
    within: Mapping[str, Mask],
) -> dict[CellKey, States]:
    """The states of a family's standards; arrays run from the village with the least lag to the most.

    At each date an implying standard is filled first and what it has goes into the one that it implies, and each keeps
    what it had: so the sets are nested in time and along `implies`.
    """
    must, barred = _forced(family, group_of, model)
    states: dict[CellKey, States] = {}
    had = {one.standard_id: np.zeros(len(group_of), dtype=bool) for one in model.standards}
    for day in model.dates:
        for standard in (one for one in reversed(model.standards) if one.family == family.family_id):
            key = (standard.standard_id, day)
            cell = wanted[key]
            if cell.target_rate is None:
                states[key] = np.full(len(group_of), NOT_APPLICABLE, dtype=np.int8)
                continue
            kept = had[standard.standard_id] | must[key]
            if bool((kept & barred[key]).any()):
                raise _impossible(cell, "a village that must be connected and must not")
            counts = _counts(demanded[key], within)
            chosen = _fill(*_raked(kept, ~barred[key], counts, cell), len(group_of), cell)
            had[standard.standard_id] = chosen
            if standard.implies is not None:
                had[standard.implies] = had[standard.implies] | chosen
            states[key] = np.where(chosen, CONNECTED, UNCONNECTED).astype(np.int8)
    return states


def _nearest_count(rate: float, villages: int) -> int:
    """The whole number of villages nearest to a rate of them; never falls when either grows."""
    return int(np.floor(rate * villages + 0.5))


@dataclass(frozen=True)
class _Count:
    """The least and the most villages of a place that may be connected."""

    place_id: str
    within: Mask
    low: int
    high: int


def _counts(demanded: Sequence[Bound], within: Mapping[str, Mask]) -> list[_Count]:
    """Bounds as numbers of villages, the smallest places first: what lies in a place is settled before the place."""
    found = []
    for bound in demanded:
        if bound.place_id not in within:
            raise VillagesError(f"places: expected the villages of {bound.place_id}, found none")
        mask = within[bound.place_id]
        size = int(mask.sum())
        low, high = _nearest_count(bound.low, size), _nearest_count(bound.high, size)
        found.append(_Count(bound.place_id, mask, low, high))
    return sorted(found, key=lambda one: (int(one.within.sum()), one.place_id))


def _raked(kept: Mask, pool: Mask, counts: Sequence[_Count], cell: Cell) -> tuple[Mask, Mask]:
    """Who is connected because a place's rate says so, and who still may be.

    Places lie in each other or apart. Within each the least lagging come first, after those that are in already.
    """
    must, may = kept.copy(), kept | pool
    for one in counts:
        inside = np.flatnonzero(one.within & must)
        order = np.concatenate([inside, np.flatnonzero(one.within & may & ~must)])
        if len(inside) > one.high or len(order) < one.low:
            found = f"{len(inside)} that must be and {len(order)} that can be in {one.place_id}"
            raise _impossible(cell, f"from {one.low} to {one.high} villages, {found}")
        may[order[one.high :]] = False
        must[order[: one.low]] = True
    return must, may


def _fill(must: Mask, may: Mask, villages: int, cell: Cell) -> Mask:
    """Add the least lagging to those that must be connected until the nation's rate is met.

    A rate that is only known from below, or not published at all, gives way to what places have published.
    """
    wanted = _nearest_count(cell.target_rate or 0.0, villages)
    have, free = int(must.sum()), np.flatnonzero(may & ~must)
    gives_way = cell.rate_kind not in ("published", "derived") or cell.operator in (">", ">=")
    if have > wanted and gives_way:
        wanted = have
    if have > wanted or have + len(free) < wanted:
        raise _impossible(cell, f"{wanted} villages, {have} that must be connected and {have + len(free)} that can be")
    filled = must.copy()
    filled[free[: wanted - have]] = True
    return filled


def _impossible(cell: Cell, found: str) -> Unfit:
    return Unfit(
        f"standard {cell.standard!r} at {cell.as_of}",
        f"fixed groups and rates of places that leave room for {percent(cell.target_rate or 0.0)}",
        found,
    )


def _forced(
    family: Family, group_of: NDArray[np.object_], model: StatusModel
) -> tuple[dict[CellKey, Mask], dict[CellKey, Mask]]:
    """Which villages the fixed groups force to be connected, and which not, per cell.

    `group_of` runs in order of lag: the last `count` of a group are the late ones, and the rest of it
    was connected on the first of the two dates.
    """
    standards = [one for one in model.standards if one.family == family.family_id]
    cells = [(one.standard_id, day) for one in standards for day in model.dates]
    must = {cell: np.zeros(len(group_of), dtype=bool) for cell in cells}
    barred = {cell: np.zeros(len(group_of), dtype=bool) for cell in cells}
    for group in (one for one in model.fixed if one.standard in {s.standard_id for s in standards}):
        members = np.flatnonzero(group_of == group.group_id)
        early, late = members[: -group.count], members[-group.count :]
        for day in model.dates:
            if day >= group.unconnected_on:
                must[group.standard, day][early] = True
            if day >= group.connected_on:
                must[group.standard, day][late] = True
            if day <= group.unconnected_on:
                barred[group.standard, day][late] = True
    # A duty passes on to the implied standard, a bar to the implying one.
    for one in reversed(standards):
        if one.implies is not None:
            for day in model.dates:
                must[one.implies, day] |= must[one.standard_id, day]
    for one in standards:
        if one.implies is not None:
            for day in model.dates:
                barred[one.standard_id, day] |= barred[one.implies, day]
    return must, barred


def _cell_table(wanted: Mapping[CellKey, Cell], states: Mapping[CellKey, States]) -> pd.DataFrame:
    rows = []
    for key, cell in wanted.items():
        counts = np.bincount(states[key], minlength=4)
        known = int(counts[CONNECTED] + counts[UNCONNECTED])
        target = np.nan if cell.target_rate is None else cell.target_rate
        rows.append(
            asdict(cell)
            | {
                "target_rate": target,
                "achieved_rate": counts[CONNECTED] / known if known else np.nan,
                "connected": int(counts[CONNECTED]),
                "unconnected": int(counts[UNCONNECTED]),
                "not_applicable": int(counts[NOT_APPLICABLE]),
            }
        )
    return pd.DataFrame(rows)
