"""The small invented country with projects worked out by hand, for the pages and questions of the programme."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pandas as pd

from etl import derived
from ground import builds
from indicators.database import Atlas, current

#: Ids of settlements in one ward; the ward, its district; another district with two wards; a third district.
LISTED = ("010101001", "010101100", "010101107", "010101114", "010101121")
UNLISTED = "010101128"
WARD, DISTRICT = "010101", "0101"
SOURCE = {"evidence": "declared", "source_id": "projects"}
EMPTIED = (
    "project",
    "project_place",
    "project_village",
    "milestone",
    "project_move",
    "notice",
    "reconciliation",
    "payment",
    "inspection",
    "record_finding",
)


def publish(source: Atlas, into: Path, tables: dict[str, pd.DataFrame]) -> Atlas:
    """A copy of an atlas whose records are these and no others."""
    into.mkdir(parents=True, exist_ok=True)
    target = into / "atlas-programme-test.duckdb"
    shutil.copyfile(source.path, target)
    with duckdb.connect(str(target)) as connection:
        for table in EMPTIED:
            connection.execute(f"DELETE FROM {table}")
        for table, rows in tables.items():
            connection.register("incoming", rows)
            connection.execute(f"INSERT INTO {table} BY NAME FROM incoming")
            connection.unregister("incoming")
        derived.write(connection)
        connection.execute("UPDATE meta_build SET value = $1 WHERE key = 'build_id'", [into.name])
    builds.offer(target)
    return current(into)


def numbers(atlas: Atlas) -> dict[str, int]:
    return dict(atlas.cursor().execute("SELECT place_id, place_no FROM village").fetchall())


def wards(atlas: Atlas, district: str) -> list[str]:
    query = "SELECT place_id FROM place WHERE parent_id = $1 ORDER BY 1"
    return [row[0] for row in atlas.cursor().execute(query, [district]).fetchall()]


def days(column: list[str | None]) -> pd.Series:
    return pd.to_datetime(pd.Series(column, dtype=object))


def by_hand(atlas: Atlas) -> dict[str, pd.DataFrame]:
    """A lists its villages, B has milestones, C only its own numbers, D is a total of others.

    The last day on record is 2012-06-30: an inspection.
    """
    number = numbers(atlas)
    projects = pd.DataFrame(
        {
            "project_id": ["A", "B", "C", "D"],
            "scope": ["project", "project", "project", "programme"],
            "place_id": [DISTRICT, "0102", "0203", "ZZ"],
            "name": ["Alpha", "Beta <b>bold</b>", "Gamma", "All of them"],
            "operator": ["Telegraf", "Telegraf", "Radio", None],
            "operator_id": ["telegraf", "telegraf", "radio", None],
            "technology": ["wire", "wire", "radio", "wire"],
            "contract_date": days(["2012-01-01", "2012-01-10", None, None]),
            "due_date": days([None, "2012-04-30", None, None]),
            "planned_villages": [4, 10, 20, 1000],
            "capex_yuan": [400_000, 1_000_000, None, None],
            **SOURCE,
        }
    )
    villages = pd.DataFrame(
        {
            "project_id": "A",
            "place_no": [number[one] for one in LISTED],
            "state": ["accepted", "accepted", "opened", "planned", "cancelled"],
            "state_date": days([None, None, None, None, "2012-02-01"]),
            "planned_date": days(["2012-03-01"] * 4 + [None]),
            "opened_date": days(["2012-02-20", "2012-03-11", "2012-03-31", None, None]),
            "accepted_date": days(["2012-04-01", "2012-05-01", None, None, None]),
            "evidence": ["declared", "simulated", "declared", "declared", "declared"],
            "source_id": "projects",
        }
    )
    milestones = pd.DataFrame(
        {
            "project_id": "B",
            "state": "opened",
            "reached_date": days(["2012-03-31", "2012-05-31"]),
            "villages": [4, 12],
            **SOURCE,
        }
    )
    inspections = pd.DataFrame(
        {
            "project_id": ["A", "A", "A", "A", None],
            "place_id": [LISTED[0], LISTED[1], LISTED[1], LISTED[2], UNLISTED],
            "inspected_date": days(["2012-06-01", "2012-05-15", "2012-06-30", "2012-06-10", "2012-06-02"]),
            "is_passed": [True, False, True, False, True],
            "is_sampled": [True, True, True, None, False],
            **SOURCE,
        }
    )
    ledger = pd.DataFrame(
        {
            "project_id": "C",
            "entry_no": [1, 2],
            "change_villages": [-3, 1],
            "reason": ["twice on the list", "=found later"],
            **SOURCE,
        }
    )
    finding = pd.DataFrame(
        {
            "rule": ["more_opened_than_planned", "accepted_but_not_opened"],
            "project_id": ["B", "A"],
            "place_no": pd.array([None, number[LISTED[0]]], dtype="Int64"),
            "seen": ["12 > 10", "<i>seen</i>"],
        }
    )
    covered = pd.DataFrame({"project_id": "B", "place_id": wards(atlas, "0102")[:2]})
    return {
        "project": projects,
        "project_place": covered,
        "project_village": villages,
        "milestone": milestones,
        "inspection": inspections,
        "reconciliation": ledger,
        "record_finding": finding,
    }
