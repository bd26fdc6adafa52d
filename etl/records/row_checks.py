"""What every small declared table is checked for, row by row; errors name file, row and field."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from etl.declaration import Source
from etl.errors import RowError
from etl.records.rows import CONFIDENCE, SEEN
from etl.source_file import sha256_of
from etl.store import Store

FIRST_DATA_ROW = 2  # as a person counts in the file, under one header line


def recorded(store: Store, source: Source, path: Path, rows: int) -> None:
    """Note the file of a source with its rows, all of them loaded."""
    store.record(source, file=path.name, sha256=sha256_of(path), read=rows, loaded=rows)


def row_error(path: Path, number: int, field: str, expected: str, found: str) -> RowError:
    """An error that says what stands in a row and what should."""
    return RowError(f"{path.name}, row {number}, {field}", expected, repr(found), f"mend the row in {path.name}")


def known_places(store: Store) -> set[str]:
    """The codes of all places above the village."""
    return {row[0] for row in store.sql("SELECT place_id FROM place").fetchall()}


def refuse_empty(path: Path, frame: pd.DataFrame, fields: list[str]) -> None:
    """Raises RowError for an empty cell in any of the fields."""
    for field in fields:
        empty = frame.index[frame[field].isna()]
        if len(empty):
            raise row_error(path, int(empty[0]) + FIRST_DATA_ROW, field, "a text", "")


def refuse_repeated(path: Path, ids: pd.Series) -> None:
    """Raises RowError where an id stands in two rows."""
    repeated = ids[ids.duplicated()]
    if len(repeated):
        number = int(repeated.index[0]) + FIRST_DATA_ROW
        raise row_error(path, number, str(ids.name), "each one once", str(repeated.iloc[0]))


def refuse_unknown_words(path: Path, frame: pd.DataFrame) -> None:
    """Raises RowError where `seen` or `confidence` holds a word that nobody knows."""
    for field, words in (("seen", SEEN), ("confidence", CONFIDENCE)):
        for number, word in enumerate(frame.get(field, []), start=FIRST_DATA_ROW):
            if isinstance(word, str) and word not in words:
                raise row_error(path, number, field, " or ".join(words), word)
