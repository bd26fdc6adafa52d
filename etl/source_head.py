"""What sources of every kind may say: who they are, and how much of a file they declare; the rest: source_form.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from ground.declared import Constant, Id, Such, Text, Words, one_of
from ground.evidence import EVIDENCE
from importer.convert.tables import FallTable, FileTable, PlainFile, RowsTable

NO_FILE, NO_TABLE, USUAL_ROWS, USUAL_FALL = PlainFile(), FileTable(), RowsTable(), FallTable()


def _licence(value: Any) -> Mapping[str, str]:
    if isinstance(value, str) and value.strip():
        return {"zh": value, "en": value}
    if not isinstance(value, Mapping) or not all(isinstance(value.get(lang), str) for lang in ("zh", "en")):
        raise ValueError(value)
    return value


@dataclass(frozen=True, kw_only=True)
class SourceForm:
    """What every source says of itself."""

    source_id: Id
    kind: str
    title: Words
    publisher: Words
    edition: Text
    licence: Annotated[Mapping[str, str], Such('a text, or { zh = "…", en = "…" }', read=_licence)]
    evidence: Annotated[str, one_of(EVIDENCE)]
    url: Text | None = None
    rows: FallTable = USUAL_FALL


@dataclass(frozen=True, kw_only=True)
class FileForm(SourceForm):
    """A list in a form of its own: one CSV or Parquet file whose columns have the names that its loader knows."""

    file: PlainFile = NO_FILE


@dataclass(frozen=True, kw_only=True)
class ImportedForm(FileForm):
    """A table of any form; the declaration says which of its columns is which field."""

    file: FileTable = NO_TABLE
    rows: RowsTable = USUAL_ROWS
    columns: Any = None
    wide: Any = None
    frame: Any = None
    constant: Any = None
    as_of: Constant | None = None


@dataclass(frozen=True, kw_only=True)
class PlacedForm(ImportedForm):
    """A table whose rows name places of the register."""

    about: Text | None = None
    codes_as_of: date | None = None
