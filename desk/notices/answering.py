"""The answer to objections, once the notice is over: accepted or not, with words that everybody reads."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, select

from desk import engine as engines
from desk import texts
from desk.apart import OBJECTION_CONTACT
from desk.challenges.claim import TEXT_CHARACTERS
from desk.desk import Desk, Writer
from desk.errors import Overtaken, Unfitting
from desk.mail import told as mail
from desk.notices import gate
from desk.people.rights import Person, demand
from desk.projected.challenges import MOST_NUMBER
from desk.projected.notices import ANSWERS, FILED, OBJECTION, OPEN
from ground.phrases import phrase


def answer(desk: Desk, person: Person, number: int, objections: Collection[int], answer: str, words: str) -> int:
    """One answer to one or several objections of a register's notice, and to all that say the very same of the same
    village; returns how many were answered. Raises NotAllowed, Overtaken, Unfitting.
    """
    if answer not in ANSWERS or not objections:
        raise Unfitting(phrase("Choose the objections, and whether they are accepted."))
    with desk.writing(person) as writer:
        notice = gate.found(writer, number) if 0 < number <= MOST_NUMBER else None
        if notice is None:
            raise Unfitting(phrase("There is no public notice of that number."))
        role = demand(person, "answer_objection", notice["path"])
        if notice["state"] != OPEN:
            raise Overtaken(phrase("This was acted on already."))
        if not gate.is_over(notice, writer.at):
            until = notice["until_on"]
            raise Unfitting(
                phrase("The public notice runs until {day}: objections are answered after that day.", day=until)
            )
        numbers = _alike(writer, number, frozenset(objections))
        told = {"objections": numbers, "answer": answer, "words": texts.needed(words, TEXT_CHARACTERS)}
        to_tell = {one: to for one, to in gate.contacts(writer, number).items() if one in set(numbers)}
        writer.append("objection.answered", f"notice/{number}", told, role)
        mail.tell_objectors(writer, number, to_tell, answer, str(told["words"]))
        for one in to_tell:
            writer.connection.execute(delete(OBJECTION_CONTACT).where(OBJECTION_CONTACT.c.objection_no == one))
    engines.forget(desk.engine)
    return len(numbers)


def _alike(writer: Writer, number: int, wanted: frozenset[int]) -> list[int]:
    """Those that are meant, all of which wait, and others that wait with the same text of the same village."""
    asked = select(OBJECTION.c.objection_no, OBJECTION.c.text_sha256, OBJECTION.c.village_id)
    asked = asked.where(OBJECTION.c.submission_no == number, OBJECTION.c.state == FILED)
    waiting = writer.connection.execute(asked).all()
    said = {(row.text_sha256, row.village_id) for row in waiting if row.objection_no in wanted and row.text_sha256}
    if not wanted <= {row.objection_no for row in waiting}:
        raise Overtaken(phrase("Somebody has acted on this meanwhile. Look at what it is now, then act."))
    return sorted(
        row.objection_no for row in waiting if row.objection_no in wanted or (row.text_sha256, row.village_id) in said
    )
