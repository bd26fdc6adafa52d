"""The log, who writes, challenges."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from desk.letters import Short, Text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "entry",
        sa.Column("entry_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", Short(20), nullable=False),
        sa.Column("who", Text(), nullable=False),
        sa.Column("role", Text(), nullable=False),
        sa.Column("kind", Text(), nullable=False),
        sa.Column("subject", Text(), nullable=False),
        sa.Column("body", Text(), nullable=False),
        sa.Column("previous", Short(64), nullable=False),
        sa.Column("hash", Short(64), nullable=False),
        sa.PrimaryKeyConstraint("entry_no"),
    )
    op.create_index(op.f("ix_entry_kind"), "entry", ["kind"], unique=False)
    op.create_index(op.f("ix_entry_subject"), "entry", ["subject"], unique=False)
    op.create_table(
        "contact",
        sa.Column("challenge_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("contact", Text(), nullable=False),
        sa.Column("given_at", Short(20), nullable=False),
        sa.PrimaryKeyConstraint("challenge_no"),
    )
    op.create_table(
        "person",
        sa.Column("sub", Text(), nullable=False),
        sa.Column("name", Text(), nullable=False),
        sa.Column("first_at", Short(20), nullable=False),
        sa.Column("ended_at", Short(20), nullable=False),
        sa.PrimaryKeyConstraint("sub"),
    )
    op.create_table(
        "challenge",
        sa.Column("challenge_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("filed_at", Short(20), nullable=False),
        sa.Column("village_id", Text(), nullable=False),
        sa.Column("path", Text(), nullable=False),
        sa.Column("standard", Text(), nullable=False),
        sa.Column("operator", Text(), nullable=False),
        sa.Column("claim", Text(), nullable=False),
        sa.Column("reason", Text(), nullable=False),
        sa.Column("seen_release", Text(), nullable=False),
        sa.Column("seen_state", Text(), nullable=False),
        sa.Column("text_sha256", Text(), nullable=False),
        sa.Column("photo_sha256", Text(), nullable=False),
        sa.Column("download_mbps", sa.Float(), nullable=True),
        sa.Column("key_sha256", Text(), nullable=False),
        sa.Column("joined_no", sa.Integer(), nullable=True),
        sa.Column("joined", sa.Integer(), nullable=False),
        sa.Column("state", Text(), nullable=False),
        sa.Column("due_on", Short(10), nullable=False),
        sa.Column("answered_at", Short(20), nullable=False),
        sa.Column("answer", Text(), nullable=False),
        sa.Column("answer_words", Text(), nullable=False),
        sa.Column("answer_file_sha256", Text(), nullable=False),
        sa.Column("decided_at", Short(20), nullable=False),
        sa.Column("decision_words", Text(), nullable=False),
        sa.Column("grade", Text(), nullable=False),
        sa.Column("release", Text(), nullable=False),
        sa.Column("is_redacted", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("challenge_no"),
    )
    op.create_index("challenge_joined", "challenge", ["joined_no"], unique=False)
    op.create_index("challenge_key", "challenge", ["key_sha256"], unique=False)
    op.create_index("challenge_path", "challenge", ["path", "challenge_no"], unique=False)
    op.create_index("challenge_state", "challenge", ["state", "due_on"], unique=False)
    op.create_index("challenge_state_no", "challenge", ["state", "challenge_no"], unique=False)
    op.create_index("challenge_village", "challenge", ["village_id"], unique=False)
    op.create_table(
        "challenge_count",
        sa.Column("place_id", Text(), nullable=False),
        sa.Column("standard", Text(), nullable=False),
        sa.Column("operator", Text(), nullable=False),
        sa.Column("state", Text(), nullable=False),
        sa.Column("due_on", Short(10), nullable=False),
        sa.Column("challenges", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("place_id", "standard", "operator", "state", "due_on"),
    )
