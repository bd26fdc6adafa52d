"""Who signed in when, in which roles: apart from the log, since it answers for nothing and is to be forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from desk.apart import DIGEST, SEEN
from desk.desk import Desk

KEPT_DAYS = 365  # after the last sign-in


@dataclass(frozen=True)
class Seen:
    """Somebody at the desk on a day (ISO): as the sign-in and roles.toml told. `address` is for mail; "": none told."""

    sub: str
    name: str
    roles: str
    address: str
    last_on: str


def note(desk: Desk, one: Seen) -> None:
    """Write it down in place of what stood there."""
    with desk.writing() as writer:
        is_them = SEEN.c.sub == one.sub
        if writer.connection.execute(select(SEEN.c.sub).where(is_them)).one_or_none() is None:
            writer.connection.execute(insert(SEEN), asdict(one))
        else:
            writer.connection.execute(update(SEEN).where(is_them), asdict(one))


def all_seen(connection: Connection) -> dict[str, Mapping[str, Any]]:
    """By their identifier."""
    return {row["sub"]: dict(row) for row in connection.execute(select(SEEN)).mappings()}


def forget(connection: Connection, today: date) -> int:
    """Remove who did not sign in for KEPT_DAYS; returns how many."""
    before = (today - timedelta(days=KEPT_DAYS)).isoformat()
    gone = select(SEEN.c.sub).where(SEEN.c.last_on < before)
    connection.execute(delete(DIGEST).where(DIGEST.c.sub.in_(gone)))
    return int(connection.execute(delete(SEEN).where(SEEN.c.last_on < before)).rowcount)
