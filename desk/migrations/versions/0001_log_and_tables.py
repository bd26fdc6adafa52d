"""The log, who writes, corrections, releases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "entry",
        sa.Column("entry_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(length=20), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("entry_no"),
    )
    op.create_index(op.f("ix_entry_kind"), "entry", ["kind"], unique=False)
    op.create_index(op.f("ix_entry_subject"), "entry", ["subject"], unique=False)
    op.create_table(
        "contact",
        sa.Column("challenge_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("given_at", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("challenge_no"),
    )
    op.create_table(
        "person",
        sa.Column("sub", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("first_at", sa.String(length=20), nullable=False),
        sa.Column("ended_at", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("sub"),
    )
    op.create_table(
        "challenge",
        sa.Column("challenge_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("filed_at", sa.String(length=20), nullable=False),
        sa.Column("village_id", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("standard", sa.Text(), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("claim", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("seen_release", sa.Text(), nullable=False),
        sa.Column("seen_state", sa.Text(), nullable=False),
        sa.Column("seen_as_of", sa.String(length=10), nullable=False),
        sa.Column("text_sha256", sa.Text(), nullable=False),
        sa.Column("photo_sha256", sa.Text(), nullable=False),
        sa.Column("download_mbps", sa.Float(), nullable=True),
        sa.Column("key_sha256", sa.Text(), nullable=False),
        sa.Column("joined_no", sa.Integer(), nullable=True),
        sa.Column("joined", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_on", sa.String(length=10), nullable=False),
        sa.Column("answered_at", sa.String(length=20), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answer_words", sa.Text(), nullable=False),
        sa.Column("answer_file_sha256", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.String(length=20), nullable=False),
        sa.Column("decided_entry", sa.Integer(), nullable=False),
        sa.Column("decision_words", sa.Text(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("holds_from", sa.String(length=10), nullable=False),
        sa.Column("release", sa.Text(), nullable=False),
        sa.Column("is_redacted", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("challenge_no"),
    )
    op.create_index("challenge_key", "challenge", ["key_sha256"], unique=False)
    op.create_index("challenge_path", "challenge", ["path", "challenge_no"], unique=False)
    op.create_index("challenge_state", "challenge", ["state", "due_on"], unique=False)
    op.create_index("challenge_state_no", "challenge", ["state", "challenge_no"], unique=False)
    op.create_index("challenge_village", "challenge", ["village_id"], unique=False)
    op.create_table(
        "challenge_count",
        sa.Column("place_id", sa.Text(), nullable=False),
        sa.Column("standard", sa.Text(), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_on", sa.String(length=10), nullable=False),
        sa.Column("challenges", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("place_id", "standard", "operator", "state", "due_on"),
    )
    op.create_table(
        "submission",
        sa.Column("submission_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("drafted_at", sa.String(length=20), nullable=False),
        sa.Column("drafted_by", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.Text(), nullable=False),
        sa.Column("shape_sha256", sa.Text(), nullable=False),
        sa.Column("declaration_sha256", sa.Text(), nullable=False),
        sa.Column("rows_sha256", sa.Text(), nullable=False),
        sa.Column("report_sha256", sa.Text(), nullable=False),
        sa.Column("codes_as_of", sa.String(length=10), nullable=False),
        sa.Column("as_of", sa.String(length=10), nullable=False),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("rows_rejected", sa.Integer(), nullable=False),
        sa.Column("rows_said", sa.Integer(), nullable=False),
        sa.Column("against", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.String(length=20), nullable=False),
        sa.Column("submitted_by", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.String(length=20), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("left_out", sa.Text(), nullable=False),
        sa.Column("release", sa.Text(), nullable=False),
        sa.Column("decided_entry", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("submission_no"),
    )
    op.create_index("submission_file", "submission", ["file_sha256"], unique=False)
    op.create_index("submission_path", "submission", ["path", "submission_no"], unique=False)
    op.create_index("submission_shape", "submission", ["shape_sha256"], unique=False)
    op.create_index("submission_state", "submission", ["state", "submission_no"], unique=False)
    op.create_table(
        "release",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("build_id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("follows", sa.Text(), nullable=False),
        sa.Column("after_entry", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.String(length=20), nullable=False),
        sa.Column("published_by", sa.Text(), nullable=False),
        sa.Column("is_served", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("build_id"),
        sa.UniqueConstraint("position"),
    )
