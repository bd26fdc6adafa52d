"""Pilot lists, projects, payments and inspections as offices keep them: any file form, places by code or by names.

The default country's own lists are read by `etl/records.py`, which refuses a list with a single wrong row. Here a
wrong row is rejected and listed like every other row that comes in; how many are too many the declaration says.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from etl.declaration import Source
from etl.importing import loaded, open_source, record_quality, reject_late
from etl.store import Store
from importer.identity import Codes, Register
from importer.intake import Intake

KINDS = ("pilots", "projects", "payments", "inspections")  # payments after the projects that they are of
DAYS = ("contract_date", "completed_date", "accepted_date")
COUNTS = ("planned_villages", "opened_villages", "opex_years")


def is_imported(source: Source) -> bool:
    """Whether a list is declared in the importer's language; the other one names its columns after the table's."""
    columns = source.body.get("columns", {})
    own = source.kind in ("payments", "inspections")
    return own or (source.kind in KINDS and bool(columns) and "place_id" not in columns)


def load_records(
    store: Store, source: Source, register: Register, codes: Codes | None, rejects: Path | None
) -> None:
    """Fill the table of the source's kind. Rows that name nothing known are rejected and listed."""
    intake = open_source(store.profile, source, register, codes)
    batches = [
        batch.accepted.assign(file=batch.file, row_number=batch.row_numbers[~batch.is_rejected])
        for batch in loaded(store, source, intake, rejects)
    ]
    rows = pd.concat(batches, ignore_index=True)
    _WRITERS[source.kind](store, source, intake, rows)
    record_quality(store, source, intake)


def _pilots(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> None:
    rows = _of_upper_places(store, source, intake, rows)
    year, batch = rows["year"].astype(int), rows["batch"].astype(int)
    ids = year.astype(str) + "-" + batch.astype(str) + "-" + rows["place_id"].astype(str)
    names = dict(store.sql("SELECT place_id, name FROM place").fetchall())
    published = _texts(rows, "published_name").where(
        _texts(rows, "published_name").notna(), rows["place_id"].map(names)
    )
    store.insert(
        "pilot",
        pd.DataFrame(
            {
                "pilot_id": ids,
                "programme": _texts(rows, "programme").fillna(source.body["title"]["zh"]),
                "batch": batch,
                "year": year,
                "technology": rows["technology"],
                "place_id": rows["place_id"],
                "published_name": published,
            }
        ),
        source,
    )


def _projects(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> None:
    """One row per project. A project of one settlement stands at the place above it, and lists the settlement."""
    above = _place_above(store)
    is_settlement = rows["place_id"].isin(above).to_numpy()
    place = rows["place_id"].map(above).where(is_settlement, rows["place_id"])
    pilots = dict(store.sql("SELECT place_id, pilot_id FROM pilot").fetchall())
    name = _texts(rows, "project_name")
    store.insert(
        "project",
        pd.DataFrame(
            {
                "project_id": rows["project_id"],
                "scope": "project",
                "pilot_id": place.map(pilots),
                "place_id": place,
                "name": name.where(name.notna(), rows["project_id"]),
                "operator": _texts(rows, "operator"),
                "technology": rows["technology"],
                **{field: _texts(rows, field) for field in DAYS},
                **{field: _whole(rows, field) for field in COUNTS},
                "capex_yuan": _whole(rows, "capex"),
                "download_mbps": rows.get("download_mbps", np.nan),
                "note": _texts(rows, "note"),
                "evidence": source.evidence,
            }
        ),
        source,
    )
    listed = rows.loc[is_settlement, ["project_id", "place_id"]]
    store.insert("project_place", listed)
    store.trace("project_place", source)


def _payments(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> None:
    projects = {row[0] for row in store.sql("SELECT project_id FROM project").fetchall()}
    known = rows["project_id"].isin(projects)
    lost = rows[~known].assign(value=rows["project_id"])[["file", "row_number", "value"]]
    reject_late(store, source, intake, lost, "project_unknown", "project_id")
    rows = rows[known].reset_index(drop=True)
    store.insert(
        "payment",
        pd.DataFrame(
            {
                "project_id": rows["project_id"],
                "paid_date": _texts(rows, "paid_date"),
                "tranche": _texts(rows, "tranche"),
                "amount": rows["amount"],
                "note": _texts(rows, "note"),
                "evidence": source.evidence,
            }
        ),
        source,
    )


def _inspections(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> None:
    store.insert(
        "inspection",
        pd.DataFrame(
            {
                "project_id": _texts(rows, "project_id"),
                "place_id": rows["place_id"],
                "inspected_date": rows["inspected_date"],
                "is_passed": rows["is_passed"],
                "is_sampled": _texts(rows, "is_sampled"),
                "note": _texts(rows, "note"),
                "evidence": source.evidence,
            }
        ),
        source,
    )


_WRITERS: dict[str, Callable[[Store, Source, Intake, pd.DataFrame], None]] = {
    "pilots": _pilots,
    "projects": _projects,
    "payments": _payments,
    "inspections": _inspections,
}


def _of_upper_places(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> pd.DataFrame:
    """Pilots are places above the settlement; a row that names a settlement fits nowhere."""
    upper = {row[0] for row in store.sql("SELECT place_id FROM place").fetchall()}
    known = rows["place_id"].isin(upper)
    lost = rows[~known].assign(value=rows["place_id"])[["file", "row_number", "value"]]
    reject_late(store, source, intake, lost, "not_above_the_village", "place_id")
    return rows[known].reset_index(drop=True)


def _place_above(store: Store) -> dict[str, str]:
    """Settlement → the place that it belongs to."""
    level = store.profile.upper_levels[-1]
    return dict(store.sql(f'SELECT place_id, "{level}_id" FROM register_village').fetchall())


def _texts(rows: pd.DataFrame, name: str) -> pd.Series:
    """A column of objects, all unknown where the file has none."""
    if name in rows:
        return rows[name].astype(object).where(rows[name].notna(), None)
    return pd.Series([None] * len(rows), index=rows.index, dtype=object)


def _whole(rows: pd.DataFrame, name: str) -> pd.Series:
    values = rows[name].astype(float).round() if name in rows else pd.Series(np.nan, index=rows.index)
    return values.astype("Int64")
