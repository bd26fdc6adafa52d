"""What tests of the desk are written with: a small country, people of all roles, claims, and a clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from desk.challenges.claim import Claim, Terms, Village
from desk.challenges.file import Filed, file
from desk.desk import Desk
from desk.people.rights import Grant, Person
from desk.projected.challenges import CHALLENGE

Make = Callable[..., Desk]  # make("sqlite"), make("postgresql"): see conftest.py
NATION, PROVINCES = "100000", ("430000", "450000")
#: Sorted by code point and by a dictionary these differ: upper and lower case, signs, Han, letters with marks.
STANDARDS = ("mobile_4g", "Fibre", "é-net", "光纤", "fibre_gpon")
OPERATORS = ("", "telecom", "Unicom", "移动")
VILLAGES = tuple(
    Village(f"{province[:2]}{county:02}00{village:03}", f"{NATION}/{province}/{province[:2]}{county:02}00")
    for province in PROVINCES
    for county in (1, 2)
    for village in (1, 2)
)
TERMS = Terms(answer_days=2, decide_days=3)
REASONS = {"unconnected": "no_signal", "connected": "built"}


class Ticking:
    """A clock that goes on by a second at each look; `now` may be put anywhere."""

    def __init__(self, now: datetime = datetime(2026, 11, 2, 8, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def person(sub: str, *grants: Grant) -> Person:
    return Person(sub, f"Name of {sub}", grants)


REVIEWER = person("reviewer", Grant("reviewer", NATION))
OTHER_REVIEWER = person("other", Grant("reviewer", "430000"))
COUNTY = person("county", Grant("contributor", "430100"))
CONTRIBUTOR = person("contributor", Grant("contributor", NATION))
TELECOM = person("telecom", Grant("operator", NATION, "telecom"))
AUDITOR = person("auditor", Grant("auditor"))
NOBODY = person("nobody")


def claim(village: Village = VILLAGES[0], **values: Any) -> Claim:
    told: dict[str, Any] = {"standard": STANDARDS[0], "claim": "unconnected", "seen_state": "connected"}
    told |= {"seen_release": "2026-11"} | values
    return Claim(village, **{"reason": REASONS.get(told["claim"], ""), **told})


def filed(desk: Desk, contact: str = "", **values: Any) -> Filed:
    return file(desk, claim(**values), TERMS, contact)


def row(desk: Desk, number: int) -> dict[str, Any]:
    with desk.reading() as connection:
        return dict(connection.execute(select(CHALLENGE).where(CHALLENGE.c.challenge_no == number)).mappings().one())


def rows(desk: Desk) -> list[dict[str, Any]]:
    """All challenges, in the order of their numbers."""
    with desk.reading() as connection:
        found = connection.execute(select(CHALLENGE).order_by(CHALLENGE.c.challenge_no)).mappings()
        return [dict(one) for one in found]


def version(desk: Desk, number: int) -> int:
    return int(row(desk, number)["version"])
