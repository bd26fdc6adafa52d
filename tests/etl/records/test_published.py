"""Published figures that cannot be what they say: the build stops with file and row, or lists them."""

from __future__ import annotations

import pytest
from mini_profile import Profile

from etl.errors import DeclarationError, Problem, RowError
from etl.records.published import load_contradictions, load_published_figures
from etl.store import Store

HEAD = "id,topic,where,code,when,what,value,qualifier,unit,words,document,publisher,url,seen,confidence,group,derived\n"
GOOD = (
    "Z1,coverage,Zedland,ZZ,2010,wired_rate,60,~,percent of settlements,asi 60 procent,Ročenka,Úřad,,original,high,,\n"
)
COLUMNS = """
qualifier = "qualifier"
document = "document"
publisher = "publisher"
url = "url"
seen = "seen"
confidence = "confidence"
contradiction_id = "group"
is_derived = "derived"
"""
CONTRADICTIONS = """
source_id = "contradictions"
kind = "contradictions"
title = { zh = "矛盾", en = "Contradictions" }
publisher = { zh = "Zemský úřad", en = "Land Office of Zedland" }
edition = "2015"
licence = "Invented"
evidence = "declared"

[file]
path = "figures/contradictions.csv"
sha256 = ""
"""
CONTRADICTION_HEAD = "contradiction_id,subject_zh,subject_en,said_zh,said_en,used_zh,used_en\n"


@pytest.fixture
def told(mini: Profile) -> Profile:
    """The invented country with a file of figures that says of each who said it where."""
    declaration = mini.file("sources/figures.toml")
    text = declaration.read_text(encoding="utf-8").replace('document = "Ročenka 2015"\n', "")
    declaration.write_text(text + COLUMNS, encoding="utf-8")
    mini.file("figures/figures.csv").write_text(HEAD + GOOD, encoding="utf-8")
    return mini.declare()


def explained(profile: Profile, rows: str) -> Profile:
    """With a file of contradictions."""
    profile.file("figures/contradictions.csv").write_text(CONTRADICTION_HEAD + rows, encoding="utf-8")
    profile.file("sources/contradictions.toml").write_text(CONTRADICTIONS, encoding="utf-8")
    return profile.declare()


def loaded(profile: Profile) -> Store:
    store = profile.places()
    for source in store.profile.of_kind("published_figures"):
        load_published_figures(store, source)
    for source in store.profile.of_kind("contradictions"):
        load_contradictions(store, source)
    return store


def test_a_figure_with_all_that_is_known_of_it(told: Profile) -> None:
    row = loaded(told).sql(
        "SELECT value_text, qualifier, value, document, publisher, seen, confidence, is_derived FROM published_figure"
    )
    assert row.fetchall() == [("~60", "~", 60.0, "Ročenka", "Úřad", "original", "high", False)]


@pytest.mark.parametrize(
    ("row", "field", "found"),
    [
        ("Z2,coverage,Zedland,ZZ,2011,wired_rate,61,,percent of settlements,x,,,,,,,", "document", "''"),
        ("Z2,coverage,Zedland,ZZ,2011,wired_rate,101,,percent of settlements,x,R,,,,,,", "value", "'101'"),
        ("Z2,target,Zedland,ZZ,2011,wired_target,100.5,>,percent of settlements,x,R,,,,,,", "value", "'>100.5'"),
        ("Z2,coverage,Zedland,ZZ,2010,wired_rate,61,,percent of settlements,x,Ročenka,,,,,,", "indicator", "second"),
        ("Z2,coverage,Zedland,ZZ,2011,wired_rate,61,!!,percent of settlements,x,R,,,,,,", "qualifier", "'!!'"),
        ("Z2,coverage,Zedland,ZZ,2011,wired_rate,≈61,,percent of settlements,x,R,,,,,,", "value", "'≈61'"),
        ("Z2,coverage,Zedland,ZZ,2011,wired_rate,61,,percent of settlements,x,R,,,heard,,,", "seen", "'heard'"),
        ("Z2,coverage,Zedland,ZZ,2011,wired_rate,61,,percent of settlements,x,R,,,,sure,,", "confidence", "'sure'"),
        ("Z2,coverage,Zedland,ZZ,2011,wired_rate,61,,percent of settlements,x,R,,,,,,maybe", "is_derived", "'maybe'"),
        ("Z2,coverage,Zedland,ZZ,2011,wired_rate,61,,percent of settlements,x,R,,,,,G7,", "contradiction_id", "'G7'"),
        ("Z1,coverage,Zedland,ZZ,2011,wired_rate,61,,percent of settlements,x,R,,,,,,", "figure_id", "'Z1'"),
    ],
)
def test_what_cannot_be_stops_the_build_with_file_and_row(told: Profile, row: str, field: str, found: str) -> None:
    told.add_line("figures/figures.csv", row)
    with pytest.raises(RowError) as error:
        loaded(told)
    assert f"figures.csv, row 3, {field}" in str(error.value) and found in str(error.value)


