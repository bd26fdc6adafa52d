"""The projection of challenges: what the log says of them, in tables that answer at once.

`path` names the village's places from the nation down, `100000/430000/431100/…`: all within a place is one range.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, MetaData, Table

from desk.letters import Short, Text

METADATA = MetaData()
MOST_NUMBER = 2**31 - 1  # that the databases can be asked for
CHALLENGE = Table(
    "challenge",
    METADATA,
    Column("challenge_no", Integer, primary_key=True, autoincrement=False),
    Column("filed_at", Short(20), nullable=False),
    Column("village_id", Text(), nullable=False),
    Column("path", Text(), nullable=False),  # of the places above the village
    Column("standard", Text(), nullable=False),
    Column("operator", Text(), nullable=False),  # "": none is named
    Column("claim", Text(), nullable=False),
    Column("reason", Text(), nullable=False),
    Column("seen_release", Text(), nullable=False),  # the release or build that was looked at
    Column("seen_state", Text(), nullable=False),  # what it said of the village
    Column("seen_as_of", Short(10), nullable=False),  # and of which day
    Column("text_sha256", Text(), nullable=False),  # "": none
    Column("photo_sha256", Text(), nullable=False),
    Column("download_mbps", Float),
    Column("key_sha256", Text(), nullable=False),  # of the secret by which whoever filed it follows it
    Column("joined_no", Integer),  # the challenge of the same claim that was there before
    Column("joined", Integer, nullable=False),  # how many joined this one
    Column("state", Text(), nullable=False),
    Column("due_on", Short(10), nullable=False),  # "": nothing is waited for
    Column("answered_at", Short(20), nullable=False),
    Column("answer", Text(), nullable=False),
    Column("answer_words", Text(), nullable=False),
    Column("answer_file_sha256", Text(), nullable=False),
    Column("decided_at", Short(20), nullable=False),
    Column("decided_entry", Integer, nullable=False),  # number of the decision's entry; 0: none
    Column("decision_words", Text(), nullable=False),
    Column("grade", Text(), nullable=False),  # evidence of an upheld claim
    Column("holds_from", Short(10), nullable=False),  # the day from which an upheld claim counts
    Column("release", Text(), nullable=False),  # that carries the decision
    Column("is_redacted", Boolean, nullable=False),
    Column("version", Integer, nullable=False),  # the last entry about it
    Index("challenge_path", "path", "challenge_no"),
    Index("challenge_due", "due_on", "challenge_no"),
    Index("challenge_state_no", "state", "challenge_no"),
    Index("challenge_village", "village_id"),
    Index("challenge_key", "key_sha256"),
    Index("challenge_joined", "joined_no"),
)
#: How many at each place and above, so that a map of a million is a few thousand rows.
COUNT = Table(
    "challenge_count",
    METADATA,
    Column("place_id", Text(), primary_key=True),
    Column("standard", Text(), primary_key=True),
    Column("operator", Text(), primary_key=True),
    Column("state", Text(), primary_key=True),
    Column("due_on", Short(10), primary_key=True),
    Column("challenges", Integer, nullable=False),
)
