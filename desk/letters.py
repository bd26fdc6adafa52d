"""Columns of text, sorted and compared by code point on every database: a range of paths is one of bytes."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy import Text as AnyText

BY_CODE_POINT = "C"  # PostgreSQL's name for it; SQLite knows no other unless told


def Text() -> AnyText:
    """Of any length."""
    return AnyText().with_variant(AnyText(collation=BY_CODE_POINT), "postgresql")


def Short(length: int) -> String:
    """Of at most so many characters: an instant, a day, a hash."""
    return String(length).with_variant(String(length, collation=BY_CODE_POINT), "postgresql")
