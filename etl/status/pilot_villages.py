"""Which villages lie in pilots, which of them a pilot's project connects, and how many there are per place and batch.

Which villages a project connects is unpublished. Where states are simulated, those that the simulation connects in the
years of the pilot's batch stand for them, as many of them as a project is published to have; where no simulation is,
nothing does.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zlib import crc32

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.declaration import Source
from etl.store import Store
from ground.evidence import EVIDENCE
from ground.states import CONNECTED, UNCONNECTED

Codes = NDArray[np.int32]
Mask = NDArray[np.bool_]
Masks = dict[int, Mask]  # by batch
SIMULATED = EVIDENCE.index("simulated")
OUTSIDE = -1


def codes_of(store: Store, villages: pd.DataFrame, level: str) -> tuple[NDArray[np.object_], Codes]:
    """The register's places of a level in order, and for each village the number of its own."""
    register = store.profile.the("places").source_id
    rows = store.sql(
        "SELECT place_id FROM place WHERE level = $1 AND source_id = $2 ORDER BY place_id", [level, register]
    ).fetchall()
    places = np.array([row[0] for row in rows], dtype=object)
    codes = pd.Categorical(villages[f"{level}_id"], categories=places).codes
    return places, np.asarray(codes, dtype=np.int32)


@dataclass(frozen=True)
class Lying:
    """The pilot that each village lies in, as its number among `pilot_ids`; OUTSIDE: in none."""

    pilot_ids: list[str]
    number: Codes

    @property
    def mask(self) -> Mask:
        return self.number != OUTSIDE

    def among(self, pilot_ids: Collection[str]) -> Mask:
        """Which villages lie in one of these."""
        is_one = np.array([*(one in pilot_ids for one in self.pilot_ids), False])
        return is_one[self.number]


def in_pilot(store: Store, villages: pd.DataFrame, batches: Sequence[int]) -> Lying:
    """The pilot of these batches that each village lies in: the innermost where pilots overlap."""
    rows = store.sql(
        "SELECT place_id, pilot_id FROM pilot WHERE list_contains($1, batch) ORDER BY year, batch", [list(batches)]
    ).fetchall()
    pilot_ids = sorted({pilot_id for _, pilot_id in rows})
    numbers = {place_id: pilot_ids.index(pilot_id) for place_id, pilot_id in rows}
    number = np.full(len(villages), OUTSIDE, dtype=np.int32)
    for level in store.profile.upper_levels:
        found = _of_place(villages, level, numbers)
        number = np.where(found != OUTSIDE, found, number)
    left_out = store.sql("SELECT unnest(string_split(except_place_ids, ' ')), pilot_id FROM pilot").fetchall()
    for place_id, pilot_id in left_out:
        if pilot_id in pilot_ids:
            number[(number == pilot_ids.index(pilot_id)) & inside(store, villages, [place_id])] = OUTSIDE
    return Lying(pilot_ids, number)


def inside(store: Store, villages: pd.DataFrame, places: Collection[str]) -> Mask:
    """Which villages lie in one of the places, of whatever level."""
    mask = np.zeros(len(villages), dtype=bool)
    numbers = dict.fromkeys(places, 0)
    for level in store.profile.upper_levels:
        mask |= _of_place(villages, level, numbers) != OUTSIDE
    return mask


def _of_place(villages: pd.DataFrame, level: str, numbers: Mapping[str, int]) -> Codes:
    """The number of each village's place of a level; OUTSIDE where that has none. Looked up once a place."""
    held = villages[f"{level}_id"].astype("category").cat
    number = np.full(len(held.categories) + 1, OUTSIDE, dtype=np.int32)  # the last: of villages without a place
    found = held.categories.get_indexer(list(numbers))
    if (found == OUTSIDE).all():  # they are all of other levels
        return np.full(len(villages), OUTSIDE, dtype=np.int32)
    number[found[found != OUTSIDE]] = np.array(list(numbers.values()), dtype=np.int32)[found != OUTSIDE]
    return number[held.codes]


