"""Every indicator's SQL on tiny tables worked out by hand: `tests/sql/<indicator>/*.csv` → `expect.csv`.

A folder holds one CSV per table that the query reads, `asked.csv` (the places asked for),
`expect.csv` (every row of the answer) and, where the query takes any, `parameters.toml`.
An indicator that has dates is asked for each date that `expect.csv` holds and for all at once.
"""

from __future__ import annotations

import csv
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from etl import derived
from etl.store import schema
from ground.evidence import EVIDENCE
from indicators.catalogue import Indicator, catalogue, tables_read

FOLDER = Path(__file__).resolve().parent.parent / "sql"
UPPER_LEVELS = ["nation", "county"]
TEXTS = ("place_id", "as_of", "qualifier", "evidence", "source_id")
Row = dict[str, Any]


def database(folder: Path) -> duckdb.DuckDBPyConnection:
    """The tables of the folder's CSV files, with the types of the schema but without its other columns' rules."""
    memory = duckdb.connect()
    memory.execute(f"CREATE TYPE evidence AS ENUM {EVIDENCE}")
    types = {
        table: {column.name: column.type.split()[0] for column in columns}
        for table, columns in schema(UPPER_LEVELS).items()
    }
    for path in folder.glob("*.csv"):
        table = path.stem
        if table == "expect":
            continue
        header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
        known = types.get(table, {"place_id": "TEXT", "place_no": "INTEGER"})
        wide = "REAL" if table == "village_distance_km" else None
        columns = ", ".join(f'"{name}" {known.get(name) or wide}' for name in header)
        memory.execute(f"CREATE TABLE {table} ({columns})")
        rows = "SELECT * FROM read_csv(?, all_varchar = true, header = true, delim = ',')"
        memory.execute(f"INSERT INTO {table} BY NAME {rows}", [str(path)])
    choose_all(memory)
    derive(memory, catalogue()[folder.name])
    return memory


def choose_all(memory: duckdb.DuckDBPyConnection) -> None:
    """What `measure` gives while nothing narrows the choice: every project, and the missing one."""
    named = memory.execute(
        "SELECT DISTINCT table_name FROM duckdb_columns() WHERE column_name = 'project_id' AND NOT internal"
    ).fetchall()
    every = " UNION ".join(
        ["SELECT NULL::TEXT AS project_id", *(f"SELECT project_id FROM {name}" for (name,) in named)]
    )
    memory.execute(f"CREATE VIEW project_scope AS {every}")


def derive(memory: duckdb.DuckDBPyConnection, indicator: Indicator) -> None:
    """Fill what the query reads beside the folder's tables: the tables that the build derives from them."""
    found = [one for one in derived.derived() if one.table in tables_read(indicator.query)]
    wanted = {one.table for one in found}
    for table in {table for one in found for table in one.reads}:
        for one in schema(UPPER_LEVELS)[table]:  # a folder holds the columns that its query needs
            memory.execute(f'ALTER TABLE {table} ADD COLUMN IF NOT EXISTS "{one.name}" {one.type.split()[0]}')
    for table in wanted:
        columns = ", ".join(f'"{one.name}" {one.type.split()[0]}' for one in schema(UPPER_LEVELS)[table])
        memory.execute(f"CREATE TABLE IF NOT EXISTS {table} ({columns})")
    derived.fill(memory, UPPER_LEVELS, wanted)


def base_tables(query: str) -> set[str]:
    """The tables a query reads, a derived one replaced by those that it comes from."""
    comes_from = {one.table: set(one.reads) for one in derived.derived()}
    return set().union(*(comes_from.get(table, {table}) for table in tables_read(query)))


@pytest.mark.parametrize("one", derived.derived(), ids=lambda one: one.table)
def test_a_derived_table_names_the_tables_it_reads(one: derived.Derived) -> None:
    assert set(one.reads) == tables_read(one.query)


def parameters(folder: Path, indicator: Indicator) -> dict[str, Any]:
    path = folder / "parameters.toml"
    given: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    given["level_column"] = f"^{UPPER_LEVELS[-1]}_id$"
    if "status_column" in given:
        given["status_column"] = f"^{given['status_column']}$"
    return {name: given[name] for name in indicator.parameters if name != "as_of"}


def expected(folder: Path) -> list[Row]:
    with (folder / "expect.csv").open(encoding="utf-8", newline="") as stream:
        return [
            {key: (text if key in TEXTS else float(text)) if text else None for key, text in row.items()}
            for row in csv.DictReader(stream)
        ]


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


def in_order(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["place_id"], str(row.get("as_of"))))


def assert_same(found: list[Row], wanted: list[Row]) -> None:
    assert [row["place_id"] for row in in_order(found)] == [row["place_id"] for row in in_order(wanted)]
    for one, other in zip(in_order(found), in_order(wanted), strict=True):
        assert one.keys() == other.keys()
        for name, value in other.items():
            near = value if isinstance(value, str | None) else pytest.approx(value, rel=1e-9)
            assert one[name] == near, (one["place_id"], name)


def test_every_indicator_has_a_folder_and_no_folder_is_left_over() -> None:
    assert {path.name for path in FOLDER.iterdir() if path.is_dir()} == set(catalogue())


@pytest.mark.parametrize("indicator_id", catalogue())
def test_every_table_read_is_given(indicator_id: str) -> None:
    given = {path.stem for path in (FOLDER / indicator_id).glob("*.csv")} - {"expect", "asked"}
    assert given == base_tables(catalogue()[indicator_id].query)


@pytest.mark.parametrize("indicator_id", catalogue())
def test_the_answer_is_the_one_worked_out_by_hand(indicator_id: str) -> None:
    folder, indicator = FOLDER / indicator_id, catalogue()[indicator_id]
    wanted, bound = expected(folder), parameters(folder, indicator)
    with database(folder) as memory:
        if not indicator.has_dates:
            assert_same(answer(memory, indicator, bound), wanted)
            return
        assert_same(answer(memory, indicator, bound | {"as_of": None}), wanted)
        for day in {row["as_of"] for row in wanted}:
            on_that_day = [row for row in wanted if row["as_of"] == day]
            asked = bound | {"as_of": date.fromisoformat(day)}
            assert_same(answer(memory, indicator, asked), on_that_day)


@pytest.mark.parametrize("indicator_id", catalogue())
def test_nothing_asked_nothing_answered(indicator_id: str) -> None:
    folder, indicator = FOLDER / indicator_id, catalogue()[indicator_id]
    bound = parameters(folder, indicator) | ({"as_of": None} if indicator.has_dates else {})
    with database(folder) as memory:
        memory.execute("DELETE FROM asked")
        assert answer(memory, indicator, bound) == []


@pytest.mark.parametrize("indicator_id", [one for one, it in catalogue().items() if it.has_dates])
def test_a_standard_that_is_not_there_gives_no_rows(indicator_id: str) -> None:
    folder, indicator = FOLDER / indicator_id, catalogue()[indicator_id]
    with database(folder) as memory:
        assert answer(memory, indicator, {"standard": "telegraph", "as_of": None}) == []
