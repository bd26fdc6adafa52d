"""What can go wrong with kept releases. No message names a folder: some are shown to visitors."""

from __future__ import annotations

from importer.errors import Problem


class ReleaseRefused(Problem):
    """What was offered is no release: a number or name that cannot be, or a number that has other content."""


class ReleaseUnknown(Problem):
    """No release has this number."""


class ReleaseDamaged(Problem):
    """What is stored is not what was kept. Nothing of it was handed out."""


class ArchiveStorage(Problem):
    """The disk is full, or a folder cannot be used. No half release was left."""
