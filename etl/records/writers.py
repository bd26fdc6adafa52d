"""What rows of pilots, projects and all that is said of projects become in the atlas.

Each writer is given the rows that the importer let through, with their file and row number, and fills a table.
What fits nowhere (a project that nobody knows) is rejected and listed like every other wrong row.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from etl.declaration import Source
from etl.importing import reject_late
from etl.records.operators import one_spelling
from etl.records.pilot_of import pilots_of, write_batches
from etl.records.projects import SCOPES
from etl.records.stages import programme
from etl.records.values import QUALIFIERS
from etl.store import Store
from importer.intake import Intake

PAYERS = ("central", "provincial", "local", "firm")
PURPOSES = ("construction", "lease", "operation")
SCORES = ("self_score", "full_score")
DAYS = ("contract_date", "due_date", "completed_date", "accepted_date")
COUNTS = ("batch", "planned_villages", "opened_villages", "opex_years", "bidders", "price_year")
AMOUNTS = {
    "capex": "capex_yuan",
    "opex_yearly": "opex_yearly_yuan",
    "requested": "requested_yuan",
    "approved": "approved_yuan",
    "granted": "granted_yuan",
    "reserve": "reserve_yuan",
}


# --- pilots and projects ----------------------------------------------------------------------------------


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
    rows = _of_known_states(store, source, intake, rows)
    scope = _texts(rows, "scope")
    rows = _kept(store, source, intake, rows, scope.isna() | scope.isin(SCOPES), "unknown_word", "scope")
    scope = _texts(rows, "scope").fillna(SCOPES[0])
    above = _place_above(store)
    is_settlement = rows["place_id"].isin(above).to_numpy()
    place = rows["place_id"].map(above).where(is_settlement, rows["place_id"])
    pilots = pilots_of(store, place, rows["technology"], _texts(rows, "contract_date"), _whole(rows, "batch"))
    name = _texts(rows, "project_name")
    operator = _texts(rows, "operator")
    store.insert(
        "project",
        pd.DataFrame(
            {
                "project_id": rows["project_id"],
                "scope": scope,
                "pilot_id": pilots.where(scope == SCOPES[0], None),
                "place_id": place,
                "name": name.where(name.notna(), rows["project_id"]),
                "operator": operator,
                "operator_id": one_spelling(store.profile, operator),
                "technology": rows["technology"],
                **{field: _texts(rows, field) for field in ("selection", "state", "currency", "note", *DAYS)},
                **{field: _whole(rows, field) for field in COUNTS},
                **{column: _whole(rows, field) for field, column in AMOUNTS.items()},
                "download_mbps": rows.get("download_mbps", np.nan),
                "evidence": source.evidence,
            }
        ),
        source,
    )
    write_batches(store)
    store.insert("project_place", rows.loc[is_settlement, ["project_id", "place_id"]])
    store.trace("project_place", source)


# --- what is said of projects -----------------------------------------------------------------------------


def _project_villages(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> None:
    """One row per village of a project. Without a state, the last day that is known says how far it is."""
    rows = _of_known_projects(store, source, intake, rows)
    rows = _of_known_states(store, source, intake, rows)
    rows = _of_villages(store, source, intake, rows, "place_id")
    days = pd.DataFrame({field: _texts(rows, field) for field in ("planned_date", "opened_date", "accepted_date")})
    held = programme(store.profile)
    shown = pd.Series(held.first_of_village, index=rows.index, dtype=object)
    since = pd.Series([None] * len(rows), index=rows.index, dtype=object)
    for day, state in held.reached_by.items():
        shown = shown.where(days[day].isna(), state)
        since = since.where(days[day].isna(), days[day])
    said = _texts(rows, "state")
    store.insert(
        "project_village",
        pd.DataFrame(
            {
                "project_id": rows["project_id"],
                "place_no": rows["place_no"],
                "technology": _texts(rows, "technology"),
                "state": said.where(said.notna(), shown),
                "state_date": since.where(said.isna() | (said == shown), None),
                **days,
                "download_mbps": rows.get("download_mbps", np.nan),
                "capex_yuan": _whole(rows, "capex"),
                "evidence": source.evidence,
            }
        ),
        source,
    )


def _milestones(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> None:
    rows = _of_known_projects(store, source, intake, rows)
    rows = _of_known_states(store, source, intake, rows)
    wanted = ["project_id", "state", "reached_date", "note"]
    frame = pd.DataFrame({field: _texts(rows, field) for field in wanted})
    store.insert("milestone", frame.assign(villages=_whole(rows, "villages"), evidence=source.evidence), source)


def _moves(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> None:
    rows = _of_known_projects(store, source, intake, rows)
    rows = _of_known_states(store, source, intake, rows)
    rows = _of_villages(store, source, intake, rows, "code")
    wanted = ["project_id", "state", "moved_date", "reason"]
    frame = pd.DataFrame({field: _texts(rows, field) for field in wanted})
    store.insert("project_move", frame.assign(place_no=rows["place_no"], evidence=source.evidence), source)


def _payments(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> None:
    rows = _of_known_projects(store, source, intake, rows)
    wanted = ["project_id", "paid_date", "tranche", "note"]
    frame = pd.DataFrame({field: _texts(rows, field) for field in wanted})
    store.insert("payment", frame.assign(amount=rows["amount"], evidence=source.evidence), source)


def _inspections(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> None:
    wanted = ["project_id", "place_id", "inspected_date", "is_passed", "is_sampled", "note"]
    frame = pd.DataFrame({field: _texts(rows, field) for field in wanted})
    store.insert("inspection", frame.assign(evidence=source.evidence), source)


def _notices(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> None:
    rows = _of_known_projects(store, source, intake, rows)
    wanted = ["notice_id", "project_id", "notice_from", "notice_to", "document", "note"]
    frame = pd.DataFrame({field: _texts(rows, field) for field in wanted})
    store.insert("notice", frame.assign(objections=_whole(rows, "objections"), evidence=source.evidence), source)


def _reconciliations(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> None:
    """The ledger in the order of the file: entries of one day follow each other as they were written."""
    rows = _of_known_projects(store, source, intake, rows)
    change = rows["change_villages"].astype(float)
    is_whole = (change == change.round()) & change.notna()
    rows = _kept(store, source, intake, rows, is_whole, "not_whole", "change_villages")
    wanted = ["project_id", "entry_date", "reason", "document", "note"]
    frame = pd.DataFrame({field: _texts(rows, field) for field in wanted})
    store.insert(
        "reconciliation",
        frame.assign(
            entry_no=frame.groupby("project_id").cumcount() + 1,
            change_villages=_whole(rows, "change_villages"),
            evidence=source.evidence,
        ),
        source,
    )


def _funding(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> None:
    """Who pays how much of a project, and what for; a payer or purpose of which nobody heard is rejected."""
    rows = _of_known_projects(store, source, intake, rows)
    for field, words in (("payer", PAYERS), ("purpose", PURPOSES), ("qualifier", QUALIFIERS)):
        said = _texts(rows, field)
        rows = _kept(store, source, intake, rows, said.isna() | said.isin(words), "unknown_word", field)
    wanted = ["project_id", "payer", "purpose", "qualifier", "document", "note"]
    frame = pd.DataFrame({field: _texts(rows, field) for field in wanted})
    store.insert("project_funding", frame.assign(amount=rows["amount"], evidence=source.evidence), source)


def _performance_targets(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> None:
    """Targets as the table of a year words them. A score above the most that can be scored is rejected."""
    rows = _of_known_projects(store, source, intake, rows)
    own, most = (rows.get(name, pd.Series(np.nan, rows.index)).astype(float) for name in SCORES)
    rows = _kept(store, source, intake, rows, ~(own > most), "score_above_most", SCORES[0])
    wanted = ["project_id", "target_level", "indicator", "target_text", "actual_text", *SCORES, "document", "note"]
    frame = pd.DataFrame({field: _texts(rows, field) for field in wanted})
    store.insert("performance_target", frame.assign(year=_whole(rows, "year"), evidence=source.evidence), source)


#: Kind of content → what writes it. The order is that of loading: projects before what is said of them.
WRITERS: dict[str, Callable[[Store, Source, Intake, pd.DataFrame], None]] = {
    "pilots": _pilots,
    "projects": _projects,
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


def write(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> None:
    """Fill the table of the source's kind with the rows that fit; the others are rejected and listed."""
    for field in NEEDED[source.kind]:
        rows = _kept(store, source, intake, rows, _texts(rows, field).notna(), "needed_empty", field)
    WRITERS[source.kind](store, source, intake, rows)


