"""How long a register is on public notice, whether it has to be, and which day it is where the notice runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from desk.errors import Unfitting
from desk.texts import DAY
from desk.working_days import due
from ground.phrases import phrase

MOST_DAYS = 366


@dataclass(frozen=True)
class NoticeTerms:
    """At least so many working days, by the calendar of a country (ISO 3166; "": Monday to Friday); days begin and end
    in a time zone (IANA). `is_required`: no register is approved without.
    """

    days: int = 7
    country: str = ""
    zone: str = "UTC"
    is_required: bool = False

    def least(self, today: str) -> str:
        """The first day that a notice may end on that begins today."""
        return due(self.country, date.fromisoformat(today), self.days).isoformat()

    def checked(self, today: str, until_on: str) -> str:
        """The last day of a notice. Raises Unfitting."""
        try:
            until = date.fromisoformat(until_on) if DAY.fullmatch(until_on) else None
        except ValueError:
            until = None
        if until is None:
            raise Unfitting(phrase("A day like 2026-11-30 was expected."))
        if until_on < (least := self.least(today)):
            raise Unfitting(phrase("A notice runs {n} working days: until {day} at least.", n=self.days, day=least))
        if until > date.fromisoformat(today) + timedelta(days=max(MOST_DAYS, self.days * 2)):
            raise Unfitting(phrase("A notice of more than a year is none. Choose an earlier day."))
        return until_on


def day(at: str, zone: str) -> str:
    """The day of an instant of the log, in a time zone."""
    return datetime.fromisoformat(at).astimezone(ZoneInfo(zone)).date().isoformat()
