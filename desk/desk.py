"""The desk: its database, its files, and the one way to write, by which all that is written stands in the log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, select

from desk import engine as engines
from desk import log, migrate, projection
from desk.errors import NotAllowed
from desk.files import Files
from desk.log import Entry
from desk.people.rights import PUBLIC, Person
from desk.projected.people import PERSON
from ground.phrases import phrase

Clock = Callable[[], datetime]
ANYBODY = Person(PUBLIC, PUBLIC)


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Writer:
    """A transaction that is alone: what is read in it holds until what is written is there."""

    connection: Connection
    files: Files
    person: Person
    now: datetime

    @property
    def at(self) -> str:
        """The instant that an entry has now: a clock that went back stands still."""
        return log.standing(self.connection, self.now)

    def append(self, kind: str, subject: str, body: Mapping[str, Any], role: str = PUBLIC) -> Entry:
        """An entry and what follows from it, in the tables at once. Raises NotAllowed for whose access has ended."""
        if self.person.sub != PUBLIC:
            self._name()
        return self._written(role, kind, subject, body)

    def _name(self) -> None:
        """Whoever acts is known by name from then on, also when the account is gone."""
        known = select(PERSON.c.name, PERSON.c.ended_at).where(PERSON.c.sub == self.person.sub)
        found = self.connection.execute(known).one_or_none()
        if found is not None and found.ended_at:  # since the page was drawn
            raise NotAllowed(phrase("Your access has ended."))
        if found is None or found.name != self.person.name:
            subject = f"person/{self.person.sub}"
            self._written("", "person.named", subject, {"sub": self.person.sub, "name": self.person.name})

    def _written(self, role: str, kind: str, subject: str, body: Mapping[str, Any]) -> Entry:
        entry = log.appended(self.connection, self.now, self.person.sub, role, kind, subject, body)
        projection.apply(self.connection, self.files, [entry])
        return entry


@dataclass(frozen=True)
class Desk:
    """Open for reading and writing; safe to be shared by threads."""

    engine: Engine
    files: Files
    clock: Clock = _now

    @contextmanager
    def writing(self, person: Person = ANYBODY) -> Iterator[Writer]:
        """What is appended is there as a whole once the block has ended, and not at all if it raised."""
        with engines.writing(self.engine) as connection:
            yield Writer(connection, self.files, person, self.clock())

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with engines.reading(self.engine) as connection:
            yield connection


def opened(folder: Path | None = None, address: str | None = None, clock: Clock = _now) -> Desk:
    """The desk of a folder and a database, brought to the tables that this version knows."""
    folder = folder or engines.folder()
    engine = engines.opened(address or engines.url(folder))
    migrate.upgrade(engine, folder)
    return Desk(engine, Files(folder / "files"), clock)
