"""Which villages lie in pilots, which of them a pilot's project connects, and how many there are per place.

Which villages a project connects is unpublished. Where states are simulated, those that the simulation connects between the
first two dates of the pilot's technology stand for them; where no simulation is, nothing does.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.declaration import EVIDENCE, Source
from etl.registered import CONNECTED, UNCONNECTED
from etl.store import Store

Codes = NDArray[np.int32]
SIMULATED = EVIDENCE.index("simulated")


def codes_of(store: Store, villages: pd.DataFrame, level: str) -> tuple[NDArray[np.object_], Codes]:
    """The register's places of a level in order, and for each village the number of its own."""
    register = store.profile.the("places").source_id
    rows = store.sql(
        "SELECT place_id FROM place WHERE level = $1 AND source_id = $2 ORDER BY place_id", [level, register]
    ).fetchall()
    places = np.array([row[0] for row in rows], dtype=object)
    codes = pd.Categorical(villages[f"{level}_id"], categories=places).codes
    return places, np.asarray(codes, dtype=np.int32)


def in_pilot(store: Store, villages: pd.DataFrame) -> NDArray[np.object_]:
    """The pilot each village lies in ('' outside): the innermost where pilots overlap."""
    pilots = dict(store.sql("SELECT place_id, pilot_id FROM pilot ORDER BY year, batch").fetchall())
    pilot = np.full(len(villages), "", dtype=object)
    for level in store.profile.upper_levels:
        found = villages[f"{level}_id"].map(pilots)
        pilot = np.where(found.notna(), found.to_numpy(dtype=object), pilot)
    left_out = store.sql("SELECT unnest(string_split(except_place_ids, ' ')), pilot_id FROM pilot").fetchall()
    for place_id, pilot_id in left_out:
        for level in store.profile.upper_levels:
            pilot[(pilot == pilot_id) & (villages[f"{level}_id"] == place_id).to_numpy()] = ""
    return pilot


def write_pilots(
    store: Store,
    model: Source | None,
    villages: pd.DataFrame,
    states: dict[str, NDArray[np.int8]],
    evidence: dict[str, NDArray[np.int8]],
) -> None:
    """Fill `pilot_village` (simulated, or nothing) and `pilot_count`."""
    pilot = np.where(villages["in_programme"], in_pilot(store, villages), "")
    chosen = np.zeros(len(villages), dtype=bool)
    if model is not None:
        chosen = _simulated_choice(store, villages, pilot, states, evidence)
        rows = pd.DataFrame({"pilot_id": pilot[chosen], "place_no": villages["place_no"][chosen]})
        store.insert("pilot_village", rows.assign(evidence=model.evidence), model)
    _write_pilot_counts(store, model, villages, pilot, chosen)


def _simulated_choice(
    store: Store,
    villages: pd.DataFrame,
    pilot: NDArray[np.object_],
    states: dict[str, NDArray[np.int8]],
    evidence: dict[str, NDArray[np.int8]],
) -> NDArray[np.bool_]:
    """Villages that the simulation connects between the first two dates, in the counties of the project if known.

    A village that a register speaks of is left out: its states are real, and its project is not known.
    """
    chosen = np.zeros(len(villages), dtype=bool)
    technologies = store.sql("SELECT pilot_id, technology FROM pilot").fetchall()
    for technology in {technology for _, technology in technologies}:
        of_technology = np.isin(pilot, [pilot_id for pilot_id, one in technologies if one == technology])
        dates = store.sql(
            "SELECT column_name FROM status_column WHERE standard = $1 AND rate_kind <> 'counted' ORDER BY as_of LIMIT 2",
            [technology],
        ).fetchall()
        if len(dates) == 2:
            (first,), (second,) = dates
            is_simulated = (evidence[first] == SIMULATED) & (evidence[second] == SIMULATED)
            gained = (states[first] == UNCONNECTED) & (states[second] == CONNECTED)
            chosen |= of_technology & gained & is_simulated
    return chosen & _inside_known_projects(store, villages, pilot)


def _inside_known_projects(
    store: Store, villages: pd.DataFrame, pilot: NDArray[np.object_]
) -> NDArray[np.bool_]:
    """True where the pilot publishes no places of its project, or the village lies in one of them."""
    rows = store.sql(
        "SELECT p.pilot_id, pp.place_id FROM project AS p JOIN project_place AS pp USING (project_id)"
    )
    known = pd.DataFrame(rows.fetchall(), columns=["pilot_id", "place_id"])
    inside = ~np.isin(pilot, known["pilot_id"].unique())
    for level in store.profile.upper_levels:
        inside |= villages[f"{level}_id"].isin(known["place_id"]).to_numpy()
    return np.asarray(inside)


def _write_pilot_counts(
    store: Store,
    model: Source | None,
    villages: pd.DataFrame,
    pilot: NDArray[np.object_],
    chosen: NDArray[np.bool_],
) -> None:
    inside = villages["in_programme"].to_numpy()
    listed = dict(
        store.sql(
            "SELECT w.ancestor_id, count(*) FROM pilot JOIN place_within AS w USING (place_id) GROUP BY ALL"
        ).fetchall()
    )
    for level in store.profile.upper_levels:
        places, codes = codes_of(store, villages, level)

        def count(mask: NDArray[np.bool_], codes: Codes = codes, n: int = len(places)) -> NDArray[np.int64]:
            return np.bincount(codes[mask], minlength=n)

        frame = pd.DataFrame(
            {
                "place_id": places,
                "pilots": [listed.get(place, 0) for place in places],
                "villages": count(inside),
                "villages_in_pilots": count(pilot != ""),
                "project_villages": count(chosen) if model is not None else None,
                "project_evidence": model.evidence if model is not None else None,
            }
        )
        store.insert("pilot_count", frame)
    for table in ("pilot_count", "pilot_village"):
        if model is not None:
            store.trace(table, model)
        store.trace(table, store.profile.the("places"))
        for made_from in (*store.profile.of_kind("pilots"), *store.profile.of_kind("projects")):
            store.trace(table, made_from)
