"""What entries on public notices and objections change in the tables."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert, update

from desk.log import Entry
from desk.projected.each import Apply, each
from desk.projected.notices import FILED, LAPSED, NOTICE, OBJECTION, OPEN, TAKEN_BACK
from desk.projected.submissions import SUBMISSION


def _number(entry: Entry) -> int:
    return int(entry.subject.rpartition("/")[2])


def _opened(connection: Connection, entry: Entry) -> None:
    """Who looked at the register before has not seen that it is on notice."""
    row = {**entry.body, "opened_at": entry.at, "opened_by": entry.who, "state": OPEN, "ended_at": ""}
    connection.execute(insert(NOTICE), {**row, "version": entry.entry_no})
    is_it = SUBMISSION.c.submission_no == entry.body["submission_no"]
    connection.execute(update(SUBMISSION).where(is_it), {"version": entry.entry_no})


def _ended(connection: Connection, entry: Entry) -> None:
    number = _number(entry)
    told = {"state": entry.body["outcome"], "ended_at": entry.at, "version": entry.entry_no}
    connection.execute(update(NOTICE).where(NOTICE.c.submission_no == number), told)
    waiting = update(OBJECTION).where(OBJECTION.c.submission_no == number, OBJECTION.c.state == FILED)
    connection.execute(waiting, {"state": LAPSED, "version": entry.entry_no})


def _filed(connection: Connection, entry: Entry) -> None:
    row = {**entry.body, "filed_at": entry.at, "is_redacted": False, "state": FILED}
    row |= {"words": "", "answered_at": "", "answered_by": "", "version": entry.entry_no}
    connection.execute(insert(OBJECTION), row)


def _answered(connection: Connection, entry: Entry) -> None:
    """Several may have one answer."""
    told = {"state": entry.body["answer"], "words": entry.body["words"], "answered_at": entry.at}
    told |= {"answered_by": entry.who, "version": entry.entry_no}
    for number in entry.body["objections"]:
        connection.execute(update(OBJECTION).where(OBJECTION.c.objection_no == number), told)


def _changed(connection: Connection, entry: Entry, **values: Any) -> None:
    is_it = OBJECTION.c.objection_no == _number(entry)
    connection.execute(update(OBJECTION).where(is_it), {**values, "text_sha256": "", "version": entry.entry_no})


KINDS: dict[str, Apply] = {
    "notice.opened": each(_opened),
    "notice.ended": each(_ended),
    "objection.filed": each(_filed),
    "objection.answered": each(_answered),
    "objection.withdrawn": each(lambda connection, entry: _changed(connection, entry, state=TAKEN_BACK)),
    "objection.redacted": each(lambda connection, entry: _changed(connection, entry, is_redacted=True)),
}
