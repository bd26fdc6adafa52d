"""The tables that the log's entries make: written with each entry, made anew from all of them, compared with that."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice

from sqlalchemy import Connection, Table, select

from desk import log
from desk.challenges import apply as challenges
from desk.challenges import tables as challenge_tables
from desk.errors import Damaged
from desk.files import Files
from desk.log import Entry
from desk.people import tables as people
from desk.releases import tables as releases

KINDS: dict[str, challenges.Apply] = {**people.KINDS, **challenges.KINDS, **releases.KINDS}
METADATA = (people.METADATA, challenge_tables.METADATA, releases.METADATA)
TABLES: tuple[Table, ...] = tuple(table for metadata in METADATA for table in metadata.sorted_tables)
AT_ONCE = 5_000


def apply(connection: Connection, files: Files, entries: Iterable[Entry]) -> None:
    """Bring the tables up to these entries; those of one kind that follow each other go in together."""
    for kind, alike in groupby(entries, key=lambda entry: entry.kind):
        if kind not in KINDS:
            raise Damaged(f"log: nobody knows what to do with an entry of the kind {kind!r}")
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
    apply(target, files, log.entries(source))


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
