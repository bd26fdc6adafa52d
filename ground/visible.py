"""Texts without the characters that nobody sees: they reorder what stands beside them, or break a file."""

from __future__ import annotations

import re
from typing import Any

#: Control characters but tab and line ends, marks that turn the direction of what follows, blanks without width,
#: tags, and what is no character. Joiners and single marks of direction stay: scripts and emojis are written with
#: them. The characters stand here themselves, so that Python's `re` and DuckDB read the same.
UNSEEN = (
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u180e\u200b\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
_UNSEEN = re.compile(UNSEEN)


def visible(text: str) -> str:
    """The text without them."""
    return _UNSEEN.sub("", text)


def visible_throughout(value: Any) -> Any:
    """The same of every text within tables and lists, as TOML and JSON have them."""
    if isinstance(value, dict):
        return {visible_throughout(key): visible_throughout(one) for key, one in value.items()}
    if isinstance(value, list):
        return [visible_throughout(one) for one in value]
    return visible(value) if isinstance(value, str) else value
