"""What a notice means for the register: no approval before it was heard, and an end with the register's own."""

from __future__ import annotations

from sqlalchemy import RowMapping, delete, func, select

from desk.apart import OBJECTION_CONTACT
from desk.desk import Writer
from desk.errors import Unfitting
from desk.mail import told as mail
from desk.notices.terms import day
from desk.projected.notices import FILED, NOTICE, OBJECTION, OPEN, RETURNED, WITHDRAWN
from ground.phrases import phrase


def found(writer: Writer, number: int) -> RowMapping | None:
    """The notice of a register."""
    asked = select(NOTICE).where(NOTICE.c.submission_no == number)
    return writer.connection.execute(asked).mappings().one_or_none()


def is_over(notice: RowMapping, at: str) -> bool:
    """Whether its last day has passed where it runs."""
    return day(at, notice["zone"]) > str(notice["until_on"])


def unanswered(writer: Writer, number: int) -> int:
    asked = select(func.count()).where(OBJECTION.c.submission_no == number, OBJECTION.c.state == FILED)
    return int(writer.connection.execute(asked).scalar_one())


def demand_heard(writer: Writer, number: int, *, is_required: bool) -> None:
    """A register may be approved: its notice is over and all who objected have an answer. Raises Unfitting."""
    notice = found(writer, number)
    if notice is None:
        if is_required:
            raise Unfitting(phrase("It has to be on public notice before it is approved."))
        return
    if not is_over(notice, writer.at):
        until = notice["until_on"]
        raise Unfitting(phrase("The public notice runs until {day}: it is approved after that day.", day=until))
    if n := unanswered(writer, number):
        raise Unfitting(phrase("Objections that wait for an answer: {n}. Answer them first.", n=f"{n:,}"))


def end(writer: Writer, number: int, outcome: str, role: str) -> bool:
    """The register is decided, and with it the notice, if there is one; whoever waits for an answer is told."""
    notice = found(writer, number)
    if notice is None or notice["state"] != OPEN:
        return False
    if outcome in (RETURNED, WITHDRAWN):
        mail.tell_objectors(writer, number, contacts(writer, number), outcome, "")
    writer.append("notice.ended", f"notice/{number}", {"outcome": outcome}, role)
    of_it = select(OBJECTION.c.objection_no).where(OBJECTION.c.submission_no == number)
    writer.connection.execute(delete(OBJECTION_CONTACT).where(OBJECTION_CONTACT.c.objection_no.in_(of_it)))
    return True


def contacts(writer: Writer, number: int) -> dict[int, str]:
    """How to reach those who still wait."""
    asked = (
        select(OBJECTION_CONTACT.c.objection_no, OBJECTION_CONTACT.c.contact)
        .join(OBJECTION, OBJECTION.c.objection_no == OBJECTION_CONTACT.c.objection_no)
        .where(OBJECTION.c.submission_no == number, OBJECTION.c.state == FILED)
    )
    return {row.objection_no: row.contact for row in writer.connection.execute(asked)}