def write_pilots(
    store: Store,
    model: Source | None,
    villages: pd.DataFrame,
    states: dict[str, NDArray[np.int8]],
    evidence: dict[str, NDArray[np.int8]],
) -> None:
    """Fill `pilot_village` (simulated, or nothing) and `pilot_count`."""
    batches = [row[0] for row in store.sql("SELECT DISTINCT batch FROM pilot ORDER BY batch").fetchall()]
    lie_in, connected_by = {}, {}
    for batch in batches:
        lying = in_pilot(store, villages, [batch])
        lying = Lying(lying.pilot_ids, np.where(villages["in_programme"], lying.number, OUTSIDE).astype(np.int32))
        lie_in[batch] = lying.mask
        connected_by[batch] = np.zeros(len(villages), dtype=bool)
        if model is not None:
            chosen = _simulated_choice(store, villages, batch, lying, states, evidence)
            pilot_id = pd.Categorical.from_codes(lying.number[chosen], categories=lying.pilot_ids)
            rows = pd.DataFrame({"pilot_id": pilot_id, "place_no": villages["place_no"][chosen].to_numpy()})
            store.insert("pilot_village", rows.assign(evidence=model.evidence), model)
            connected_by[batch] = chosen
    _write_pilot_counts(store, model, villages, lie_in, connected_by)


def _simulated_choice(
    store: Store,
    villages: pd.DataFrame,
    batch: int,
    lying: Lying,
    states: dict[str, NDArray[np.int8]],
    evidence: dict[str, NDArray[np.int8]],
) -> Mask:
    """Villages that the simulation connects in the years of the batch, in the counties of the project if known.

    A village that a register speaks of is left out: its states are real, and its project is not known.
    """
    chosen, free = np.zeros(len(villages), dtype=bool), np.zeros(len(villages), dtype=bool)
    asked = store.sql("SELECT pilot_id, technology, year FROM pilot WHERE batch = $1", [batch]).fetchall()
    for technology, year in sorted({(technology, year) for _, technology, year in asked}):
        of_these = lying.among({pilot_id for pilot_id, *rest in asked if rest == [technology, year]})
        columns = _columns_around(store, technology, year)
        if columns is not None:
            first, second = columns
            is_simulated = (evidence[first] == SIMULATED) & (evidence[second] == SIMULATED)
            gained = (states[first] == UNCONNECTED) & (states[second] == CONNECTED)
            chosen |= of_these & gained & is_simulated
            free |= of_these & is_simulated
    known = _inside_known_projects(store, villages, lying)
    return _as_many_as_published(store, villages, batch, chosen & known, free & known)


def _columns_around(store: Store, technology: str, year: int) -> tuple[str, str] | None:
    """The last simulated date up to the end of a pilot's year, and the first one half a year later, else the last of
    all.
    """
    dated = store.sql(
        "SELECT as_of, column_name FROM status_column WHERE standard = $1 AND rate_kind NOT IN ('counted', "
        "'not_applicable') "
        "ORDER BY as_of",
        [technology],
    ).fetchall()
    before = [column for as_of, column in dated if as_of <= date(year, 12, 31)]
    after = [column for as_of, column in dated if as_of >= date(year + 1, 6, 30)]
    if not before or len(dated) == len(before):
        return None
    return before[-1], (after or [dated[-1][1]])[0]


def _as_many_as_published(store: Store, villages: pd.DataFrame, batch: int, chosen: Mask, free: Mask) -> Mask:
    """In a project's places as many villages as it is published to have: of the chosen, and where these are too few of
    the others that are free to be; which ones, the hash of their code says.

    The smallest projects first: a total over several places counts what the projects in it have already. A firm's part
    of several pilots (a project without a pilot of its own) says nothing of how many they have.
    """
    projects = store.sql(
        """
        SELECT any_value(s.villages), coalesce(list(c.place_id) FILTER (c.place_id IS NOT NULL),
            [any_value(p.place_id)])
        FROM project AS p JOIN project_size AS s USING (project_id) LEFT JOIN project_place AS c USING (project_id)
        WHERE s.villages IS NOT NULL AND p.batch = $1 AND (p.scope = 'programme' OR p.pilot_id IS NOT NULL)
        GROUP BY p.project_id
        """,
        [batch],
    ).fetchall()
    sized = sorted(
        ((inside(store, villages, places), int(count)) for count, places in projects),
        key=lambda one: int(one[0].sum()),
    )
    settled = np.zeros(len(villages), dtype=bool)
    kept = chosen.copy()
    for mask, count in sized:
        wanted = max(count - int((kept & mask & settled).sum()), 0)
        held = _by_hash(villages, kept & mask & ~settled)
        kept[held[wanted:]] = False
        others = _by_hash(villages, free & mask & ~settled & ~kept) if wanted > len(held) else held[:0]
        kept[others[: wanted - len(held)]] = True
        settled |= mask
    return kept


