"""Objections (异议) to a notice, by anybody and without an account; taken back by whoever objected; texts removed."""

from __future__ import annotations

import io
import secrets
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select

from desk import engine as engines
from desk import texts, tidy
from desk.apart import OBJECTION_CONTACT
from desk.challenges.claim import CONTACT_CHARACTERS, TEXT_CHARACTERS, Village
from desk.challenges.file import KEY_BYTES, hashed
from desk.desk import Desk
from desk.errors import Overtaken, TooMany, Unfitting
from desk.log import instant
from desk.notices import gate
from desk.people.rights import Person, demand
from desk.projected.challenges import MOST_NUMBER
from desk.projected.notices import FILED, NOTICE, OBJECTION, OPEN
from ground.phrases import phrase

MOST_OF_A_NOTICE = 5_000  # objections; what floods beyond it is kept by nobody


@dataclass(frozen=True)
class Objected:
    """Number and secret key of a new objection, and the last day of its notice."""

    objection_no: int
    submission_no: int
    key: str
    until_on: str


def file(desk: Desk, number: int, words: str, village: Village | None = None, contact: str = "") -> Objected:
    """Object to the notice of a register, to all of it or to what it says of a village. Raises Unfitting, TooMany."""
    text, contact = texts.needed(words, TEXT_CHARACTERS), texts.clean(contact, CONTACT_CHARACTERS)
    if village is not None:
        village.check()
    key = secrets.token_urlsafe(KEY_BYTES)
    with desk.writing() as writer:
        notice = gate.found(writer, number) if 0 < number <= MOST_NUMBER else None
        if notice is None:
            raise Unfitting(phrase("There is no public notice of that number."))
        if notice["state"] != OPEN or gate.is_over(notice, writer.at):
            raise Unfitting(phrase("This public notice has ended: objections are not taken any more."))
        if village is not None and not f"{village.path}/".startswith(f"{notice['path']}/"):
            raise Unfitting(phrase("The village lies outside the place that the notice is of."))
        connection = writer.connection
        held = select(func.count()).where(OBJECTION.c.submission_no == number)
        if connection.execute(held).scalar_one() >= MOST_OF_A_NOTICE:
            raise TooMany(
                phrase("So many have objected to this notice that no more are taken here. Write to the office.")
            )
        # Kept here, since whoever takes back the same text just now removes it as nobody's.
        text_sha256 = desk.files.keep(io.BytesIO(text.encode()))
        objection_no = int(connection.execute(select(func.max(OBJECTION.c.objection_no))).scalar_one() or 0) + 1
        told = {"objection_no": objection_no, "submission_no": number, "key_sha256": hashed(key)}
        told |= {"village_id": village.village_id if village else "", "text_sha256": text_sha256}
        writer.append("objection.filed", f"objection/{objection_no}", told)
        if contact:
            row = {"objection_no": objection_no, "contact": contact, "given_at": instant(writer.now)}
            connection.execute(delete(OBJECTION_CONTACT).where(OBJECTION_CONTACT.c.objection_no == objection_no))
            connection.execute(insert(OBJECTION_CONTACT), row)
    return Objected(objection_no, number, key, notice["until_on"])


def withdraw(desk: Desk, key: str) -> int:
    """Whoever objected takes it back before it is answered; returns its number. Raises Unfitting."""
    with desk.writing() as writer:
        asked = select(OBJECTION).where(OBJECTION.c.key_sha256 == hashed(key))
        own = writer.connection.execute(asked).mappings().one_or_none()
        if own is None or own["state"] != FILED:
            raise Unfitting(phrase("This objection was answered or has ended, or the link is not whole."))
        number = int(own["objection_no"])
        writer.append("objection.withdrawn", f"objection/{number}", {"files": [own["text_sha256"]]})
        writer.connection.execute(delete(OBJECTION_CONTACT).where(OBJECTION_CONTACT.c.objection_no == number))
    engines.forget(desk.engine)
    tidy.remove(desk, [own["text_sha256"]])
    return number


def redact(desk: Desk, person: Person, objection_no: int, words: str) -> None:
    """Its text goes for good: it names a person. Raises NotAllowed, Overtaken, Unfitting."""
    with desk.writing(person) as writer:
        asked = select(OBJECTION.c.text_sha256, NOTICE.c.path)
        asked = asked.join(NOTICE, NOTICE.c.submission_no == OBJECTION.c.submission_no)
        asked = asked.where(OBJECTION.c.objection_no == min(max(objection_no, 0), MOST_NUMBER))
        own = writer.connection.execute(asked).one_or_none()
        if own is None:
            raise Unfitting(phrase("There is no objection of that number."))
        role = demand(person, "answer_objection", own.path)
        if not own.text_sha256:
            raise Overtaken(phrase("This was acted on already."))
        told = {"files": [own.text_sha256], "words": texts.needed(words, TEXT_CHARACTERS)}
        writer.append("objection.redacted", f"objection/{objection_no}", told, role)
    tidy.remove(desk, [own.text_sha256])
