"""Pilot lists, projects, payments and inspections as offices keep them: any file form, places by code or by names.

The default country's own lists are read by `etl/records/records.py`, which refuses a list with a single wrong row.
Here a
wrong row is rejected and listed like every other row that comes in; how many are too many the declaration says.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from etl.declaration import Source
from etl.importing import loaded, open_source, record_quality
from etl.records.writers import WRITERS, write
from etl.store import Store
from importer.place.identity import Codes, Register

KINDS = tuple(WRITERS)  # in this order: projects before what is said of them
BOTH_WAYS = ("pilots", "projects")  # these may be declared in the strict way too


def is_imported(source: Source) -> bool:
    """Whether a list is declared in the importer's language; the other one names its columns after the table's."""
    columns = source.body.get("columns", {})
    if source.kind in BOTH_WAYS:
        return bool(columns) and "place_id" not in columns
    return source.kind in KINDS


def load_records(store: Store, source: Source, register: Register, codes: Codes | None, rejects: Path | None) -> None:
    """Fill the table of the source's kind. Rows that name nothing known are rejected and listed."""
    intake = open_source(store.profile, source, register, codes)
    batches = [
        batch.accepted.assign(file=batch.file, row_number=batch.row_numbers[~batch.is_rejected])
        for batch in loaded(store, source, intake, rejects)
    ]
    rows = pd.concat(batches, ignore_index=True)
    write(store, source, intake, rows)
    record_quality(store, source, intake)
