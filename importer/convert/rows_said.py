"""What accepted rows say, in one form for every file: a row per village and, of coverage, per technology."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from importer.convert.batch import Batch

VALUE_FIELDS = ("share", "is_covered", "download_mbps", "upload_mbps", "opened_date")
SAID_FIELDS = ("technology", "operator", "definition", "at_least_mbps", "as_of")
VILLAGE_FIELDS = ("lon", "lat", "population_persons", "households", "terrain", "policy_category")
CLAIM_FIELDS = ("is_connected", "standard", "operator", "claim_reason", "download_mbps", "claim_text")
#: Kind of content → the columns of its rows, the code of the village first.
COLUMNS = {
    "coverage": ("place_id", *SAID_FIELDS, *VALUE_FIELDS),
    "villages": ("place_id", *VILLAGE_FIELDS),
    "claims": ("place_id", "row", *CLAIM_FIELDS),
}


def coverage_rows(batch: Batch) -> Iterator[pd.DataFrame]:
    """The accepted rows in long form: place_id, what they speak of, and what they say of it."""
    rows = batch.accepted
    plain = rows[[name for name in COLUMNS["coverage"] if name in rows]]
    if not batch.wide:
        yield plain
        return
    for series in batch.wide:
        says: dict[str, Any] = {**series.says, series.value_field: series.values[rows.index]}
        yield plain.assign(**says)


def _numbered(batch: Batch) -> pd.DataFrame:
    """The accepted rows with where each stood in the file: what is refused later can still name it."""
    return batch.accepted.assign(row=batch.row_numbers[~batch.is_rejected])


def rows_said(batch: Batch, kind: str) -> Iterator[pd.DataFrame]:
    """The same of any kind in COLUMNS, with all of its columns; rows of coverage that say nothing are left out."""
    frames = coverage_rows(batch) if kind == "coverage" else iter([_numbered(batch)])
    for rows in frames:
        if kind == "coverage":
            rows = rows[rows[[name for name in VALUE_FIELDS if name in rows]].notna().any(axis=1)]
        yield rows.reindex(columns=list(COLUMNS[kind]))
