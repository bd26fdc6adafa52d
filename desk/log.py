"""The log: what happened, in order, each entry sealed by the hash of the one before. It is the truth of the desk.

Nothing in it is ever changed or removed. What must be removable (a citizen's text or photo) is a file that an entry
names by its hash; how to reach a citizen is in neither.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, MetaData, Table, insert, select

from desk.errors import Damaged
from desk.letters import Short, Text

METADATA = MetaData()
ENTRY = Table(
    "entry",
    METADATA,
    Column("entry_no", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Short(20), nullable=False),  # UTC, 2026-11-28T16:20:44Z; never before the entry before
    Column("who", Text(), nullable=False),  # the name that a person signs in by; "public" for whoever does not
    Column("role", Text(), nullable=False),
    Column("kind", Text(), nullable=False, index=True),
    Column("subject", Text(), nullable=False, index=True),  # what it is about: challenge/17
    Column("body", Text(), nullable=False),  # JSON, canonical
    Column("previous", Short(64), nullable=False),
    Column("hash", Short(64), nullable=False),
)
NOTHING = "0" * 64  # before the first entry
AT_ONCE = 5_000  # entries read together


@dataclass(frozen=True)
class Entry:
    """One thing that happened: when, by whom in which role, of which kind, about what, and its particulars."""

    entry_no: int
    at: str
    who: str
    role: str
    kind: str
    subject: str
    body: Mapping[str, Any]
    previous: str
    hash: str


def instant(moment: datetime) -> str:
    """`2026-11-28T16:20:44Z`"""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def canonical(body: Mapping[str, Any]) -> str:
    """The one way to write a body: what is hashed is what is stored. Raises ValueError for what JSON cannot say."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(entry_no: int, at: str, who: str, role: str, kind: str, subject: str, body: str, previous: str) -> str:
    """The seal of an entry, `body` as it is stored."""
    told = json.dumps([entry_no, at, who, role, kind, subject, body, previous], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def head(connection: Connection) -> tuple[int, str, str]:
    """Number, hash and instant of the last entry; 0, NOTHING and "" where there is none."""
    last = select(ENTRY.c.entry_no, ENTRY.c.hash, ENTRY.c.at).order_by(ENTRY.c.entry_no.desc()).limit(1)
    found = connection.execute(last).one_or_none()
    return (0, NOTHING, "") if found is None else (found.entry_no, found.hash, found.at)


def standing(connection: Connection, moment: datetime) -> str:
    """The instant that an entry would have: a clock that went back stands still."""
    return max(instant(moment), head(connection)[2])


def appended(
    connection: Connection, moment: datetime, who: str, role: str, kind: str, subject: str, body: Mapping[str, Any]
) -> Entry:
    """Write the next entry, in a transaction of a writer. A clock that went back stands still until it is ahead."""
    number, previous, before = head(connection)
    at, written = max(instant(moment), before), canonical(body)
    entry_no = number + 1
    seal = digest(entry_no, at, who, role, kind, subject, written, previous)
    values = (entry_no, at, who, role, kind, subject, written, previous, seal)
    connection.execute(insert(ENTRY), dict(zip(ENTRY.c.keys(), values, strict=True)))
    return Entry(entry_no, at, who, role, kind, subject, json.loads(written), previous, seal)


def entries(connection: Connection, after: int = 0) -> Iterator[Entry]:
    """All entries in their order, checked on the way. Raises Damaged at the first that is not what it was."""
    previous = _hash_of(connection, after)
    expected, before = after + 1, ""
    asked = select(ENTRY).where(ENTRY.c.entry_no > after).order_by(ENTRY.c.entry_no)
    # Of this question alone: what the connection is told holds for all that it does, and PostgreSQL writes nothing so.
    found = connection.execute(asked, execution_options={"yield_per": AT_ONCE})
    for row in found:
        told = (row.entry_no, row.at, row.who, row.role, row.kind, row.subject, row.body, row.previous)
        if row.entry_no != expected:
            raise Damaged(f"log: entry {expected} is missing, {row.entry_no} stands in its place")
        if row.previous != previous or row.hash != digest(*told):
            raise Damaged(f"log: entry {row.entry_no} is not what was written")
        if row.at < before:
            raise Damaged(f"log: entry {row.entry_no} is older than the one before")
        yield Entry(*told[:6], _body(row.entry_no, row.body), row.previous, row.hash)
        expected, previous, before = row.entry_no + 1, row.hash, row.at


def _hash_of(connection: Connection, entry_no: int) -> str:
    if not entry_no:
        return NOTHING
    found = connection.execute(select(ENTRY.c.hash).where(ENTRY.c.entry_no == entry_no)).scalar_one_or_none()
    if found is None:
        raise Damaged(f"log: entry {entry_no} is missing")
    return str(found)


def _body(entry_no: int, written: str) -> Mapping[str, Any]:
    """Whoever can seal an entry can seal one that says nothing."""
    try:
        body = json.loads(written)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Damaged(f"log: entry {entry_no} is not what was written")
    return body
