"""A field told by columns of yes and no; and keys of a declaration that nothing would read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from importer.convert.batch import Batch
from importer.convert.declared import declaration
from importer.convert.reading import batches
from importer.errors import DeclarationProblem

LEVELS = ["nation", "district"]


def held(batch: Batch, field: str) -> list[Any]:
    column = batch.rows[field].astype(object)
    return list(column.where(column.notna(), None))


def read(folder: Path, text: str, columns: dict[str, Any], kind: str = "places") -> Batch:
    (folder / "t.csv").write_text(text, encoding="utf-8")
    told = declaration({"kind": kind, "columns": {"name": "name", **columns}}, "t.toml", LEVELS)
    [batch] = batches(told, [folder / "t.csv"])
    return batch


ONE_HOT = {"district_code": {"one_of": {"In Alpha": "01", "in beta": "02"}}}


def test_the_column_that_says_yes_is_the_district(tmp_path: Path) -> None:
    batch = read(tmp_path, "name,In Alpha,In Beta\na,1,0\nb,,Yes\nc,no,是\nd,,\n", ONE_HOT)
    assert held(batch, "district_code") == ["01", "02", "02", None]
    assert batch.findings.empty


def test_two_that_say_yes_and_a_word_that_is_neither_are_findings(tmp_path: Path) -> None:
    batch = read(tmp_path, "name,In Alpha,In Beta\na,1,1\nb,maybe,1\nc,1,0\n", ONE_HOT)
    assert held(batch, "district_code") == [None, None, "01"]
    found = batch.findings[["position", "field", "column", "value", "rule", "is_rejected"]].to_numpy().tolist()
    assert found == [
        [0, "district_code", "In Alpha, In Beta", "In Alpha, In Beta", "several_of_one", True],
        [1, "district_code", "In Alpha, In Beta", "In Beta", "not_a_flag", True],
    ]


def test_words_of_yes_may_be_declared_for_a_choice(tmp_path: Path) -> None:
    told = {"district_code": {"one_of": {"A": "01", "B": "02"}, "true": ["Sede"], "false": ["--"]}}
    batch = read(tmp_path, "name,A,B\na,Sede,--\nb,--,Sede\n", told)
    assert held(batch, "district_code") == ["01", "02"]


def test_a_column_of_a_choice_has_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(DeclarationProblem, match="in beta"):
        read(tmp_path, "name,In Alpha\na,1\n", ONE_HOT)


# --- words, unknown, strip --------------------------------------------------------------------------------


def test_words_stand_for_codes(tmp_path: Path) -> None:
    told = {"district_code": {"column": "d", "words": {"A": "01", "7": "02"}, "pad_to": 2}}
    batch = read(tmp_path, "name,d\na,A\nb, a \nc,7.0\nd,3\ne,\n", told)
    assert held(batch, "district_code") == ["01", "01", "02", "03", None]


def test_a_word_that_says_nothing_is_nothing_for_every_type(tmp_path: Path) -> None:
    told = {
        "code": {"column": "c", "unknown": ["nil"]},
        "district_name": {"column": "d", "unknown": ["nil"]},
        "population_persons": {"column": "p", "unknown": ["nil"]},
    }
    batch = read(tmp_path, "name,c,d,p\na,nil,nil,nil\n", told)
    assert batch.rows[["code", "district_name", "population_persons"]].isna().all(axis=None)
    assert batch.findings.empty
    coverage = {"code": "c", "as_of": {"column": "d", "unknown": ["nil"]}, "technology": {"constant": "x"}}
    more = read(tmp_path, "name,c,d,y\na,1,nil,yes\n", {**coverage, "is_covered": "y"}, "coverage")
    assert held(more, "as_of") == [None] and more.findings.empty


def test_what_is_stripped_is_stripped_however_the_field_is_given(tmp_path: Path) -> None:
    told = {
        "code": {"template": "{c}-{name}", "strip": "^US-"},
        "population_persons": {"sum_of": {"p": 1, "q": 2}, "strip": " people$"},
    }
    batch = read(tmp_path, "name,c,p,q\na,US-1,3 people,4 people\n", told)
    assert held(batch, "code") == ["1-a"] and held(batch, "population_persons") == [11.0]


def test_parts_of_a_sum_that_say_their_size_are_not_multiplied(tmp_path: Path) -> None:
    """p is in ten thousands, but where a cell says 1254人."""
    told = {"population_persons": {"sum_of": {"p": 10_000, "q": 1}}}
    batch = read(tmp_path, "name,p,q\na,0.5,4\nb,1254人,1\nc,0.2万,3人\n", told)
    assert held(batch, "population_persons") == [5004.0, 1255.0, 2003.0]


@pytest.mark.parametrize(
    ("field", "table"),
    [
        ("population_persons", {"words": {"many": "100"}}),
        ("population_persons", {"scale": "percent"}),
        ("name", {"decimal": ","}),
        ("name", {"factor": 2.0}),
        ("code", {"date_order": "dmy"}),
        ("district_name", {"pad_to": 3}),
        ("lon", {"factor": 0.5}),
        ("terrain", {"true": ["x"]}),
    ],
)
def test_a_key_that_nothing_reads_is_refused(tmp_path: Path, field: str, table: dict[str, Any]) -> None:
    [key] = table
    with pytest.raises(DeclarationProblem, match=rf"columns\.{field}\.{key}"):
        read(tmp_path, "name,x,y\na,1,2\n", {"lat": "y", "lon": "y", field: {"column": "x", **table}})
