"""Published numbers and dates: what is a number, what is not, and what a date covers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.records.values import Quantity, period, quantity

QUICK = settings(max_examples=50, deadline=None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("593", Quantity(None, 593.0)),
        (" 593 ", Quantity(None, 593.0)),
        ("82.9", Quantity(None, 82.9)),
        ("-3.5", Quantity(None, -3.5)),
        ("+3", Quantity(None, 3.0)),
        ("~50000", Quantity("~", 50000.0)),
        (">98", Quantity(">", 98.0, low=98.0)),
        (">= 98", Quantity(">=", 98.0, low=98.0)),
        ("<5", Quantity("<", 5.0, high=5.0)),
        ("<=5", Quantity("<=", 5.0, high=5.0)),
        ("0", Quantity(None, 0.0)),
    ],
)
def test_a_number_is_read_with_its_qualifier(text: str, expected: Quantity) -> None:
    assert quantity(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1960s",
        "top 20",
        "2016-08-30",
        "12 000",
        "1,220",
        "5%",
        "1e5",
        "nan",
        "inf",
        ".5",
        "5.",
        ">",
        "=5",
        "约5",
    ],
)
def test_a_text_is_not_made_a_number(text: str) -> None:
    assert quantity(text) == Quantity()


@QUICK
@given(st.decimals(-(10**12), 10**12, places=3), st.sampled_from(["", ">", ">=", "<", "<=", "~"]))
def test_every_number_comes_back(number: object, qualifier: str) -> None:
    read = quantity(f"{qualifier}{number}")
    assert read.value == float(str(number))
    assert read.qualifier == (qualifier or None)
    assert (read.low is not None) == (qualifier in (">", ">="))
    assert (read.high is not None) == (qualifier in ("<", "<="))


@QUICK
@given(st.text())
def test_no_text_breaks_the_readers(text: str) -> None:
    read = quantity(text)
    assert read == Quantity() or read.value is not None
    first, last = period(text)
    assert first is None or isinstance(first, date)
    assert last is None or isinstance(last, date)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2016-08-30", date(2016, 8, 30), date(2016, 8, 30)),
        ("2016-02", date(2016, 2, 1), date(2016, 2, 29)),
        ("2015-12", date(2015, 12, 1), date(2015, 12, 31)),
        ("2016Q3", date(2016, 7, 1), date(2016, 9, 30)),
        ("2016Q4", date(2016, 10, 1), date(2016, 12, 31)),
        ("2016", date(2016, 1, 1), date(2016, 12, 31)),
        ("2016/2018", date(2016, 1, 1), date(2018, 12, 31)),
        ("2017-08-29/2017-08-31", date(2017, 8, 29), date(2017, 8, 31)),
        ("2016/1990s", date(2016, 1, 1), None),
        ("1960s", None, None),
        ("2016-8-30", None, None),
        ("", None, None),
    ],
)
def test_a_date_covers_its_days(text: str, first: date | None, last: date | None) -> None:
    assert period(text) == (first, last)


@pytest.mark.parametrize("text", ["2015-02-29", "2016-13", "2016-00", "2016-04-31", "0000", "0000-01-01"])
def test_a_day_that_no_calendar_has_says_nothing(text: str) -> None:
    assert period(text) == (None, None)


def test_no_date_says_nothing() -> None:
    assert period(None) == (None, None)


@QUICK
@given(st.dates(date(1, 1, 1), date(9998, 12, 31)))
def test_a_month_begins_on_its_first_and_ends_before_the_next(day: date) -> None:
    first, last = period(f"{day.year:04}-{day.month:02}")
    assert first is not None and last is not None
    assert first.day == 1 and (last + timedelta(days=1)).day == 1
    assert first <= day <= last
    assert (first.year, first.month) == (last.year, last.month)
