"""How most kinds of entries change the tables: one entry after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from desk.files import Files
from desk.log import Entry

Apply = Callable[[Connection, Files, Sequence[Entry]], None]


def each(change: Callable[[Connection, Entry], None]) -> Apply:
    """What changes the tables by one entry, for several of a kind."""

    def apply(connection: Connection, files: Files, entries: Sequence[Entry]) -> None:
        del files
        for entry in entries:
            change(connection, entry)

    return apply
