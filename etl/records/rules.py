"""The rules of the programme: which document requires what, in which year, and what was seen of the document."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from etl.declaration import Source
from etl.records.row_checks import FIRST_DATA_ROW, recorded, refuse_empty, refuse_unknown_words, row_error
from etl.source_file import file_path, read_text_table
from etl.store import Store

TOPICS = (
    *("aim", "eligibility", "subsidy", "money", "selection", "deadline"),
    *("acceptance", "performance", "validity"),
)
WORDS = [f"{part}_{lang}" for part in ("applies", "requires") for lang in ("zh", "en")]
NEEDED = ["year", "topic", *WORDS, "document", "publisher", "seen", "confidence"]
OPTIONAL = ["quotation", "document_number", "issued_on", "url", "note_zh", "note_en"]


def load_programme_rules(store: Store, source: Source) -> None:
    """Fill `programme_rule`, in the order of the file. Raises RowError naming file, row and field."""
    path = file_path(source)
    frame = read_text_table(source, path, [*NEEDED, *OPTIONAL])
    refuse_empty(path, frame, NEEDED)
    refuse_unknown_words(path, frame)
    years = [_checked(path, number, row) for number, row in enumerate(frame.to_dict("records"), FIRST_DATA_ROW)]
    rules = frame[[*NEEDED, *OPTIONAL]].assign(year=years, rule_no=range(1, len(frame) + 1))
    store.insert("programme_rule", pd.DataFrame(rules), source)
    recorded(store, source, path, len(frame))


def _checked(path: Path, number: int, row: dict[object, str]) -> int:
    """The year of a row whose topic and year are ones."""
    if row["topic"] not in TOPICS:
        raise row_error(path, number, "topic", " or ".join(TOPICS), row["topic"])
    if not (row["year"].isascii() and row["year"].isdigit() and len(row["year"]) == 4):
        raise row_error(path, number, "year", "a year as 2016", row["year"])
    return int(row["year"])
