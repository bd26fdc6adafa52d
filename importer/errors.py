"""What can be wrong with a file or its declaration, named after its cause.

Each message says where, what was expected, what was found, and what to do next.
"""

from __future__ import annotations

from typing import Self

from ground.declared import Unfit
from ground.phrases import cut

SHOWN = 2_000  # characters of each part of a message


class Problem(Exception):
    """Something a person has to mend; nothing was changed."""

    def __init__(self, where: str, expected: str, found: str, next_step: str) -> None:
        where, expected, found = (cut(part, SHOWN) for part in (where, expected, found))  # headers may be megabytes
        self.where, self.expected, self.found, self.next_step = where, expected, found, next_step
        super().__init__(f"{where}\n  expected: {expected}\n  found:    {found}\n  next:     {next_step}")

    @classmethod
    def of(cls, unfit: Unfit, file: str) -> Self:
        """What does not fit in a declaration, with its file and how to mend it."""
        return cls(*unfit.parts(file))


def said(error: Exception) -> str:
    """What an error of a library says, cut short; some say nothing but their name."""
    return str(error).strip()[:500] or type(error).__name__


class FileMissing(Problem):
    """A file is not where it was declared to be, or cannot be fetched."""


class FileUnreadable(Problem):
    """A file cannot be read as what it is, or is said to be."""


class FileTooLarge(Problem):
    """A file, or what it unfolds to, is beyond what is read in bounded memory and time."""


class FileAltered(Problem):
    """A file is not the one that was declared (its sha256 differs)."""


class DeclarationProblem(Problem):
    """A declaration says something that cannot be."""
