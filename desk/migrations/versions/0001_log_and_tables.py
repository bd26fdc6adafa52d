"""The log, who writes, corrections, registers, public notices, releases."""

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
        "objection_contact",
        sa.Column("objection_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("contact", Text(), nullable=False),
        sa.Column("given_at", Short(20), nullable=False),
        sa.PrimaryKeyConstraint("objection_no"),
    )
    op.create_table(
        "mail",
        sa.Column("mail_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("address", Text(), nullable=False),
        sa.Column("subject", Text(), nullable=False),
        sa.Column("text", Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", Short(20), nullable=False),
        sa.PrimaryKeyConstraint("mail_no"),
    )
    op.create_table(
        "seen",
        sa.Column("sub", Text(), nullable=False),
        sa.Column("name", Text(), nullable=False),
        sa.Column("roles", Text(), nullable=False),
        sa.Column("address", Text(), nullable=False),
        sa.Column("last_on", Short(10), nullable=False),
        sa.PrimaryKeyConstraint("sub"),
    )
    op.create_table(
        "digest",
        sa.Column("sub", Text(), nullable=False),
        sa.Column("day", Short(10), nullable=False),
        sa.Column("told_at", Short(20), nullable=False),
        sa.PrimaryKeyConstraint("sub"),
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
        sa.Column("seen_as_of", Short(10), nullable=False),
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
        sa.Column("decided_entry", sa.Integer(), nullable=False),
        sa.Column("decision_words", Text(), nullable=False),
        sa.Column("grade", Text(), nullable=False),
        sa.Column("holds_from", Short(10), nullable=False),
        sa.Column("release", Text(), nullable=False),
        sa.Column("is_redacted", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("challenge_no"),
    )
    op.create_index("challenge_joined", "challenge", ["joined_no"], unique=False)
    op.create_index("challenge_key", "challenge", ["key_sha256"], unique=False)
    op.create_index("challenge_path", "challenge", ["path", "challenge_no"], unique=False)
    op.create_index("challenge_due", "challenge", ["due_on", "challenge_no"], unique=False)
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
    op.create_table(
        "submission",
        sa.Column("submission_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", Text(), nullable=False),
        sa.Column("drafted_at", Short(20), nullable=False),
        sa.Column("drafted_by", Text(), nullable=False),
        sa.Column("path", Text(), nullable=False),
        sa.Column("kind", Text(), nullable=False),
        sa.Column("title", Text(), nullable=False),
        sa.Column("file_name", Text(), nullable=False),
        sa.Column("file_sha256", Text(), nullable=False),
        sa.Column("shape_sha256", Text(), nullable=False),
        sa.Column("declaration_sha256", Text(), nullable=False),
        sa.Column("rows_sha256", Text(), nullable=False),
        sa.Column("report_sha256", Text(), nullable=False),
        sa.Column("codes_as_of", Short(10), nullable=False),
        sa.Column("as_of", Short(10), nullable=False),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("rows_rejected", sa.Integer(), nullable=False),
        sa.Column("rows_said", sa.Integer(), nullable=False),
        sa.Column("against", Text(), nullable=False),
        sa.Column("note", Text(), nullable=False),
        sa.Column("submitted_at", Short(20), nullable=False),
        sa.Column("submitted_by", Text(), nullable=False),
        sa.Column("decided_at", Short(20), nullable=False),
        sa.Column("decided_by", Text(), nullable=False),
        sa.Column("words", Text(), nullable=False),
        sa.Column("left_out", Text(), nullable=False),
        sa.Column("release", Text(), nullable=False),
        sa.Column("decided_entry", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("submission_no"),
    )
    op.create_index("submission_file", "submission", ["file_sha256"], unique=False)
    op.create_index("submission_path", "submission", ["path", "submission_no"], unique=False)
    op.create_index("submission_shape", "submission", ["shape_sha256"], unique=False)
    op.create_index("submission_state", "submission", ["state", "submission_no"], unique=False)
    op.create_table(
        "notice",
        sa.Column("submission_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("path", Text(), nullable=False),
        sa.Column("kind", Text(), nullable=False),
        sa.Column("as_of", Short(10), nullable=False),
        sa.Column("rows_said", sa.Integer(), nullable=False),
        sa.Column("title", Text(), nullable=False),
        sa.Column("words", Text(), nullable=False),
        sa.Column("from_on", Short(10), nullable=False),
        sa.Column("until_on", Short(10), nullable=False),
        sa.Column("zone", Text(), nullable=False),
        sa.Column("villages", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("connected", sa.Integer(), nullable=False),
        sa.Column("unconnected", sa.Integer(), nullable=False),
        sa.Column("opened_at", Short(20), nullable=False),
        sa.Column("opened_by", Text(), nullable=False),
        sa.Column("state", Text(), nullable=False),
        sa.Column("ended_at", Short(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("submission_no"),
    )
    op.create_index("notice_path", "notice", ["path", "submission_no"], unique=False)
    op.create_index("notice_state", "notice", ["state", "until_on"], unique=False)
    op.create_table(
        "objection",
        sa.Column("objection_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("submission_no", sa.Integer(), nullable=False),
        sa.Column("filed_at", Short(20), nullable=False),
        sa.Column("village_id", Text(), nullable=False),
        sa.Column("key_sha256", Text(), nullable=False),
        sa.Column("text_sha256", Text(), nullable=False),
        sa.Column("is_redacted", sa.Boolean(), nullable=False),
        sa.Column("state", Text(), nullable=False),
        sa.Column("words", Text(), nullable=False),
        sa.Column("answered_at", Short(20), nullable=False),
        sa.Column("answered_by", Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("objection_no"),
    )
    op.create_index("objection_key", "objection", ["key_sha256"], unique=False)
    op.create_index("objection_state", "objection", ["submission_no", "state", "objection_no"], unique=False)
    op.create_index("objection_text", "objection", ["text_sha256"], unique=False)
    op.create_table(
        "release",
        sa.Column("number", Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("build_id", Text(), nullable=False),
        sa.Column("sha256", Text(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("title", Text(), nullable=False),
        sa.Column("notes", Text(), nullable=False),
        sa.Column("follows", Text(), nullable=False),
        sa.Column("after_entry", sa.Integer(), nullable=False),
        sa.Column("published_at", Short(20), nullable=False),
        sa.Column("published_by", Text(), nullable=False),
        sa.Column("is_served", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("build_id"),
        sa.UniqueConstraint("position"),
    )
