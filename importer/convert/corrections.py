"""Corrections that a bureau keeps beside a file it does not alter: which cell, from what, to what, why, who, when.

`corrections.csv` has the columns file, row, field, old, new, reason, who, date; `field` is a header of the file and
`row` the row's number, or the value of the column that `key` names. A correction is applied only where the cell
still says what it said when it was written down; the others are listed.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from ground.phrases import phrase
from importer.errors import FileUnreadable
from importer.files import read
from importer.read.chunk import Chunk, FileOptions

COLUMNS = ("row", "field", "old", "new", "reason", "who", "date")
APPLIED, STALE, UNUSED = "applied", "stale", "no_such_row"


@dataclass
class Corrections:
    """What is to be corrected, and what became of each: `state` is aligned with `entries`."""

    entries: pd.DataFrame  # columns COLUMNS, all text
    key: str | None = None  # column of the file whose value names the row; None: by its number
    state: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.state = [UNUSED] * len(self.entries)

    def applied(self, chunk: Chunk) -> Chunk:
        """The chunk with its corrections; each entry's state says whether the old text was found."""
        if self.entries.empty:
            return chunk
        frame = chunk.frame.copy()
        rows = self._rows(chunk)
        for n, entry in enumerate(self.entries.itertuples(index=False)):
            for position in np.flatnonzero(rows == entry.row):
                if entry.field in frame.columns:
                    self.state[n] = self._apply(frame, int(position), entry.field, entry.old, entry.new)
        return dataclasses.replace(chunk, cells=frame)

    def _rows(self, chunk: Chunk) -> np.ndarray:
        if self.key is None:
            return chunk.row_numbers.astype(str).astype(object)
        return chunk.frame[self.key].to_numpy(dtype=object)

    @staticmethod
    def _apply(frame: pd.DataFrame, position: int, column: str, old: str | None, new: str | None) -> str:
        if frame.at[position, column] != old:
            return STALE
        frame.at[position, column] = new
        return APPLIED

    def counts(self) -> dict[str, int]:
        """How many corrections were applied, are stale, or name no row."""
        return {state: self.state.count(state) for state in (APPLIED, STALE, UNUSED)}

    def left_over(self) -> pd.DataFrame:
        """The entries that were not applied, with their state."""
        entries = self.entries.assign(state=self.state)
        return entries[entries["state"] != APPLIED]


def load_corrections(path: Path, key: str | None = None) -> Corrections:
    """Read a corrections file. Raises FileUnreadable where a column or a reason is missing."""
    frames = [chunk.frame for chunk in read(path, FileOptions())]
    entries = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(COLUMNS))
    missing = [column for column in COLUMNS if column not in entries.columns]
    if missing:
        raise FileUnreadable(
            str(path),
            phrase("the columns {columns}", columns=", ".join(COLUMNS)),
            phrase("no {missing}", missing=", ".join(missing)),
            phrase("add them to {name}", name=path.name),
        )
    unsaid = entries.index[entries[["reason", "who", "date"]].isna().any(axis=1)]
    if len(unsaid):
        raise FileUnreadable(
            phrase("{file}, row {number}", file=path.name, number=int(unsaid[0]) + 2),
            "a reason, who decided and a date for every correction",
            "an empty cell",
            phrase("fill it in {name}", name=path.name),
        )
    return Corrections(entries[list(COLUMNS)], key)
