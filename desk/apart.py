"""What stands in no log, since it has to be forgotten: how to reach who filed a challenge or objected, mail that waits,
who signed in when, and who was told last what waits.
"""

from __future__ import annotations

from sqlalchemy import Column, Integer, MetaData, Table

from desk.letters import Short, Text

METADATA = MetaData()
CONTACT = Table(
    "contact",
    METADATA,
    Column("challenge_no", Integer, primary_key=True, autoincrement=False),
    Column("contact", Text(), nullable=False),
    Column("given_at", Short(20), nullable=False),
)
OBJECTION_CONTACT = Table(
    "objection_contact",
    METADATA,
    Column("objection_no", Integer, primary_key=True, autoincrement=False),
    Column("contact", Text(), nullable=False),
    Column("given_at", Short(20), nullable=False),
)
MAIL = Table(
    "mail",
    METADATA,
    Column("mail_no", Integer, primary_key=True, autoincrement=False),
    Column("address", Text(), nullable=False),
    Column("subject", Text(), nullable=False),
    Column("text", Text(), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_at", Short(20), nullable=False),  # not sent before
)
SEEN = Table(
    "seen",
    METADATA,
    Column("sub", Text(), primary_key=True),
    Column("name", Text(), nullable=False),
    Column("roles", Text(), nullable=False),  # with commas between
    Column("address", Text(), nullable=False),  # for mail, as the sign-in told; "": none
    Column("last_on", Short(10), nullable=False),  # a day
)
DIGEST = Table(
    "digest",
    METADATA,
    Column("sub", Text(), primary_key=True),
    Column("day", Short(10), nullable=False),  # of the last mail
    Column("told_at", Short(20), nullable=False),  # what was filed after this instant is new
)
