"""One place under two: the rows are named, and the minority is not loaded."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_country import BLOCKS, COVERAGE, REGISTER, SmallCountry, remarks

from etl.places.contradictions import contradicting

HEADER = "code,name,district,dname,block,bname,net\n"


@pytest.fixture
def country(tmp_path: Path) -> SmallCountry:
    return SmallCountry(tmp_path, ("district", "block")).source("v", BLOCKS).source("cov", COVERAGE)


def test_the_minority_of_a_block_is_rejected_and_named(country: SmallCountry) -> None:
    rows = ["1,ONE,63,ALPHA,500,NORTH,1", "2,TWO,63,ALPHA,500,NORTH,1", "3,THREE,64,BETA,500,NORTH,0"]
    country.file("v.csv", HEADER + "\n".join([*rows, "4,FOUR,64,BETA,501,SOUTH,0"]) + "\n")
    with country.built() as atlas:
        assert remarks(atlas, "parent_contradicts") == [
            ("v", "v.csv", 4, "block_code", "500 NORTH", "63 ALPHA (2); 64 BETA (1)", True)
        ]
        assert atlas.execute("SELECT place_id, parent_id FROM place WHERE level = 'block' ORDER BY 1").fetchall() == [
            ("500", "63"),
            ("501", "64"),
        ]
        rows_of = "SELECT rows_read, rows_loaded, rows_rejected FROM meta_source WHERE source_id = 'v'"
        assert atlas.execute(rows_of).fetchall() == [(4, 3, 1)]


def test_where_as_many_say_the_one_as_the_other_all_are_listed(country: SmallCountry) -> None:
    rows = ["1,ONE,63,ALPHA,500,NORTH,1", "3,THREE,64,BETA,500,NORTH,0", "4,FOUR,64,BETA,501,SOUTH,0"]
    country.file("v.csv", HEADER + "\n".join(rows) + "\n")
    with country.built() as atlas:
        assert [row[2] for row in remarks(atlas, "parent_contradicts")] == [2, 3]
        assert atlas.execute("SELECT place_id FROM village").fetchall() == [("4",)]


def test_blocks_of_one_name_without_codes_are_no_contradiction(country: SmallCountry) -> None:
    country.source("v", BLOCKS.replace('block_code = "block"\n', ""))
    rows = ["1,ONE,63,ALPHA,500,NORTH,1", "3,THREE,64,BETA,500,NORTH,0"]
    country.file("v.csv", HEADER + "\n".join(rows) + "\n")
    with country.built() as atlas:
        assert remarks(atlas, "parent_contradicts") == []
        assert atlas.execute("SELECT count(*) FROM place WHERE level = 'block'").fetchall() == [(2,)]


def test_codes_unique_within_their_district_are_joined_by_a_template(country: SmallCountry) -> None:
    joined = BLOCKS.replace('block_code = "block"', 'block_code = { template = "{district}/{block}" }')
    country.source("v", joined)
    rows = ["1,ONE,63,ALPHA,1,NORTH,1", "3,THREE,64,BETA,1,SOUTH,0"]
    country.file("v.csv", HEADER + "\n".join(rows) + "\n")
    with country.built() as atlas:
        assert remarks(atlas, "parent_contradicts") == []
        assert atlas.execute("SELECT place_id FROM place WHERE level = 'block' ORDER BY 1").fetchall() == [
            ("63/1",),
            ("64/1",),
        ]


NESTED = f"""{REGISTER}level = "level"
parent_code = "up"
"""


def nested(country: SmallCountry, rows: list[str]) -> SmallCountry:
    country.source("v", NESTED)
    return country.file("v.csv", "code,name,level,up,net\n" + "\n".join(rows) + "\n")


def test_a_nested_place_listed_under_two(country: SmallCountry) -> None:
    rows = ["63,ALPHA,district,,", "64,BETA,district,,", "500,NORTH,block,63,", "501,SOUTH,block,64,"]
    rows += ["1,ONE,village,500,1", "2,TWO,village,500,1", "2,TWO,village,501,1", "3,THREE,village,501,0"]
    with nested(country, rows).built() as atlas:
        assert remarks(atlas, "parent_contradicts") == [
            ("v", "v.csv", 7, "parent_code", "2 TWO", "500 NORTH (1); 501 SOUTH (1)", True),
            ("v", "v.csv", 8, "parent_code", "2 TWO", "500 NORTH (1); 501 SOUTH (1)", True),
        ]
        assert atlas.execute("SELECT place_id FROM village ORDER BY 1").fetchall() == [("1",), ("3",)]


def test_places_that_lie_in_each_other_are_named(country: SmallCountry) -> None:
    rows = ["63,ALPHA,district,,", "500,NORTH,block,63,", "501,SOUTH,block,502,", "502,EAST,block,501,"]
    rows += ["1,ONE,village,500,1", "2,TWO,village,1,1"]
    with nested(country, rows).built() as atlas:
        found = [(row[2], row[4], row[5]) for row in remarks(atlas, "parent_contradicts")]
        assert found == [
            (4, "501 SOUTH", "502 EAST (block)"),
            (5, "502 EAST", "501 SOUTH (block)"),
            (7, "2 TWO", "1 ONE (village)"),
        ]
        assert atlas.execute("SELECT place_id FROM village").fetchall() == [("1",)]


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("XYZ")), max_size=40))
def test_what_is_left_says_one_thing_and_what_is_taken_out_said_another(pairs: list[tuple[str, str]]) -> None:
    rows = pd.DataFrame(pairs, columns=["place", "parent"])
    wrong = contradicting(rows["place"], rows["parent"], {})
    left = rows.drop(wrong.index)
    assert (left.groupby("place")["parent"].nunique() <= 1).all()
    for _, group in rows.groupby("place"):
        counts = group["parent"].value_counts()
        taken = wrong.index.intersection(group.index)
        if len(counts) == 1:
            assert not len(taken)
        elif counts.iloc[0] > counts.iloc[1]:
            assert len(taken) == len(group) - counts.iloc[0]
        else:
            assert len(taken) == len(group)
