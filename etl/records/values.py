"""Reads the numbers and dates that published figures are written in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

NUMBER = re.compile(r"(?P<qualifier>>=|<=|~<|>|<|~)?\s*(?P<number>[+-]?\d+(?:\.\d+)?)")
QUALIFIERS = (">", ">=", "<", "<=", "~", "~<")
DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
MONTH = re.compile(r"(\d{4})-(\d{2})")
QUARTER = re.compile(r"(\d{4})Q([1-4])")
YEAR = re.compile(r"(\d{4})")
RANGE = re.compile(r"(\S+)/(\S+)")


@dataclass(frozen=True)
class Quantity:
    """A published value: the text stays, the number only where the text is one."""

    qualifier: str | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None


def quantity(text: str) -> Quantity:
    """`>6000` → low 6000; `~50` → about 50; `~<3` → nearly 3; `1960s`, `top 20`, `2016-08-30` → no number."""
    matched = NUMBER.fullmatch(text.strip())
    if matched is None:
        return Quantity()
    number, qualifier = float(matched["number"]), matched["qualifier"]
    low = number if qualifier in (">", ">=") else None
    high = number if qualifier in ("<", "<=", "~<") else None
    return Quantity(qualifier, number, low, high)


def period(text: str | None) -> tuple[date | None, date | None]:
    """First and last day of what a date says: a day, month, quarter, year or a/b; else nothing.

    A day that no calendar has (2015-02-30) is a text like any other and says nothing.
    """
    if text is None:
        return None, None
    if matched := RANGE.fullmatch(text):
        return period(matched[1])[0], period(matched[2])[1]
    try:
        return _one_period(text)
    except ValueError:
        return None, None


def _one_period(text: str) -> tuple[date | None, date | None]:
    """Raises ValueError for a day or month that does not exist."""
    if matched := DAY.fullmatch(text):
        day = date(int(matched[1]), int(matched[2]), int(matched[3]))
        return day, day
    if matched := MONTH.fullmatch(text):
        return _months(int(matched[1]), int(matched[2]), 1)
    if matched := QUARTER.fullmatch(text):
        return _months(int(matched[1]), 3 * int(matched[2]) - 2, 3)
    if matched := YEAR.fullmatch(text):
        return _months(int(matched[1]), 1, 12)
    return None, None


def _months(year: int, month: int, count: int) -> tuple[date, date]:
    after = date(year + (month + count - 1) // 12, (month + count - 1) % 12 + 1, 1)
    return date(year, month, 1), after - timedelta(days=1)
