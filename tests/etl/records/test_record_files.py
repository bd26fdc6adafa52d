"""All that is said of projects, by file: what is loaded, what is rejected and why, and what the rules then find.

More than 400 lines: all kinds of records in one invented country that is built once.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pandas as pd
import pytest
from mini_profile import MINI, Ask, Profile

from etl.errors import DeclarationError
from etl.records.pilot_of import pilots_of

HEAD = """
title = { zh = "清单", en = "List" }
publisher = { zh = "办公室", en = "Office" }
edition = "2012"
licence = "test"
evidence = "declared"
"""

FILES = {
    "projects": """\
no,place,name,operator,how,state,signed,due,plan,cost,asked,approved,granted,reserve,bids,prices,money
P1,0101,Wire of Žabokrky,Zemský telegraf,招标,,2012-02-01,2012-12-31,4,120万,60万,50万,40万,45万,3,2012,
P2,0101,Second,zemsky  TELEGRAF,指定,Opened,2012-02-01,,2,,,,,,,2011,
P3,010201100,One village,Zemský telegraf a.s.,,开通,2012-02-01,,1,2.45亿,,,,,,,
P4,0102,In dollars,,,,2012-02-01,,3,90000,,,,,,,USD
P5,0102,Less than nothing,,,,2012-02-01,,3,-90000,,,,,,,
P6,0102,Flying,,,flying,2012-02-01,,3,90000,,,,,,,
P7,9999,Nowhere,,,,2012-02-01,,3,90000,,,,,,,
P1,0101,Again,,,,2012-02-01,,3,90000,,,,,,,
""",
    "project_villages": """no,village,state,planned,opened,accepted,cost
P1,010101001,,2012-06-01,,,30万
P1,010101100,,2012-06-01,2012-05-01,,30万
P1,010101107,,2012-06-01,2012-05-01,2012-04-01,30万
P1,010101114,取消,2012-06-01,,,
P2,010101001,Opened,2012-06-01,2011-12-31,,
P9,010101121,,,,,
P1,010101121,flying,,,,
P1,010102,,,,,
P1,010101001,,2012-06-01,,,
P1,010101128,,,someday,,
""",
    "milestones": """no,state,day,count
P2,Planned,2012-02-01,2
P2,开通,2012-06-30,1
P2,opened,2012-07-31,3
P9,opened,2012-07-31,3
P2,flying,2012-07-31,3
P2,opened,2012-08-31,-1
P2,opened,2012-09-30,1.5
P2,opened,,4
""",
    "moves": """no,village,state,day,why
P1,,planned,2012-02-01,
P1,,accepted,2012-03-01,
P1,010101001,planned,2012-02-01,
P1,010101001,cancelled,2012-03-01,
P2,010101001,planned,2012-02-01,
P2,010101001,cancelled,2012-03-01,moved away
P9,,planned,2012-02-01,
P1,,flying,2012-02-01,
P1,0101,planned,2012-02-01,
P1,777777,planned,2012-02-01,
""",
    "payments": """no,day,part,amount
P1,2012-03-01,contract,30万
P1,2012-12-01,acceptance,20万
P1,2012-01-15,too early,1
P9,2012-03-01,contract,1
P1,2012-03-01,contract,-5
""",
    "inspections": """no,village,day,ok,drawn
P1,010101100,2012-10-01,合格,是
P1,010101135,2012-10-01,不合格,否
,010101107,2012-10-01,,
P1,010101107,not yet,合格,
""",
    "notices": """notice,no,start,end,document,objections
N1,P1,2012-01-01,2012-01-07,No. 1,0
N2,P1,2012-01-08,2012-01-01,No. 2,2
N3,P9,2012-01-01,2012-01-07,No. 3,0
N1,P2,2012-01-01,2012-01-07,No. 4,0
N5,P2,2012-01-01,2012-01-07,No. 5,-1
""",
    "reconciliations": """no,day,change,why
