"""The whole way of a file: declared, read, matched, counted; and what a clerk is told."""

from __future__ import annotations

import csv
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from clerk import WRONG, table, wrong_rows
from hypothesis import given, settings
from hypothesis import strategies as st

from importer.contents import content, kinds
from importer.convert.corrections import load_corrections
from importer.convert.declared import declaration
from importer.dry_run import dry_run
from importer.errors import DeclarationProblem, FileUnreadable, Problem
from importer.guess.draft import drafts
from importer.intake import Intake
from importer.place.identity import Register
from importer.report.page import html, text
from importer.report.quality import Quality
from importer.report.rejects import Rejects
from importer.report.rules import rules

LEVELS = ["nation", "county"]
PLACES = [("N", "nation", None, "Nation"), ("01", "county", "N", "County")]
VILLAGES = [(f"01{n:04}", f"村{n}", 110 + n / 1000, 26 + n / 1000) for n in range(400)]
EXTENT = [100.0, 20.0, 120.0, 40.0]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def register() -> Register:
    villages = [(code, "village", "01", name) for code, name, _, _ in VILLAGES]
    columns = ["place_id", "level", "parent_id", "name"]
    return Register(pd.DataFrame(PLACES + villages, columns=columns), [*LEVELS, "village"])


def body(kind: str = "villages", **more: Any) -> dict[str, Any]:
    columns = {"code": "code", "population_persons": "people"}
    return {"kind": kind, "columns": columns, **more}


def run(path: Path, declared: dict[str, Any], register: Register | None = None) -> Quality:
    quality = Quality("test")
    for _ in Intake(declaration(declared, "test.toml", LEVELS, EXTENT), [path], quality, register=register):
        pass
    return quality


def write(path: Path, rows: str) -> Path:
    path.write_text(rows, encoding="utf-8")
    return path


# --- the clerk's twelve rows ------------------------------------------------------------------------------


def test_the_clerk_is_told_which_rows_are_wrong(tmp_path: Path, register: Register) -> None:
    path = tmp_path / "台账.csv"
    path.write_bytes(table(VILLAGES))
    done = dry_run(path, LEVELS, register=register, extent_degrees=EXTENT, rejects=tmp_path / "rejects.csv")
    expected = {n + 2 for rows in WRONG.values() for n in rows}
    assert done.read == 400 and done.rejected_rows == expected and done.rejected == wrong_rows() == 12
    found = {entry.rule for part in done.parts for entry in part.quality.rules.values()}
    assert found == {"coordinates_swapped", "not_a_flag", "not_a_number", "code_damaged", "repeated_row"}
    with (tmp_path / "rejects.csv").open(encoding="utf-8-sig") as stream:
        listed = list(csv.DictReader(stream))
    assert {int(row["行 row"]) for row in listed} == expected
    assert all(row["改法 how to mend it"] for row in listed)


def test_rejected_rows_can_be_corrected_and_handed_in_again(tmp_path: Path, register: Register) -> None:
    path = write(tmp_path / "a.csv", "code,people\n010001,12\n010002,many\n010003,7\n")
    meant = declaration(body(), "test.toml", LEVELS)
    writer = Rejects(tmp_path / "rejects.csv")
    for batch in Intake(meant, [path], Quality("first"), register=register):
        writer.add(batch)
    fixed = (tmp_path / "rejects.csv").read_text(encoding="utf-8-sig").replace("many", "30")
    again = write(tmp_path / "fixed.csv", fixed)
    quality = Quality("second")
    rows = [batch.accepted for batch in Intake(meant, [path], quality, register=register, resubmitted=[again])]
    assert (quality.read, quality.loaded, quality.rejected) == (4, 3, 1)
    assert pd.concat(rows)["population_persons"].tolist() == [12, 7, 30]


