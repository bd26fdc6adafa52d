"""The rows of a register as the desk keeps them, and what they would change: worked out once, however often it is
looked at, since a register does not change, nor does a build.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from backports import zstd
from pyarrow import csv

from atlas.desk import at_hand
from atlas.desk.registers import register_changes
from atlas.desk.registers.register_changes import RegisterChanges
from importer.convert.rows_said import COLUMNS
from indicators.database import Atlas, per_build

KEPT = 16  # of a nation's register 100 MB


@dataclass(frozen=True)
class RegisterRead:
    """`newest`: the last day that a row is of, ISO; "" where rows have none."""

    changes: RegisterChanges
    rows: int
    newest: str


@per_build(KEPT)
def read(atlas: Atlas, rows_sha256: str, kind: str, place_id: str) -> RegisterRead:
    """`kind`: coverage or villages; `place_id`: the place that it is of."""
    rows = _table(rows_sha256, kind)
    newest = pc.max(rows["as_of"]).as_py() if "as_of" in rows.column_names else None
    return RegisterRead(register_changes.changes(atlas, rows, kind, place_id), len(rows), str(newest or "")[:10])


def _table(sha256: str, kind: str) -> pa.Table:
    """The kept rows of a kind, every cell a text or None."""
    names = list(COLUMNS[kind])
    as_texts = csv.ConvertOptions(
        include_columns=names,
        include_missing_columns=True,
        column_types=dict.fromkeys(names, pa.string()),
        null_values=[""],
        strings_can_be_null=True,
    )
    with zstd.open(at_hand.desk().files.path(sha256), "rb") as packed:
        return csv.read_csv(packed, parse_options=csv.ParseOptions(newlines_in_values=True), convert_options=as_texts)


def rows_of(sha256: str, most: int | None = None) -> pd.DataFrame:
    """The kept rows, every cell a text or None; the first of them where only so many are wanted. They were written by a
    process that is not trusted: read as text.
    """
    with zstd.open(at_hand.desk().files.path(sha256), "rt", encoding="utf-8", newline="") as lines:
        found = pd.read_csv(lines, dtype=str, keep_default_na=False, na_values=[""], nrows=most).astype(object)
    return found.where(found.notna(), None)