P1,2012-03-01,-1,listed twice
P1,2012-03-01,1,forgotten
P2,,-3,served already
P1,2012-03-01,0.5,half a village
P9,2012-03-01,-1,unknown
P1,2012-03-01,-1,
""",
}
COLUMNS = {
    "projects": 'project_id = "no"\ncode = "place"\nproject_name = "name"\noperator = "operator"\n'
    'selection = { column = "how", words = { "招标" = "tender", "指定" = "designation" } }\nstate = "state"\n'
    'contract_date = "signed"\ndue_date = "due"\nplanned_villages = "plan"\ncapex = "cost"\nrequested = "asked"\n'
    'approved = "approved"\ngranted = "granted"\nreserve = "reserve"\nbidders = "bids"\nprice_year = "prices"\n'
    'currency = "money"',
    "project_villages": 'project_id = "no"\ncode = "village"\nstate = "state"\nplanned_date = "planned"\n'
    'opened_date = "opened"\naccepted_date = "accepted"\ncapex = "cost"',
    "milestones": 'project_id = "no"\nstate = "state"\nreached_date = "day"\nvillages = "count"',
    "moves": 'project_id = "no"\ncode = "village"\nstate = "state"\nmoved_date = "day"\nreason = "why"',
    "payments": 'project_id = "no"\npaid_date = "day"\ntranche = "part"\namount = "amount"',
    "inspections": 'project_id = "no"\ncode = "village"\ninspected_date = "day"\nis_passed = "ok"\nis_sampled = '
    '"drawn"',
    "notices": 'notice_id = "notice"\nproject_id = "no"\nnotice_from = "start"\nnotice_to = "end"\n'
    'document = "document"\nobjections = "objections"',
    "reconciliations": 'project_id = "no"\nentry_date = "day"\nchange_villages = "change"\nreason = "why"',
}


def declare(mini: Profile, kind: str, rows: str, columns: str | None = None) -> None:
    """A source of a kind, half of whose rows may be wrong."""
    constant = '[constant]\ntechnology = "wire"\n' if kind == "projects" else ""
    mini.file(f"money/zz-{kind}.csv").write_text(rows, encoding="utf-8")
    mini.file(f"sources/zz-{kind}.toml").write_text(
        f'source_id = "zz_{kind}"\nkind = "{kind}"\n{HEAD}\n[file]\npath = "money/zz-{kind}.csv"\n{constant}'
        f"[rows]\naccept_rejected_percent = 90\n[columns]\n{columns or COLUMNS[kind]}\n",
        encoding="utf-8",
    )


def declare_all(mini: Profile) -> None:
    for kind, rows in FILES.items():
        declare(mini, kind, rows)


Question = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Question]:
    """SQL on the mini country with all of FILES; built once."""
    folder = tmp_path_factory.mktemp("records")
    shutil.copytree(MINI, folder / "mini")
    mini = Profile(folder / "mini", folder / "build")
    declare_all(mini)
    with mini.built() as atlas:
        yield lambda query: atlas.execute(query).fetchall()


# --- rows in = loaded + rejected --------------------------------------------------------------------------


def test_rows_in_are_loaded_or_rejected(answer: Question) -> None:
    counted = answer(
        "SELECT source_id[4:], rows_read, rows_loaded, rows_rejected FROM meta_source WHERE source_id LIKE 'zz%' "
        "ORDER BY 1"
    )
    assert counted == [
        ("inspections", 4, 3, 1),
        ("milestones", 8, 3, 5),
        ("moves", 10, 6, 4),
        ("notices", 5, 2, 3),
        ("payments", 5, 3, 2),
        ("project_villages", 10, 5, 5),
        ("projects", 8, 4, 4),
        ("reconciliations", 6, 3, 3),
    ]
    assert all(read == loaded + rejected for _, read, loaded, rejected in counted)
    tables = {
        "inspections": "inspection",
        "milestones": "milestone",
        "moves": "project_move",
        "notices": "notice",
        "payments": "payment",
        "project_villages": "project_village",
        "projects": "project",
        "reconciliations": "reconciliation",
    }
    for kind, _, loaded, _ in counted:
        held = f"SELECT count(*) FROM {tables[str(kind)]} WHERE source_id = 'zz_{kind}'"
        assert answer(held) == [(loaded,)]


def test_every_rejected_row_says_where_what_and_why(answer: Question) -> None:
    rejects = "SELECT source_id[4:], row_number, field, rule FROM meta_reject WHERE source_id LIKE 'zz%' ORDER BY 1, 2"
    assert answer(rejects) == [
        ("inspections", 5, "inspected_date", "not_a_date"),
        ("milestones", 5, "project_id", "project_unknown"),
        ("milestones", 6, "state", "state_unknown"),
        ("milestones", 7, "villages", "below_least"),
        ("milestones", 8, "villages", "not_whole"),
        ("milestones", 9, "reached_date", "needed_empty"),
        ("moves", 8, "project_id", "project_unknown"),
        ("moves", 9, "state", "state_unknown"),
        ("moves", 10, "code", "not_a_village"),
        ("moves", 11, "code", "not_a_village"),
        ("notices", 4, "project_id", "project_unknown"),
        ("notices", 5, "notice_id", "repeated_key"),
        ("notices", 6, "objections", "below_least"),
        ("payments", 5, "project_id", "project_unknown"),
        ("payments", 6, "amount", "below_least"),
        ("project_villages", 7, "project_id", "project_unknown"),
        ("project_villages", 8, "state", "state_unknown"),
        ("project_villages", 9, "place_id", "code_unknown"),
        ("project_villages", 10, "project_id", "repeated_key"),
        ("project_villages", 11, "opened_date", "not_a_date"),
        ("projects", 6, "capex", "below_least"),
        ("projects", 7, "state", "state_unknown"),
        ("projects", 8, "place_id", "code_unknown"),
        ("projects", 9, "project_id", "repeated_key"),
        ("reconciliations", 5, "change_villages", "not_whole"),
        ("reconciliations", 6, "project_id", "project_unknown"),
        ("reconciliations", 7, "reason", "needed_empty"),
    ]


# --- what is loaded ---------------------------------------------------------------------------------------


def test_amounts_and_the_tender_of_a_project(answer: Question) -> None:
    assert answer(
        "SELECT capex_yuan, requested_yuan, approved_yuan, granted_yuan, reserve_yuan, bidders, price_year, selection, "
        "due_date, pilot_id FROM project WHERE project_id = 'P1'"
    ) == [(1_200_000, 600_000, 500_000, 400_000, 450_000, 3, 2012, "tender", date(2012, 12, 31), "2010-1-0100")]


def test_a_project_of_one_village_stands_above_it(answer: Question) -> None:
    """P3 names a settlement: it stands at the place above, and lists the settlement."""
    assert answer("SELECT place_id, state FROM project WHERE project_id = 'P3'") == [("010201", "opened")]
    assert answer("SELECT place_id FROM project_place WHERE project_id = 'P3'") == [("010201100",)]


def test_how_far_a_village_is_and_since_when(answer: Question) -> None:
    """The last day that is known; a state that is said wins, and then nothing says since when."""
    states = (
        "SELECT v.place_id, project_id, state, state_date FROM project_village JOIN village AS v USING (place_no) "
        "ORDER BY 1, 2"
    )
    assert answer(states) == [
        ("010101001", "P1", "planned", None),
        ("010101001", "P2", "opened", date(2011, 12, 31)),
        ("010101100", "P1", "opened", date(2012, 5, 1)),
        ("010101107", "P1", "accepted", date(2012, 4, 1)),
        ("010101114", "P1", "cancelled", None),
    ]


def test_the_ledger_keeps_the_order_of_the_file(answer: Question) -> None:
    ledger = "SELECT project_id, entry_no, entry_date, change_villages FROM reconciliation ORDER BY 1, 2"
    assert answer(ledger) == [
        ("P1", 1, date(2012, 3, 1), -1),
        ("P1", 2, date(2012, 3, 1), 1),
        ("P2", 1, None, -3),
    ]


def test_moves_of_a_project_and_of_a_village(answer: Question) -> None:
    assert answer(
        "SELECT project_id, v.place_id, state, reason FROM project_move LEFT JOIN village AS v USING (place_no) "
        "WHERE state <> 'planned' ORDER BY moved_date, 1, 2"
    ) == [
        ("P1", "010101001", "cancelled", None),
        ("P1", None, "accepted", None),
        ("P2", "010101001", "cancelled", "moved away"),
    ]


def test_inspections_keep_what_is_not_known(answer: Question) -> None:
    assert answer("SELECT project_id, place_id, is_passed, is_sampled FROM inspection ORDER BY 2") == [
        ("P1", "010101100", True, True),
        (None, "010101107", None, None),
        ("P1", "010101135", False, False),
    ]


# --- what is found in it: the sentences of the issue, one by one ------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "rule", "project", "seen"),
    [
        ("absurd money", "cost_per_village_out_of_range", "P3", "245000000.0 ∉ 15000.0–4000000.0"),
        ("accepted before opened", "accepted_before_opened", "P1", "2012-04-01 < 2012-05-01"),
        ("paid above granted", "paid_above_granted", "P1", "500001 > 400000"),
        ("a village in two projects", "village_in_two_projects", "P1", "P1, P2"),
        ("spelt in several ways", "operator_spelt_differently", "P1", "Zemský telegraf / zemsky TELEGRAF"),
        ("villages do not add up", "villages_do_not_add_up", "P2", "1 ≠ -1"),
        ("mixed currencies", "other_currency", "P4", "USD"),
        ("mixed years", "several_price_years", "P1", "2011, 2012"),
        ("a record that jumps", "move_not_allowed", "P1", "planned → accepted 2012-03-01"),
        ("aside without a reason", "move_without_reason", "P1", "planned → cancelled 2012-03-01"),
        ("opened before the contract", "opened_before_contract", "P2", "2011-12-31 < 2012-02-01"),
        ("paid before the contract", "paid_before_contract", "P1", "2012-01-15 < 2012-02-01"),
        ("a notice that ends early", "notice_ends_before_it_begins", "P1", "N2: 2012-01-01 < 2012-01-08"),
        ("inspected outside", "inspected_outside_project", "P1", "2012-10-01"),
        ("more removed than there were", "more_removed_than_there_were", "P2", "2 -3"),
    ],
)
def test_bad_input_is_found(answer: Question, sentence: str, rule: str, project: str, seen: str) -> None:
    found = answer("SELECT rule, project_id, seen FROM record_finding")
    assert [row for row in found if row[0] == rule] == [(rule, project, seen)], sentence


def test_negative_money_never_gets_in(answer: Question) -> None:
    """The project of less than nothing and the payment of -5 are rejected, listed, and in no sum."""
    assert answer("SELECT count(*) FROM project WHERE project_id = 'P5'") == [(0,)]
    assert answer("SELECT sum(amount), count(*) FROM payment") == [(500_001, 3)]


# --- the states of a programme ----------------------------------------------------------------------------

STATES = """
[[programme_state]]
state = "asked"
name = { zh = "申请", en = "Asked for" }
next = ["wired"]
[[programme_state]]
state = "wired"
name = { zh = "通线", en = "Wired" }
reached_by = "opened_date"
is_first_of_village = true
next_with_reason = ["asked"]
"""


def with_states(mini: Profile, text: str) -> Profile:
    path = mini.file("profile.toml")
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
    return mini


def test_a_profile_that_declares_no_states_has_the_usual_ones(answer: Question) -> None:
    assert answer("SELECT state, is_side, reached_by FROM programme_state ORDER BY position") == [
        ("planned", False, None),
        ("opened", False, "opened_date"),
        ("accepted", False, "accepted_date"),
        ("cancelled", True, None),
    ]
    assert ("planned", "opened", False) in answer("SELECT * FROM programme_move")
    assert ("planned", "cancelled", True) in answer("SELECT * FROM programme_move")


def test_a_profile_declares_states_of_its_own(mini: Profile) -> None:
    """Its names are understood in files; the usual states are not there any more."""
    with_states(mini, STATES)
    declare(mini, "projects", "no,place,state\nP1,0101,通线\nP2,0101,ASKED for\nP3,0101,opened\n", STATE_COLUMNS)
    declare(
        mini,
        "project_villages",
        "no,village\nP1,010101001\n",
        'project_id = "no"\ncode = "village"',
    )
    with mini.built() as atlas:
        assert atlas.execute("SELECT * FROM programme_state ORDER BY position").fetchall() == [
            ("asked", 0, False, False, None, "申请", "Asked for"),
            ("wired", 1, False, True, "opened_date", "通线", "Wired"),
        ]
        assert atlas.execute("SELECT * FROM programme_move ORDER BY 1").fetchall() == [
            ("asked", "wired", False),
            ("wired", "asked", True),
        ]
        known = "SELECT project_id, state FROM project WHERE source_id = 'zz_projects' ORDER BY 1"
        assert atlas.execute(known).fetchall() == [("P1", "wired"), ("P2", "asked")]
        assert atlas.execute("SELECT state FROM project_village").fetchall() == [("wired",)]
        rejected = "SELECT value, rule FROM meta_reject WHERE source_id = 'zz_projects'"
        assert atlas.execute(rejected).fetchall() == [("opened", "state_unknown")]


STATE_COLUMNS = 'project_id = "no"\ncode = "place"\nstate = "state"'


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ('next = ["wired"]', 'next = ["built"]', "'built'"),
        ('next_with_reason = ["asked"]', 'next_with_reason = ["gone"]', "'gone'"),
        ('reached_by = "opened_date"', 'reached_by = "planned_date"', "'planned_date'"),
        ('state = "wired"', 'state = "asked"', "'asked'"),
        ('state = "wired"', "state = 7", "7"),
        ('en = "Wired"', 'fr = "Câblé"', "Câblé"),
        ("is_first_of_village", "is_first", "is_first"),
        ('name = { zh = "申请", en = "Asked for" }', 'name = "Asked for"', "Asked for"),
    ],
)
def test_a_wrong_declaration_of_a_state_is_named(mini: Profile, old: str, new: str, found: str) -> None:
    assert STATES.count(old) == 1
    with_states(mini, STATES.replace(old, new))
    with pytest.raises(DeclarationError) as raised:
        mini.build()
    error = raised.value
    assert "programme_state" in error.where and found in error.found and error.next_step


def test_states_that_are_no_tables_are_an_error(mini: Profile) -> None:
    path = mini.file("profile.toml")
    path.write_text('programme_state = "opened"\n' + path.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(DeclarationError, match="programme_state"):
        mini.build()


# --- operators --------------------------------------------------------------------------------------------


def test_an_operator_in_three_spellings_is_one(mini: Profile) -> None:
    """Declared: any name that holds a spelling. Undeclared: names alike but for case, accents and blanks."""
    with_states(
        mini,
        '\n[[operator]]\noperator_id = "telegraf"\nname = { zh = "电报公司", en = "Telegraph" }\n'
        'spellings = ["Zemský telegraf", "ZT"]\n',
    )
    names = ["Zemský telegraf", "zemsky telegraf a.s.", "电报公司某地分公司", "Radio One", "radio  one", ""]
    rows = "".join(f"P{n},0101,{name}\n" for n, name in enumerate(names))
    declare(
        mini,
        "projects",
        "no,place,operator\n" + rows,
        'project_id = "no"\ncode = "place"\noperator = "operator"',
    )
    with mini.built() as atlas:
        known = "SELECT operator_id FROM project WHERE source_id = 'zz_projects' ORDER BY project_id"
        one = atlas.execute(known).fetchall()
        assert one[:3] == [("telegraf",)] * 3
        assert one[3] == one[4] and str(one[3][0]).lower() == "radio one"
        assert one[5] == (None,)
        spelt = "SELECT seen FROM record_finding WHERE rule = 'operator_spelt_differently' ORDER BY 1"
        assert len(atlas.execute(spelt).fetchall()) == 2
        strict = "SELECT operator_id FROM project WHERE project_id = 'svet-1'"
        assert atlas.execute(strict).fetchall() == [("telegraf",)]  # the strict list knows them too


def test_a_total_is_no_project(mini: Profile) -> None:
    """It belongs to no pilot; a scope that is neither is rejected."""
    declare(
        mini,
        "projects",
        "no,place,scope\nP1,0100,合计\nP2,0100,\nP3,0100,half\n",
        'project_id = "no"\ncode = "place"\n'
        'scope = { column = "scope", words = { "合计" = "programme", "half" = "half" } }',
    )
    with mini.built() as atlas:
        held = "SELECT project_id, scope, pilot_id FROM project WHERE source_id = 'zz_projects' ORDER BY 1"
        assert atlas.execute(held).fetchall() == [
            ("P1", "programme", None),
            ("P2", "project", "2010-1-0100"),
        ]
        rejected = "SELECT value, rule FROM meta_reject WHERE source_id = 'zz_projects'"
        assert atlas.execute(rejected).fetchall() == [("half", "unknown_word")]


# --- which pilot ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "technology", "signed", "pilot"),
    [
        ("0101", "wire", "2011-01-01", "2010-1-0100"),  # of the region around it
        ("0102", "wire", "2011-01-01", "2010-1-0102"),  # its own before the region's
        ("0102", "wire", "2013-05-01", "2012-2-0102"),  # the latest that is not after the contract
        ("0102", "wire", "2012-05-01", "2012-2-0102"),  # of the same year
        ("0102", "wire", "", "2012-2-0102"),  # without a date: the latest
        ("0102", "radio", "2020-01-01", "2014-4-0100"),  # its technology before the nearer place
        ("0101", "radio", "2011-01-01", "2014-4-0100"),  # a later one where there is no other
        ("0203", "wire", "2011-01-01", None),  # on no list
    ],
)
def test_a_project_belongs_to_the_pilot_of_its_place_technology_and_year(
    mini: Profile, place: str, technology: str, signed: str, pilot: str | None
) -> None:
    store = mini.places()
    pilots = [("2010-1-0100", 1, 2010, "wire", "0100"), ("2010-1-0102", 1, 2010, "wire", "0102")]
    pilots += [("2012-2-0102", 2, 2012, "wire", "0102"), ("2014-4-0100", 4, 2014, "radio", "0100")]
    for pilot_id, batch, year, kind, at in pilots:
        store.sql(
            "INSERT INTO pilot (pilot_id, programme, batch, year, technology, place_id, published_name, source_id) "
            "VALUES ($1, 'p', $2, $3, $4, $5, 'n', 's')",
            [pilot_id, batch, year, kind, at],
        )
    [found] = pilots_of(store, pd.Series([place]), pd.Series([technology]), pd.Series([signed or None], dtype=object))
    assert found == pilot


# --- the default country ----------------------------------------------------------------------------------


@pytest.mark.national
def test_the_ledger_of_chengde(ask_nation: Ask) -> None:
    """749 contracted, 741 after duplicates, 736 after villages served already."""
    assert ask_nation(
        "SELECT p.planned_villages + sum(change_villages) OVER (ORDER BY entry_no) AS rest, reason FROM reconciliation "
        "JOIN project AS p USING (project_id) WHERE project_id = 'chengde-1' ORDER BY entry_no"
    ) == [(741, "剔除重复村"), (736, "剔除已通村")]
    assert ask_nation("SELECT planned_villages, place_id FROM project WHERE project_id = 'chengde-1'") == [
        (749, "130800")
    ]


@pytest.mark.national
def test_the_milestones_of_yongzhou(ask_nation: Ask) -> None:
    assert ask_nation("SELECT state, reached_date, villages FROM milestone ORDER BY reached_date, state") == [
        ("contracted", date(2016, 8, 30), 593),
        ("designed", date(2016, 9, 30), 193),
        ("designed", date(2016, 12, 31), 593),
        ("built", date(2017, 7, 31), 593),
        ("opened", date(2017, 8, 31), 598),
    ]
    assert ask_nation(
        "SELECT operator_id, state, due_date, capex_yuan FROM project WHERE project_id = 'yongzhou-1'"
    ) == [("china_telecom", "accepted", date(2017, 8, 31), 245_000_000)]


@pytest.mark.national
def test_the_states_of_the_default_country(ask_nation: Ask) -> None:
    """The main way from application to evaluation in the order of the domain, and the side states."""
    main = ask_nation("SELECT name_zh FROM programme_state WHERE NOT is_side ORDER BY position")
    assert [row[0] for row in main] == [
        *("申报", "初审", "评审", "公示", "资金下达", "招标或指定", "签约"),
        *("设计", "建设", "开通", "验收", "运维", "绩效评价"),
    ]
    side = ask_nation("SELECT name_zh FROM programme_state WHERE is_side ORDER BY position")
    assert [row[0] for row in side] == ["退回", "变更或取消", "整改", "终止"]
    onward = ask_nation(
        "SELECT a.position + 1 = b.position FROM programme_state AS a JOIN programme_move AS m ON m.from_state = "
        "a.state "
        "JOIN programme_state AS b ON b.state = m.to_state WHERE NOT needs_reason AND NOT a.is_side"
    )
    assert onward and all(step for (step,) in onward)  # without a reason only the next state