def test_formulas_are_made_harmless_in_the_file_of_rejects(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", 'code,people\n"=HYPERLINK(1)",x\n-5,y\n')
    writer = Rejects(tmp_path / "rejects.csv")
    for batch in Intake(declaration(body(), "t", LEVELS), [path], Quality("q")):
        writer.add(batch)
    lines = (tmp_path / "rejects.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[1].startswith("'=HYPERLINK") and lines[2].startswith("-5,")


@pytest.mark.parametrize(
    ("columns", "people"),
    [(["people"], [1, None, None]), (["people", "b"], [1, 2, None]), (["people", "b", "c"], [1, 2, 3])],
)
def test_the_first_of_several_columns_that_is_not_empty(
    tmp_path: Path, columns: list[str], people: list[int | None]
) -> None:
    path = write(tmp_path / "a.csv", "code,people,b,c\n1,1,9,9\n2,,2,9\n3,,,3\n")
    declared = body() | {"columns": {"code": "code", "population_persons": {"any_of": columns}}}
    [batch] = list(Intake(declaration(declared, "t", LEVELS), [path], Quality("q")))
    found = batch.accepted["population_persons"]
    assert [None if pd.isna(one) else int(one) for one in found] == people


@pytest.mark.parametrize(("odd", "said"), [(None, []), (90_000, ["90,000 > "])])
def test_a_value_far_from_all_others_is_said(tmp_path: Path, odd: int | None, said: list[str]) -> None:
    people = [*range(100, 140), *([] if odd is None else [odd])]
    rows = "".join(f"{n},{number}\n" for n, number in enumerate(people))
    path, quality = write(tmp_path / "a.csv", "code,people\n" + rows), Quality("q")
    list(Intake(declaration(body(), "t", LEVELS), [path], quality))
    found = [
        seen for rule_id, where, seen in quality.warnings() if (rule_id, where) == ("outlier", "population_persons")
    ]
    assert [seen[: len(begin)] for seen, begin in zip(found, said, strict=True)] == said


# --- corrections ------------------------------------------------------------------------------------------


def test_corrections_are_applied_counted_and_go_stale(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "code,people\n1,10\n2,20\n3,30\n")
    listed = write(
        tmp_path / "corrections.csv",
        "row,field,old,new,reason,who,date\n1,people,10,11,typing error,office,2026-01-01\n"
        "2,people,99,21,typing error,office,2026-01-01\n9,people,1,2,typing error,office,2026-01-01\n",
    )
    quality = Quality("q")
    intake = Intake(declaration(body(), "t", LEVELS), [path], quality, corrections=load_corrections(listed, key="code"))
    assert pd.concat([batch.accepted for batch in intake])["population_persons"].tolist() == [11, 20, 30]
    assert quality.corrections == {"applied": 1, "stale": 1, "no_such_row": 1}


def test_a_correction_without_a_reason_is_refused(tmp_path: Path) -> None:
    listed = write(tmp_path / "c.csv", "row,field,old,new,reason,who,date\n1,a,b,c,,office,2026-01-01\n")
    with pytest.raises(FileUnreadable, match="a reason"):
        load_corrections(listed)


# --- odd files --------------------------------------------------------------------------------------------


def test_one_value_in_a_whole_column_is_a_warning_not_full_coverage(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "code,flag\n" + "".join(f"{n:03},yes\n" for n in range(40)))
    declared = {
        "kind": "coverage",
        "as_of": date(2020, 1, 1),
        "constant": {"technology": "4g"},
        "columns": {"code": "code", "is_covered": "flag"},
    }
    quality = run(path, declared)
    assert quality.rejected == 0
    assert [(rule_id, where) for rule_id, where, _ in quality.warnings()] == [("one_value", "is_covered")]


def test_a_declaration_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "code,people\n" + "".join(f"{n},text\n" for n in range(50)))
    intake = Intake(declaration(body(), "t.toml", LEVELS), [path], Quality("q"))
    list(intake)
    with pytest.raises(FileUnreadable, match=r"50 of 50.*number was expected"):
        intake.refuse_misfit()


def test_shifted_headers_are_found(tmp_path: Path) -> None:
    """A name where a latitude should be: every row is named, none is loaded."""
    path = write(tmp_path / "a.csv", "code,lon,lat\n" + "".join(f"{n},村{n},26.5\n" for n in range(30)))
    quality = run(path, {"kind": "villages", "columns": {"code": "code", "lon": "lon", "lat": "lat"}})
    assert quality.rejected == 30 and "not_a_coordinate/True" in quality.rules


def test_a_missing_column_names_what_is_near(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "code,peple\n1,2\n")
    with pytest.raises(DeclarationProblem, match="near it: peple"):
        run(path, body())


def test_headers_twice_are_rows_that_are_rejected(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "code,people\n1,10\ncode,people\n2,20\n")
    quality = run(path, body())
    assert (quality.read, quality.rejected) == (3, 1)


def test_repeated_rows_and_repeated_keys_are_told_apart(tmp_path: Path, register: Register) -> None:
    path = write(tmp_path / "a.csv", "code,people\n010001,1\n010001,1\n010001,2\n")
    quality = run(path, body(), register)
    assert {entry.rule: entry.count for entry in quality.rules.values()} == {
        "repeated_row": 1,
        "repeated_key": 1,
    }


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["010001", "010002", "1", "", "9" * 30, "=1+1"]),
            st.sampled_from(["5", "-3", "many", "", "1e400", "2.45亿", "NaN"]),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_rows_read_are_loaded_or_rejected(
    tmp_path_factory: pytest.TempPathFactory, register: Register, rows: list[tuple[str, str]]
) -> None:
    path = tmp_path_factory.mktemp("i") / "a.csv"
    lines = "".join(f'"{code}","{people}"\n' for code, people in rows)
    quality = run(write(path, "code,people\n" + lines), body(), register)
    assert quality.read == sum(bool(code.strip() or people.strip()) for code, people in rows)
    assert quality.read == quality.loaded + quality.rejected
    assert all(entry.rule in rules() for entry in quality.rules.values())


