"""Published projects, the lists of pilots they stand on, and the rules of the programme: what is taken, what is
refused.
"""

from __future__ import annotations

import pytest
from mini_profile import Profile

from etl.errors import RowError

HEADER = (
    "project_id,scope,batch,place_id,place_ids,place_sites,name,operator,technology,state,contract_date,started_date,"
    "planned_villages,villages_unconnected,villages_upgrade,sites,route_km,capex_yuan,whole_cost_yuan,approved_yuan,"
    "subsidy_qualifier,measured_mbps,document,publisher,published_on,url,seen,confidence,note,note_en\n"
)
#: What the headings above are called in a declaration.
FIELDS = {
    "place_id": "code",
    "name": "project_name",
    "capex_yuan": "capex",
    "whole_cost_yuan": "whole_cost",
    "approved_yuan": "approved",
}
TOLD = (
    "masts,project,1,0200-district,020001 020301,3 4,Stožáry,Telegraf,wire,,,2011-03-01,9,4,5,7,75.5,,600,180,>,95.46,"
    "Notice,Land Office,2012-01,http://example.org,mirror,medium,pozn,a note\n"
)
GAPS = '\n[[list]]\nbatch = 1\nyear = 2010\npublished_total = 9\ncomplete_in = ["01"]\n'


def published(mini: Profile, row: str = TOLD, lists: str = "") -> Profile:
    """The country whose one project is this row, and whose list of pilots says this of itself."""
    mini.file("money/projects.csv").write_text(HEADER + row, encoding="utf-8")
    declaration = mini.file("sources/projects.toml")
    head, _, _ = declaration.read_text(encoding="utf-8").partition("[columns]")
    columns = [f'{FIELDS.get(name, name)} = "{name}"' for name in HEADER.strip().split(",")]
    declaration.write_text("\n".join([head + "[columns]", *columns, ""]), encoding="utf-8")
    with mini.file("sources/pilots.toml").open("a", encoding="utf-8") as stream:
        stream.write(lists)
    return mini.declare()


def test_a_project_keeps_its_units_its_words_and_its_document(mini: Profile) -> None:
    atlas = published(mini).records()
    row = atlas.sql(
        "SELECT batch, villages_unconnected, villages_upgrade, sites, route_km, whole_cost_yuan, approved_yuan, "
        "subsidy_qualifier, measured_mbps, document, published_on, seen, confidence, note, note_en FROM project"
    ).fetchall()
    assert row == [(1, 4, 5, 7, 75.5, 600, 180, ">", 95.46, "Notice", "2012-01", "mirror", "medium", "pozn", "a note")]
    assert atlas.sql("SELECT place_id, sites FROM project_place ORDER BY 1").fetchall() == [
        ("020001", 3),
        ("020301", 4),
    ]


def test_cents_stay_in_a_published_list(mini: Profile) -> None:
    atlas = published(mini, TOLD.replace(",600,180,", ",600.5,180.25,")).records()
    assert atlas.sql("SELECT whole_cost_yuan::TEXT, approved_yuan::TEXT FROM project").fetchall() == [
        ("600.500000", "180.250000")
    ]


@pytest.mark.parametrize(
    ("old", "new", "field", "found"),
    [
        (",3 4,", ",3 5,", "place_sites", "3 5"),
        (",3 4,", ",3,", "place_sites", "3"),
        ("2011-03-01", "2011-03", "started_date", "2011-03"),  # a month is no day
        (",9,4,5,7,", ",8,4,5,7,", "villages_unconnected", "9"),
        (",9,4,5,7,", ",9,4,5,0,", "sites", "0"),
        (",>,95.46", ",much,95.46", "subsidy_qualifier", "much"),
        (",95.46,", ",fast,", "measured_mbps", "fast"),
        (",600,180,", ",1000000000000000,180,", "whole_cost_yuan", "1000000000000000"),
        (",mirror,", ",hearsay,", "seen", "hearsay"),
        (",medium,", ",certain,", "confidence", "certain"),
        (",0200-district,", ",0203,", "place_id", "0203"),  # no pilot, and the list has no gap
    ],
)
def test_a_wrong_row_is_refused(mini: Profile, old: str, new: str, field: str, found: str) -> None:
    assert TOLD.count(old) == 1
    with pytest.raises(RowError) as raised:
        published(mini, TOLD.replace(old, new)).records()
    assert raised.value.where.startswith("projects.csv, row 2, ") and field in raised.value.where
    assert found in raised.value.found


def test_a_project_may_lack_a_pilot_where_the_list_of_its_batch_has_gaps(mini: Profile) -> None:
    elsewhere = TOLD.replace(",0200-district,", ",0203,")
    atlas = published(mini, elsewhere, GAPS).records()
    assert atlas.sql("SELECT pilot_id, batch FROM project").fetchall() == [(None, 1)]
    lists = "SELECT batch, year, held, published_total, is_complete FROM pilot_list"
    assert atlas.sql(lists).fetchall() == [(1, 2010, 3, 9, False)]
    with pytest.raises(RowError, match="pilot list"):  # of another batch nothing has gaps
        mini.edit("money/projects.csv", "masts,project,1,", "masts,project,2,").records()


def rules(mini: Profile, row: str) -> Profile:
    mini.file("money/rules.csv").write_text(
        "year,topic,applies_zh,applies_en,requires_zh,requires_en,quotation,document_number,document,issued_on,publisher,"
        "url,seen,confidence,note_zh,note_en\n" + row,
        encoding="utf-8",
    )
    mini.file("sources/rules.toml").write_text(
        'source_id = "rules"\nkind = "programme_rules"\ntitle = { zh = "R", en = "R" }\n'
        'publisher = { zh = "P", en = "P" }\nedition = "1"\nlicence = "x"\nevidence = "declared"\n'
        '[file]\npath = "money/rules.csv"\nsha256 = ""\n',
        encoding="utf-8",
    )
    return mini.declare()


RULE = "2010,deadline,甲,all,三十日,30 days,Do 30 dnů,No. 7,Decree,2010-01,Office,,cited,high,,\n"


def test_a_rule_keeps_its_document(mini: Profile) -> None:
    atlas = rules(mini, RULE).records()
    row = atlas.sql("SELECT year, topic, requires_en, quotation, document_number, seen FROM programme_rule")
    assert row.fetchall() == [(2010, "deadline", "30 days", "Do 30 dnů", "No. 7", "cited")]


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("deadline", "weather", "topic"),
        ("2010,deadline", "soon,deadline", "year"),
        (",Decree,", ",,", "document"),
        ("cited", "heard", "seen"),
    ],
)
def test_a_rule_without_document_or_with_an_unknown_word_is_refused(
    mini: Profile, old: str, new: str, field: str
) -> None:
    with pytest.raises(RowError) as raised:
        rules(mini, RULE.replace(old, new)).records()
    assert raised.value.where.startswith("rules.csv, row 2, ") and field in raised.value.where
