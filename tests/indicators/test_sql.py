"""Every indicator's SQL on tiny tables worked out by hand; `sql_cases` says what a case's folder holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from sql_cases import FOLDER, Case, Row, answer, cases, in_order, is_near, of, side_by_side

from etl import derived
from indicators.catalogue import catalogue, tables_read

EACH = pytest.mark.parametrize("case", cases(), ids=str)


def base_tables(query: str) -> set[str]:
    """The tables a query reads, a derived one replaced by those that it comes from."""
    comes_from = {one.table: set(one.reads) for one in derived.derived()}
    return set().union(*(comes_from.get(table, {table}) for table in tables_read(query)))


@pytest.mark.parametrize("one", derived.derived(), ids=lambda one: one.table)
def test_a_derived_table_names_the_tables_it_reads(one: derived.Derived) -> None:
    assert set(one.reads) == tables_read(one.query)


def assert_same(found: list[Row], wanted: list[Row]) -> None:
    said = f"\n{side_by_side(found, wanted)}"
    assert [row["place_id"] for row in in_order(found)] == [row["place_id"] for row in in_order(wanted)], said
    for one, other in zip(in_order(found), in_order(wanted), strict=True):
        assert one.keys() == other.keys(), said
        for name, value in other.items():
            assert is_near(one[name], value), said


def test_every_indicator_has_a_case_and_no_folder_is_left_over() -> None:
    assert {path.name for path in FOLDER.iterdir() if path.is_dir()} == set(catalogue())
    assert all(of(indicator_id) for indicator_id in catalogue())


@EACH
def test_every_table_read_is_given(case: Case) -> None:
    assert case.tables() == base_tables(case.indicator.query)


@EACH
def test_the_answer_is_the_one_worked_out_by_hand(case: Case) -> None:
    with case.database() as memory:
        for bound, wanted in case.askings():
            assert_same(answer(memory, case.indicator, bound), wanted)


@EACH
def test_nothing_asked_nothing_answered(case: Case) -> None:
    bound = case.parameters() | ({"as_of": None} if case.indicator.has_dates else {})
    with case.database() as memory:
        memory.execute("DELETE FROM asked")
        assert answer(memory, case.indicator, bound) == []


@pytest.mark.parametrize("case", [one for one in cases() if one.indicator.has_dates], ids=str)
def test_a_standard_that_is_not_there_gives_no_rows(case: Case) -> None:
    with case.database() as memory:
        assert answer(memory, case.indicator, {"standard": "telegraph", "as_of": None}) == []


# --- the cases themselves -----------------------------------------------------------------------------------


def test_an_indicator_may_have_several_cases(tmp_path: Path) -> None:
    for name in ("pilots/one", "pilots/another", "leverage/third"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "README.md").write_text("no case", encoding="utf-8")
    assert [str(one) for one in cases(tmp_path)] == ["leverage/third", "pilots/another", "pilots/one"]


def test_rows_that_differ_stand_side_by_side() -> None:
    wanted = [
        {"place_id": "A", "value": 70.0, "evidence": "simulated"},
        {"place_id": "B", "value": None, "evidence": "declared"},
        {"place_id": "C", "value": 1.0, "evidence": "declared"},
    ]
    found = [
        {"place_id": "D", "value": 9.0, "evidence": "declared"},
        {"place_id": "B", "value": 0.0, "evidence": "declared"},
        {"place_id": "A", "value": 70.0 + 1e-9, "evidence": "simulated"},
    ]
    assert side_by_side(found, wanted).splitlines() == [
        "3 of 4 rows differ (expected → found; - missing, + not expected)",
        "   place_id  value  evidence",
        "   A         70     simulated",
        "≠  B         ∅ → 0  declared",
        "-  C         1      declared",
        "+  D         9      declared",
    ]
    with pytest.raises(AssertionError, match=r"3 of 4 rows differ(.|\n)*≠  B +∅ → 0 +declared"):
        assert_same(found, wanted)


def test_a_column_too_many_and_a_place_answered_twice_are_marked() -> None:
    wanted = [{"place_id": "A", "value": 1.0}]
    [header, _, line] = side_by_side([{"place_id": "A", "value": 1.0, "low": None}], wanted).splitlines()
    assert header.startswith("1 of 1") and line == "≠  A         1      (no such column) → ∅"
    twice = side_by_side(wanted * 2, wanted).splitlines()
    assert twice[0].startswith("1 of 2 rows differ") and [line[0] for line in twice[2:]] == [" ", "+"]
    assert side_by_side(wanted, wanted).startswith("0 of 1 rows differ")
