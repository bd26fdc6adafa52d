"""An atlas filled with projects: 130,000 invented villages of projects, with money, inspections, notices and moves.

No such list is published, so the screens of projects are measured and looked at on a copy of the atlas that
holds made-up ones; every row is marked `simulated`. A few records are wrong on purpose, for the findings.

    python -m benchmarks.programme_copy DIR      # publishes the copy in DIR
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from benchmarks.settings import SEED
from etl import derived
from etl.record_rules import record_rules
from ground import builds
from indicators.database import Atlas, current

BUILD_ID = "programme"
VILLAGES = 130_000
OPERATORS = {"china_telecom": "中国电信", "china_mobile": "中国移动", "china_unicom": "中国联通"}
LAST_DAY = np.datetime64("2018-09-30")
SOURCE = "invented_programme"
REPLACED = ("project_village", "project_move", "payment", "inspection", "notice")


def fill(atlas: Atlas, into: Path) -> None:
    """Write the copy into a folder and publish it there."""
    into.mkdir(parents=True, exist_ok=True)
    target = into / f"atlas-{BUILD_ID}.duckdb"
    shutil.copyfile(atlas.path, target)
    random = np.random.default_rng(SEED)
    with duckdb.connect(str(target)) as connection:
        _source(connection)
        villages = _villages(connection)
        projects = _projects(connection, villages, random)
        villages = _progress(villages.merge(projects, on=["prefecture_id", "operator_id"]), random)
        _insert(connection, "project", projects.assign(**_money(projects, villages)), except_=["prefecture_id"])
        _insert(connection, "project_village", villages)
        for table, rows in _said(projects, villages, random).items():
            _insert(connection, table, rows)
        _find(connection)
        derived.write(connection)
        connection.execute("UPDATE meta_build SET value = $1 WHERE key = 'build_id'", [BUILD_ID])
    builds.offer(target)


def _source(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "INSERT INTO meta_source BY NAME SELECT $1 AS source_id, 'projects' AS kind, '虚构的项目数据（测试用）' AS "
        "title_zh, "
        "'Invented projects, for measuring' AS title_en, '–' AS publisher_zh, '–' AS publisher_en, '1' AS edition, "
        "'–' AS licence, 'simulated' AS evidence, 0 AS rows_read, 0 AS rows_loaded, 0 AS rows_rejected",
        [SOURCE],
    )
    for table in (*REPLACED, "project"):
        connection.execute("INSERT INTO meta_lineage VALUES ($1, $2)", [table, SOURCE])


def _villages(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """place_no, place_id, county, prefecture, operator: villages of the pilots first, then of other prefectures."""
    return (
        connection.execute(
            """
            SELECT v.place_no, v.place_id AS village_id, v.county_id, v.prefecture_id,
                   ($operators::TEXT[])[(1 + hash(v.county_id) % 3)::BIGINT] AS operator_id
            FROM village AS v
            WHERE v.in_programme AND v.prefecture_id IN (
                SELECT place_id FROM place WHERE level = 'prefecture' AND NOT is_grouping
            )
            ORDER BY v.prefecture_id NOT IN (SELECT place_id FROM pilot), v.prefecture_id, v.place_id
            LIMIT $most
            """,
            {"operators": list(OPERATORS), "most": VILLAGES},
        )
        .df()
        .astype({"operator_id": object})
    )


def _projects(
    connection: duckdb.DuckDBPyConnection, villages: pd.DataFrame, random: np.random.Generator
) -> pd.DataFrame:
    """One project per prefecture and operator."""
    names = dict(connection.execute("SELECT place_id, name FROM place").fetchall())
    pilots = dict(connection.execute("SELECT place_id, pilot_id FROM pilot").fetchall())
    made = villages.groupby(["prefecture_id", "operator_id"]).size().rename("listed").reset_index()
    contract = np.datetime64("2016-07-01") + random.integers(0, 240, len(made))
    return pd.DataFrame(
        {
            "project_id": made["prefecture_id"] + "-" + made["operator_id"].str.removeprefix("china_"),
            "scope": "project",
            "pilot_id": made["prefecture_id"].map(pilots),
            "place_id": made["prefecture_id"],
            "prefecture_id": made["prefecture_id"],
            "name": made["prefecture_id"].map(names) + made["operator_id"].map(OPERATORS) + "项目（虚构）",
            "operator": made["operator_id"].map(OPERATORS) + random.choice(["", "公司", " "], len(made)),
            "operator_id": made["operator_id"],
            "selection": random.choice(["tender", "designation"], len(made)),
            "technology": "fibre",
            "contract_date": contract,
            "due_date": contract + np.timedelta64(365, "D"),
            "planned_villages": np.maximum(1, made["listed"] + random.choice([0, 0, 0, -2, 3], len(made))),
            "opex_years": 6,
            "download_mbps": 12.0,
            "evidence": "simulated",
            "source_id": SOURCE,
        }
    )


def _progress(villages: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Days and cost of each village; what lies after LAST_DAY has not happened."""
    n = len(villages)
    day = np.timedelta64(1, "D")
    contract = villages["contract_date"].to_numpy("datetime64[D]")
    planned = contract + random.integers(60, 330, n) * day
    opened = _happened(planned + np.rint(random.normal(5, 40, n)).astype(int) * day, random.random(n) < 0.96)
    accepted = _happened(opened + random.integers(15, 200, n) * day, random.random(n) < 0.9)
    slip = random.random(n) < 0.0003  # the two days exchanged, as a clerk would
    opened, accepted = np.where(slip, accepted, opened), np.where(slip, opened, accepted)
    state = np.where(~np.isnat(accepted), "accepted", np.where(~np.isnat(opened), "opened", "contracted"))
    capex = np.rint(random.lognormal(np.log(290_000), 0.35, n))
    capex = np.where(random.random(n) < 0.0002, capex * 10_000, capex)  # 亿 for 万
    return pd.DataFrame(
        {
            "project_id": villages["project_id"],
            "place_no": villages["place_no"],
            "village_id": villages["village_id"],
            "technology": "fibre",
            "state": state,
            "state_date": np.where(~np.isnat(accepted), accepted, opened),
            "planned_date": planned,
            "opened_date": opened,
            "accepted_date": accepted,
            "download_mbps": random.choice([12.0, 50.0, 100.0], n),
            "capex_yuan": capex.astype(np.int64),
            "evidence": "simulated",
            "source_id": SOURCE,
        }
    )


