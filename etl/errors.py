"""What can go wrong in a build, named after its cause.

Each message says which file (and row), what was expected, what was found, and what to do next.
"""

from __future__ import annotations

from importer.errors import Problem


class EtlError(Problem):
    """A build stops here; the last good atlas stays as it is."""


class DeclarationError(EtlError):
    """A TOML file of the profile says something that cannot be."""


class SourceMissing(EtlError):
    """A declared file or package is not there."""


class SourceAltered(EtlError):
    """A file is not the one that was declared (sha256 or version differs)."""


class SourceUnreadable(EtlError):
    """A file cannot be read as what it is declared to be."""


class RowError(EtlError):
    """Rows that contradict the register: a duplicate, an orphan, an unknown code."""


class CheckFailed(EtlError):
    """The finished build contradicts itself and is not published."""


class BuildRunning(EtlError):
    """Another build holds the lock."""


class StorageError(EtlError):
    """The build directory cannot take the file: full, read-only, missing."""
