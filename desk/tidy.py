"""The files that are to be there, and the removal of those that nobody names any more."""

from __future__ import annotations

import time
from collections.abc import Iterable

from sqlalchemy import Connection, select

from desk import log
from desk.access import seen
from desk.desk import Desk
from desk.log import ENTRY
from desk.projected.challenges import CHALLENGE
from desk.projected.notices import OBJECTION
from desk.projected.submissions import SUBMISSION

OLD_S = 3600.0  # a photo is kept before the correction that names it is handed in
LISTS = ("challenge.filed_in_bulk",)
NAMES = (
    *(CHALLENGE.c[name] for name in ("text_sha256", "photo_sha256", "answer_file_sha256")),
    *(SUBMISSION.c[name] for name in ("file_sha256", "declaration_sha256", "rows_sha256", "report_sha256")),
    OBJECTION.c.text_sha256,
)


def named_files(connection: Connection) -> set[str]:
    """The SHA-256 of every file that is to be there: texts and photos not taken away since, answers' files, lists.

    Raises Damaged.
    """
    named = {sha256 for column in NAMES for sha256 in connection.execute(select(column).distinct()).scalars()}
    for number in connection.execute(select(ENTRY.c.entry_no).where(ENTRY.c.kind.in_(LISTS))).scalars().all():
        entry = next(log.entries(connection, number - 1))
        named |= {str(entry.body.get(name, "")) for name in ("rows_sha256", "file_sha256")}
    return named - {""}


def remove(desk: Desk, files: Iterable[str]) -> None:
    """Remove texts or photos of people, but for those that others have handed in alike, or are handing in just now."""
    with desk.writing() as writer:
        for sha256 in files:
            asked = (select(column).where(column == sha256).limit(1) for column in NAMES)
            if not any(writer.connection.execute(one).first() for one in asked):
                desk.files.remove(sha256)


def tidy(desk: Desk, older_s: float = OLD_S) -> int:
    """Remove files that no living entry names: a process died between an entry and the removal that follows from it.

    Younger ones stay, since what is about to be handed in is kept first. Returns how many were removed.
    """
    removed = 0
    with desk.writing() as writer:  # nobody names one meanwhile
        named = named_files(writer.connection)
        seen.forget(writer.connection, writer.now.date())
        before = time.time() - older_s
        for sha256 in list(desk.files.all()):
            if sha256 not in named and desk.files.path(sha256).stat().st_mtime < before:
                desk.files.remove(sha256)
                removed += 1
    return removed + desk.files.sweep(before)