def _by_hash(villages: pd.DataFrame, mask: Mask) -> NDArray[np.int64]:
    """The villages of a mask in the order of the hash of their code: the same at each build, and nobody's choice."""
    found = np.flatnonzero(mask)
    hashes = [crc32(code.encode()) for code in villages["place_id"].iloc[found].tolist()]
    return found[np.argsort(hashes, kind="stable")]


def _inside_known_projects(store: Store, villages: pd.DataFrame, lying: Lying) -> Mask:
    """True where the pilot publishes no places of its project, or the village lies in one of them."""
    rows = store.sql(
        "SELECT p.pilot_id, pp.place_id FROM project AS p JOIN project_place AS pp USING (project_id) "
        "WHERE p.pilot_id IS NOT NULL"
    )
    known = pd.DataFrame(rows.fetchall(), columns=["pilot_id", "place_id"])
    return ~lying.among(set(known["pilot_id"])) | inside(store, villages, set(known["place_id"]))


def _write_pilot_counts(
    store: Store, model: Source | None, villages: pd.DataFrame, lie_in: Masks, connected_by: Masks
) -> None:
    """One row per place and batch, and one of all batches together (batch null), which counts no village twice."""
    in_programme = villages["in_programme"].to_numpy()
    listed_pilots = {batch: _pilots_within(store, batch) for batch in (None, *lie_in)}
    for level in store.profile.upper_levels:
        places, codes = codes_of(store, villages, level)
        held = np.bincount(codes[in_programme], minlength=len(places))
        listed = pd.Categorical(places, categories=places)
        frames = []
        for batch in (None, *lie_in):
            lying, project = _either(lie_in, batch), _either(connected_by, batch)
            pilots = pd.Series(listed_pilots[batch], dtype=np.int64)
            frame = pd.DataFrame(
                {
                    "place_id": listed,
                    "pilots": pilots.reindex(listed.categories, fill_value=0).to_numpy(),
                    "villages": held,
                    "villages_in_pilots": 0 if lying is None else np.bincount(codes[lying], minlength=len(places)),
                }
            )
            if model is not None:
                frame["project_villages"] = 0 if project is None else np.bincount(codes[project], minlength=len(places))
                frame["project_evidence"] = model.evidence
            if batch is not None:
                frame = frame[(frame["pilots"] > 0) | (frame["villages_in_pilots"] > 0)]
            frames.append(frame.assign(batch=pd.array([batch] * len(frame), dtype="Int64")))
        store.insert("pilot_count", pd.concat(frames, ignore_index=True))
    for table in ("pilot_count", "pilot_village"):
        if model is not None:
            store.trace(table, model)
        store.trace(table, store.profile.the("places"))
        for made_from in (*store.profile.of_kind("pilots"), *store.profile.of_kind("projects")):
            store.trace(table, made_from)


def _pilots_within(store: Store, batch: int | None) -> dict[str, int]:
    """Pilot places in each place, one that is on several lists once."""
    rows = store.sql(
        "SELECT w.ancestor_id, count(DISTINCT p.place_id) FROM pilot AS p JOIN place_within AS w USING (place_id) "
        "WHERE $1 IS NULL OR p.batch = $1 GROUP BY ALL",
        [batch],
    ).fetchall()
    return dict(rows)


def _either(masks: Masks, batch: int | None) -> Mask | None:
    if batch is not None:
        return masks[batch]
    return np.logical_or.reduce(list(masks.values())) if masks else None
