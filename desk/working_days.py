"""Terms in working days: the country's holidays, and the weekends that it works in their place.

Of years whose holidays are not yet announced the library knows those that every year has.
"""

from __future__ import annotations

import threading
from datetime import date, timedelta
from functools import cache

import holidays

Calendar = holidays.HolidayBase
_one_at_a_time = threading.Lock()  # a calendar learns a year when first asked, and is half learnt meanwhile


@cache
def calendar(country: str) -> Calendar:
    """Of an ISO 3166 country code. Raises NotImplementedError where its holidays are not known."""
    return holidays.country_holidays(country)


def due(country: str, start: date, days: int) -> date:
    """The last day of a term of so many working days that begins on the day after `start`.

    Without a country, or of one that is not known, Monday to Friday are working days.
    """
    if days <= 0:
        return start
    try:
        with _one_at_a_time:
            return calendar(country).get_nth_working_day(start, days)
    except NotImplementedError:
        return _weekday(start, days)


def is_working(country: str, day: date) -> bool:
    """Whether it is a working day there, weekends that are worked among them."""
    try:
        with _one_at_a_time:
            return bool(calendar(country).is_working_day(day))
    except NotImplementedError:
        return day.weekday() < 5


def _weekday(start: date, days: int) -> date:
    day = start
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return day