def test_two_documents_may_say_the_same_of_one_cell(told: Profile) -> None:
    told.add_line(
        "figures/figures.csv",
        "Z2,coverage,Zedland,ZZ,2010,wired_rate,62,,percent of settlements,x,Noviny,,,mirror,low,,",
    )
    assert loaded(told).sql("SELECT count(*) FROM published_figure").fetchall() == [(2,)]


def test_a_share_above_the_whole_may_be_of_something_else(told: Profile) -> None:
    """598 of 593 villages: more was done than planned, which is a finding and no mistake."""
    told.add_line("figures/figures.csv", "Z2,kpi,Zedland,ZZ,2011,done_rate,101,,percent of plan,x,R,,,,,,")
    assert loaded(told).sql("SELECT value FROM published_figure WHERE figure_id = 'Z2'").fetchall() == [(101.0,)]


def test_a_contradiction_is_explained_and_has_its_figures(told: Profile) -> None:
    told.add_line(
        "figures/figures.csv",
        "Z2,coverage,Zedland,ZZ,2010,wired_rate,62,,percent of settlements,x,Noviny,,,mirror,low,G1,",
    )
    store = loaded(explained(told, "G1,网,Wire,一,One,二,Two\n"))
    assert store.sql("SELECT contradiction_id FROM contradiction").fetchall() == [("G1",)]
    assert store.sql("SELECT count(*) FROM meta_reject").fetchall() == [(0,)]


def test_a_contradiction_without_a_figure_is_listed(told: Profile) -> None:
    store = loaded(explained(told, "G1,网,Wire,一,One,二,Two\n"))
    listed = store.sql("SELECT file, row_number, field, value, rule, is_rejected FROM meta_reject").fetchall()
    assert listed == [("contradictions.csv", 2, "contradiction_id", "G1", "contradiction_without_figure", False)]


def test_a_contradiction_that_does_not_say_what_is_used_stops_the_build(told: Profile) -> None:
    with pytest.raises(RowError, match=r"contradictions\.csv, row 2, used_en"):
        loaded(explained(told, "G1,网,Wire,一,One,二,\n"))


def test_a_total_of_pilots_names_a_figure_that_is_held(mini: Profile) -> None:
    declaration = mini.file("sources/pilots.toml")
    text = declaration.read_text(encoding="utf-8")
    declaration.write_text(text + '\n[[list]]\nbatch = 1\nfigure = "Z99"\n', encoding="utf-8")
    with pytest.raises(DeclarationError, match=r"(?s)\[\[list\]\] of batch 1.*'Z99'"):
        mini.records()


def test_a_rate_of_a_place_that_is_not_there_is_listed_and_rakes_nothing(mini: Profile) -> None:
    declaration = mini.file("sources/status.toml")
    anchor = '[[standard.anchor]]\nfigure = "Z5"\n'
    mini.edit("sources/status.toml", anchor, f'{anchor}[standard.places]\nrates = ["wired_rate"]\n')
    assert declaration.read_text(encoding="utf-8").count("standard.places") == 1
    with mini.built() as atlas:
        listed = atlas.execute("SELECT value FROM meta_reject WHERE rule = 'figure_of_unknown_place'")
        assert listed.fetchall() == [("ATL",)]
        assert atlas.execute("SELECT count(*) FROM place_rate").fetchall() == [(0,)]


def test_an_anchor_that_is_no_figure_of_the_nation_stops_the_build(mini: Profile) -> None:
    for figure in ("Z4", "Z99"):  # of another place, of none
        mini.edit("sources/status.toml", 'figure = "Z6"', f'figure = "{figure}"')
        with pytest.raises(Problem, match=figure):
            mini.build()
        mini.edit("sources/status.toml", f'figure = "{figure}"', 'figure = "Z6"')
