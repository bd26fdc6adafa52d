"""Simulate which villages are connected where only national rates are published.

Nobody publishes the state of each village, so the atlas makes one up that agrees with the published
rates and calls it `simulated` wherever it shows. Every date, rate, weight and fixed group comes from a
declaration (a parsed TOML table); nothing particular to a country is written here. Pure functions of
their arguments: no database, no clock, no random generator. All noise is a hash of the ids' text, so
every build and every order of the rows give the same answer. The method is explained in
`docs/methods/simulated-status.md`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.status_declaration import Cell, CellKey, DeclarationError, Family, StatusModel, percent

UNKNOWN, UNCONNECTED, CONNECTED, NOT_APPLICABLE = 0, 1, 2, 3

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
    NaN where not applicable or nothing is known) and the counts connected, unconnected, unknown,
    not_applicable (villages).
    """

    states: dict[CellKey, States]
    cells: pd.DataFrame


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


def simulate(villages: pd.DataFrame, model: StatusModel) -> StatusResult:
    """The state of every village for every standard and date of the model.

    `villages`: programme villages only, one row each, any order, with the columns of COLUMNS (see
    `docs/methods/simulated-status.md`). Raises VillagesError where the rows do not fit, and
    DeclarationError where a rate cannot be met together with the fixed groups.
    """
    known_rows = _villages(villages, model)
    lag_of = lags(known_rows, model)
    states: dict[CellKey, States] = {}
    for family in model.families:
        by_lag = np.argsort(lag_of[family.family_id], kind="stable")  # a tie goes by the id's hash
        back = known_rows.place_in[by_lag]
        for cell_key, sorted_states in _family_states(family, known_rows, by_lag, model).items():
            aligned = np.empty(len(back), dtype=np.int8)
            aligned[back] = sorted_states
            states[cell_key] = aligned
    return StatusResult({key: states[key] for key in model.cells}, _cell_table(model, states))


def _family_states(
    family: Family, villages: _Villages, by_lag: NDArray[np.intp], model: StatusModel
) -> dict[CellKey, States]:
    """The states of a family's standards; arrays run from the village with the least lag to the most.

    At each date an implied standard is filled first and the implying one from within it, and each keeps
    what it had: so the sets are nested in time and along `implies` whatever becomes known meanwhile.
    """
    unknown_at = _unknown(family, villages, by_lag, model)
    must, barred = _forced(family, villages.group[by_lag], model)
    states: dict[CellKey, States] = {}
    had = {one.standard_id: np.zeros(len(by_lag), dtype=bool) for one in model.standards}
    for day in model.dates:
        for standard in (one for one in model.standards if one.family == family.family_id):
            cell = model.cells[standard.standard_id, day]
            if cell.target_rate is None:
                states[standard.standard_id, day] = np.full(len(by_lag), NOT_APPLICABLE, dtype=np.int8)
                continue
            pool = ~unknown_at[day] & ~barred[standard.standard_id, day]
            if standard.implies is not None:
                pool &= had[standard.implies]
            connected = _nearest_count(cell.target_rate, int((~unknown_at[day]).sum()))
            chosen = _fill(had[standard.standard_id] | must[standard.standard_id, day], pool, connected, cell)
            had[standard.standard_id] = chosen
            state = np.where(chosen, CONNECTED, UNCONNECTED).astype(np.int8)
            state[unknown_at[day]] = UNKNOWN
            states[standard.standard_id, day] = state
    return states


def _nearest_count(rate: float, villages: int) -> int:
    """The whole number of villages nearest to a rate of them; never falls when either grows."""
    return int(np.floor(rate * villages + 0.5))


def _fill(kept: Mask, pool: Mask, wanted: int, cell: Cell) -> Mask:
    """Add to `kept` the least lagging of `pool` until `wanted` are connected."""
    have, free = int(kept.sum()), np.flatnonzero(pool & ~kept)
    if have > wanted or have + len(free) < wanted or bool((kept & ~pool).any()):
        raise DeclarationError(
            f"fixed: expected a group that leaves room for {wanted} connected villages "
            f"({percent(cell.target_rate or 0.0)}) of standard {cell.standard!r} at {cell.as_of}, "
            f"found {have} that must be connected and {have + len(free)} that can be"
        )
    filled = kept.copy()
    filled[free[: wanted - have]] = True
    return filled


def _unknown(
    family: Family, villages: _Villages, by_lag: NDArray[np.intp], model: StatusModel
) -> dict[date, Mask]:
    """Who is unknown at each date: the same villages for the whole family, fewer and fewer over time.

    Villages of a fixed group are known by declaration; the share is taken of the others.
    """
    doubt = noise(villages.key, f"{model.seed}|{family.family_id}|unknown")
    doubt += model.weights.unknown_remoteness * villages.remote
    standards = [one.standard_id for one in model.standards if one.family == family.family_id]
    groups = [group.group_id for group in model.fixed if group.standard in standards]
    open_to_doubt = np.flatnonzero(~pd.Series(villages.group).isin(groups).to_numpy())
    most_doubtful = open_to_doubt[np.argsort(-doubt[open_to_doubt], kind="stable")]
    unknown_at = {}
    for day in model.dates:
        mask = np.zeros(len(doubt), dtype=bool)
        count = _nearest_count(_unknown_share(family, day, model.dates), len(open_to_doubt))
        mask[most_doubtful[:count]] = True
        unknown_at[day] = mask[by_lag]
    return unknown_at


def _unknown_share(family: Family, day: date, dates: tuple[date, ...]) -> float:
    whole = (dates[-1] - dates[0]).days
    passed = (day - dates[0]).days / whole if whole else 0.0
    return family.unknown_share_first + (family.unknown_share_last - family.unknown_share_first) * passed


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
    # A duty passes on to the implied standard. A bar need not pass on: who lacks the implied standard
    # is not in the pool of the implying one.
    for one in reversed(standards):
        if one.implies is not None:
            for day in model.dates:
                must[one.implies, day] |= must[one.standard_id, day]
    return must, barred


def _cell_table(model: StatusModel, states: dict[CellKey, States]) -> pd.DataFrame:
    rows = []
    for key, cell in model.cells.items():
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
                "unknown": int(counts[UNKNOWN]),
                "not_applicable": int(counts[NOT_APPLICABLE]),
            }
        )
    return pd.DataFrame(rows)
