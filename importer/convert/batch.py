"""Some rows of a file on their way: what was written, what it means, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from importer.read.chunk import LeftOut, Texts

FINDING_COLUMNS = ("position", "field", "column", "value", "rule", "is_rejected", "candidates")
SHOWN_CHARACTERS = 200


@dataclass(frozen=True)
class Series:
    """The cells of one column of a wide table: what its header says, and one value per row."""

    header: str
    says: dict[str, str]  # field → value, the same for all rows
    value_field: str
    values: pd.Series


@dataclass
class Batch:
    """Rows of one file, in step with each other: row i of `rows` is row i of `cells`.

    `rows` has one column per field, typed (NaN or None = unknown). `findings` lists what is wrong or worth
    saying, one line per cell: columns FINDING_COLUMNS, position counted from 0 within the batch.
    """

    file: str
    cells: Texts
    row_numbers: NDArray[np.int64]
    rows: pd.DataFrame
    wide: list[Series] = field(default_factory=list)
    geometry: NDArray[np.object_] | None = None  # in WGS 84
    unreadable: pd.DataFrame = field(default_factory=pd.DataFrame)
    left_out: tuple[LeftOut, ...] = ()  # of the file, in its first batch: columns, sheets, lines that are not read
    passed_over: int = 0  # rows of the file that the declaration does not speak of: [rows] only
    findings: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(FINDING_COLUMNS)))

    @property
    def texts(self) -> pd.DataFrame:
        """What was written, as objects."""
        return self.cells.frame

    @property
    def is_rejected(self) -> NDArray[np.bool_]:
        """Per row: whether a finding rejects it."""
        rejected = np.zeros(len(self.rows), dtype=bool)
        out = self.findings["is_rejected"].to_numpy(dtype=bool)
        rejected[self.findings["position"].to_numpy(dtype=np.int64)[out]] = True
        return rejected

    @property
    def accepted(self) -> pd.DataFrame:
        """The rows to be loaded; their index is the position in the batch."""
        return self.rows[~self.is_rejected]

    def find(
        self,
        rules: NDArray[np.object_],
        *,
        field: str,
        column: str,
        values: pa.Array | pa.ChunkedArray | pd.Series,
        is_rejected: bool = True,
        candidates: NDArray[np.object_] | None = None,
    ) -> None:
        """Add a finding for every row that has a rule (the others hold None)."""
        positions = np.flatnonzero(pd.notna(rules))
        if not len(positions):
            return
        said = _some(values, positions)
        frame = pd.DataFrame(
            {
                "position": positions,
                "field": field,
                "column": column,
                "value": [None if text is None else str(text)[:SHOWN_CHARACTERS] for text in said],
                "rule": rules[positions],
                "is_rejected": is_rejected,
                "candidates": None if candidates is None else candidates[positions],
            }
        )
        self.findings = frame if self.findings.empty else pd.concat([self.findings, frame], ignore_index=True)


def _some(values: pa.Array | pd.Series, positions: NDArray[np.int64]) -> list[Any]:
    """Some of the values, as objects; None where nothing is known."""
    if isinstance(values, pd.Series):
        some = values.iloc[positions]
        return some.astype(object).where(some.notna(), None).tolist()
    return values.take(pa.array(positions)).to_pylist()
