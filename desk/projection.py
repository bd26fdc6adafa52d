"""The tables that the log's entries make: written with each entry, made anew from all of them, compared with that."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice

from backports import zstd
from sqlalchemy import Connection, Table, func, select
from sqlalchemy.exc import SQLAlchemyError

from desk import log
from desk.errors import Damaged
from desk.files import Files
from desk.log import Entry
from desk.projected import challenges as challenge_tables
from desk.projected import challenges_applied as challenges
from desk.projected import notices as notice_tables
from desk.projected import notices_applied as notices
from desk.projected import people, releases, submissions
from desk.projected.each import Apply

KINDS: dict[str, Apply] = {
    **people.KINDS,
    **challenges.KINDS,
    **submissions.KINDS,
    **notices.KINDS,
    **releases.KINDS,
}
METADATA = (
    *(people.METADATA, challenge_tables.METADATA, submissions.METADATA),
    *(notice_tables.METADATA, releases.METADATA),
)
TABLES: tuple[Table, ...] = tuple(table for metadata in METADATA for table in metadata.sorted_tables)
AT_ONCE = 5_000


def apply(connection: Connection, files: Files, entries: Iterable[Entry]) -> None:
    """Bring the tables up to these entries; those of one kind that follow each other go in together."""
    for kind, alike in groupby(entries, key=lambda entry: entry.kind):
        if kind not in KINDS:
            raise Damaged(f"log: nobody knows what to do with entry {next(alike).entry_no}, of the kind {kind!r}")
        for batch in _batches(alike):
            KINDS[kind](connection, files, batch)


def _batches(entries: Iterable[Entry]) -> Iterator[Sequence[Entry]]:
    source = iter(entries)
    while batch := list(islice(source, AT_ONCE)):
        yield batch


def replay(source: Connection, target: Connection, files: Files) -> None:
    """Empty the target's tables and make them from the source's log. The two may be one."""
    for table in reversed(TABLES):
        target.execute(table.delete())
    for _, alike in groupby(log.entries(source), key=lambda entry: entry.kind):
        for batch in _batches(alike):
            _applied_again(target, files, batch)


def _applied_again(target: Connection, files: Files, entries: Sequence[Entry]) -> None:
    """What was once written with these entries can be written again, unless one is not what it was."""
    try:
        with target.begin_nested():
            apply(target, files, entries)
    except (KeyError, TypeError, ValueError, AttributeError, OSError, SQLAlchemyError, zstd.ZstdError) as error:
        if len(entries) > 1:
            for entry in entries:  # which one it is
                _applied_again(target, files, [entry])
        said = f"{type(error).__name__}: {error}".partition("\n")[0]
        raise Damaged(f"log: entry {entries[0].entry_no} ({entries[0].kind}) cannot be applied: {said}") from error


def last_known(connection: Connection) -> int:
    """The last entry that the tables know of: a log that ends before it was cut."""
    versions = (
        *(challenge_tables.CHALLENGE.c.version, submissions.SUBMISSION.c.version, releases.RELEASE.c.after_entry),
        *(notice_tables.NOTICE.c.version, notice_tables.OBJECTION.c.version),
    )
    return max(int(connection.execute(select(func.max(one))).scalar_one() or 0) for one in versions)


def digest(connection: Connection, table: Table) -> str:
    """The hash of all rows in the order of their key: the same on every database."""
    hashed = hashlib.sha256()
    ordered = select(table).order_by(*table.primary_key)
    for row in connection.execute(ordered, execution_options={"yield_per": AT_ONCE}):
        hashed.update(repr(tuple(row)).encode())
    return hashed.hexdigest()


def digests(connection: Connection) -> dict[str, str]:
    """Table → the hash of its rows."""
    return {table.name: digest(connection, table) for table in TABLES}