def _happened(days: np.ndarray, is_so: np.ndarray) -> np.ndarray:
    return np.where(is_so & (days <= LAST_DAY), days, np.datetime64("NaT"))


def _money(projects: pd.DataFrame, villages: pd.DataFrame) -> dict[str, pd.Series]:
    """Amounts of each project in yuan: cost of its villages; 30 % of it and of six years' operation as subsidy."""
    capex = projects["project_id"].map(villages.groupby("project_id")["capex_yuan"].sum())
    opex = (0.08 * capex).round().astype("int64")
    asked = (0.3 * (capex + 6 * opex)).round().astype("int64")
    return {
        "capex_yuan": capex,
        "opex_yearly_yuan": opex,
        "requested_yuan": asked,
        "approved_yuan": (0.95 * asked).round().astype("int64"),
        "granted_yuan": (0.9 * asked).round().astype("int64"),
        "price_year": pd.Series(2016, index=projects.index),
    }


def _said(projects: pd.DataFrame, villages: pd.DataFrame, random: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Payments, inspections, notices and moves of the projects."""
    granted = _money(projects, villages)["granted_yuan"]
    same = {"evidence": "simulated", "source_id": SOURCE}
    first = projects.assign(amount=0.75 * granted, tranche="签约后", paid_date=projects["contract_date"])
    rest = projects.assign(amount=0.25 * granted, tranche="验收后", paid_date=LAST_DAY)[
        random.random(len(projects)) < 0.6
    ]
    payments = pd.concat([first, rest])[["project_id", "paid_date", "tranche", "amount"]]
    drawn = villages[villages["accepted_date"].notna() & (random.random(len(villages)) < 0.1)]
    inspections = pd.DataFrame(
        {
            "project_id": drawn["project_id"],
            "place_id": drawn["village_id"],
            "inspected_date": drawn["accepted_date"],
            "is_passed": random.random(len(drawn)) < 0.94,
            "is_sampled": True,
        }
    )
    contract = pd.to_datetime(projects["contract_date"])
    notices = pd.DataFrame(
        {
            "notice_id": "N-" + projects["project_id"],
            "project_id": projects["project_id"],
            "notice_from": contract - pd.Timedelta(days=40),
            "notice_to": contract - pd.Timedelta(days=33),
            "document": "公示（虚构）",
            "objections": random.choice([0, 0, 0, 1], len(projects)),
        }
    )
    way = ("noticed", "granted", "selected", "contracted", "designed", "built")
    moves = pd.concat(
        pd.DataFrame(
            {
                "project_id": projects["project_id"],
                "state": state,
                "moved_date": contract + pd.Timedelta(days=30 * (n - 3)),
            }
        )[random.random(len(projects)) < 0.99]
        for n, state in enumerate(way)
    )
    said = {"payment": payments, "inspection": inspections, "notice": notices, "project_move": moves}
    return {table: rows.assign(**same) for table, rows in said.items()}


def _insert(
    connection: duckdb.DuckDBPyConnection, table: str, rows: pd.DataFrame, except_: list[str] | None = None
) -> None:
    columns = {row[0] for row in connection.execute(f"DESCRIBE {table}").fetchall()}
    frame = rows[[name for name in rows.columns if name in columns and name not in (except_ or [])]]
    connection.register("incoming", frame)
    connection.execute(f"INSERT INTO {table} BY NAME FROM incoming")
    connection.unregister("incoming")


def _find(connection: duckdb.DuckDBPyConnection) -> None:
    """What the build looks for, in this copy."""
    connection.execute("DELETE FROM record_finding")
    for rule in record_rules():
        found = connection.execute(rule.query, {"currency": "CNY"} if rule.parameters else None).df()
        _insert(connection, "record_finding", found.assign(rule=rule.rule))


if __name__ == "__main__":
    fill(current(), Path(sys.argv[1]))
