"""Accepted rows as a plain file, as a build would load them: in this form they are compared, kept, and built from."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from importer.convert.batch import Batch
from importer.convert.rows_said import COLUMNS, rows_said

SUFFIX = ".rows.csv"


@dataclass
class Accepted:
    """One CSV per kind of content in a folder, `coverage.rows.csv`: UTF-8, a header, empty cells for what is not known.

    Kinds that are not in COLUMNS have none.
    """

    folder: Path
    rows: dict[str, int] = field(default_factory=dict)  # by kind

    def add(self, batch: Batch, kind: str) -> None:
        """Add the rows of the batch that would be loaded."""
        if kind not in COLUMNS:
            return
        path = self.folder / f"{kind}{SUFFIX}"
        for rows in rows_said(batch, kind):
            is_first = kind not in self.rows
            # Lines end in two characters, so that cells with either of them are quoted: none begins a row of its own.
            rows.to_csv(path, mode="w" if is_first else "a", header=is_first, index=False, lineterminator="\r\n")
            self.rows[kind] = self.rows.get(kind, 0) + len(rows)
