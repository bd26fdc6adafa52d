"""Terms in working days, counted by hand; texts as they are kept."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from desk import texts
from desk.challenges.claim import Terms
from desk.errors import Unfitting
from desk.working_days import due

#: Of 2026: off 15–23 February, worked 14 and 28 February (Saturdays); off 1–7 October and 25–27 September, worked
#: Sunday 20 September and Saturday 10 October.
BY_HAND = [
    ("CN", "2026-09-30", 1, "2026-10-08"),
    ("CN", "2026-09-30", 2, "2026-10-09"),
    ("CN", "2026-09-30", 3, "2026-10-10"),  # a Saturday that is worked
    ("CN", "2026-09-30", 4, "2026-10-12"),
    ("CN", "2026-10-03", 1, "2026-10-08"),  # begins on a holiday
    ("CN", "2026-10-10", 1, "2026-10-12"),
    ("CN", "2026-09-18", 1, "2026-09-20"),  # a Sunday that is worked
    ("CN", "2026-09-19", 2, "2026-09-21"),
    ("CN", "2026-02-13", 1, "2026-02-14"),
    ("CN", "2026-02-13", 2, "2026-02-24"),
    ("CN", "2026-02-14", 5, "2026-02-28"),
    ("CN", "2026-02-14", 6, "2026-03-02"),
    ("CN", "2026-02-20", 0, "2026-02-20"),
    ("CN", "2026-02-20", -3, "2026-02-20"),
    ("", "2026-10-02", 1, "2026-10-05"),
    ("", "2026-10-02", 10, "2026-10-16"),
    ("XX", "2026-10-03", 5, "2026-10-09"),
    ("../x", "2026-10-01", 1, "2026-10-02"),
]


@pytest.mark.parametrize(("country", "start", "days", "expected"), BY_HAND)
def test_days_counted_by_hand(country: str, start: str, days: int, expected: str) -> None:
    assert due(country, date.fromisoformat(start), days).isoformat() == expected


def test_fifteen_days_over_both_holidays() -> None:
    """20, 21, 22, 23, 24, 28, 29, 30 September are eight; 8, 9, 10, 12, 13, 14, 15 October are seven."""
    assert Terms(15, 20, "CN").to_answer(date(2026, 9, 18)) == "2026-10-15"


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(0, 60), st.sampled_from(["CN", "PE", ""]))
def test_a_longer_term_ends_later(start: date, days: int, country: str) -> None:
    ends = due(country, start, days)
    assert ends >= start
    assert due(country, start, days + 1) > ends


TEXTS = st.text(st.characters(), max_size=60)


@given(TEXTS)
@example("a\r\nb\rc\n\n\n\nd")
@example("\ud83d\0\u200b\u3000")
def test_a_text_is_fit_to_be_kept_and_stays_so(text: str) -> None:
    plain = texts.clean(text, 1_000)
    assert texts.clean(plain, 1_000) == plain
    assert plain == plain.strip() and "\0" not in plain and "\r" not in plain and "\n\n\n" not in plain
    assert texts.is_writable(plain)
    plain.encode()
    assert unicodedata.is_normalized("NFC", plain)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  村内\u3000没有\t\t信号  ", "村内 没有 信号"),
        ("一\r\n二\r三", "一\n二\n三"),
        ("一\n \n\n\n二", "一\n\n二"),
        ("e\u0301", "é"),
        ("a\u202eb\u200bc\0", "abc"),
        ("\u200b\n\ufeff", ""),
        ("👨‍👩‍👧", "👨‍👩‍👧"),
    ],
)
def test_texts_cleaned_by_hand(text: str, expected: str) -> None:
    assert texts.clean(text, 100) == expected


def test_a_text_too_long_and_none() -> None:
    assert texts.clean("字" * 10 + "\u200b" * 50, 10) == "字" * 10
    with pytest.raises(Unfitting):
        texts.clean("字" * 11, 10)
    with pytest.raises(Unfitting):
        texts.needed("\u200b ", 10)
