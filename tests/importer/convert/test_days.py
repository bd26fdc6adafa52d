"""Dates as people write them: a period is its last day, two readings are none, and the row beside it stays."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer import days
from importer.convert.declared import declaration
from importer.convert.reading import batches

LEVELS = ["nation", "county"]


def read(*texts: str | None, order: str | None = None, is_end: bool = True) -> list[object]:
    """Each day, or the rule that the text breaks."""
    done = days.dates(pd.Series(texts, dtype=object), order=order, is_end=is_end)
    return [rule or day for day, rule in zip(np.asarray(done.values), done.problem, strict=True)]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2016年8月30日", date(2016, 8, 30)),
        ("2016年8月30日 10:00", date(2016, 8, 30)),
        ("2016/8/30", date(2016, 8, 30)),
        ("2016-08-30T00:00:00", date(2016, 8, 30)),
        ("20160830", date(2016, 8, 30)),
        ("2016年2月", date(2016, 2, 29)),
        ("2016.8", date(2016, 8, 31)),
        ("2016/8", date(2016, 8, 31)),
        ("201608", date(2016, 8, 31)),
        ("8/2016", date(2016, 8, 31)),
        ("2016", date(2016, 12, 31)),
        ("2016年度", date(2016, 12, 31)),
        ("2016Q3", date(2016, 9, 30)),
        ("T1 2023", date(2023, 3, 31)),
        ("Q4-2023", date(2023, 12, 31)),
        ("2023T3", date(2023, 9, 30)),
        ("2023 S1", date(2023, 6, 30)),
        ("1T2023", date(2023, 3, 31)),
        ("2º trimestre de 2023", date(2023, 6, 30)),
        ("1er trimestre 2023", date(2023, 3, 31)),
        ("2. Quartal 2023", date(2023, 6, 30)),
        ("H2 2023", date(2023, 12, 31)),
        ("2024年第三季度", date(2024, 9, 30)),
        ("2016年一季度", date(2016, 3, 31)),
        ("2016年底", date(2016, 12, 31)),
        ("2016年末", date(2016, 12, 31)),
        ("2016底", date(2016, 12, 31)),
        ("2016年初", date(2016, 1, 31)),
        ("2016年中", date(2016, 6, 30)),
        ("2016年上半年", date(2016, 6, 30)),
        ("2016下半年", date(2016, 12, 31)),
        ("2016年2月底", date(2016, 2, 29)),
        ("2016.12底", date(2016, 12, 31)),
        ("2016年8月初", date(2016, 8, 10)),
        ("2016年8月上旬", date(2016, 8, 10)),
        ("2016年8月中", date(2016, 8, 20)),
        ("2016年8月中旬", date(2016, 8, 20)),
        ("2016年8月下旬", date(2016, 8, 31)),
        ("16年8月", date(2016, 8, 31)),
        ("98年底", date(1998, 12, 31)),
        ("二〇一六年八月", date(2016, 8, 31)),
        ("二零一六年十二月二十一日", date(2016, 12, 21)),
        ("42613", date(2016, 8, 31)),
        ("42613.5", date(2016, 8, 31)),
        ("Aug-16", date(2016, 8, 31)),
        ("30-Aug-16", date(2016, 8, 30)),
        ("August 30, 2016", date(2016, 8, 30)),
        ("30 de agosto de 2016", date(2016, 8, 30)),
        ("30. August 2016", date(2016, 8, 30)),
        ("30.08.2016", date(2016, 8, 30)),
    ],
)
def test_dates(text: str, day: date) -> None:
    assert read(text) == [day]


@pytest.mark.parametrize("text", ["预计2017年6月", "2016.8.30前", "16-Aug", "8月30日", "soon", "2016-02-30"])
def test_what_tells_of_a_day_and_is_none(text: str) -> None:
    assert read(text) == ["not_a_date"]


@pytest.mark.parametrize("text", ["03/04/2016", "16-08", "16.8", "30/08/16", "2016.1"])
def test_what_can_be_read_in_two_ways(text: str) -> None:
    assert read(text) == ["ambiguous_date"]


def test_a_declared_order_settles_two_digits() -> None:
    assert read("30/08/16", order="dmy") == [date(2016, 8, 30)] == read("16-08-30", order="ymd")
    assert read("03/04/2016", "25/12/2016")[0] == date(2016, 4, 3)
    assert read("1800-01-01", "99999") == ["date_out_of_range"] * 2


def test_a_period_has_a_first_day_too() -> None:
    texts = ["2016年上半年", "2016年下半年", "2016年8月中旬", "2016年底", "2016年三季度", "2016年8月"]
    firsts = [(1, 1), (7, 1), (8, 11), (12, 31), (7, 1), (8, 1)]
    assert read(*texts, is_end=False) == [date(2016, *first) for first in firsts]


@given(st.dates(date(1951, 1, 1), date(2099, 12, 31)))
def test_a_day_is_the_same_however_it_is_written(day: date) -> None:
    numerals = str.maketrans("0123456789", "〇一二三四五六七八九")
    texts = [
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}.{day.month}.{day.day}",
        f"{str(day.year).translate(numerals)}年{day.month}月{day.day}号",
        f"{day:%d-%b-%Y}",
    ]
    serial = (day - date(1899, 12, 30)).days
    assert read(*texts, str(serial)) == [day] * (len(texts) + 1)
    assert days.from_serial(serial) == day


@given(st.dates(date(1951, 1, 1), date(2099, 12, 31)))
def test_parts_of_a_month_follow_each_other_without_a_gap(day: date) -> None:
    month = f"{day.year}年{day.month}月"
    parts = [month + part for part in ("上旬", "中旬", "下旬")]
    ends = read(*parts)
    assert ends[2] == read(month)[0]
    firsts = read(*parts, is_end=False)
    assert [first - timedelta(days=1) for first in firsts[1:]] == ends[:2]  # type: ignore[operator]


@given(st.text("0123456789年月日底末初上下中半旬季度第一二十〇-/. agu前", max_size=14))
def test_no_text_breaks_the_reading_of_dates(text: str) -> None:
    [found] = read(text)
    assert found is None or isinstance(found, date) or found in ("not_a_date", "ambiguous_date", "date_out_of_range")


def test_a_date_that_cannot_be_read_leaves_the_state_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = ["4311,是,2016.8.30前,2018", "4312,否,42613,2018", "4313,是,2016年底,看情况"]
    path.write_text("代码,通光纤,开通日期,年份\n" + "\n".join(rows) + "\n", encoding="utf-8")
    body = {
        "kind": "coverage",
        "columns": {"code": "代码", "is_covered": "通光纤", "opened_date": "开通日期", "as_of": "年份"},
        "constant": {"technology": "fibre"},
    }
    [batch] = batches(declaration(body, "a.toml", LEVELS), [path])
    assert batch.accepted["code"].tolist() == ["4311", "4312"]  # the day that the row is about is needed
    assert batch.rows["opened_date"].tolist() == [None, date(2016, 8, 31), date(2016, 12, 31)]
    said = batch.findings[["position", "rule", "is_rejected"]].values.tolist()
    assert said == [[0, "not_a_date", False], [1, "date_was_serial", False], [2, "not_a_date", True]]
    strict = declaration({**body, "rows": {"strict": True}}, "a.toml", LEVELS)
    assert next(iter(batches(strict, [path]))).is_rejected.all()
