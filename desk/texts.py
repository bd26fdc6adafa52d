"""What people write, made fit to be kept: nothing unseen, one way of writing each letter, not too long."""

from __future__ import annotations

import re
import unicodedata

from desk.errors import Unfitting
from ground.phrases import phrase
from ground.visible import visible

#: What of a text on how to reach somebody is an e-mail address; anything else is for people to read.
ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)  # as a day is written, if not one of the calendar
BLANKS = re.compile(r"[ \t\u00a0\u3000]+")
LINES = re.compile(r"\s*\n\s*\n\s*")


def clean(text: str, most: int) -> str:
    """The text as it is kept, "" where nothing is left. Raises Unfitting beyond `most` characters."""
    whole = unicodedata.normalize("NFC", visible(text.replace("\r\n", "\n").replace("\r", "\n")))
    written = "".join(letter for letter in whole if unicodedata.category(letter) not in ("Cs", "Cn", "Co"))
    plain = LINES.sub("\n\n", BLANKS.sub(" ", written)).strip()
    if len(plain) > most:
        raise Unfitting(phrase("At most {most} characters; these are {n}.", most=f"{most:,}", n=f"{len(plain):,}"))
    return plain


def is_writable(text: str) -> bool:
    """Whether a code or name holds nothing that a database cannot keep, or that nobody sees."""
    return visible(text) == text and not any(unicodedata.category(letter) == "Cs" for letter in text)


def needed(text: str, most: int) -> str:
    """The same; an empty one is refused."""
    if plain := clean(text, most):
        return plain
    raise Unfitting(phrase("Write what the reason is: whoever reads it later has only these words."))
