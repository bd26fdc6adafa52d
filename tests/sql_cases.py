"""Cases of an indicator's SQL, worked out by hand: `tests/sql/<indicator>/<case>/`, one CSV per table that it reads.

A case also holds `asked.csv` (the places asked for), `expect.csv` (every row of the answer) and, where the query
takes any, `parameters.toml`. A new folder is a new case; its name says what it is about.
"""

from __future__ import annotations

import csv
import math
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from etl import derived
from etl.store import schema
from ground.evidence import EVIDENCE
from indicators.catalogue import Indicator, catalogue, tables_read

FOLDER = Path(__file__).resolve().parent / "sql"
UPPER_LEVELS = ["nation", "county"]
TEXTS = ("place_id", "as_of", "qualifier", "evidence", "source_id")
NOT_READ = ("expect", "asked")
#: Tables with a column per standard and date, and the type of these columns.
WIDE = {"village_status": "TINYINT", "village_evidence": "TINYINT", "village_distance_km": "REAL"}
Row = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """A folder with the tables of one indicator's query and its answer."""

    folder: Path

    def __str__(self) -> str:
        return f"{self.folder.parent.name}/{self.folder.name}"

    @property
    def indicator(self) -> Indicator:
        return catalogue()[self.folder.parent.name]

    def tables(self) -> set[str]:
        return {path.stem for path in self.folder.glob("*.csv")} - set(NOT_READ)

    def parameters(self) -> dict[str, Any]:
        """What the query is bound to, without a date."""
        path = self.folder / "parameters.toml"
        given: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        given["level_column"] = f"^{UPPER_LEVELS[-1]}_id$"
        if "status_column" in given:
            given["status_column"] = f"^{given['status_column']}$"
        return {name: given[name] for name in self.indicator.parameters if name != "as_of"}

    def expected(self) -> list[Row]:
        with (self.folder / "expect.csv").open(encoding="utf-8", newline="") as stream:
            return [
                {key: (text if key in TEXTS else float(text)) if text else None for key, text in row.items()}
                for row in csv.DictReader(stream)
            ]

    def askings(self) -> Iterator[tuple[dict[str, Any], list[Row]]]:
        """Parameters with the rows they should give: where the indicator has dates, of all dates at once and of each
        date that is expected."""
        wanted, bound = self.expected(), self.parameters()
        if not self.indicator.has_dates:
            yield bound, wanted
            return
        yield bound | {"as_of": None}, wanted
        for day in sorted({row["as_of"] for row in wanted}):
            yield bound | {"as_of": date.fromisoformat(day)}, [row for row in wanted if row["as_of"] == day]

    def database(self) -> duckdb.DuckDBPyConnection:
        """The tables of the case's files, with the types of the schema but without its other columns' rules."""
        memory = duckdb.connect()
        memory.execute(f"CREATE TYPE evidence AS ENUM {EVIDENCE}")
        types = {
            table: {column.name: column.type.split()[0] for column in columns}
            for table, columns in schema(UPPER_LEVELS).items()
        }
        for path in self.folder.glob("*.csv"):
            if path.stem != "expect":
                _load(memory, path, types.get(path.stem, {"place_id": "TEXT", "place_no": "INTEGER"}))
        _choose_all(memory)
        derive(memory, self.indicator)
        return memory


def cases(folder: Path = FOLDER) -> list[Case]:
    """Every case of every indicator, in the order of their names."""
    return [Case(path) for path in sorted(folder.glob("*/*/")) if path.is_dir()]


def of(indicator_id: str) -> list[Case]:
    """An indicator's cases."""
    return [case for case in cases() if case.folder.parent.name == indicator_id]


def _load(memory: duckdb.DuckDBPyConnection, path: Path, known: dict[str, str]) -> None:
    header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    wide = WIDE.get(path.stem)
    columns = ", ".join(f'"{name}" {known.get(name) or wide}' for name in header)
    memory.execute(f"CREATE TABLE {path.stem} ({columns})")
    rows = "SELECT * FROM read_csv(?, all_varchar = true, header = true, delim = ',')"
    memory.execute(f"INSERT INTO {path.stem} BY NAME {rows}", [str(path)])