# --- a list that we keep ourselves ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        ("12", None),
        ("1e3", "not_a_number"),
        ("1,200", "not_a_number"),
        ("١٢٣", "not_a_number"),
        ("many", "not_a_number"),
    ],
)
def test_a_strict_list_writes_plain_figures(tmp_path: Path, cell: str, rule: str | None) -> None:
    path = write(tmp_path / "a.csv", f'code,people\n010001,"{cell}"\n')
    found = run(path, {**body(), "rows": {"strict": True}})
    assert [entry.rule for entry in found.rules.values()] == ([] if rule is None else [rule])
    if cell in ("1e3", "1,200"):
        assert run(path, body()).loaded == 1  # as people write them


@pytest.mark.parametrize(("day", "loaded"), [("2016-08-30", 1), ("2016-08", 0), ("2016", 0), ("30.8.2016", 0)])
def test_a_strict_list_writes_whole_days(tmp_path: Path, day: str, loaded: int) -> None:
    path = write(tmp_path / "a.csv", f"no,paid,sum\nP1,{day},5\n")
    columns = {"project_id": "no", "paid_date": "paid", "amount": "sum"}
    declared = {"kind": "payments", "columns": columns}
    assert run(path, {**declared, "rows": {"strict": True}}).loaded == loaded
    assert run(path, declared).loaded == 1


# --- declarations -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"columns": {"code": "a", "nonsense": "b"}}, "nonsense"),
        ({"columns": {"code": {"column": "a", "tru": ["x"]}, "lon": "b"}}, "tru"),
        ({"columns": {"code": {"column": "a", "constant": "b"}, "lon": "c"}}, "exactly one"),
        ({"kind": "coverage"}, "fields of coverage"),
        ({"file": {"header_row": -1}}, "header_row"),
        ({"file": {"speed": "fast"}}, "speed"),
        ({"rows": {"onyl": {}}}, "onyl"),
        ({"columns": {"code": {"file_name": "["}, "lon": "b"}}, "regular expression"),
        ({"columns": {"code": "a", "population_persons": {"column": "b", "true": ["x"]}}}, "yes or no"),
    ],
)
def test_a_declaration_names_its_fault(change: dict[str, Any], words: str) -> None:
    with pytest.raises(DeclarationProblem, match=words):
        declaration({**body(), **change}, "test.toml", LEVELS)


@pytest.mark.parametrize("kind", kinds())
def test_every_kind_of_content_is_whole(kind: str) -> None:
    holds = content(kind, LEVELS)
    assert {field for group in holds.needed for field in group} <= set(holds.fields)
    assert set(holds.key) <= {*holds.fields, "place_id"}
    for field in holds.fields.values():
        assert field.label["zh"] and field.label["en"] and field.about["zh"] and field.about["en"]


def test_every_rule_has_words_in_both_languages() -> None:
    for words in rules().values():
        assert set(words) == {"wrong_zh", "wrong_en", "mend_zh", "mend_en"} and all(words.values())


def test_a_table_that_says_nothing_of_its_villages(tmp_path: Path) -> None:
    with pytest.raises(DeclarationProblem, match="has no geometries"):
        run(write(tmp_path / "a.csv", "code\n1\n"), {"kind": "villages", "columns": {"code": "code"}})


# --- drafts and reports -----------------------------------------------------------------------------------


def test_a_draft_is_a_declaration_that_reads_its_file(tmp_path: Path, register: Register) -> None:
    path = tmp_path / "台账.csv"
    path.write_bytes(table(VILLAGES))
    made = {draft.kind: draft for draft in drafts(path, LEVELS)}
    assert set(made) == {"coverage", "villages"}
    expected = {
        "code": "行政村代码",
        "name": "行政村名称",
        "households": "户数",
        "population_persons": "人口",
        "lon": "经度",
        "lat": "纬度",
    }
    assert {g.field: g.column for g in made["villages"].guesses}.items() >= expected.items()
    [wide] = made["coverage"].body["wide"]
    assert wide["words"]["technology"] == {"光纤": "fibre", "4G": "4g"}
    assert made["villages"].body["file"]["encoding"] == "gb18030"


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.text(max_size=12), min_size=2, max_size=5, unique=True),
    st.lists(st.text(max_size=8), max_size=6),
)
def test_a_draft_of_hostile_headers_is_still_toml(
    tmp_path_factory: pytest.TempPathFactory, headers: list[str], cells: list[str]
) -> None:
    path = tmp_path_factory.mktemp("d") / "a.csv"
    with path.open("w", encoding="utf-8", errors="replace", newline="") as stream:
        writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
        writer.writerow(headers)
        writer.writerows([[cell] * len(headers) for cell in cells])
    try:
        for draft in drafts(path, LEVELS, "villages"):
            tomllib.loads(draft.text)
    except Problem:
        pass


def test_reports_escape_what_a_file_says(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "code,people\n1,<script>alert(1)</script>\n")
    quality = run(path, body())
    page = html([quality])
    assert "<script>" not in page and "&lt;script&gt;" in page
    assert "1 rows read = 0 loaded + 1 rejected" in text(quality)
