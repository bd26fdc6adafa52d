"""What must hold of a register before somebody acts on it, whoever asks: as it was seen, in that state, by another."""

from __future__ import annotations

from sqlalchemy import RowMapping, select

from desk.desk import Writer
from desk.errors import NotAllowed, Overtaken, Unfitting
from desk.people.rights import LOCAL, Person
from desk.projected.submissions import SUBMISSION
from ground.phrases import phrase

TITLE_CHARACTERS, NOTE_CHARACTERS = 120, 2_000


def seen_by(writer: Writer, number: int, seen: int) -> RowMapping:
    """The submission, if it is still as this person saw it."""
    asked = select(SUBMISSION).where(SUBMISSION.c.submission_no == number)
    found = writer.connection.execute(asked).mappings().one_or_none()
    if found is None:
        raise Unfitting(phrase("Nothing was handed in under that number."))
    if found["version"] != seen:
        raise Overtaken(phrase("Somebody has acted on this meanwhile. Look at what it is now, then act."))
    return found


def refuse_own(found: RowMapping, person: Person) -> None:
    """Four eyes: whoever drafted or handed it in leaves it to somebody else."""
    if person.sub != LOCAL and person.sub in (found["submitted_by"], found["drafted_by"]):
        raise NotAllowed(phrase("You handed this in yourself: somebody else has to review it."))


def refuse_other(found: RowMapping, *states: str) -> None:
    if found["state"] not in states:
        raise Overtaken(phrase("This was acted on already."))