# --- rows that fit ----------------------------------------------------------------------------------------


def _of_known_projects(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> pd.DataFrame:
    projects = {row[0] for row in store.sql("SELECT project_id FROM project").fetchall()}
    known = rows["project_id"].isin(projects)
    return _kept(store, source, intake, rows, known, "project_unknown", "project_id")


def _of_known_states(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> pd.DataFrame:
    """States by their ids; a word that the profile does not declare is rejected."""
    said = _texts(rows, "state")
    named = programme(store.profile).named(said)
    kept = _kept(store, source, intake, rows, said.isna() | named.notna(), "state_unknown", "state")
    return kept.assign(state=programme(store.profile).named(_texts(kept, "state")))


def _of_villages(store: Store, source: Source, intake: Intake, rows: pd.DataFrame, field: str) -> pd.DataFrame:
    """`place_no` of the villages that a column of codes names; an empty code stays empty."""
    numbers = dict(store.sql("SELECT place_id, place_no FROM village").fetchall())
    code = _texts(rows, field)
    known = code.isna() | code.isin(numbers)
    kept = _kept(store, source, intake, rows, known, "not_a_village", field)
    return kept.assign(place_no=_texts(kept, field).map(numbers).astype("Int64"))


def _kept(
    store: Store,
    source: Source,
    intake: Intake,
    rows: pd.DataFrame,
    known: pd.Series,
    rule: str,
    field: str,
) -> pd.DataFrame:
    if not known.all():
        lost = rows.loc[~known, ["file", "row_number", field]].rename(columns={field: "value"})
        reject_late(store, source, intake, lost, rule, field)
    return rows[known].reset_index(drop=True)


def _of_upper_places(store: Store, source: Source, intake: Intake, rows: pd.DataFrame) -> pd.DataFrame:
    """Pilots are places above the settlement; a row that names a settlement fits nowhere."""
    upper = {row[0] for row in store.sql("SELECT place_id FROM place").fetchall()}
    known = rows["place_id"].isin(upper)
    return _kept(store, source, intake, rows, known, "not_above_the_village", "place_id")


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
