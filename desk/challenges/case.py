"""What becomes of a challenge: answered, decided, withdrawn; its text or photo removed; its village's code changed."""

from __future__ import annotations

from sqlalchemy import RowMapping, delete, select

from desk import engine as engines
from desk import texts, tidy
from desk.apart import CONTACT
from desk.challenges.claim import TEXT_CHARACTERS, Terms, Village
from desk.challenges.file import demand_file, hashed
from desk.desk import Desk, Writer
from desk.errors import Overtaken, Unfitting
from desk.mail import told as mail
from desk.people.rights import Person, demand
from desk.projected.challenges import CHALLENGE, MOST_NUMBER
from desk.projected.states import ANSWERS, DECISIONS, FILED, GRADES, OPEN, UPHELD
from ground.phrases import phrase


def answer(
    desk: Desk, person: Person, number: int, seen: int, answer: str, words: str, terms: Terms, file_sha256: str = ""
) -> None:
    """The operator, or the county, concedes or disputes. `seen` is the version that the person saw.

    Raises NotAllowed, Overtaken, Unfitting.
    """
    if answer not in ANSWERS:
        raise Unfitting(phrase("Concede or dispute."))
    with desk.writing(person) as writer:
        case = _seen(writer, number, seen)
        role = demand(person, "answer", case["path"], case["operator"])
        if case["state"] != FILED:
            raise Overtaken(phrase("This correction was answered already."))
        told = {"answer": answer, "words": texts.needed(words, TEXT_CHARACTERS)}
        demand_file(writer, file_sha256)
        told |= {"due_on": terms.to_decide(writer.now.date()), "file_sha256": file_sha256}
        writer.append("challenge.answered", f"challenge/{number}", told, role)
        mail.tell(writer, _contacts(writer, number), answer, str(told["words"]))


def decide(
    desk: Desk,
    person: Person,
    number: int,
    seen: int,
    decision: str,
    words: str,
    grade: str = "",
    holds_from: str = "",
) -> None:
    """The office decides, with words; `grade` is how well an upheld claim is known, `holds_from` (a day, ISO) from when
    on it counts: without one, from the day that the atlas spoke of when it was challenged.

    Before the answer only when its term is over, or to dismiss what is no challenge.
    Raises NotAllowed, Overtaken, Unfitting.
    """
    if decision not in DECISIONS or (decision == UPHELD) != (grade in GRADES):
        raise Unfitting(phrase("Choose the decision, and for an upheld claim how it is known."))
    with desk.writing(person) as writer:
        case = _seen(writer, number, seen)
        role = demand(person, "decide", case["path"])
        if case["state"] not in OPEN:
            raise Overtaken(phrase("This correction was decided already."))
        is_early = case["state"] == FILED and case["due_on"] >= writer.now.date().isoformat()
        if is_early and decision != "dismissed":
            raise Unfitting(
                phrase("The term to answer ends on {day}; until then it is not decided.", day=case["due_on"])
            )
        told = {"decision": decision, "words": texts.needed(words, TEXT_CHARACTERS)}
        if decision == UPHELD:
            told |= {"grade": grade, "holds_from": holds_from or case["seen_as_of"] or case["filed_at"][:10]}
        writer.append("challenge.decided", f"challenge/{number}", told, role)
        mail.tell(writer, _contacts(writer, number), decision, told["words"])
        _forget_contacts(writer, number)
    engines.forget(desk.engine)


def withdraw(desk: Desk, key: str) -> int:
    """Whoever filed it takes it back, by the secret key; returns its number. Raises Unfitting.

    Where others claim the same, one of them takes its place; with the last of them it ends.
    """
    with desk.writing() as writer:
        asked = select(CHALLENGE).where(CHALLENGE.c.key_sha256 == hashed(key))
        case = writer.connection.execute(asked).mappings().one_or_none()
        if case is None or case["state"] not in OPEN:
            raise Unfitting(phrase("This correction has ended, or the link is not whole."))
        files = [one for one in (case["text_sha256"], case["photo_sha256"]) if one]
        told = {"others": case["joined"], "joined_no": case["joined_no"], "files": files}
        told["is_last"] = case["joined_no"] is not None and not _case(writer, case["joined_no"])["joined"]
        writer.append("challenge.withdrawn", f"challenge/{case['challenge_no']}", told)
        writer.connection.execute(delete(CONTACT).where(CONTACT.c.challenge_no == case["challenge_no"]))
    engines.forget(desk.engine)
    tidy.remove(desk, files)
    return int(case["challenge_no"])


def redact(desk: Desk, person: Person, number: int, words: str) -> None:
    """Text and photo go for good: they name a person, or are no evidence. Raises NotAllowed, Unfitting."""
    with desk.writing(person) as writer:
        case = _case(writer, number)
        role = demand(person, "decide", case["path"])
        files = [one for one in (case["text_sha256"], case["photo_sha256"]) if one]
        told = {"files": files, "words": texts.needed(words, TEXT_CHARACTERS)}
        writer.append("challenge.redacted", f"challenge/{number}", told, role)
    tidy.remove(desk, files)


def move(desk: Desk, person: Person, number: int, village: Village) -> None:
    """The village has another code now: for those who decide where it was, and where it is. Raises NotAllowed,
    Unfitting.
    """
    village.check()
    with desk.writing(person) as writer:
        case = _main(_case(writer, number))
        demand(person, "decide", case["path"])
        role = demand(person, "decide", village.path)
        told = {"village_id": village.village_id, "path": village.path}
        writer.append("challenge.moved", f"challenge/{number}", told, role)


def _seen(writer: Writer, number: int, seen: int) -> RowMapping:
    """The challenge, if it is still as this person saw it."""
    case = _main(_case(writer, number))
    if case["version"] != seen:
        raise Overtaken(phrase("Somebody has acted on this meanwhile. Look at what it is now, then act."))
    return case


def _main(case: RowMapping) -> RowMapping:
    if case["joined_no"] is not None:
        raise Unfitting(phrase("This one goes with number {number}: act on that.", number=case["joined_no"]))
    return case


def _case(writer: Writer, number: int) -> RowMapping:
    if not 0 < number <= MOST_NUMBER:
        raise Unfitting(phrase("There is no correction of that number."))
    found = writer.connection.execute(select(CHALLENGE).where(CHALLENGE.c.challenge_no == number)).mappings()
    if case := found.one_or_none():
        return case
    raise Unfitting(phrase("There is no correction of that number."))


def _contacts(writer: Writer, number: int) -> dict[int, str]:
    """How to reach who filed it, and those who joined it."""
    joined = select(CHALLENGE.c.challenge_no).where(CHALLENGE.c.joined_no == number)
    asked = select(CONTACT.c.challenge_no, CONTACT.c.contact)
    asked = asked.where((CONTACT.c.challenge_no == number) | CONTACT.c.challenge_no.in_(joined))
    return {row.challenge_no: row.contact for row in writer.connection.execute(asked)}


def _forget_contacts(writer: Writer, number: int) -> None:
    """The case is over, for those who joined it, too."""
    joined = select(CHALLENGE.c.challenge_no).where(CHALLENGE.c.joined_no == number)
    connection = writer.connection
    connection.execute(delete(CONTACT).where(CONTACT.c.challenge_no == number))
    connection.execute(delete(CONTACT).where(CONTACT.c.challenge_no.in_(joined)))
