"""The projection of people: who was ever at the desk, by which name, and whose access was ended."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, insert, select, update

from desk.letters import Short, Text
from desk.log import Entry
from desk.projected.each import each

METADATA = MetaData()
PERSON = Table(
    "person",
    METADATA,
    Column("sub", Text(), primary_key=True),
    Column("name", Text(), nullable=False),
    Column("first_at", Short(20), nullable=False),
    Column("ended_at", Short(20), nullable=False),  # "": may sign in
)


def _put(connection: Connection, entry: Entry, **values: Any) -> None:
    sub = entry.body["sub"]
    is_them = PERSON.c.sub == sub
    if connection.execute(select(PERSON.c.sub).where(is_them)).one_or_none() is None:
        row = {"sub": sub, "name": sub, "first_at": entry.at, "ended_at": ""}
        connection.execute(insert(PERSON), {**row, **values})
    else:
        connection.execute(update(PERSON).where(is_them), values)


KINDS = {
    "person.named": each(lambda connection, entry: _put(connection, entry, name=entry.body["name"])),
    "person.ended": each(lambda connection, entry: _put(connection, entry, ended_at=entry.at)),
    "person.restored": each(lambda connection, entry: _put(connection, entry, ended_at="")),
}
