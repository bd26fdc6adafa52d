"""The projection of submissions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, Connection, Index, Integer, MetaData, Table, insert, update

from desk.letters import Short, Text
from desk.log import Entry
from desk.projected.each import Apply, each

DRAFT, SUBMITTED, RETURNED, APPROVED, WITHDRAWN = "draft", "submitted", "returned", "approved", "withdrawn"
STATES = (DRAFT, SUBMITTED, RETURNED, APPROVED, WITHDRAWN)
METADATA = MetaData()
SUBMISSION = Table(
    "submission",
    METADATA,
    Column("submission_no", Integer, primary_key=True, autoincrement=False),
    Column("state", Text(), nullable=False),
    Column("drafted_at", Short(20), nullable=False),
    Column("drafted_by", Text(), nullable=False),
    Column("path", Text(), nullable=False),  # of the place that it is of, from the nation down
    Column("kind", Text(), nullable=False),  # of its content: coverage, villages
    Column("title", Text(), nullable=False),
    Column("file_name", Text(), nullable=False),  # as its owner called it
    Column("file_sha256", Text(), nullable=False),  # as it came
    Column("shape_sha256", Text(), nullable=False),  # of its headers: next month's file of the same is read alike
    Column("declaration_sha256", Text(), nullable=False),  # how it was read, TOML
    Column("rows_sha256", Text(), nullable=False),  # what it says, a row per village; zstd
    Column("report_sha256", Text(), nullable=False),  # what became of its rows, JSON
    Column("codes_as_of", Short(10), nullable=False),  # the day of the codes in its rows; "": not known
    Column("as_of", Short(10), nullable=False),  # the newest day that its rows are of; "" of villages
    Column("rows_read", Integer, nullable=False),
    Column("rows_rejected", Integer, nullable=False),
    Column("rows_said", Integer, nullable=False),
    Column("against", Text(), nullable=False),  # the release or build that it was compared with
    Column("note", Text(), nullable=False),
    Column("submitted_at", Short(20), nullable=False),
    Column("submitted_by", Text(), nullable=False),
    Column("decided_at", Short(20), nullable=False),
    Column("decided_by", Text(), nullable=False),
    Column("words", Text(), nullable=False),  # of who returned or approved it
    Column("left_out", Text(), nullable=False),  # codes of villages whose rows were not approved, a line each
    Column("release", Text(), nullable=False),  # that carries it first
    Column("decided_entry", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Index("submission_path", "path", "submission_no"),
    Index("submission_state", "state", "submission_no"),
    Index("submission_file", "file_sha256"),
    Index("submission_shape", "shape_sha256"),
)
LATER: dict[str, Any] = {
    **dict.fromkeys(("note", "submitted_at", "submitted_by", "decided_at", "decided_by", "words", "left_out"), ""),
    "release": "",
    "decided_entry": 0,
}


def left_out(row: Mapping[str, Any]) -> frozenset[str]:
    """The codes of the villages whose rows were not approved."""
    return frozenset(filter(None, row["left_out"].split("\n")))


def _drafted(connection: Connection, entry: Entry) -> None:
    row = {**LATER, **entry.body, "state": DRAFT, "drafted_at": entry.at, "drafted_by": entry.who}
    connection.execute(insert(SUBMISSION), {**row, "version": entry.entry_no})


def _changed(connection: Connection, entry: Entry, **values: Any) -> None:
    is_it = SUBMISSION.c.submission_no == int(entry.subject.rpartition("/")[2])
    connection.execute(update(SUBMISSION).where(is_it), {**values, "version": entry.entry_no})


def _submitted(connection: Connection, entry: Entry) -> None:
    told = {"note": entry.body["note"], "submitted_at": entry.at, "submitted_by": entry.who}
    _changed(connection, entry, state=SUBMITTED, **told)


def _decided(connection: Connection, entry: Entry, state: str) -> None:
    told = {"words": entry.body["words"], "left_out": "\n".join(entry.body.get("left_out", ()))}
    decided = {"decided_at": entry.at, "decided_by": entry.who, "decided_entry": entry.entry_no}
    _changed(connection, entry, state=state, **told, **decided)


KINDS: dict[str, Apply] = {
    "submission.drafted": each(_drafted),
    "submission.submitted": each(_submitted),
    "submission.returned": each(lambda connection, entry: _decided(connection, entry, RETURNED)),
    "submission.approved": each(lambda connection, entry: _decided(connection, entry, APPROVED)),
    "submission.withdrawn": each(lambda connection, entry: _changed(connection, entry, state=WITHDRAWN)),
}
