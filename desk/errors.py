"""Why the desk refuses something, in words for whoever asked; nothing was changed."""

from __future__ import annotations


class Refused(Exception):
    """`said` is a phrase of ground/phrases.py, so that a page can say it in the reader's language."""

    def __init__(self, said: str) -> None:
        self.said = said
        super().__init__(said)


class NotAllowed(Refused):
    """This person may not do that there."""


class Overtaken(Refused):
    """Somebody else was faster: what this person saw is no more as it was."""


class Unfitting(Refused):
    """What was written does not fit: too long, empty, not one of what there is."""


class TooMany(Refused):
    """More at once, or in a while, than is taken from one place."""


class Damaged(Exception):
    """The log, its projection or a file is not what it was; the message says where, for whoever runs the desk."""