def _choose_all(memory: duckdb.DuckDBPyConnection) -> None:
    """What `measure` gives while nothing narrows the choice: every project, and the missing one."""
    named = memory.execute(
        "SELECT DISTINCT table_name FROM duckdb_columns() WHERE column_name = 'project_id' AND NOT internal"
    ).fetchall()
    every = " UNION ".join(
        ["SELECT NULL::TEXT AS project_id", *(f"SELECT project_id FROM {name}" for (name,) in named)]
    )
    memory.execute(f"CREATE VIEW project_scope AS {every}")


def derive(memory: duckdb.DuckDBPyConnection, indicator: Indicator) -> None:
    """Fill what the query reads beside the case's tables: the tables that the build derives from them."""
    found = [one for one in derived.derived() if one.table in tables_read(indicator.query)]
    wanted = {one.table for one in found}
    for table in {table for one in found for table in one.reads}:
        for one in schema(UPPER_LEVELS)[table]:  # a case holds the columns that its query needs
            memory.execute(f'ALTER TABLE {table} ADD COLUMN IF NOT EXISTS "{one.name}" {one.type.split()[0]}')
    for table in wanted:
        columns = ", ".join(f'"{one.name}" {one.type.split()[0]}' for one in schema(UPPER_LEVELS)[table])
        memory.execute(f"CREATE TABLE IF NOT EXISTS {table} ({columns})")
    derived.fill(memory, UPPER_LEVELS, wanted)


def answer(memory: duckdb.DuckDBPyConnection, indicator: Indicator, bound: dict[str, Any]) -> list[Row]:
    done = memory.execute(indicator.query, bound or None)
    names = [column[0] for column in done.description or []]
    return [
        {
            name: None if value is None else str(value) if name in TEXTS else float(value)
            for name, value in zip(names, row, strict=True)
        }
        for row in done.fetchall()
    ]


# --- found beside expected ----------------------------------------------------------------------------------


def in_order(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=_key)


def _key(row: Row) -> tuple[str, str]:
    return row["place_id"], str(row.get("as_of"))


def is_near(one: Any, other: Any) -> bool:
    """Texts and gaps as they are, numbers to nine digits."""
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return bool(one == other)


def side_by_side(found: list[Row], wanted: list[Row]) -> str:
    """Both answers as one table, a line for each row of either: `≠` marks a row that differs (in the column that
    shows `expected → found`), `-` one that was expected and not found, `+` one that was found and not expected."""
    columns = list(dict.fromkeys(name for row in (*wanted, *found) for name in row))
    lines = [["", *columns]]
    pairs = _paired(found, wanted)
    for was, now in pairs:
        cells = [_cell(was, now, name) for name in columns]
        mark = "+" if was is None else "-" if now is None else "≠" if any("→" in cell for cell in cells) else ""
        lines.append([mark, *cells])
    widths = [max(len(line[n]) for line in lines) for n in range(len(columns) + 1)]
    differing = sum(line[0] != "" for line in lines[1:])
    text = "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)
    said = "(expected → found; - missing, + not expected)"
    return f"{differing} of {len(pairs)} rows differ {said}\n" + "\n".join(line.rstrip() for line in text.split("\n"))


def _paired(found: list[Row], wanted: list[Row]) -> list[tuple[Row | None, Row | None]]:
    """Rows of the same place and date beside each other; a place that is answered twice leaves one over."""
    left: dict[tuple[str, str], list[Row]] = {}
    for row in found:
        left.setdefault(_key(row), []).append(row)
    pairs: list[tuple[Row | None, Row | None]] = [
        (row, left[_key(row)].pop(0) if left.get(_key(row)) else None) for row in in_order(wanted)
    ]
    return pairs + [(None, row) for rows in left.values() for row in rows]


def _cell(was: Row | None, now: Row | None, name: str) -> str:
    if was is None or now is None:
        return _text((was or now or {}).get(name))
    one, other = (row.get(name, "(no such column)") for row in (was, now))
    return _text(one) if is_near(one, other) else f"{_text(one)} → {_text(other)}"


def _text(value: Any) -> str:
    return "∅" if value is None else f"{value:.10g}" if isinstance(value, float) else str(value)
