"""Every rule of etl/record_rules with a record that breaks it and one beside it that does not.

More than 400 lines: a case for each rule, on one small set of records.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest
from mini_profile import Ask, Profile

from etl.errors import DeclarationError
from etl.record_rules import TABLES, record_rules
from etl.store import schema
from ground.evidence import EVIDENCE
from indicators.catalogue import tables_read

Rows = dict[str, list[dict[str, Any]]]
PROJECT = {"scope": "project", "technology": "fibre", "source_id": "s"}
RULES = {rule.rule: rule for rule in record_rules()}
COST = {"technology": "fibre", "low_yuan": 240_000, "high_yuan": 550_000}


@dataclass(frozen=True)
class Case:
    """Tables with an offender, what is found of it, and the same tables mended."""

    broken: Rows
    found: list[tuple[str, int | None, str]]
    mended: Rows = field(default_factory=dict)


def project(project_id: str = "P", **more: Any) -> dict[str, Any]:
    return {"project_id": project_id, **PROJECT, **more}


def village(place_no: int = 7, project_id: str = "P", **more: Any) -> dict[str, Any]:
    return {"project_id": project_id, "place_no": place_no, "source_id": "s", **more}


def moves(*steps: tuple[str, str, str | None]) -> list[dict[str, Any]]:
    return [
        {"project_id": "P", "state": state, "moved_date": day, "reason": reason, "source_id": "s"}
        for state, day, reason in steps
    ]


ALLOWED = [
    {"from_state": "contracted", "to_state": "designed", "needs_reason": False},
    {"from_state": "designed", "to_state": "built", "needs_reason": False},
    {"from_state": "designed", "to_state": "contracted", "needs_reason": True},
]
PILOTS = [{"pilot_id": "2016-1-A", "batch": 1}, {"pilot_id": "2017-2-A", "batch": 2}]

CASES: dict[str, list[Case]] = {
    "cost_per_village_out_of_range": [
        Case(  # one village of 2.45亿: the unit slipped, 万 was meant
            {
                "project": [project(planned_villages=1, capex_yuan=245_000_000)],
                "cost_parameter": [COST],
            },
            [("P", None, "245000000.0 ∉ 24000.0–5500000.0")],
            {"project": [project(planned_villages=593, capex_yuan=245_000_000)], "cost_parameter": [COST]},
        ),
        Case(  # the village's own cost, far too little
            {
                "project": [project()],
                "project_village": [village(capex_yuan=24), village(8, capex_yuan=300_000)],
                "cost_parameter": [COST],
            },
            [("P", 7, "24.0 ∉ 24000.0–5500000.0")],
        ),
        Case(  # without a published range: what the technology's own villages cost
            {
                "project": [project()],
                "project_village": [village(n, capex_yuan=300_000) for n in range(1, 6)]
                + [village(9, capex_yuan=245_000_000)],
            },
            [("P", 9, "245000000.0 ∉ 30000.0–3000000.0")],
            {  # other money is not judged by this country's range
                "project": [project(currency="USD", planned_villages=1, capex_yuan=1)],
                "cost_parameter": [COST],
            },
        ),
    ],
    "accepted_before_opened": [
        Case(
            {"project_village": [village(opened_date="2017-08-01", accepted_date="2017-07-31")]},
            [("P", 7, "2017-07-31 < 2017-08-01")],
            {"project_village": [village(opened_date="2017-08-01", accepted_date="2017-08-01"), village(8)]},
        )
    ],
    "accepted_but_not_opened": [
        Case(
            {"project_village": [village(accepted_date="2017-07-31")]},
            [("P", 7, "2017-07-31")],
            {"project_village": [village(accepted_date="2017-07-31", opened_date="2017-07-01"), village(8)]},
        )
    ],
    "opened_before_contract": [
        Case(
            {
                "project": [project(contract_date="2016-08-30")],
                "project_village": [village(opened_date="2016-08-29")],
            },
            [("P", 7, "2016-08-29 < 2016-08-30")],
            {
                "project": [project(contract_date="2016-08-30"), project("Q")],
                "project_village": [
                    village(opened_date="2016-08-30"),
                    village(8, "Q", opened_date="2001-01-01"),
                ],
            },
        )
    ],
    "village_in_two_projects": [
        Case(
            {
                "pilot": PILOTS,
                "project": [project("P", pilot_id="2016-1-A"), project("Q", pilot_id="2016-1-A")],
                "project_village": [village(7, "P"), village(7, "Q"), village(8, "Q")],
            },
            [("P", 7, "P, Q")],
            {  # another batch, or another technology in the same one, is another matter
                "pilot": PILOTS,
                "project": [
                    project("P", pilot_id="2016-1-A"),
                    project("Q", pilot_id="2017-2-A"),
                    project("R", pilot_id="2016-1-A"),
                ],
                "project_village": [
                    village(7, "P"),
                    village(7, "Q"),
                    village(7, "R", technology="4g"),
                ],
            },
        )
    ],
    "villages_do_not_add_up": [
        Case(
            {"project": [project(planned_villages=3)], "project_village": [village(7), village(8)]},
            [("P", None, "2 ≠ 3")],
            {
                "project": [project(planned_villages=3), project("Q"), project("R", planned_villages=9)],
                "project_village": [village(7), village(8), village(9, "Q")],
                "reconciliation": [{"project_id": "P", "change_villages": -1}],
            },
        )
    ],
    "costs_do_not_add_up": [
        Case(
            {
                "project": [project(capex_yuan=1_000)],
                "project_village": [village(7, capex_yuan=500), village(8, capex_yuan=489)],
            },
            [("P", None, "989 ≠ 1000")],
            {  # within one percent; and nothing is said where a village's cost is not known
                "project": [project(capex_yuan=1_000), project("Q", capex_yuan=1_000)],
                "project_village": [
                    village(7, capex_yuan=500),
                    village(8, capex_yuan=490),
                    village(9, "Q", capex_yuan=1),
                    village(10, "Q"),
                ],
            },
        )
    ],
    "paid_above_granted": [
        Case(
            {
                "project": [project(granted_yuan=100)],
                "payment": [{"project_id": "P", "amount": 75}, {"project_id": "P", "amount": 26}],
            },
            [("P", None, "101 > 100")],
            {
                "project": [project(granted_yuan=100), project("Q")],
                "payment": [{"project_id": "P", "amount": 100}, {"project_id": "Q", "amount": 5}],
            },
        )
    ],
    "grant_above_request": [
        Case(
            {
                "project": [
                    project("P", requested_yuan=10, approved_yuan=11),
                    project("Q", approved_yuan=10, granted_yuan=11),
                    project("R", requested_yuan=10, granted_yuan=11),
                ]
            },
            [("P", None, "10 → 11 → –"), ("Q", None, "– → 10 → 11"), ("R", None, "10 → – → 11")],
            {"project": [project(requested_yuan=10, approved_yuan=10, granted_yuan=9), project("Q")]},
        )
    ],
    "paid_before_contract": [
        Case(
            {
                "project": [project(contract_date="2016-08-30")],
                "payment": [{"project_id": "P", "paid_date": "2016-08-29", "amount": 1}],
            },
            [("P", None, "2016-08-29 < 2016-08-30")],
            {
                "project": [project(contract_date="2016-08-30")],
                "payment": [
                    {"project_id": "P", "paid_date": "2016-08-30", "amount": 1},
                    {"project_id": "P", "amount": 1},
                ],
            },
        )
    ],
    "other_currency": [
        Case(
            {"project": [project(currency="USD")]},
            [("P", None, "USD")],
            {"project": [project(currency="CNY"), project("Q")]},
        )
    ],
    "several_price_years": [
        Case(
            {
                "project": [
                    project("P", pilot_id="2016-1-A", price_year=2016),
                    project("Q", pilot_id="2016-1-A", price_year=2018),
                ]
            },
            [("P", None, "2016, 2018")],
            {
                "project": [
                    project("P", pilot_id="2016-1-A", price_year=2016),
                    project("Q", pilot_id="2017-2-A", price_year=2018),
                    project("R", price_year=2020),
                    project("S", price_year=2021),
                ]
            },
        )
    ],
    "operator_spelt_differently": [
        Case(
            {
                "project": [
                    project("P", operator="中国电信", operator_id="china_telecom"),
                    project("Q", operator="中国电信湖南公司", operator_id="china_telecom"),
                    project("R", operator="电信公司", operator_id="china_telecom"),
                ]
            },
            [("P", None, "中国电信 / 中国电信湖南公司 / 电信公司")],
            {
                "project": [
                    project("P", operator="中国电信", operator_id="china_telecom"),
                    project("Q", operator="中国移动", operator_id="china_mobile"),
                ]
            },
        )
    ],
    "more_opened_than_planned": [
        Case(
            {"project": [project(planned_villages=593, opened_villages=598)]},
            [("P", None, "598 > 593")],
            {"project": [project(planned_villages=593, opened_villages=593)]},
        ),
        Case(  # the list is believed before the project's own count
            {
                "project": [project(planned_villages=1, opened_villages=1)],
                "project_village": [
                    village(7, opened_date="2017-01-01"),
                    village(8, opened_date="2017-01-01"),
                ],
            },
            [("P", None, "2 > 1")],
        ),
    ],
    "move_not_allowed": [
        Case(
            {
                "project_move": moves(("contracted", "2016-08-30", None), ("built", "2017-01-01", None)),
                "programme_move": ALLOWED,
            },
            [("P", None, "contracted → built 2017-01-01")],
            {
                "project_move": moves(
                    ("contracted", "2016-08-30", None),
                    ("designed", "2016-09-30", None),
                    ("designed", "2016-10-01", None),  # said twice is no move
                    ("built", "2017-01-01", None),
                ),
                "programme_move": ALLOWED,
            },
        )
    ],
    "move_without_reason": [
        Case(
            {
                "project_move": moves(
                    ("contracted", "2016-08-30", None),
                    ("designed", "2016-09-30", None),
                    ("contracted", "2016-10-30", None),
                ),
                "programme_move": ALLOWED,
            },
            [("P", None, "designed → contracted 2016-10-30")],
            {
                "project_move": moves(
                    ("contracted", "2016-08-30", None),
                    ("designed", "2016-09-30", None),
                    ("contracted", "2016-10-30", "the route was changed"),
                ),
                "programme_move": ALLOWED,
            },
        )
    ],
    "notice_ends_before_it_begins": [
        Case(
            {"notice": [{"notice_id": "N", "project_id": "P", "notice_from": "2016-05-02"}]},
            [],  # an open end is none of its business
        ),
        Case(
            {
                "notice": [
                    {
                        "notice_id": "N",
                        "project_id": "P",
                        "notice_from": "2016-05-09",
                        "notice_to": "2016-05-02",
                    }
                ]
            },
            [("P", None, "N: 2016-05-02 < 2016-05-09")],
            {
                "notice": [
                    {
                        "notice_id": "N",
                        "project_id": "P",
                        "notice_from": "2016-05-02",
                        "notice_to": "2016-05-02",
                    }
                ]
            },
        ),
    ],
    "inspected_outside_project": [
        Case(
            {
                "village": [{"place_no": 7, "place_id": "v7"}, {"place_no": 8, "place_id": "v8"}],
                "project_village": [village(7)],
                "inspection": [{"project_id": "P", "place_id": "v8", "inspected_date": "2017-09-01"}],
            },
            [("P", 8, "2017-09-01")],
            {  # a project without a list cannot be judged, nor an inspection that names no project
                "village": [{"place_no": 7, "place_id": "v7"}, {"place_no": 8, "place_id": "v8"}],
                "project_village": [village(7)],
                "inspection": [
                    {"project_id": "P", "place_id": "v7", "inspected_date": "2017-09-01"},
                    {"project_id": "Q", "place_id": "v8", "inspected_date": "2017-09-01"},
                    {"project_id": None, "place_id": "v8", "inspected_date": "2017-09-01"},
                ],
            },
        )
    ],
    "more_removed_than_there_were": [
        Case(
            {
                "project": [project(planned_villages=3)],
                "reconciliation": [
                    {"project_id": "P", "change_villages": -5},
                    {"project_id": "P", "change_villages": 1},
                ],
            },
            [("P", None, "3 -4")],
            {
                "project": [project(planned_villages=749)],
                "reconciliation": [
                    {"project_id": "P", "change_villages": -8},
                    {"project_id": "P", "change_villages": -5},
                ],
            },
        )
    ],
}


def tables(rows: Rows) -> duckdb.DuckDBPyConnection:
    """All tables of the schema in memory, without its constraints, with some rows."""
    memory = duckdb.connect()
    memory.execute(f"CREATE TYPE evidence AS ENUM {EVIDENCE}")
    for table, columns in schema(["nation", "county"]).items():
        typed = ", ".join(f'"{column.name}" {column.type.split()[0]}' for column in columns)
        memory.execute(f"CREATE TABLE {table} ({typed})")
    for table, entries in rows.items():
        for entry in entries:
            names, marks = ", ".join(f'"{name}"' for name in entry), ", ".join("?" for _ in entry)
            memory.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(entry.values()))
    return memory


def findings(rule_id: str, rows: Rows) -> list[tuple[Any, ...]]:
    rule = RULES[rule_id]
    frame = tables(rows).execute(rule.query, {"currency": "CNY"} if rule.parameters else None)
    assert [column[0] for column in frame.description or []][:4] == [
        "project_id",
        "place_no",
        "seen",
        "source_id",
    ]
    return [row[:3] for row in frame.fetchall()]


def test_every_rule_has_its_case() -> None:
    assert set(CASES) == set(RULES)
    assert all(any(case.found for case in cases) for cases in CASES.values())
    assert all(any(case.mended or not case.found for case in cases) for cases in CASES.values())


@pytest.mark.parametrize(("rule_id", "case"), [(rule_id, case) for rule_id, cases in CASES.items() for case in cases])
def test_a_rule_finds_its_offender_and_nothing_else(rule_id: str, case: Case) -> None:
    assert findings(rule_id, case.broken) == case.found
    assert findings(rule_id, case.mended) == []


@pytest.mark.parametrize("rule_id", RULES)
def test_a_rule_on_empty_tables(rule_id: str) -> None:
    assert findings(rule_id, {}) == []


def test_the_tables_of_the_rules_are_those_of_the_lineage() -> None:
    """What a finding rests on is listed: every table of records that a rule reads."""
    read = set().union(*(tables_read(rule.query) for rule in RULES.values()))
    helpers = {"cost_parameter", "programme_move", "pilot", "village"}
    assert read - helpers == set(TABLES)


def test_positions_and_words_are_their_own() -> None:
    assert len({rule.position for rule in RULES.values()}) == len(RULES)
    for language in ("zh", "en"):
        assert len({rule.title[language] for rule in RULES.values()}) == len(RULES)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SELECT 1", "rule"),
        ('-- [rule]\n-- position = 1\n-- severity = "wrong"\nSELECT 1', "title"),
        (
            (
                '-- [rule]\n-- position = 1\n-- severity = "bad"\n-- title = { zh = "一", en = "one" }\n'
                '-- mend = { zh = "一", en = "one" }\nSELECT 1'
            ),
            "bad",
        ),
        ("-- [rule\nSELECT 1", "Expected"),
    ],
)
def test_a_rule_whose_header_is_wrong(tmp_path: Path, text: str, found: str) -> None:
    (tmp_path / "odd.sql").write_text(text, encoding="utf-8")
    with pytest.raises(DeclarationError) as raised:
        record_rules(tmp_path)
    assert "odd.sql" in str(raised.value) and found in raised.value.found


def test_a_build_without_faults_has_every_rule_and_no_finding(ask: Ask) -> None:
    assert ask("SELECT count(*) FROM record_rule") == [(len(RULES),)]
    assert ask("SELECT * FROM record_finding") == []


def test_findings_are_traced_to_the_sources_of_their_tables(mini: Profile) -> None:
    mini.edit("money/projects.csv", ",4,4,", ",4,5,")
    with mini.built() as atlas:
        assert atlas.execute("SELECT rule, project_id, seen, source_id FROM record_finding").fetchall() == [
            ("more_opened_than_planned", "svet-1", "5 > 4", "projects")
        ]
        lineage = "SELECT source_id FROM meta_lineage WHERE table_name = 'record_finding'"
        assert ("projects",) in atlas.execute(lineage).fetchall()


@pytest.mark.national
def test_the_default_country(ask_nation: Ask) -> None:
    """Yongzhou opened 598 of 593; branches of two firms are counted as their firms; nothing else is found."""
    rows = ask_nation("SELECT rule, project_id, seen FROM record_finding WHERE rule <> 'operator_spelt_differently'")
    assert rows == [("more_opened_than_planned", "yongzhou-1", "598 > 593")]
    spelt = ask_nation("SELECT seen FROM record_finding WHERE rule = 'operator_spelt_differently'")
    assert len(spelt) == 2 and not any("；" in seen for (seen,) in spelt)
