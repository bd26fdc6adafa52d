"""Pilots, projects, payments and inspections in any form, beside the strict lists of the default country."""

from __future__ import annotations

from datetime import date

import pytest
from mini_profile import Profile

from importer.errors import FileUnreadable

HEAD = """
title = { zh = "清单", en = "List" }
publisher = { zh = "办公室", en = "Office" }
edition = "2012"
licence = "test"
evidence = "declared"
"""


def declare(mini: Profile, name: str, kind: str, rows: str, columns: str) -> None:
    mini.file(f"money/{name}.csv").write_text(rows, encoding="utf-8")
    mini.file(f"sources/zz-{name}.toml").write_text(
        f'source_id = "{name}"\nkind = "{kind}"\n{HEAD}\n[file]\npath = "money/{name}.csv"\n'
        f'[constant]\ntechnology = "wire"\n[rows]\naccept_rejected_percent = 90\n[columns]\n{columns}\n'
        if kind in ("projects", "pilots")
        else f'source_id = "{name}"\nkind = "{kind}"\n{HEAD}\n[file]\npath = '
        f'"money/{name}.csv"\n[columns]\n{columns}\n',
        encoding="utf-8",
    )


PROJECTS = (
    "no,place,cost,signed,villages\nP1,0101,2.45亿,2012年8月30日,12\nP2,0999,1,2012-01-01,1\nP3,0102,3万,30.08.2012,0\n"
)
PROJECT_COLUMNS = (
    'project_id = "no"\ncode = "place"\ncapex = "cost"\ncontract_date = "signed"\nplanned_villages = "villages"'
)


def test_projects_as_an_office_keeps_them(mini: Profile) -> None:
    declare(mini, "office", "projects", PROJECTS, PROJECT_COLUMNS)
    with mini.built() as atlas:
        rows = atlas.execute(
            "SELECT project_id, place_id, pilot_id, capex_yuan, contract_date, planned_villages FROM project "
            "WHERE source_id = 'office'"
        ).fetchall()
        assert rows == [("P1", "0101", "2010-1-0100", 245_000_000, date(2012, 8, 30), 12)]
        rejects = atlas.execute(
            "SELECT row_number, field, rule FROM meta_reject WHERE source_id = 'office' ORDER BY 1"
        ).fetchall()
        assert rejects == [(3, "place_id", "code_unknown"), (4, "planned_villages", "below_least")]


def test_pilots_and_payments_and_inspections(mini: Profile) -> None:
    declare(
        mini,
        "more",
        "pilots",
        "place,batch,year\n0203,2,2011\n010101001,2,2011\n",
        'code = "place"\nbatch = "batch"\nyear = "year"',
    )
    declare(mini, "office", "projects", PROJECTS, PROJECT_COLUMNS)
    declare(
        mini,
        "paid",
        "payments",
        "no,amount,day\nP1,1.2亿,2013/1/5\nP9,5,2013-01-05\n",
        'project_id = "no"\namount = "amount"\npaid_date = "day"',
    )
    declare(
        mini,
        "seen",
        "inspections",
        "village,day,ok\n010101001,2014-03-01,合格\n010101100,2014-03-01,待定\n",
        'code = "village"\ninspected_date = "day"\nis_passed = "ok"',
    )
    for name in ("paid",):
        text = mini.file(f"sources/zz-{name}.toml").read_text(encoding="utf-8")
        mini.file(f"sources/zz-{name}.toml").write_text(
            text + "\n[rows]\naccept_rejected_percent = 90\n", encoding="utf-8"
        )
    with mini.built() as atlas:
        assert atlas.execute("SELECT pilot_id FROM pilot WHERE source_id = 'more'").fetchall() == [("2011-2-0203",)]
        assert atlas.execute("SELECT project_id, amount, paid_date FROM payment").fetchall() == [
            ("P1", 120_000_000.0, date(2013, 1, 5))
        ]
        assert atlas.execute("SELECT place_id, is_passed FROM inspection ORDER BY 1").fetchall() == [
            ("010101001", True),
            ("010101100", None),
        ]
        rules = atlas.execute(
            "SELECT source_id, rule FROM meta_reject WHERE source_id IN ('more', 'paid') ORDER BY ALL"
        ).fetchall()
        assert rules == [("more", "not_above_the_village"), ("paid", "project_unknown")]
        assert (
            atlas.execute("SELECT source_id FROM meta_source WHERE rows_read <> rows_loaded + rows_rejected").fetchall()
            == []
        )


def test_a_list_that_is_mostly_wrong_stops_the_build(mini: Profile) -> None:
    rows = "no,place,cost,signed,villages\n" + "".join(f"P{n},0101,many,2012-01-01,1\n" for n in range(30))
    declare(mini, "office", "projects", rows, PROJECT_COLUMNS)
    with pytest.raises(FileUnreadable, match="30 of 30"):
        mini.build()
