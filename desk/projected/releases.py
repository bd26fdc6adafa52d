"""The projection of releases: which there are, what went into each, and which is served."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Connection, Integer, MetaData, Table, insert, update

from desk.letters import Short, Text
from desk.log import Entry
from desk.projected.challenges import CHALLENGE
from desk.projected.each import each
from desk.projected.states import UPHELD
from desk.projected.submissions import APPROVED, SUBMISSION

METADATA = MetaData()
RELEASE = Table(
    "release",
    METADATA,
    Column("number", Text(), primary_key=True),  # 2026.11
    Column("position", Integer, nullable=False, unique=True),  # in the order in which they came
    Column("build_id", Text(), nullable=False, unique=True),
    Column("sha256", Text(), nullable=False),  # of the file
    Column("size_bytes", Integer, nullable=False),
    Column("title", Text(), nullable=False),
    Column("notes", Text(), nullable=False),
    Column("follows", Text(), nullable=False),  # the release or build that was served before
    Column("after_entry", Integer, nullable=False),  # what was written at the desk up to here is in it
    Column("published_at", Short(20), nullable=False),
    Column("published_by", Text(), nullable=False),
    Column("is_served", Boolean, nullable=False),
)


def _published(connection: Connection, entry: Entry) -> None:
    told = entry.body
    connection.execute(update(RELEASE).values(is_served=False))
    names = ("number", "position", "build_id", "sha256", "size_bytes", "title", "notes", "follows", "after_entry")
    row = {name: told[name] for name in names}
    row |= {"published_at": entry.at, "published_by": entry.who, "is_served": True}
    connection.execute(insert(RELEASE), row)
    carried = update(CHALLENGE).where(
        CHALLENGE.c.state == UPHELD, CHALLENGE.c.release == "", CHALLENGE.c.decided_entry <= told["after_entry"]
    )
    connection.execute(carried.values(release=told["number"]))
    approved = update(SUBMISSION).where(
        SUBMISSION.c.state == APPROVED, SUBMISSION.c.release == "", SUBMISSION.c.decided_entry <= told["after_entry"]
    )
    connection.execute(approved.values(release=told["number"]))


def _served(connection: Connection, entry: Entry) -> None:
    """One that was there before is served again."""
    connection.execute(update(RELEASE).values(is_served=RELEASE.c.number == entry.body["number"]))


KINDS = {"release.published": each(_published), "release.served": each(_served)}
