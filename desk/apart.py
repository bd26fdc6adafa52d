"""What stands in no log, since it has to be forgotten: how to reach who filed a challenge."""

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
