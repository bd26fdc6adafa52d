"""Who is told by e-mail what waits for them: whoever has roles by hand and an address, once a working day."""

from __future__ import annotations

from atlas.desk import at_hand, office
from desk.access import access, seen
from desk.challenges import read
from desk.desk import Desk
from desk.mail import digest
from desk.mail.digest import Case, Part
from desk.people.rights import Person
from desk.submissions import read as submissions
from indicators import database, places
from indicators.database import Atlas

FIRST = 5  # named of each kind, those that are due first
MOST_SUBMISSIONS = 50
TITLES = {"answer": ("待答复的纠错", "Corrections to answer"), "decide": ("待裁定的纠错", "Corrections to decide")}
REVIEW = ("待审核的报送", "Registers to review")


def queue_due(desk: Desk) -> int:
    """Queue the mail of today that is not yet; returns how many. Several processes may do so at once."""
    with database.reading() as atlas:
        day = digest.day_of(desk, at_hand.terms(atlas).country)
        if day is None:
            return 0
        queued = 0
        for person, to in written_to(atlas, desk):
            after = digest.told_at(desk, person.sub, day)
            if after is not None:
                queued += digest.put(desk, person.sub, to, day, waiting(atlas, desk, person, after))
        return queued


def written_to(atlas: Atlas, desk: Desk) -> list[tuple[Person, str]]:
    """Whoever has roles by hand and access, and of whom an address is known: by hand too, or by their sign-in."""
    with desk.reading() as connection:
        ended, told = access.ended(connection), seen.all_seen(connection)
    found = [
        (person, address or str(told.get(person.sub, {}).get("address", "")))
        for person, address in at_hand.register_of(atlas).listed()
        if person.sub not in ended
    ]
    return [(person, to) for person, to in found if to]


def waiting(atlas: Atlas, desk: Desk, person: Person, after: str) -> list[Part]:
    """What waits for somebody, as their page has it; `after` (an instant) says what is new."""
    parts = []
    with desk.reading() as connection:
        for right, states in office.WAITING:
            found = read.waits(connection, office.asked_of(atlas, person, right, states), after, FIRST)
            first = tuple(_case(atlas, row["challenge_no"], row["village_id"], row["due_on"]) for row in found.first)
            parts.append(Part(*TITLES[right], found.n, found.overdue, found.new, first))
        if person.has("review"):
            rows = submissions.waiting(connection, person, MOST_SUBMISSIONS)
            parts.append(Part(*REVIEW, len(rows), new=sum(row["submitted_at"] > after for row in rows)))
    return parts


def _case(atlas: Atlas, number: int, village_id: str, due_on: str) -> Case:
    found = places.village(atlas, village_id)
    zh, en = (village_id, village_id) if found is None else (found.name, found.name_en or found.name)
    return Case(number, zh, en, due_on)
