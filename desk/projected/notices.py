"""The projection of public notices and of objections to them.

A register is on notice once: its number is the notice's.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, MetaData, Table

from desk.letters import Short, Text

OPEN, APPROVED, RETURNED, WITHDRAWN = "open", "approved", "returned", "withdrawn"
OUTCOMES = (APPROVED, RETURNED, WITHDRAWN)
#: Of objections: waiting; answered in one of two ways; taken back; and those whose notice ended before an answer.
FILED, ACCEPTED, REJECTED, TAKEN_BACK, LAPSED = "filed", "accepted", "rejected", "taken_back", "lapsed"
ANSWERS = (ACCEPTED, REJECTED)
METADATA = MetaData()
NOTICE = Table(
    "notice",
    METADATA,
    Column("submission_no", Integer, primary_key=True, autoincrement=False),
    Column("path", Text(), nullable=False),  # of the place that the register is of, from the nation down
    Column("kind", Text(), nullable=False),
    Column("as_of", Short(10), nullable=False),
    Column("rows_said", Integer, nullable=False),
    Column("title", Text(), nullable=False),  # as the reviewer calls it: whoever drafted it may have named a person
    Column("words", Text(), nullable=False),
    Column("from_on", Short(10), nullable=False),
    Column("until_on", Short(10), nullable=False),  # the last day on which somebody may object
    Column("zone", Text(), nullable=False),  # where those days begin and end
    Column("villages", Integer, nullable=False),  # what it said when the notice began, against what was published
    Column("missing", Integer, nullable=False),
    Column("connected", Integer, nullable=False),
    Column("unconnected", Integer, nullable=False),
    Column("opened_at", Short(20), nullable=False),
    Column("opened_by", Text(), nullable=False),
    Column("state", Text(), nullable=False),
    Column("ended_at", Short(20), nullable=False),
    Column("version", Integer, nullable=False),
    Index("notice_state", "state", "until_on"),
    Index("notice_path", "path", "submission_no"),
)
OBJECTION = Table(
    "objection",
    METADATA,
    Column("objection_no", Integer, primary_key=True, autoincrement=False),
    Column("submission_no", Integer, nullable=False),
    Column("filed_at", Short(20), nullable=False),
    Column("village_id", Text(), nullable=False),  # "": of the whole register
    Column("key_sha256", Text(), nullable=False),  # of the secret key by which whoever objects follows it
    Column("text_sha256", Text(), nullable=False),  # "" once it was taken back or removed
    Column("is_redacted", Boolean, nullable=False),
    Column("state", Text(), nullable=False),
    Column("words", Text(), nullable=False),  # the answer, public
    Column("answered_at", Short(20), nullable=False),
    Column("answered_by", Text(), nullable=False),
    Column("version", Integer, nullable=False),
    Index("objection_state", "submission_no", "state", "objection_no"),
    Index("objection_key", "key_sha256"),
    Index("objection_text", "text_sha256"),
)
