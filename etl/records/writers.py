"""Lists of pilots, of projects and of all that is said of projects: read by the importer, written into the atlas.

Each writer (those of pilots and projects have files of their own) is given the rows that the importer let through,
with their file and row number, and fills a table. What fits nowhere (a project that nobody knows) is rejected and
listed like every other wrong row.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from etl.declaration import Source
from etl.importing import loaded, open_source, record_quality
from etl.records.pilots import write_pilots
from etl.records.projects import write_projects
from etl.records.rows import (
    kept,
    money,
    of_known_projects,
    of_known_states,
    of_known_words,
    of_money,
    of_villages,
    texts,
    whole,
)
from etl.records.stages import programme
from etl.records.values import QUALIFIERS
from etl.store import Store
from importer.intake import Intake
from importer.place.identity import Codes, Register

PAYERS = ("central", "provincial", "local", "firm")
PURPOSES = ("construction", "lease", "operation")
SCORES = ("self_score", "full_score")


# --- what is said of projects -----------------------------------------------------------------------------


def _project_villages(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> None:
    """One row per village of a project. Without a state, the last day that is known says how far it is."""
    rows = of_known_projects(store, source, intake, rows)
    rows = of_known_states(store, source, intake, rows)
    rows = of_villages(store, source, intake, rows, "place_id")
    rows = of_money(store, source, intake, rows, ["capex"])
    days = pd.DataFrame({field: texts(rows, field) for field in ("planned_date", "opened_date", "accepted_date")})
    held = programme(store.profile)
    shown = pd.Series(held.first_of_village, index=rows.index, dtype=object)
    since = pd.Series([None] * len(rows), index=rows.index, dtype=object)
    for day, state in held.reached_by.items():
        shown = shown.where(days[day].isna(), state)
        since = since.where(days[day].isna(), days[day])
    said = texts(rows, "state")
    store.insert(
        "project_village",
        pd.DataFrame(
            {
                "project_id": rows["project_id"],
                "place_no": rows["place_no"],
                "technology": texts(rows, "technology"),
                "state": said.where(said.notna(), shown),
                "state_date": since.where(said.isna() | (said == shown), None),
                **days,
                "download_mbps": rows.get("download_mbps", np.nan),
                "capex_yuan": money(rows, "capex"),
                "evidence": source.evidence,
            }
        ),
        source,
    )


def _milestones(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> None:
    rows = of_known_projects(store, source, intake, rows)
    rows = of_known_states(store, source, intake, rows)
    wanted = ["project_id", "state", "reached_date", "note"]
    frame = pd.DataFrame({field: texts(rows, field) for field in wanted})
    store.insert("milestone", frame.assign(villages=whole(rows, "villages"), evidence=source.evidence), source)


def _moves(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> None:
    rows = of_known_projects(store, source, intake, rows)
    rows = of_known_states(store, source, intake, rows)
    rows = of_villages(store, source, intake, rows, "code")
    wanted = ["project_id", "state", "moved_date", "reason"]
    frame = pd.DataFrame({field: texts(rows, field) for field in wanted})
    store.insert("project_move", frame.assign(place_no=rows["place_no"], evidence=source.evidence), source)


def _payments(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> None:
    rows = of_known_projects(store, source, intake, rows)
    rows = of_money(store, source, intake, rows, ["amount"])
    wanted = ["project_id", "paid_date", "tranche", "note"]
    frame = pd.DataFrame({field: texts(rows, field) for field in wanted})
    store.insert("payment", frame.assign(amount=rows["amount"], evidence=source.evidence), source)


def _inspections(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> None:
    wanted = ["project_id", "place_id", "inspected_date", "is_passed", "is_sampled", "note"]
    frame = pd.DataFrame({field: texts(rows, field) for field in wanted})
    store.insert("inspection", frame.assign(evidence=source.evidence), source)


def _notices(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> None:
    rows = of_known_projects(store, source, intake, rows)
    wanted = ["notice_id", "project_id", "notice_from", "notice_to", "document", "note"]
    frame = pd.DataFrame({field: texts(rows, field) for field in wanted})
    store.insert("notice", frame.assign(objections=whole(rows, "objections"), evidence=source.evidence), source)


def _reconciliations(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> None:
    """The ledger in the order of the file: entries of one day follow each other as they were written."""
    rows = of_known_projects(store, source, intake, rows)
    change = rows["change_villages"].astype(float)
    is_whole = (change == change.round()) & change.notna()
    rows = kept(store, source, intake, rows, is_whole, "not_whole", "change_villages")
    wanted = ["project_id", "entry_date", "reason", "document", "note"]
    frame = pd.DataFrame({field: texts(rows, field) for field in wanted})
    store.insert(
        "reconciliation",
        frame.assign(
            entry_no=frame.groupby("project_id").cumcount() + 1,
            change_villages=whole(rows, "change_villages"),
            evidence=source.evidence,
        ),
        source,
    )


def _funding(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> None:
    """Who pays how much of a project, and what for; a payer or purpose of which nobody heard is rejected."""
    rows = of_known_projects(store, source, intake, rows)
    rows = of_money(store, source, intake, rows, ["amount"])
    words = {"payer": PAYERS, "purpose": PURPOSES, "qualifier": QUALIFIERS}
    rows = of_known_words(store, source, intake, rows, words)
    wanted = ["project_id", "payer", "purpose", "qualifier", "document", "note"]
    frame = pd.DataFrame({field: texts(rows, field) for field in wanted})
    store.insert("project_funding", frame.assign(amount=rows["amount"], evidence=source.evidence), source)


def _performance_targets(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> None:
    """Targets as the table of a year words them. A score above the most that can be scored is rejected."""
    rows = of_known_projects(store, source, intake, rows)
    own, most = (rows.get(name, pd.Series(np.nan, rows.index)).astype(float) for name in SCORES)
    rows = kept(store, source, intake, rows, ~(own > most), "score_above_most", SCORES[0])
    wanted = ["project_id", "target_level", "indicator", "target_text", "actual_text", *SCORES, "document", "note"]
    frame = pd.DataFrame({field: texts(rows, field) for field in wanted})
    store.insert("performance_target", frame.assign(year=whole(rows, "year"), evidence=source.evidence), source)


#: Kind of content → what writes it. The order is that of loading: projects before what is said of them.
WRITERS: dict[str, Callable[[Store, Source, Intake, pd.DataFrame], None]] = {
    "pilots": write_pilots,
    "projects": write_projects,
    "project_villages": _project_villages,
    "milestones": _milestones,
    "moves": _moves,
    "payments": _payments,
    "inspections": _inspections,
    "notices": _notices,
    "reconciliations": _reconciliations,
    "funding": _funding,
    "performance_targets": _performance_targets,
}

#: What a row cannot do without: with one of these empty it is rejected.
NEEDED = {
    "pilots": ("batch", "year", "technology"),
    "projects": ("project_id", "technology"),
    "project_villages": ("project_id",),
    "milestones": ("project_id", "state", "reached_date", "villages"),
    "moves": ("project_id", "state", "moved_date"),
    "payments": ("project_id", "amount"),
    "inspections": ("inspected_date",),
    "notices": ("notice_id", "project_id", "notice_from"),
    "reconciliations": ("project_id", "change_villages", "reason"),
    "funding": ("project_id", "amount"),
    "performance_targets": ("project_id", "year", "indicator"),
}
#: Beyond that, of a list that we keep ourselves.
STRICTLY_NEEDED = {"pilots": ("published_name",), "projects": ("project_name", "scope")}


def load_records(store: Store, source: Source, register: Register, codes: Codes | None, rejects: Path | None) -> None:
    """Fill the table of the source's kind. Rows that name nothing known are rejected and listed; in a list that we
    keep ourselves (`[rows] strict`) they are errors.
    """
    intake = open_source(store.profile, source, register, codes)
    batches = [
        batch.accepted.assign(file=batch.file, row_number=batch.row_numbers[~batch.is_rejected])
        for batch in loaded(store, source, intake, rejects)
    ]
    write(store, source, intake, pd.concat(batches, ignore_index=True))
    record_quality(store, source, intake)


def write(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> None:
    """Fill the table of the source's kind with the rows that fit; the others are rejected and listed."""
    for field in (*NEEDED[source.kind], *(STRICTLY_NEEDED.get(source.kind, ()) if intake.declaration.strict else ())):
        rows = kept(store, source, intake, rows, texts(rows, field).notna(), "needed_empty", field)
    WRITERS[source.kind](store, source, intake, rows)
