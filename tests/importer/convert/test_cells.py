"""Cells as people write them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer import days, values


def cells(*texts: str | None) -> pd.Series:
    return pd.Series(texts, dtype=object)


def values_of(done: values.Converted) -> list[object]:
    return [None if isinstance(v, float) and np.isnan(v) else v for v in np.asarray(done.values).tolist()]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.0", 1.0),
        (" -   ", None),
        ("2.45亿", 245_000_000.0),
        ("3万", 30_000.0),
        ("1,234.5", 1234.5),
        ("$1,200", 1200.0),
        ("¥ 3,000.00", 3000.0),
        ("(300)", -300.0),
        ("1 234 567", 1_234_567.0),
        ("１２３", 123.0),
        ("1e5", 100_000.0),
        ("9999", None),
        ("9999.0", None),
        ("未知", None),
    ],
)
def test_numbers(text: str, value: float | None) -> None:
    done = values.numbers(cells(text), unknown=["9999"])
    assert values_of(done) == [value]
    assert done.problem.tolist() == [None]


@pytest.mark.parametrize(
    ("unit", "text", "value"),
    [
        ("person", "1254人", 1254.0),
        ("person", "1.2万 人", 12_000.0),
        ("household", "３２０户", 320.0),
        ("Mbps", "100M", 100.0),
        ("Mbps", "1 Gbps", 1000.0),
        ("Mbps", "512k", 0.512),
        ("km", "3千米", 3.0),
        ("km", "850 m", 0.85),
        ("ms", "35ms", 35.0),
        ("village", "12个", 12.0),
        ("person", "1,254 hab.", 1254.0),
    ],
)
def test_a_number_with_its_unit_behind_it(unit: str, text: str, value: float) -> None:
    done = values.numbers(cells(text), unit=unit)
    assert values_of(done) == [value] and done.problem.tolist() == [None]


@pytest.mark.parametrize(
    ("unit", "text"), [("person", "12户"), ("Mbps", "100人"), ("km", "3里"), (None, "1254人"), ("Mbps", "20MB/s")]
)
def test_a_number_of_another_unit_is_not_read(unit: str | None, text: str) -> None:
    assert values.numbers(cells(text), unit=unit).problem.tolist() == ["not_a_number"]


def test_what_a_cell_says_of_its_size_goes_before_what_its_header_says() -> None:
    """In a column of 万元, 2.45亿 is 245 million, not 10,000 times that."""
    read = values.numbers(cells("24.5", "2.45亿", "30万元", "500元", "$1,200", "3 (万)"), scale=10_000, unit="currency")
    assert values_of(read) == [245_000.0, 245_000_000.0, 300_000.0, 500.0, 12_000_000.0, None]
    assert read.problem.tolist() == [None, None, None, None, None, "not_a_number"]


def test_decimal_commas_are_seen_before_units() -> None:
    assert values_of(values.numbers(cells("12,5 km", "7,25 km"), unit="km")) == [12.5, 7.25]
    assert values.in_unit(cells("12,5 km", "850 m", "3,5"), "km").tolist() == ["12,5", "0,85", "3,5"]


@pytest.mark.parametrize("text", ["约一千", "12 km", "1,23,4", "nan nan", "--5", "12,3,4", "inf"])
def test_not_numbers(text: str) -> None:
    done = values.numbers(cells(text, "5"), decimal=".")
    assert done.problem.tolist() == ["not_a_number", None]


def test_decimal_commas_are_seen_in_the_column() -> None:
    assert values_of(values.numbers(cells("12,3", "1.234,5", "7"))) == [12.3, 1234.5, 7.0]
    assert values_of(values.numbers(cells("1,234", "2,345"))) == [1234.0, 2345.0]
    assert values.decimal_of(cells("100,00", "99,5")) == ","


def test_shares() -> None:
    assert values_of(values.shares(cells("85%", "0.5", "0.99999999", None))) == [0.85, 0.5, 0.99999999, None]
    assert values_of(values.shares(cells("100,00", "3,5"))) == [1.0, 0.035]
    over = values.shares(cells("0.5", "1.2"), scale="fraction")
    assert over.problem.tolist() == [None, "share_out_of_range"]


def test_flags_know_words_and_listen_to_the_declaration() -> None:
    done = values.flags(cells("Sí", "--", "是", "否", "Y", "1.0", "0", "无", "在建", None, "不详"), false=["--"])
    assert values_of(done) == [True, False, True, False, True, True, False, False, None, None, None]
    assert done.problem.tolist()[8] == "not_a_flag"
    assert values_of(values.flags(cells("--"))) == [None]


def test_codes_keep_their_zeros() -> None:
    done = values.codes(cells("1001000", "1001000.0", "'0123", "4.33122E+11", "123456789"), pad_to=8)
    assert values_of(done) == ["01001000", "01001000", "00000123", None, None]
    assert done.problem.tolist() == [None, None, None, "code_damaged", "code_damaged"]


def test_words() -> None:
    done = values.categories(cells("RURAL", "urbano", "rural", "x", "-"), {"RURAL": "rural", "URBANO": "urban"})
    assert values_of(done) == ["rural", "urban", "rural", None, None]
    assert done.problem.tolist() == [None, None, None, "unknown_word", None]


@given(st.lists(st.none() | st.text(max_size=20), max_size=20))
def test_any_text_gives_a_value_or_a_rule_and_never_both(texts: list[str | None]) -> None:
    column = pd.Series(texts, dtype=object)
    for done in (
        values.numbers(column),
        values.shares(column),
        values.flags(column),
        days.dates(column),
        values.codes(column),
        values.texts(column),
        values.categories(column, {"a": "b"}),
    ):
        unknown = pd.isna(pd.Series(np.asarray(done.values), dtype=object)).to_numpy()
        assert len(done.problem) == len(texts)
        assert not (pd.notna(done.problem) & ~unknown).any()


@given(st.integers(-(10**9), 10**9), st.sampled_from(["{:,}", "{}", " {} ", "${:,}"]))
def test_numbers_come_back(number: int, form: str) -> None:
    assert values_of(values.numbers(cells(form.format(number)), decimal=".")) == [float(number)]


@given(st.lists(st.sampled_from(["是", "否", "", "-", "在建"]), min_size=1, max_size=30))
def test_unknown_never_becomes_no(texts: list[str]) -> None:
    done = values.flags(pd.Series([t or None for t in texts], dtype=object))
    for text, value in zip(texts, values_of(done), strict=True):
        assert value == {"是": True, "否": False}.get(text)
