"""Approved registers as sources of a build: the rows that the reviewer saw, but for those left out."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from backports import zstd
from sqlalchemy import Connection, select

from desk.files import Files
from desk.projected.submissions import APPROVED, SUBMISSION, left_out
from importer.convert.rows_said import COLUMNS

TYPED = "place_id"
MOST_CELL_CHARACTERS = 1 << 30  # a cell is as long as whoever wrote it liked


def write(connection: Connection, files: Files, folder: Path) -> int:
    """Write one source per approved register; returns how many."""
    asked = select(SUBMISSION).where(SUBMISSION.c.state == APPROVED).order_by(SUBMISSION.c.decided_entry)
    latest = {
        (row["path"], row["kind"], row["as_of"]): dict(row) for row in connection.execute(asked).mappings()
    }  # a register of the same place and day takes the place of the one before
    for row in latest.values():
        source_id = f"desk-{row['submission_no']:06}"
        _write_rows(files, row, folder / f"{source_id}.csv")
        text = declaration(row, source_id)
        (folder / "sources" / f"{source_id}.toml").write_text(text, encoding="utf-8")
    return len(latest)


def rows_of(files: Files, sha256: str) -> Iterator[list[str]]:
    """The header, then the rows."""
    csv.field_size_limit(MOST_CELL_CHARACTERS)
    with zstd.open(files.path(sha256), "rt", encoding="utf-8", newline="") as lines:
        yield from csv.reader(lines)


def _write_rows(files: Files, row: Mapping[str, Any], path: Path) -> None:
    without = left_out(row)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        for number, cells in enumerate(rows_of(files, row["rows_sha256"])):
            if not number or (cells and cells[0] not in without):
                writer.writerow(cells)


def declaration(row: Mapping[str, Any], source_id: str) -> str:
    """How a build reads the rows: each column is the field of its name. Texts of people stand in it as TOML strings."""
    columns = "\n".join(f'{name} = "{name}"' for name in COLUMNS[row["kind"]] if name != TYPED)
    title = _toml(row["title"])
    by = "desk"
    lines = [
        f'source_id = "{source_id}"',
        f"kind = {_toml(row['kind'])}",
        f"title = {{ zh = {title}, en = {title} }}",
        f'publisher = {{ zh = "{by}", en = "{by}" }}',
        f"edition = {_toml(row['as_of'] or row['decided_at'][:10])}",
        'licence = { zh = "公开", en = "public" }',
        'evidence = "declared"',
        *([f"codes_as_of = {row['codes_as_of']}"] if row["codes_as_of"] else []),
        f'file = {{ path = "{source_id}.csv", format = "csv", encoding = "utf-8", delimiter = "," }}',
        "[columns]",
        f'code = "{TYPED}"',
        columns,
    ]
    if row["kind"] == "villages":
        lines += ["[places]", 'location_quality = "register"']
    return "\n".join(lines) + "\n"


def _toml(text: str) -> str:
    """A basic string: as JSON writes it, but for the one control character that JSON leaves as it is."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
