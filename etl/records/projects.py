"""Projects: those that were published, each with the document that says it, and those that an office keeps."""

from __future__ import annotations

import numpy as np
import pandas as pd

from etl.declaration import Source
from etl.records.operators import one_spelling
from etl.records.pilot_of import pilots_of, write_batches
from etl.records.rows import (
    CONFIDENCE,
    SEEN,
    TOLD_BY,
    kept,
    money,
    of_known_states,
    of_known_words,
    of_money,
    texts,
    whole,
)
from etl.records.values import QUALIFIERS
from etl.store import Store
from importer.intake import Intake

SCOPES = ("project", "programme")
WORDS = {
    "scope": SCOPES,
    "capex_qualifier": QUALIFIERS,
    "subsidy_qualifier": QUALIFIERS,
    "seen": SEEN,
    "confidence": CONFIDENCE,
}
TEXTS = (
    *("name_en", "selection", "state", "currency", "capex_qualifier", "subsidy_qualifier"),
    *("contract_date", "started_date", "due_date", "completed_date", "accepted_date"),
    *(*TOLD_BY, "note", "note_en"),
)
COUNTS = (
    *("batch", "planned_villages", "villages_unconnected", "villages_upgrade", "opened_villages"),
    *("sites", "terminals", "opex_years", "bidders", "price_year"),
)
AMOUNTS = {
    "capex": "capex_yuan",
    "whole_cost": "whole_cost_yuan",
    "opex_yearly": "opex_yearly_yuan",
    "requested": "requested_yuan",
    "approved": "approved_yuan",
    "granted": "granted_yuan",
    "reserve": "reserve_yuan",
}
DECIMALS = ("download_mbps", "measured_mbps", "route_km")
COVERED = ["project_id", "place_id", "sites"]


def write_projects(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> None:
    """Fill `project` and `project_place`. A project of one settlement stands at the place above it, and lists the
    settlement.

    In a list that we keep ourselves a project stands on a pilot of its batch; where it has none, it is refused, unless
    the batch's list is known to have gaps, in which its pilot may be.
    """
    rows = of_known_states(store, source, intake, rows)
    rows = of_known_words(store, source, intake, rows, WORDS)
    rows = of_money(store, source, intake, rows, AMOUNTS)
    rows = _within_the_plan(store, source, intake, rows)
    rows, covered = _covered(store, source, intake, rows)
    above = _place_above(store, rows["place_id"])
    is_settlement = rows["place_id"].isin(above).to_numpy()
    rows["stands_at"] = rows["place_id"].map(above).where(is_settlement, rows["place_id"])
    rows["scope"] = texts(rows, "scope").fillna(SCOPES[0])
    rows["pilot_id"] = pilots_of(
        store, rows["stands_at"], rows["technology"], texts(rows, "contract_date"), whole(rows, "batch")
    ).where(rows["scope"] == SCOPES[0], None)
    if intake.declaration.strict:
        _refuse_without_pilot(store, source, intake, rows)
    name, operator = texts(rows, "project_name"), texts(rows, "operator")
    store.insert(
        "project",
        pd.DataFrame(
            {
                "project_id": rows["project_id"],
                "scope": rows["scope"],
                "pilot_id": rows["pilot_id"],
                "place_id": rows["stands_at"],
                "name": name.where(name.notna(), rows["project_id"]),
                "operator": operator,
                "operator_id": one_spelling(store.profile, operator),
                "technology": rows["technology"],
                **{field: texts(rows, field) for field in TEXTS},
                **{field: whole(rows, field) for field in COUNTS},
                **{column: money(rows, field) for field, column in AMOUNTS.items()},
                **{field: rows.get(field, np.nan) for field in DECIMALS},
                "evidence": source.evidence,
            }
        ),
        source,
    )
    write_batches(store)
    store.insert("project_place", pd.concat([rows.loc[is_settlement, COVERED[:2]], covered], ignore_index=True))
    store.trace("project_place", source)


def _place_above(store: Store, places: pd.Series) -> dict[str, str]:
    """Of the places that are settlements: settlement → the place that it belongs to."""
    level = store.profile.upper_levels[-1]
    query = f'SELECT place_id, "{level}_id" FROM register_village WHERE list_contains($1, place_id)'
    return dict(store.sql(query, [places.dropna().unique().tolist()]).fetchall())


def _refuse_without_pilot(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> None:
    gaps = {row[0] for row in store.sql("SELECT batch FROM pilot_list WHERE NOT is_complete").fetchall()}
    is_free = (rows["scope"] != SCOPES[0]) | whole(rows, "batch").isin(gaps)
    kept(store, source, intake, rows, is_free | rows["pilot_id"].notna(), "no_pilot", "place_id")


def _within_the_plan(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> pd.DataFrame:
    """Villages without access and villages to be upgraded are parts of those planned."""
    parts = whole(rows, "villages_unconnected").fillna(0) + whole(rows, "villages_upgrade").fillna(0)
    planned = whole(rows, "planned_villages")
    told = rows.assign(villages_unconnected=parts)
    fits = (planned.isna() | (parts <= planned).fillna(True)).astype(bool)
    kept(store, source, intake, told, fits, "more_than_planned", "villages_unconnected")
    return rows[fits].reset_index(drop=True)


def _covered(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows that fit, and the places that each covers with its sites there, where they are told: these add up to
    its own.
    """
    known = {row[0] for row in store.sql("SELECT place_id FROM place").fetchall()}
    inside = texts(rows, "place_ids").map(_words)
    is_known = inside.map(lambda places: known.issuperset(places)).astype(bool)
    rows = kept(store, source, intake, rows, is_known, "place_not_in_register", "place_ids")
    inside, told = texts(rows, "place_ids").map(_words), texts(rows, "place_sites").map(_words)
    adds_up = [
        not parts or (len(parts) == len(_numbers(parts)) == len(places) and sum(_numbers(parts)) == sites)
        for places, parts, sites in zip(inside, told, whole(rows, "sites").fillna(-1), strict=True)
    ]
    rows = kept(store, source, intake, rows, pd.Series(adds_up, dtype=bool), "parts_do_not_add_up", "place_sites")
    found: list[tuple[str, str, int | None]] = []
    columns = (rows["project_id"], texts(rows, "place_ids").map(_words), texts(rows, "place_sites").map(_words))
    for project_id, places, parts in zip(*columns, strict=True):
        of_each: list[int] | list[None] = _numbers(parts) or [None] * len(places)
        found += [(project_id, place, sites) for place, sites in zip(places, of_each, strict=True)]
    return rows, pd.DataFrame(found, columns=COVERED).astype({"sites": "Int64"})


def _words(text: str | None) -> list[str]:
    return (text or "").split()


def _numbers(words: list[str]) -> list[int]:
    """The plain numbers; words that are none are left out."""
    return [int(one) for one in words if one.isascii() and one.isdigit()]
