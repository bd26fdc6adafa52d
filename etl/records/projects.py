"""The declared list of projects: what was published of each, with the document that says it."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from etl.declaration import Source
from etl.records.operators import one_spelling
from etl.records.pilot_of import pilots_of, write_batches
from etl.records.row_checks import (
    FIRST_DATA_ROW,
    known_places,
    recorded,
    refuse_repeated,
    refuse_unknown_words,
    row_error,
)
from etl.records.stages import programme
from etl.records.values import QUALIFIERS, period, quantity
from etl.source_file import file_path, read_text_table
from etl.store import Store

SCOPES = ("project", "programme")
NEEDED = ("project_id", "name", "technology")
COLUMNS = [*NEEDED, "scope", "place_id", "place_ids", "operator", "contract_date", "capex_yuan"]
TEXTS = (
    *("scope", "place_id", "name", "name_en", "operator", "selection", "technology", "state"),
    *("capex_qualifier", "subsidy_qualifier", "currency"),
    *("document", "publisher", "published_on", "url", "seen", "confidence", "note", "note_en"),
)
DAYS = ("contract_date", "started_date", "due_date", "completed_date", "accepted_date")
COUNTS = (
    *("batch", "planned_villages", "villages_unconnected", "villages_upgrade", "opened_villages"),
    *("sites", "terminals", "bidders", "price_year"),
    *("capex_yuan", "whole_cost_yuan", "opex_yearly_yuan", "opex_years"),
    *("requested_yuan", "approved_yuan", "granted_yuan", "reserve_yuan"),
)
DECIMALS = ("download_mbps", "measured_mbps", "route_km")
FROM_ONE = ("planned_villages", "sites")  # nothing is written as an empty cell


def load_projects(store: Store, source: Source) -> None:
    """Fill `project` and `project_place`. Raises RowError naming file, row and field.

    A project stands on a pilot of its batch; where it has none, it is refused, unless the batch's list is known to have
    gaps, in which its pilot may be.
    """
    path = file_path(source)
    frame = read_text_table(source, path, COLUMNS)
    refuse_repeated(path, frame["project_id"])
    refuse_unknown_words(path, frame)
    pilots = pilots_of(store, frame["place_id"], frame["technology"], frame["contract_date"], frame.get("batch"))
    known, gaps = known_places(store), _batches_with_gaps(store)
    rows, covered = [], []
    for number, (row, pilot_id) in enumerate(zip(frame.to_dict("records"), pilots, strict=True), start=FIRST_DATA_ROW):
        rows.append(_project(path, number, row, pilot_id if row["scope"] == "project" else None))
        if row["scope"] == "project" and pilot_id is None and rows[-1]["batch"] not in gaps:
            raise row_error(path, number, "place_id", "a place on a pilot list", str(row["place_id"]))
        covered += _covered(path, number, row, rows[-1]["sites"], known)
    projects = pd.DataFrame(rows)
    store.insert(
        "project",
        projects.assign(
            evidence=source.evidence,
            operator_id=one_spelling(store.profile, projects["operator"]),
            state=_states(store, path, projects["state"]),
        ),
        source,
    )
    store.insert("project_place", pd.DataFrame(covered, columns=["project_id", "place_id", "sites"]))
    store.trace("project_place", source)
    write_batches(store)
    recorded(store, source, path, len(frame))


def _batches_with_gaps(store: Store) -> set[int]:
    """Batches of whose list of pilots only a part is held."""
    return {row[0] for row in store.sql("SELECT batch FROM pilot_list WHERE NOT is_complete").fetchall()}


def _states(store: Store, path: Path, said: pd.Series) -> pd.Series:
    """The states by their ids; a word that the profile does not declare is refused."""
    states = programme(store.profile).named(said)
    for number, (word, state) in enumerate(zip(said, states, strict=True), start=FIRST_DATA_ROW):
        if word is not None and state is None:
            raise row_error(path, number, "state", "a state that the profile declares", word)
    return states


def _covered(
    path: Path, number: int, row: dict[Hashable, Any], sites: int | None, known: set[str]
) -> list[tuple[str, str, int | None]]:
    """The places that a project covers and, where they are told, its sites in each: these add up to its own."""
    inside, told = (row["place_ids"] or "").split(), (row.get("place_sites") or "").split()
    for place_id in (row["place_id"], *inside):
        if place_id not in known:
            raise row_error(path, number, "place_id, place_ids", "codes of the register", str(place_id))
    parts = [int(one) for one in told if one.isascii() and one.isdigit()]
    if told and (len(parts) != len(inside) or sum(parts) != sites):
        expected = f"a number for each of the {len(inside)} places, {sites} together"
        raise row_error(path, number, "place_sites", expected, row["place_sites"])
    of_each: list[int] | list[None] = parts or [None] * len(inside)
    return [(row["project_id"], place, count) for place, count in zip(inside, of_each, strict=True)]


def _project(path: Path, number: int, row: dict[Hashable, Any], pilot_id: str | None) -> dict[str, Any]:
    for field in NEEDED:
        if row[field] is None:
            raise row_error(path, number, field, "a text", "")
    if row["scope"] not in SCOPES:
        raise row_error(path, number, "scope", " or ".join(SCOPES), str(row["scope"]))
    for field in ("capex_qualifier", "subsidy_qualifier"):
        if row.get(field) is not None and row[field] not in QUALIFIERS:
            raise row_error(path, number, field, " ".join(QUALIFIERS), str(row[field]))
    made = {"project_id": row["project_id"], "pilot_id": pilot_id}
    made |= {field: row.get(field) for field in TEXTS}
    made |= {field: _day(path, number, field, row.get(field)) for field in DAYS}
    made |= {field: _whole(path, number, field, row.get(field)) for field in COUNTS}
    made |= {field: _decimal(path, number, field, row.get(field)) for field in DECIMALS}
    _refuse_more_than_planned(path, number, made)
    return made


def _refuse_more_than_planned(path: Path, number: int, made: dict[str, Any]) -> None:
    """Villages without access and villages to be upgraded are parts of those planned."""
    parts = [made[field] or 0 for field in ("villages_unconnected", "villages_upgrade")]
    planned = made["planned_villages"]
    if planned is not None and sum(parts) > planned:
        raise row_error(
            path,
            number,
            "villages_unconnected, villages_upgrade",
            f"no more than {planned} together",
            str(sum(parts)),
        )


def _whole(path: Path, number: int, field: str, text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isascii() or not text.isdigit():
        raise row_error(path, number, field, "a whole number, not negative", text)
    if field in FROM_ONE and int(text) == 0:
        raise row_error(path, number, field, "one or more", text)
    return int(text)


def _decimal(path: Path, number: int, field: str, text: str | None) -> float | None:
    if text is None:
        return None
    read = quantity(text)
    if read.value is None or read.qualifier is not None or read.value < 0:
        raise row_error(path, number, field, "a number, not negative", text)
    return read.value


def _day(path: Path, number: int, field: str, text: str | None) -> date | None:
    """A day. A month or a year is no day: it belongs in the note, lest a day be made up."""
    if text is None:
        return None
    first, last = period(text)
    if first is None or first != last:
        raise row_error(path, number, field, "a date as 2016-08-30", text)
    return first
